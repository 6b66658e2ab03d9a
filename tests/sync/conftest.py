"""A connection between the CRM and the books, set up, and runs that go to their end."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from domain.db import db, now
from domain.links import BOOKS
from domain.outbox import OutboxRow
from domain.sync.connections import SyncConnection, SyncModule
from domain.sync.runs import SyncRow, SyncRun
from jobs import dispatch
from sync import run as runs


@pytest.fixture
def connection(session: Any, cast: Any) -> SyncConnection:
    """The built-in connection, with all three modules switched on."""
    made = db.session.scalars(select(SyncConnection).where(SyncConnection.system == BOOKS)).one()
    made.actor_id = cast.admin.id
    for each in made.modules:
        each.is_on = True
    db.session.commit()
    return made


@pytest.fixture
def settings(connection: SyncConnection) -> Callable[[str], SyncModule]:
    """`settings("customers")`: how one module is synced."""
    return lambda key="customers": next(each for each in connection.modules if each.key == key)


@pytest.fixture
def sync(app: Any, settings: Any) -> Callable[..., SyncRun]:
    """`sync()`: Sync now, and wait until it is done."""

    def sync(key: str = "customers", cause: str = "hand", **options: Any) -> SyncRun:
        run = runs.start(settings(key), cause, **options)
        db.session.commit()
        work_off()
        return db.session.get(SyncRun, run.id)

    return sync


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
