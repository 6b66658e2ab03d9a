"""Bulk actions on many records: slice by slice, so that others have their turn between."""

from typing import Any

from domain.db import db
from domain.errors import NotAllowed
from domain.modules.bulk import TOPIC, BulkRun, carry_on
from domain.organizations.users import Member
from domain.outbox import OutboxRow, publish
from jobs.dispatch import transaction


def run_bulk(row: OutboxRow) -> dict[str, Any] | None:
    """The next slice of a run, and the promise of one more; nothing when all is done or the run is gone."""
    with transaction():
        run = db.session.get(BulkRun, row.payload["run"])
        if run is None or run.is_over:
            return None
        _carry_on(run)
        if run.waiting:
            publish(TOPIC, row.key, row.payload, queue="bulk", actor_id=row.actor_id)
        return {"done": run.done, "of": run.total}


def _carry_on(run: BulkRun) -> None:
    member = db.session.get(Member, run.member_id)
    try:
        if member is None or not member.is_here:
            raise NotAllowed
        carry_on(run, member)
    except NotAllowed:
        run.state = "stopped"
