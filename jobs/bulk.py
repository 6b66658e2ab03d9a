"""Bulk actions on many records: slice by slice, so that others have their turn between."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import update

from domain.db import db
from domain.errors import NotAllowed
from domain.modules.bulk import carry_on, go_on_later, whose
from domain.modules.bulk_runs import BulkRun
from domain.organizations.users import Member
from domain.outbox import Failure, OutboxRow
from jobs.bulk_papers import mail_usual, put_into_one_file
from jobs.dispatch import transaction
from jobs.handler import Result
from jobs.reminders import remind_one
from jobs.statements import mail_statement


def run_bulk(row: OutboxRow) -> dict[str, Any] | None:
    """The next slice of a run, and the promise of one more; nothing when all is done or the run is gone."""
    run = db.session.get(BulkRun, row.payload["run"])
    if run is None or run.is_over:
        return None
    _SLICES.get(run.action, _change)(run.id, row.actor_id)
    run = db.session.get_one(BulkRun, row.payload["run"])
    return {"done": run.done, "of": run.total}


def settle(row: OutboxRow, result: Result, again: bool) -> None:
    """Who waits for a run shall not wait for ever: when it failed for good, the run says so."""
    if isinstance(result, Failure) and not again:
        query = update(BulkRun).where(BulkRun.id == row.payload["run"], BulkRun.state == "running")
        db.session.execute(query.values(state="failed"), execution_options={"synchronize_session": False})


def _change(run_id: int, actor_id: int | None) -> None:
    """Change records, in one transaction with the note that they are done."""
    with transaction():
        run = db.session.get_one(BulkRun, run_id)
        try:
            member = whose(run)
            carry_on(run, member, one=_ONES.get(run.action, _as_declared)(run, member))
        except NotAllowed:
            run.state = "stopped"
        if not run.is_over:
            go_on_later(run, actor_id)


def _as_declared(_run: BulkRun, _member: Member) -> None:
    """What the action itself says is done to a record."""
    return None


_ONES: dict[str, Callable[[BulkRun, Member], Any]] = {
    "email": mail_usual,
    "email-statements": mail_statement,
    "remind": remind_one,
}
"""What only a worker can do to a record."""

_SLICES: dict[str, Callable[[int, int | None], None]] = dict.fromkeys(
    ("pdf", "print", "print-statements"), put_into_one_file
)
"""What does not change the records, and is too slow to be done in a transaction."""
