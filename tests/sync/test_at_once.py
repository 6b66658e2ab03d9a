"""A change that is brought over at once: beside a full run, what changed last first, and the rest by a full run."""

from typing import Any

import pytest
from sqlalchemy import select

from domain import records
from domain.books.customers import Customer
from domain.db import db
from domain.links import link_of
from domain.outbox import OutboxRow
from domain.sync.runs import SyncRun
from jobs import dispatch
from sync import run as runs
from sync import setting_up
from tests.sync.conftest import work_off


@pytest.fixture
def pairs(sync, settings, factories) -> list[Any]:
    """Five accounts with their customers, of which changes go over at once."""
    accounts = [factories.account(name=f"Minato {n}", phone="1") for n in range(5)]
    sync()
    settings().interval = "now"
    setting_up.note_what_goes_at_once()
    db.session.commit()
    return accounts


def test_a_change_does_not_wait_until_a_full_run_is_through(pairs, settings, cast):
    full = runs.start(settings(), "hand")
    records.update(pairs[4], {"phone": "2"}, cast.staff)
    db.session.commit()
    tell()
    assert customer_of(pairs[4]).phone == "2"
    assert [run.id for run in running()] == [full.id]


def test_what_changed_last_goes_first_and_a_full_run_does_the_rest(pairs, settings, cast, monkeypatch):
    for account in pairs:
        records.update(account, {"phone": "2"}, cast.staff)
        db.session.commit()
    with monkeypatch.context() as patched:
        patched.setattr("sync.steps.LATEST", 2)
        tell()
    assert [customer_of(account).phone for account in pairs] == ["1", "1", "1", "2", "2"]
    assert [run.cause for run in running()] == ["schedule"]
    work_off()
    assert {customer_of(account).phone for account in pairs} == {"2"}


def test_a_new_record_goes_over_with_its_beginning(pairs, factories):
    account = factories.account(name="Aozora")
    db.session.commit()
    tell()
    assert customer_of(account).display_name == "Aozora"
    assert running() == []


def test_a_change_does_not_put_off_the_next_sweep(pairs, settings, cast):
    due_at = settings().due_at
    records.update(pairs[0], {"phone": "2"}, cast.staff)
    db.session.commit()
    work_off()
    db.session.expire_all()
    assert settings().due_at == due_at


def tell() -> None:
    """Do what a change asks for, and nothing else that waits."""
    waiting = select(OutboxRow.id).where(OutboxRow.topic == "sync.changes", OutboxRow.done_at.is_(None))
    for each in db.session.scalars(waiting).all():
        dispatch.perform(each)
    db.session.expire_all()


def running() -> list[SyncRun]:
    return list(db.session.scalars(select(SyncRun).where(SyncRun.state == "running")))


def customer_of(account: Any) -> Customer:
    link = link_of("crm.accounts", account.id)
    assert link is not None
    return db.session.get_one(Customer, link.books_id)
