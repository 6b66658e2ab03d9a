"""Statements to many customers: to each who was chosen in the list, and by schedule, 25 at a time."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from delivery import compose
from domain import statement_runs
from domain.access import can
from domain.books.customers import Customer
from domain.db import db, now
from domain.errors import Refused
from domain.modules.bulk_runs import BulkRun
from domain.modules.bulk_statements import period_of, why_left_out
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.outbox import Failure, OutboxRow
from domain.recipients import first_address
from domain.statement_runs import StatementRun
from domain.words import _
from jobs.dispatch import transaction
from jobs.handler import Result
from jobs.organizations import each_organization


def mail_statement(run: BulkRun, member: Member) -> Callable[[Customer], Any]:
    """Mails a customer their own statement, to their first person; who pays meanwhile may be left out after all."""
    period, with_unpaid = period_of(run.values), bool(run.values["with_unpaid"])

    def mail(customer: Customer) -> Any:
        if reason := why_left_out(customer, run.values):
            raise Refused(reason)
        key = f"bulk-{run.id}-{customer.id}"
        return compose.send_statement(customer, period, member, key, with_unpaid=with_unpaid).id, {}

    return mail


# --- by schedule ----------------------------------------------------------------------------------------------


def begin_the_day() -> None:
    """Begin the runs of the schedules whose day has come, also when that was while no worker was there."""
    for _organization in each_organization():
        with transaction():
            if current_organization().sends_now:
                statement_runs.begin_what_is_due()


def send_some(row: OutboxRow) -> dict[str, Any] | None:
    """Mail the next customers of a run in one transaction with the note that they had their turn."""
    with transaction():
        run = _locked(row.payload["run"])
        if run is None or run.state == "done":
            return None
        actor = _whose(run)
        customers = statement_runs.next_customers(run)
        for customer in customers:
            _send(run, customer, actor)
        if customers:
            run.state = "running"
            statement_runs.go_on(run)
        else:
            run.state, run.done_at = "done", now()
        return {"sent": run.sent, "skipped": run.skipped}


def settle(row: OutboxRow, result: Result, again: bool) -> None:
    """A run that can't go on says so; Retry in Settings ▸ Activity goes on where it was."""
    run = db.session.get(StatementRun, row.payload["run"])
    if isinstance(result, Failure) and not again and run is not None and run.state != "done":
        run.state = "failed"


def _locked(run_id: int) -> StatementRun | None:
    query = select(StatementRun).where(StatementRun.id == run_id).with_for_update(of=StatementRun)
    return db.session.scalar(query.execution_options(populate_existing=True))


def _whose(run: StatementRun) -> Member:
    """In whose name a schedule sends, if they may still do that to all customers."""
    member = run.schedule.member
    if member is None or member.is_assigned_only or not can(member, "books.customers.email"):
        raise Failure(
            "configuration",
            _(
                "Whoever saved this schedule may not mail customers any more. Save it again to send in your name."
            ),
        )
    return member


def _send(run: StatementRun, customer: Customer, actor: Member) -> None:
    """One statement; what is wrong with it holds up nobody else's."""
    if not first_address(customer):
        reason = _("%(name)s has no mail address.", name=customer.display_name)
        return statement_runs.note(run, customer, None, reason)
    try:
        with db.session.begin_nested():
            key = f"schedule-{run.id}-{customer.id}"
            email = compose.send_statement(customer, run.period, actor, key, with_unpaid=run.with_unpaid)
    except Refused as refusal:
        reason = next(iter(refusal.fields.values()), refusal.message)
        return statement_runs.note(run, customer, None, reason)
    statement_runs.note(run, customer, email)
