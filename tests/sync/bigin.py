"""Fixtures: another installation, and the books joined to it."""

import pytest
from sqlalchemy import select

from domain.db import db, scoped_to
from domain.outbox import OutboxRow
from domain.sync.connections import SyncConnection
from jobs import dispatch
from sync import run as runs
from sync.connectors.bigin_joining import connection_in_force
from tests.pages import see, send
from tests.sync.conftest import work_off
from tests.sync.remote import ADDRESS

CONNECT = "/integrations/bigin/connect"


@pytest.fixture
def remote(neighbour):
    """Fixture: the other installation."""
    return neighbour


@pytest.fixture
def there(cast):
    """Fixture: `with there():` one works in the other installation."""
    return lambda: scoped_to(cast.stranger.organization_id)


def work() -> None:
    """What is asked of the other side beside the sync."""
    db.session.commit()
    waiting = select(OutboxRow.id).where(OutboxRow.topic.like("bigin.%"), OutboxRow.done_at.is_(None))
    for each in db.session.scalars(waiting).all():
        dispatch.perform(each)
    db.session.expire_all()


@pytest.fixture
def connection(remote, client_of, cast):
    """Fixture: the books are joined to it, everything set up."""
    form = see(client_of(cast.admin), CONNECT)
    send(client_of(cast.admin), CONNECT, {"way": "token", "address": f"{ADDRESS}/", "token": remote.token()})
    assert form.has("//form")
    work()
    made = connection_in_force()
    for each in made.modules:
        each.is_on, each.with_loose = True, True
    db.session.commit()
    return made


@pytest.fixture
def sync(connection):
    """Fixture: `sync()`: Sync now, and wait until it is done."""

    return lambda key="customers": synced(connection, key)


def synced(connection: SyncConnection, key: str = "customers") -> runs.SyncRun:
    """A run of one module that was worked off."""
    run = runs.start(next(each for each in connection.modules if each.key == key), "hand")
    db.session.commit()
    work_off()
    db.session.expire_all()
    return db.session.get(runs.SyncRun, run.id)
