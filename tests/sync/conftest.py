"""A connection between the CRM and the books, set up, and runs that go to their end; and worlds to try it in."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from domain.db import db, scoped_to
from domain.links import BOOKS
from domain.sync.connections import SyncConnection, SyncModule
from domain.sync.runs import SyncRun
from sync import calling
from sync import run as runs
from tests import factories
from tests.sync.remote import Remote
from tests.sync.working import rows_of, work_off
from tests.sync.worlds import World, built_in, in_memory, over_http

__all__ = ["rows_of", "work_off"]


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


# --- worlds: tests/sync/worlds.py -------------------------------------------------------------------------------------


@pytest.fixture(params=["built-in", "in memory", pytest.param("over HTTP", marks=pytest.mark.wire)])
def world(request, cast, monkeypatch) -> World:
    """Fixture: both sides, whatever the CRM is."""
    made: World = request.getfixturevalue(
        {"built-in": "here", "in memory": "memory"}.get(request.param, "http")
    )
    return made


@pytest.fixture
def here(connection, cast) -> World:
    """Fixture: our own CRM."""
    for each in connection.modules:
        each.with_loose = True
    db.session.commit()
    return built_in(connection, cast.admin)


@pytest.fixture
def memory(cast, monkeypatch) -> World:
    """Fixture: a system in memory."""
    return in_memory(monkeypatch, cast.admin)


@pytest.fixture
def neighbour(client, cast, monkeypatch) -> Remote:
    """Fixture: another installation, which keeps its records in the same currency."""
    cast.stranger.organization.currency = "JPY"
    with scoped_to(cast.stranger.organization_id):
        factories.currency("JPY")
    db.session.commit()
    found = Remote(client, cast.stranger)
    monkeypatch.setattr(calling, "_answer", found.answer)
    return found


@pytest.fixture
def http(neighbour, cast, monkeypatch) -> World:
    """Fixture: the books beside it."""
    monkeypatch.setattr("blueprints.bearer.PER_MINUTE", 10_000)
    return over_http(neighbour, cast.admin, lambda: scoped_to(cast.stranger.organization_id))
