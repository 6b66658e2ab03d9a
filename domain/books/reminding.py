"""Which invoices are to be reminded of today, by which rule, and which of them are left out."""

from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from domain.access import can
from domain.books.invoices import Invoice
from domain.books.parties import Party
from domain.books.reminder_rules import BEFORE, ReminderRule, active_rules
from domain.books.reminders import Reminder, why_not, why_unwanted
from domain.db import db, of_this_organization
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.words import Words, _

TOPIC = "reminders.send"

CATCH_UP = timedelta(days=31)
"""For so long what should have gone out still does, when no worker was there."""


class Due(NamedTuple):
    """A rule that comes to an invoice."""

    invoice: Invoice
    rule: ReminderRule


def due_now(limit: int) -> list[Due]:
    """What is to be done with about so many invoices, all of a customer together; the invoices are locked."""
    today = current_organization().today
    found = [
        (party_id, invoice_id, rule)
        for rule in active_rules()
        for party_id, invoice_id in _ids(rule, today, limit)
    ]
    found = _whole_customers(sorted(found, key=lambda each: each[:2]), limit)
    invoices = _locked({invoice_id for _party, invoice_id, _rule in found})
    return [Due(invoices[invoice_id], rule) for _party, invoice_id, rule in found if invoice_id in invoices]


def _ids(rule: ReminderRule, today: date, limit: int) -> list[tuple[int, int]]:
    """Party and id of the open invoices to which a rule comes, and has not come before."""
    first = max(rule.active_from or today, today - CATCH_UP)
    had = select(Reminder.id).where(
        Reminder.rule_id == rule.id, Reminder.document_id == Invoice.id, of_this_organization(Reminder)
    )
    query = (
        select(Invoice.party_id, Invoice.id)
        .where(
            Invoice.stage == "open",
            rule.column.between(first - rule.shift, today - rule.shift),
            ~had.exists(),
        )
        .order_by(Invoice.party_id, Invoice.id)
        .limit(limit)
    )
    return [(party_id, invoice_id) for party_id, invoice_id in db.session.execute(query)]


def _whole_customers(
    found: list[tuple[int, int, ReminderRule]], limit: int
) -> list[tuple[int, int, ReminderRule]]:
    """Not more than about so many, and of no customer only a part: theirs may be one mail."""
    if len(found) < limit:
        return found
    last = found[limit - 1][0]
    whole = [each for each in found if each[0] < last]
    return whole or [each for each in found if each[0] == last]


def _locked(ids: set[int]) -> dict[int, Invoice]:
    query = select(Invoice).where(Invoice.id.in_(ids), Invoice.stage == "open").order_by(Invoice.id)
    query = query.options(joinedload(Invoice.party, innerjoin=True).selectinload(Party.contact_persons))
    query = query.with_for_update(of=Invoice, key_share=True).execution_options(populate_existing=True)
    return {invoice.id: invoice for invoice in db.session.scalars(query)}


def why_left_out(due: Due) -> Words | None:
    """Why a rule that comes to an invoice does nothing; None when somebody is reminded."""
    invoice, rule = due
    today, day = current_organization().today, rule.falls_on(invoice)
    assert day is not None, "only invoices with that date are found"
    if rule.side == BEFORE and (rule.date_of(invoice) or today) < today:
        return _("Its day had passed when it could have gone out.")
    zone = ZoneInfo(current_organization().time_zone)
    if invoice.sent_at and invoice.sent_at.astimezone(zone).date() >= day:
        return _("The invoice was issued only then.")
    return why_not(invoice) if rule.to_customer else why_unwanted(invoice)


def who_sends(rule: ReminderRule) -> Member | None:
    """In whose name a rule reminds: whoever saved it last, or somebody else when they may not any more."""
    members = db.session.scalars(select(Member).where(Member.is_active).order_by(Member.id)).all()
    usual = [rule.member] if rule.member else []
    return next((each for each in [*usual, *members] if _may(each)), None)


def who_is_told(rule: ReminderRule) -> Member | None:
    """Whom a rule calls "me", while they may see every invoice: who has left is told of none."""
    member = rule.member
    if member is None or member.is_assigned_only or not can(member, "books.invoices.view"):
        return None
    return member


def _may(member: Member) -> bool:
    return can(member, "books.invoices.email") and not member.is_assigned_only
