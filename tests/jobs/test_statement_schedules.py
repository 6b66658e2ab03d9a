"""Scheduled statements: on their day, once, to whom it says, in batches, and whoever was there when."""

from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from domain import outbox
from domain.books.statements import Period
from domain.db import db, now
from domain.organizations.organizations import current_organization
from domain.statement_runs import TOPIC, StatementRun, StatementRunRow
from domain.statement_schedules import StatementSchedule
from jobs import dispatch
from jobs.statements import begin_the_day
from tests import factories
from tests.jobs import days
from tests.pages import Page, see, send

SETTINGS = "/settings/statement-schedules"


pytestmark = pytest.mark.usefixtures("at_any_hour")

a_day = partial(days.a_day, begin_the_day, TOPIC)
"""What the clock and the workers do on one day, up to the sending."""


def schedule(cast, **values):
    """A schedule whose day is today, switched on long ago."""
    made = factories.statement_schedule(cast.admin, **({"day": factories.today().day} | values))
    made.active_from = factories.days_ago(400)
    db.session.flush()
    return made


def owing(**values):
    """A customer who owes something."""
    customer = factories.customer(
        **({"email": f"{values.get('display_name', 'office')}@example.com"} | values)
    )
    factories.invoice(customer, issued=True, date=factories.today(), due_on=factories.days_ago(-30))
    return customer


@pytest.mark.parametrize(
    ("day", "today", "due", "after"),
    [
        (1, date(2026, 11, 22), date(2026, 11, 1), date(2026, 12, 1)),
        (25, date(2026, 11, 22), date(2026, 10, 25), date(2026, 11, 25)),
        (31, date(2026, 2, 28), date(2026, 2, 28), date(2026, 3, 31)),
        (31, date(2027, 1, 15), date(2026, 12, 31), date(2027, 1, 31)),
        (30, date(2028, 3, 1), date(2028, 2, 29), date(2028, 3, 30)),
    ],
)
def test_its_days_are_those_that_every_month_has(day, today, due, after):
    made = StatementSchedule(day=day)
    assert (made.due_on(today), made.next_on(today)) == (due, after)


def test_it_goes_once_to_who_owes_something_however_often_it_is_asked(cast):
    made = schedule(cast)
    debtor = owing(display_name="debtor")
    factories.customer(email="even@example.com")
    [email] = a_day()
    assert (email.party_id, email.kind, email.actor_id) == (debtor.id, "statement", cast.admin.id)
    assert email.statement == Period(*current_organization().ends_of("last_month"))
    assert len(a_day()) == 1
    [run] = db.session.scalars(select(StatementRun))
    assert (run.schedule_id, run.due_on, run.state, run.sent) == (made.id, factories.today(), "done", 1)


def test_a_day_without_a_worker_is_made_up_for_with_the_period_of_that_day(cast, clock):
    clock(now().replace(year=2026, month=11, day=28))
    schedule(cast, day=27, period="this_month")
    owing()
    clock(now().replace(month=12, day=2))
    [email] = a_day()
    assert email.statement == Period(date(2026, 11, 1), date(2026, 11, 30))


def test_it_makes_up_for_no_day_before_it_was_switched_on(cast):
    made = schedule(cast)
    made.switch(False, cast.admin)
    owing()
    assert a_day() == []
    made.day = (factories.today() - timedelta(days=1)).day
    made.switch(True, cast.admin)
    assert a_day() == []


def test_only_overdue_all_and_never_inactive_ones(cast):
    late = factories.customer(display_name="late", email="late@example.com")
    due = factories.days_ago(5)
    factories.invoice(late, issued=True, date=due - timedelta(days=30), due_on=due)
    owing(display_name="owing")
    factories.customer(display_name="even", email="even@example.com")
    factories.customer(display_name="gone", email="gone@example.com", is_active=False)
    schedule(cast, only="overdue")
    assert [each.party.display_name for each in a_day()] == ["late"]
    schedule(cast, only="all", name="All")
    assert sorted(each.party.display_name for each in a_day()) == ["even", "late", "late", "owing"]


