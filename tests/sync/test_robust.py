"""Whatever happens, run again: both sides agree, nobody is there twice, no edit is lost, nothing echoes."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from domain import records
from domain.books.customers import Customer
from domain.crm.accounts import Account
from domain.db import db, now
from domain.links import Link, link_of
from domain.outbox import OutboxRow
from domain.sync.runs import SyncRun
from jobs import sync as jobs_sync
from sync import run as runs
from sync import setting_up
from sync.batch import Bench
from tests.sync.conftest import rows_of, work_off

NUMBERS = itertools.count(1)


def count(model):
    return db.session.scalar(select(func.count(model.id)))


class Killed(BaseException):
    """A worker's end."""


@pytest.mark.parametrize("moment", ["bring_into_step", "settle"])
def test_a_worker_that_dies_in_the_middle_of_a_batch_leaves_nothing_half_done(
    sync, settings, factories, monkeypatch, moment
):
    for number in range(5):
        factories.account(name=f"Minato {number}")
    run = runs.start(settings(), "hand")
    db.session.commit()
    real = getattr(Bench, moment)

    def dies(self, pairings):
        real(self, pairings)
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(Bench, moment, dies)
        work_off()
    db.session.rollback()
    assert (count(Customer), count(Link)) == (0, 0)
    row = db.session.scalars(select(OutboxRow).where(OutboxRow.key == f"sync-{run.id}")).one()
    row.claimed_at = None  # as the sweep does with the claims of workers that are gone
    db.session.commit()
    work_off()
    db.session.expire_all()
    assert (run.state, count(Customer), count(Link)) == ("done", 5, 5)
    assert rows_of(sync()) == []


def test_a_slice_ends_in_time_and_the_next_one_goes_on_behind_it(sync, factories, monkeypatch):
    monkeypatch.setattr(jobs_sync, "SECONDS", 0)
    monkeypatch.setattr("sync.steps.BATCH", 2)
    for number in range(5):
        factories.account(name=f"Minato {number}")
    run = sync()
    assert (run.state, run.count("created"), count(Customer)) == ("done", 5, 5)


def test_who_lost_the_right_since_the_click_syncs_nothing(sync, factories, cast):
    factories.account(name="Minato")
    run = sync(actor=cast.sales)
    assert (run.state, count(Customer)) == ("stopped", 0)
    assert str(run.error) == "The person who started this sync may not do this any more."


def test_the_same_run_started_twice_is_one(settings, factories):
    factories.account(name="Minato")
    first, second = (runs.start(settings(), "hand") for _ in range(2))
    db.session.commit()
    work_off()
    assert first is second
    assert (count(SyncRun), count(Customer)) == (1, 1)


def test_a_change_is_brought_over_at_once_where_that_is_wanted(sync, settings, factories, cast):
    settings().interval = "now"
    setting_up.note_what_goes_at_once()
    account = factories.account(name="Minato", phone="1")
    db.session.commit()
    work_off()
    customer = db.session.get(Customer, link_of("crm.accounts", account.id).books_id)
    records.update(customer, {"phone": "2"}, cast.staff)
    db.session.commit()
    work_off()
    db.session.expire_all()
    assert account.phone == "2"
    causes = db.session.scalars(select(SyncRun.cause)).all()
    assert causes == [
        "change",
        "change",
    ]  # what a run writes itself is found to be in step, and leaves no trace


def test_a_module_is_synced_when_its_time_has_come(settings, factories):
    factories.account(name="Minato")
    settings().due_at = now()
    settings("products").due_at = None
    db.session.commit()
    jobs_sync.begin_what_is_due()
    work_off()
    db.session.expire_all()
    assert db.session.scalars(select(SyncRun.cause)).all() == ["schedule"]
    assert settings().due_at > now()


def test_runs_of_half_a_year_ago_are_forgotten(sync, factories):
    factories.account(name="Minato")
    run = sync()
    run.finished_at = now() - jobs_sync.MONTHS * 2
    db.session.commit()
    jobs_sync.forget_old_runs()
    assert count(SyncRun) == 0


def test_an_edit_while_a_run_goes_on_is_not_lost(sync, factories, cast, monkeypatch):
    account = factories.account(name="Minato", phone="1")
    sync()
    records.update(account, {"phone": "2"}, cast.admin)
    db.session.commit()
    real = Bench.settle

    def meanwhile(self, pairings):
        real(self, pairings)
        if pairings and account.phone == "2":
            records.update(account, {"phone": "3"}, cast.admin)

    with monkeypatch.context() as patched:
        patched.setattr(Bench, "settle", meanwhile)
        sync()
    sync()
    assert db.session.scalars(select(Customer.phone)).all() == ["3"]
    assert rows_of(sync()) == []


@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(("account", "customer", "edit_account", "edit_customer", "rename", "sync")),
            st.integers(0, 3),
            st.sampled_from(("", "1", "２", "ｶﾅ")),
        ),
        max_size=6,
    )
)
def test_random_edits_on_both_sides_come_to_rest(sync, factories, cast, edits):
    for what, number, text in edits:
        accounts = db.session.scalars(select(Account).order_by(Account.id)).all()
        customers = db.session.scalars(select(Customer).order_by(Customer.id)).all()
        if what == "account":
            factories.account(name=f"Unique {next(NUMBERS)}", phone=text)
        elif what == "customer":
            factories.customer(display_name=f"Only {next(NUMBERS)}", phone=text)
        elif what == "edit_account" and accounts:
            records.update(accounts[number % len(accounts)], {"phone": text}, cast.admin)
        elif what == "edit_customer" and customers:
            records.update(customers[number % len(customers)], {"phone": text}, cast.admin)
        elif what == "rename" and accounts:
            name = f"Other {next(NUMBERS)}"
            records.update(accounts[number % len(accounts)], {"name": name}, cast.admin)
        elif what == "sync":
            sync()
    sync()
    assert rows_of(sync()) == []
    db.session.expire_all()
    pairs = db.session.execute(
        select(Account.name, Account.phone, Customer.display_name, Customer.phone)
        .join(Link, Link.record_id == Account.id)
        .join(Customer, Customer.id == Link.books_id)
    ).all()
    assert len(pairs) == count(Account) == count(Customer)
    assert all((row[0], row[1]) == (row[2], row[3]) for row in pairs)
