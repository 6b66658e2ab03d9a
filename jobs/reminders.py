"""Reminders by rule: once a day for each organization, some customers at a time, each rule once for each invoice."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import update

from delivery import reminders
from domain.books.invoices import Invoice
from domain.books.reminder_rules import ReminderRule, active_rules
from domain.books.reminders import note_left_out
from domain.books.reminding import TOPIC, Due, due_now, who_sends, why_left_out
from domain.db import db
from domain.errors import Refused
from domain.modules.bulk_runs import BulkRun
from domain.organizations.organizations import Organization, current_organization
from domain.organizations.users import Member
from domain.outbox import OutboxRow, publish
from domain.words import Words, _
from jobs.dispatch import transaction
from jobs.organizations import each_organization

SLICE = 100
"""About so many invoices are dealt with in one transaction."""


def begin_the_day() -> None:
    """Owe the reminders of the day to a worker, wherever its hour has come; also when that was hours ago."""
    for _organization in each_organization():
        with transaction():
            organization = current_organization()
            is_done = organization.reminders_done_on == organization.today
            if organization.sends_now and not is_done and active_rules():
                _go_on()


def remind(row: OutboxRow) -> dict[str, Any] | None:
    """Remind some customers, and promise to go on; with nobody left the day is done."""
    with transaction():
        found = due_now(SLICE)
        if not found:
            _note_done()
            return None
        _deal_with(found)
        _go_on()
        return {"invoices": len(found)}


def remind_one(run: BulkRun, member: Member) -> Callable[[Invoice], Any]:
    """Reminds of an invoice that was chosen in a list."""
    return lambda invoice: (reminders.remind_of(invoice, member, f"bulk-{run.id}-{invoice.id}").id, {})


def _go_on() -> None:
    publish(TOPIC, f"reminders-{current_organization().today}", queue="bulk")


def _note_done() -> None:
    organization = current_organization()
    done = {"reminders_done_on": organization.today, "updated_at": Organization.updated_at}
    query = update(Organization).where(Organization.id == organization.id).values(done)
    db.session.execute(query, execution_options={"synchronize_session": False})


# --- what is due ----------------------------------------------------------------------------------------------


def _deal_with(found: Sequence[Due]) -> None:
    """Send what is to be sent, and write down what is left out and why."""
    ours: dict[ReminderRule, list[Due]] = defaultdict(list)
    theirs: dict[int, list[Due]] = defaultdict(list)
    for due in found:
        if reason := why_left_out(due):
            note_left_out(*due, reason)
        elif due.rule.to_customer:
            theirs[due.invoice.party_id].append(due)
        else:
            ours[due.rule].append(due)
    for dues in theirs.values():
        for mail in _mails(dues):
            _send(mail)
    for dues in ours.values():
        _send(dues)


def _mails(dues: Sequence[Due]) -> Iterator[list[Due]]:
    """What a customer gets: one mail for each invoice, or for all that say the same to the same people."""
    mails: dict[Any, list[Due]] = defaultdict(list)
    for due in _latest(dues):
        rule, together = due.rule, current_organization().reminders_together
        alike = (rule.goes_to, rule.others, rule.template, rule.attach_pdf)
        mails[alike if together else due.invoice.id].append(due)
    yield from mails.values()


def _latest(dues: Sequence[Due]) -> Iterator[Due]:
    """Where several rules come to an invoice on one day, because no worker was there, only the latest speaks."""
    by_invoice: dict[int, list[Due]] = defaultdict(list)
    for due in dues:
        by_invoice[due.invoice.id].append(due)
    for several in by_invoice.values():
        *others, latest = sorted(
            several, key=lambda due: due.rule.falls_on(due.invoice) or due.invoice.due_on
        )
        for due in others:
            note_left_out(*due, _("A later reminder went out on the same day."))
        yield latest


def _send(dues: Sequence[Due]) -> None:
    """One mail; what is wrong with it holds up nobody else's."""
    rule = dues[0].rule
    actor = who_sends(rule)
    if actor is None:
        return _leave_out(dues, _("Nobody is there who may send it."))
    try:
        with db.session.begin_nested():
            if rule.to_customer:
                reminders.send_to_customer(dues, actor)
            else:
                reminders.send_to_us(dues, rule, actor)
    except Refused as refusal:
        _leave_out(dues, next(iter(refusal.fields.values()), refusal.message))


def _leave_out(dues: Sequence[Due], reason: Words) -> None:
    for due in dues:
        note_left_out(*due, reason)
