"""Reminders of invoices: which went out, which were left out and why, and who wants none.

Each rule comes once to each invoice: the row that says so is written in the same transaction as the mail. What a rule
leaves out is written down, too, so that it does not come late once the reason is gone.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from domain.books.customers import Customer
from domain.books.invoices import Invoice
from domain.books.parties import Party
from domain.books.reminder_rules import ReminderRule, active_rules
from domain.db import Id, OrganizationScoped, UtcDateTime, db, now
from domain.emails import Email
from domain.locking import lock
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.recipients import first_address
from domain.sentences import Sentence
from domain.timeline import record_event
from domain.words import Words, _

NOT_BEGUN = ("scheduled", "waiting")
"""States of a mail that nobody has begun to send."""


class Reminder(OrganizationScoped, db.Model):
    """That somebody was reminded of an invoice, by a rule or by hand; or why a rule left it out."""

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("rule_id", "document_id"),
        Index(None, "organization_id", "document_id", "id"),
        Index(None, "document_id"),
        Index(None, "email_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    rule_id: Mapped[int | None] = mapped_column(Id, ForeignKey("reminder_rules.id"), nullable=True)
    document_id: Mapped[int] = mapped_column(Id, ForeignKey("documents.id"), nullable=False)
    email_id: Mapped[int | None] = mapped_column(Id, ForeignKey("emails.id"), nullable=True)
    """None where it was left out."""
    reason: Mapped[Words | str] = mapped_column(Sentence, nullable=False, default="")
    on: Mapped[date] = mapped_column(Date, nullable=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=lambda: now())

    rule: Mapped[ReminderRule | None] = relationship()
    email: Mapped[Email | None] = relationship()


# --- whether ------------------------------------------------------------------------------------------------


def why_not(invoice: Invoice) -> Words | None:
    """Why a customer is not reminded of an invoice, by rule or by hand; None when they are."""
    if reason := why_unwanted(invoice):
        return reason
    if not first_address(invoice.party):
        return _("%(name)s has no mail address.", name=invoice.party.display_name)
    return None


def why_unwanted(invoice: Invoice) -> Words | None:
    """Why nobody at all is reminded of an invoice: nothing is open on it, or somebody stopped it."""
    if invoice.stage != "open":
        return _("Only an invoice that was sent, and on which something is open, is reminded of.")
    if invoice.party.reminders_stopped:
        return _("Reminders to %(name)s are stopped.", name=invoice.party.display_name)
    if invoice.reminders_stopped:
        return _("Reminders of this invoice are stopped.")
    return None


def why_withheld(email: Email) -> Words | None:
    """Why a reminder that waits shall not go out after all: it was stopped, or paid, meanwhile."""
    for invoice in invoices_of(email):
        if invoice.stage != "open":
            return _("%(number)s was paid or taken back in the meantime.", number=invoice.number)
        if reason := why_unwanted(invoice):
            return reason
    return None


def invoices_of(email: Email) -> Sequence[Invoice]:
    """The invoices that a reminder speaks of, the one due first first."""
    query = select(Invoice).join(Reminder, Reminder.document_id == Invoice.id)
    query = query.where(Reminder.email_id == email.id).order_by(Invoice.due_on, Invoice.id)
    return db.session.scalars(query.options(joinedload(Invoice.party))).unique().all()


def history_of(invoice: Invoice) -> Sequence[Reminder]:
    """What became of an invoice's reminders, the latest first."""
    query = select(Reminder).where(Reminder.document_id == invoice.id).order_by(Reminder.id.desc())
    return db.session.scalars(query.options(joinedload(Reminder.rule), joinedload(Reminder.email))).all()


def next_for(invoice: Invoice, history: Sequence[Reminder]) -> tuple[date, ReminderRule] | None:
    """When the next rule comes to an invoice, and which; None when none does any more."""
    done, today = {each.rule_id for each in history}, current_organization().today
    coming = [
        (day, rule)
        for rule in active_rules()
        if rule.id not in done
        and (day := rule.falls_on(invoice))
        and day >= max(today, rule.active_from or today)
    ]
    return min(coming, key=lambda each: each[0], default=None)


def shown_on(invoice: Invoice) -> dict[str, Any]:
    """What an invoice's page says of its reminders; nothing once it is settled and there were none."""
    history = history_of(invoice)
    if invoice.stage != "open" and not history:
        return {}
    return {
        "reminders": history,
        "not_reminded": why_not(invoice),
        "next_reminder": next_for(invoice, history),
    }


# --- written down -------------------------------------------------------------------------------------------


def note_sent(
    pairs: Iterable[tuple[Invoice, ReminderRule | None]], email: Email, counts: bool = True
) -> None:
    """These invoices are reminded of by this mail; it counts if it goes to the customer."""
    if db.session.scalar(select(Reminder.id).where(Reminder.email_id == email.id).limit(1)):
        return  # the second click on the same form
    pairs = list(pairs)
    for invoice, rule in pairs:
        _note(invoice, rule, email_id=email.id)
    if counts:
        today = current_organization().today
        for invoice, _rule in pairs:
            change = {"reminders_sent": Invoice.reminders_sent + 1, "last_reminder_on": today}
            _change(Invoice, invoice, **change)


def note_left_out(invoice: Invoice, rule: ReminderRule, reason: Words) -> None:
    """A rule came to an invoice, and nobody was reminded."""
    _note(invoice, rule, reason=reason)


def forget_rule(rule: ReminderRule) -> None:
    """A rule is about to go; what it did is told without it."""
    query = update(Reminder).where(Reminder.rule_id == rule.id).values(rule_id=None)
    db.session.execute(query, execution_options={"synchronize_session": False})


def _note(invoice: Invoice, rule: ReminderRule | None, **outcome: Any) -> None:
    rule_id = rule.id if rule else None
    on = current_organization().today
    db.session.add(Reminder(document_id=invoice.id, rule_id=rule_id, on=on, **outcome))


def _change(model: Any, record: Any, **values: Any) -> None:
    """Past the version: that somebody is reminded is no edit that others must hear of."""
    changed = update(model).where(model.id == record.id).values(updated_at=model.updated_at, **values)
    db.session.execute(changed, execution_options={"synchronize_session": False})
    db.session.expire(record, list(values))


# --- stopped and resumed --------------------------------------------------------------------------------------


def stop(record: Customer | Invoice, actor: Member) -> None:
    """Remind no more: from now on, and also not by what waits to be sent."""
    lock(record)
    if not record.reminders_stopped:
        _change(type(record), record, reminders_stopped=True)
        record_event(record, "reminders_stopped", actor)
    for email in _waiting(record):
        email.call_off(_("Reminders were stopped."))


def resume(record: Customer | Invoice, actor: Member) -> None:
    """Remind again, when the next rule comes; what fell meanwhile does not come late."""
    lock(record)
    if record.reminders_stopped:
        _change(type(record), record, reminders_stopped=False)
        record_event(record, "reminders_resumed", actor)


def _waiting(record: Customer | Invoice) -> Sequence[Email]:
    """The reminders of it that have not begun to leave; they can't begin while we hold them."""
    about = Invoice.party_id == record.id if isinstance(record, Party) else Invoice.id == record.id
    ids = select(Reminder.email_id).join(Invoice, Invoice.id == Reminder.document_id).where(about)
    query = select(Email).where(Email.id.in_(ids), Email.state.in_(NOT_BEGUN)).order_by(Email.id)
    return db.session.scalars(query.with_for_update(of=Email).execution_options(populate_existing=True)).all()
