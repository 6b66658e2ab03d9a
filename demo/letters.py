"""The demo's mails of the last weeks, with what became of them. They are history: nothing is sent."""

from datetime import date, datetime, timedelta

from delivery.clean_html import body_of
from delivery.compose import draft
from domain.books.invoices import Invoice
from domain.db import db
from domain.emails import Email, known_addresses
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.timeline import record_event

REMEMBERED = timedelta(days=45)

SENT = ("sent", None, "")
# By customer: state, kind of failure, and the reason.
OTHERWISE = {
    "株式会社海風リゾート": (
        "failed",
        "permanent",
        "550 5.1.1 <keiri@umikaze-resort.example>: Recipient address rejected: User unknown",
    ),
    "旅館松風荘": ("unknown", "unknown", "The worker ended while this mail was being sent."),
}


def mail(invoice: Invoice, actor: Member, moment: datetime, today: date) -> None:
    """The mail with which an invoice went to its customer, if that was not too long ago."""
    if invoice.date < today - REMEMBERED:
        return
    organization = current_organization()
    state, failure, error = OTHERWISE.get(invoice.party_name, SENT)
    letter, to = draft(invoice, actor), known_addresses(invoice.party)[:1]
    said = body_of(letter.text)
    db.session.add(
        Email(
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
            error=error,
            attempts=1,
            sent_at=moment + timedelta(seconds=4) if state == "sent" else None,
        )
    )
    record_event(invoice, "emailed", actor, to=to[0]["address"], subject=letter.subject)
