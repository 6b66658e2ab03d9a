"""The demo's mails of the last weeks, with what became of them. They are history: nothing is sent."""

from datetime import date, datetime, timedelta

from delivery.clean_html import body_of
from delivery.compose import draft
from domain.books.invoices import Invoice
from domain.db import db
from domain.emails import Email
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.recipients import known_addresses
from domain.timeline import record_event

REMEMBERED = timedelta(days=45)

# By state: the kind of failure, and the reason.
FAILURES: dict[str, tuple[str | None, str]] = {
    "sent": (None, ""),
    "failed": ("permanent", "550 5.1.1 <{}>: Recipient address rejected: User unknown"),
    "unknown": ("unknown", "The worker ended while this mail was being sent."),
}


def mail(invoice: Invoice, actor: Member, moment: datetime, today: date, state: str) -> None:
    """The mail with which an invoice went to its customer, if that was not too long ago."""
    if invoice.date < today - REMEMBERED:
        return
    organization = current_organization()
    failure, reason = FAILURES[state]
    letter, to = draft(invoice, actor), known_addresses(invoice.party)[:1]
    said = body_of(letter.text)
    db.session.add(
        Email(
            kind="invoice",
            document_id=invoice.id,
            party_id=invoice.party_id,
            actor_id=actor.id,
            message_id=f"<{invoice.number.lower()}@aozora-shoji.example>",
            sender_name=organization.name,
            sender_address=organization.email,
            to=to,
            subject=letter.subject,
            body_html=said.html,
            body_text=said.text,
            attach_pdf=True,
            state=state,
            failure=failure,
            error=reason.format(to[0]["address"]),
            attempts=1,
            sent_at=moment + timedelta(seconds=4) if state == "sent" else None,
        )
    )
    record_event(invoice, "emailed", actor, to=to[0]["address"], subject=letter.subject)
