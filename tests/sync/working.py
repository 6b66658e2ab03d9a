"""What a worker does, done in the test; and what came of it."""

from sqlalchemy import select

from domain.db import db, now
from domain.outbox import OutboxRow
from domain.sync.runs import SyncRow, SyncRun
from jobs import dispatch


def work_off() -> None:
    """Do all that is due to be synced, as a worker would; what is to be tried again later keeps waiting."""
    while True:
        waiting = select(OutboxRow.id).where(
            OutboxRow.topic.like("sync.%"),
            OutboxRow.done_at.is_(None),
            OutboxRow.claimed_at.is_(None),
            OutboxRow.not_before <= now(),
        )
        ids = db.session.scalars(waiting).all()
        if not ids:
            return
        for each in ids:
            dispatch.perform(each)


def rows_of(run: SyncRun) -> list[tuple[str, str, str]]:
    """What became of the records: outcome, side, title."""
    query = select(SyncRow).where(SyncRow.run_id == run.id).order_by(SyncRow.id)
    return [(row.outcome, row.direction, row.title) for row in db.session.scalars(query)]