def test_any_number_goes_in_batches_and_who_has_no_address_is_written_down(cast, monkeypatch):
    monkeypatch.setattr("domain.statement_runs.BATCH", 2)
    schedule(cast)
    for n in range(4):
        owing(display_name=f"c{n}")
    silent = owing(display_name="silent", email="")
    assert len(a_day()) == 4
    [run] = db.session.scalars(select(StatementRun))
    assert (run.sent, run.skipped) == (4, 1)
    [row] = db.session.scalars(select(StatementRunRow).where(StatementRunRow.customer_id == silent.id))
    assert "has no mail address" in str(row.reason)


def test_a_worker_that_was_killed_in_a_batch_sends_to_nobody_twice(cast, monkeypatch):
    schedule(cast)
    first, second = owing(display_name="first"), owing(display_name="second")
    from delivery import compose

    sent = compose.send_statement

    def killed(customer, *args, **values):
        if customer.id == second.id:
            raise SystemExit
        return sent(customer, *args, **values)

    monkeypatch.setattr(compose, "send_statement", killed)
    with pytest.raises(SystemExit):
        a_day()
    db.session.rollback()
    monkeypatch.undo()
    dispatch.release(timedelta(0))
    for row in db.session.scalars(select(outbox.OutboxRow)):
        row.not_before = row.created_at
    assert [each.party_id for each in a_day()] == [first.id, second.id]


def test_it_stops_when_its_person_may_not_mail_any_more_and_goes_on_where_it_was(cast, client_of):
    made = schedule(cast)
    owing()
    made.member_id = cast.staff.id
    cast.staff.profile_key = "no_email"
    assert a_day() == []
    [run] = db.session.scalars(select(StatementRun))
    assert run.state == "failed"
    admin = client_of(cast.admin)
    assert "could not go on" in see(admin, f"{SETTINGS}/runs/{run.id}").words("//main")
    form = see(admin, f"{SETTINGS}/{made.id}/edit").form()
    send(admin, f"{SETTINGS}/{made.id}/edit", form)
    send(admin, f"{SETTINGS}/runs/{run.id}/again", {})
    assert len(a_day()) == 1
    assert run.state == "done"


# --- its pages -----------------------------------------------------------------------------------------------


def test_a_schedule_is_made_switched_and_deleted_unless_it_has_sent_something(cast, client_of):
    admin = client_of(cast.admin)
    page = see(admin, f"{SETTINGS}/new")
    for field, text in (("day", "32"), ("day", "0"), ("day", "x" * 99), ("name", "")):
        assert Page(send(admin, f"{SETTINGS}/new", page.form(**{"name": "Monthly", field: text}), 422)).error(
            field
        )
    location = send(admin, f"{SETTINGS}/new", page.form(name="Monthly", day="31", only="overdue")).location
    [made] = db.session.scalars(select(StatementSchedule))
    assert (made.member_id, made.active_from, made.is_active) == (cast.admin.id, factories.today(), True)
    assert "Customers with overdue invoices" in see(admin, location).words("//main")
    send(admin, f"{SETTINGS}/{made.id}/switch", {"on": "0"})
    assert see(admin, SETTINGS).has('//*[@data-status="off"]')
    made.day, made.active_from, made.is_active = factories.today().day, factories.days_ago(400), True
    a_day()
    assert "switch it off instead" in Page(send(admin, f"{SETTINGS}/{made.id}/delete", {}, 422)).words(
        "//main"
    )
    db.session.execute(
        StatementRun.__table__.delete().where(StatementRun.organization_id == made.organization_id)
    )
    db.session.commit()
    send(admin, f"{SETTINGS}/{made.id}/delete", {})
    assert db.session.scalar(select(func.count(StatementSchedule.id))) == 0


def test_the_history_says_what_became_of_each_customer(cast, client_of):
    made = schedule(cast)
    owing(display_name="Aoba", email="aoba@example.com")
    owing(display_name="Silent", email="")
    a_day()
    admin = client_of(cast.admin)
    [link] = see(admin, f"{SETTINGS}/{made.id}").all('//tbody//a[contains(@href, "/runs/")]')
    words = see(admin, link.get("href")).words("//tbody")
    assert "aoba@example.com" in words
    assert "Silent has no mail address" in words
