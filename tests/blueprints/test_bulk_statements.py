"""Statements to many customers: who gets what is shown first, 25 at most, and every row says what became of it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from delivery import compose
from domain import outbox
from domain.db import db
from domain.emails import Email
from domain.modules.bulk_runs import BulkRun
from jobs.dispatch import perform, release
from tests import factories
from tests.modules import samples
from tests.pages import Page, see, send

ACTION = "/books/customers/bulk/email-statements"
NOVEMBER = {"start": "2026-11-01", "end": "2026-11-30"}


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


@pytest.fixture
def customers():
    """Two customers with an address: the first owes something, the second does not."""
    first = factories.customer(display_name="Aoba", email="aoba@example.com")
    second = factories.customer(display_name="Minato", email="minato@example.com")
    factories.invoice(first, issued=True)
    db.session.commit()
    return [first, second]


def preview(client, rows, status=200, **form):
    data = {"ids": [str(row.id) for row in rows], "listing": "", **form}
    return Page(send(client, ACTION, data, status))


def confirmed(client, rows, **form):
    """The address of the run after somebody looked and confirmed."""
    return send(client, ACTION, preview(client, rows).form(**NOVEMBER, **form)).location


def work(topic=None):
    """Let a worker do what is owed, or what is owed of a topic."""
    db.session.commit()
    while due := [each.id for each in outbox.due() if topic in (None, _topic(each.id))]:
        for each in due:
            perform(each)
    db.session.expire_all()


def _topic(row_id):
    return db.session.scalar(select(outbox.OutboxRow.topic).where(outbox.OutboxRow.id == row_id))


def count(model):
    return db.session.scalar(select(func.count(model.id)))


# --- before -------------------------------------------------------------------------------------------------


def test_one_sees_who_gets_what_at_which_address_and_who_is_left_out_and_why(admin, customers):
    silent = factories.customer(display_name="Silent", email="")
    page = preview(admin, [*customers, silent])
    shown = [each.text_content() for each in page.all('//*[@id="affected"]//tbody/tr/*')]
    assert shown == ["Aoba", "aoba@example.com", "¥1,000", "Minato", "minato@example.com", "¥0"]
    assert "Silent has no mail address" in page.words('//*[@id="left_out"]')
    assert count(BulkRun) == 0


def test_a_contact_person_comes_before_the_customers_own_address(admin, customers):
    factories.contact_person(customers[0], last_name="Sato", email="sato@aoba.example")
    assert "sato@aoba.example" in preview(admin, customers).words('//*[@id="affected"]')


def test_a_period_can_be_taken_with_one_click_and_sends_nothing(admin, customers):
    page = preview(admin, customers)
    offered = {each.get("value") for each in page.all('//button[@name="offer"]')}
    assert {"this_month", "last_month", "last_quarter", "last_year"} <= offered
    again = Page(send(admin, ACTION, page.form(offer="last_year", with_unpaid="1"), 200)).form()
    last_year = factories.today().year - 1
    assert (again["start"], again["end"]) == (f"{last_year}-01-01", f"{last_year}-12-31")
    assert again["with_unpaid"] == "1"
    assert again["form_key"] == page.form()["form_key"]
    assert count(BulkRun) == 0


def test_enter_in_a_field_shows_it_again_and_sends_nothing(admin, customers):
    page = preview(admin, customers)
    first = page.all('//form[@id="form"]//button')[0]
    assert first.get("name") == "look"
    send(admin, ACTION, page.form(look="1"), 200)
    assert count(BulkRun) == 0


def test_who_owes_nothing_is_left_out_if_so_chosen_but_only_once_that_was_shown(admin, customers):
    page = preview(admin, customers)
    shown = Page(send(admin, ACTION, page.form(**NOVEMBER, only_owed="1"), 422))
    assert "Nothing was done yet" in shown.words("//main")
    assert "Minato – Owes nothing" in shown.words('//*[@id="left_out"]')
    assert count(BulkRun) == 0
    send(admin, ACTION, shown.form())
    assert count(BulkRun) == 1


def test_what_is_wrong_with_the_period_is_said_at_the_field(admin, customers):
    page = preview(admin, customers)
    wrong = page.form(start="2026-12-01", end="2026-11-30", with_unpaid="1")
    again = Page(send(admin, ACTION, wrong, 422))
    assert "ends before it begins" in again.error("end")
    assert again.form()["start"] == "2026-12-01"
    assert again.form()["with_unpaid"] == "1"
    for nonsense in ("", "soon", "0001-01-01", "9" * 30, "\x00"):
        assert Page(send(admin, ACTION, page.form(start=nonsense), 422)).error("start")
    assert count(BulkRun) == 0


@pytest.mark.parametrize("confirm", [False, True])
def test_the_26th_is_refused_with_the_number_and_nothing_is_sent(admin, confirm):
    rows = [factories.customer(email=f"office{n}@example.com") for n in range(26)]
    sure = {"confirm": "1", "count": "26", "form_key": samples.key(), **NOVEMBER} if confirm else {}
    words = preview(admin, rows, 422, **sure).words("//main")
    assert "At most 25 statements" in words
    assert "you chose 26" in words
    assert (count(BulkRun), count(Email), outbox.due()) == (0, 0, [])


def test_all_that_match_are_counted_as_well(admin):
    for n in range(26):
        factories.customer(email=f"office{n}@example.com")
    db.session.commit()
    page = Page(send(admin, ACTION, {"all": "1", "listing": ""}, 422))
    assert "you chose 26" in page.words("//main")


def test_25_ask_as_much_of_the_database_as_two(admin, count_queries):
    rows = [factories.customer(email=f"office{n}@example.com") for n in range(25)]
    db.session.commit()
    ids = [str(row.id) for row in rows]
    with count_queries() as two:
        admin.post(ACTION, data={"ids": ids[:2]})
    with count_queries() as many:
        admin.post(ACTION, data={"ids": ids})
    assert len(two) == len(many)


def test_vendors_and_documents_have_no_such_action(admin):
    send(admin, "/books/vendors/bulk/email-statements", {"ids": [str(factories.vendor().id)]}, 404)
    send(admin, "/books/invoices/bulk/email-statements", {"ids": [str(factories.invoice().id)]}, 404)


def test_whoever_may_not_mail_is_refused_and_others_customers_are_not_there(client_of, cast, customers):
    customers[0].owner_id = cast.assigned.id
    db.session.commit()
    page = preview(client_of(cast.assigned), customers)
    assert "Minato" not in page.text
    send(client_of(cast.sales), ACTION, {"ids": [str(customers[0].id)]}, 403)
    send(client_of(cast.stranger), ACTION, {"ids": [str(customers[0].id)]}, 422)
    cast.staff.profile_key = "no_email"
    db.session.commit()
    send(client_of(cast.staff), ACTION, {"ids": [str(customers[0].id)]}, 403)


# --- sending ------------------------------------------------------------------------------------------------


def test_each_gets_their_own_statement_and_the_page_says_what_became_of_each(admin, customers):
    silent = factories.customer(display_name="Silent", email="")
    location = confirmed(admin, [*customers, silent])
    assert see(admin, location).one("//progress").get("value") == "0"
    work("bulk.run")
    emails = db.session.scalars(select(Email).order_by(Email.id)).all()
    assert [each.to[0]["address"] for each in emails] == ["aoba@example.com", "minato@example.com"]
    assert {(each.kind, str(each.statement.first), str(each.statement.last)) for each in emails} == {
        ("statement", "2026-11-01", "2026-11-30")
    }
    emails[0].state, emails[1].state, emails[1].error = "sent", "failed", "550 unknown"
    db.session.commit()
    page = see(admin, location)
    assert page.one("//progress").get("value") == "1"
    rows = [" ".join(each.text_content().split()) for each in page.all("//tbody/tr")]
    statuses = [each.get("data-status") for each in page.all("//tbody//*[@data-status]")]
    assert statuses == ["sent", "failed", "skipped"]
    assert "550 unknown" in rows[1]
    assert "Silent has no mail address" in rows[2]
    assert not page.has("//section[@hx-trigger]")


def test_the_page_counts_up_with_and_without_javascript_while_mails_wait(admin, customers):
    location = confirmed(admin, customers)
    work("bulk.run")
    page = see(admin, location)
    assert page.has(f'//section[@id="run" and @hx-get="{location}" and @hx-trigger]')
    assert page.has(f'//a[@href="{location}"]')
    fragment = see(admin, location, headers={"HX-Request": "true"})
    assert fragment.has('//*[@id="run"]')
    assert not fragment.is_whole


def test_two_clicks_are_one_batch_and_one_mail_each(admin, customers):
    form = preview(admin, customers).form(**NOVEMBER)
    first, second = (send(admin, ACTION, form).location for _ in range(2))
    assert first == second
    work()
    send(admin, ACTION, form)
    work()
    assert (count(BulkRun), count(Email)) == (1, 2)


def test_a_worker_that_was_killed_in_the_middle_sends_to_nobody_twice(admin, customers, monkeypatch):
    confirmed(admin, customers)
    sent = compose.send_statement

    def killed(customer, *args, **values):
        if customer.display_name == "Minato":
            raise SystemExit
        return sent(customer, *args, **values)

    monkeypatch.setattr(compose, "send_statement", killed)
    db.session.commit()
    [row] = outbox.due()
    with pytest.raises(SystemExit):
        perform(row.id)
    db.session.rollback()
    assert count(Email) == 0
    monkeypatch.undo()
    release(timedelta(0))
    _let_time_pass()
    work("bulk.run")
    assert sorted(each.to[0]["address"] for each in db.session.scalars(select(Email))) == [
        "aoba@example.com",
        "minato@example.com",
    ]


def _let_time_pass():
    for row in db.session.scalars(select(outbox.OutboxRow)):
        row.not_before = row.created_at
    db.session.commit()


def test_who_pays_between_the_click_and_the_worker_is_left_out_if_so_chosen(admin, customers):
    page = preview(admin, customers)
    shown = Page(send(admin, ACTION, page.form(**NOVEMBER, only_owed="1"), 422))
    location = send(admin, ACTION, shown.form()).location
    customers[0].unused_credits_minor = customers[0].receivable_minor
    db.session.commit()
    work("bulk.run")
    assert count(Email) == 0
    page = see(admin, location)
    assert page.words("//tbody").count("Owes nothing") == 2
    assert "Nothing was sent" in page.words("//main")


def test_who_lost_the_right_meanwhile_sends_nothing(client_of, cast, customers):
    location = confirmed(client_of(cast.staff), customers)
    cast.staff.profile_key = "no_email"
    db.session.commit()
    work()
    [run] = db.session.scalars(select(BulkRun))
    assert (run.state, count(Email)) == ("stopped", 0)
    assert "may not do it any more" in see(client_of(cast.staff), location).words("//main")


def test_a_customer_given_to_somebody_else_meanwhile_is_skipped(client_of, cast, customers):
    for each in customers:
        each.owner_id = cast.assigned.id
    db.session.commit()
    location = confirmed(client_of(cast.assigned), customers)
    customers[1].owner_id = cast.staff.id
    db.session.commit()
    work("bulk.run")
    assert count(Email) == 1
    assert see(client_of(cast.assigned), location).has('//*[@data-status="skipped"]')


# --- once more ----------------------------------------------------------------------------------------------


def failed_run(client, customers, *states):
    """A run whose mails ended like this; its address, and the mails."""
    location = confirmed(client, customers)
    work("bulk.run")
    emails = db.session.scalars(select(Email).order_by(Email.id)).all()
    for email, state in zip(emails, states, strict=True):
        email.state = state
    db.session.commit()
    return location, emails


def test_a_failed_one_is_tried_again_from_the_page_and_one_of_unknown_fate_only_by_itself(admin, customers):
    location, emails = failed_run(admin, customers, "failed", "unknown")
    page = see(admin, location)
    assert "Nobody knows whether it arrived" in page.words("//tbody")
    send(admin, f"{location}/mails", {})
    assert [each.state for each in emails] == ["waiting", "unknown"]
    send(admin, f"{location}/mails", {"email": str(emails[1].id)})
    assert [each.state for each in emails] == ["waiting", "waiting"]


def test_all_that_failed_are_tried_again_with_one_click(admin, customers):
    location, emails = failed_run(admin, customers, "failed", "failed")
    form = see(admin, location).one('//form[contains(@action, "/mails")][not(.//input[@name="email"])]')
    assert form.get("action") == f"{location}/mails"
    send(admin, f"{location}/mails", {})
    assert {each.state for each in emails} == {"waiting"}


def test_what_was_sent_is_not_sent_again_and_others_have_no_business_there(admin, client_of, cast, customers):
    location, emails = failed_run(admin, customers, "sent", "failed")
    for wrong in (str(emails[0].id), "999999", "nonsense" * 9):
        send(admin, f"{location}/mails", {"email": wrong})
    assert emails[0].state == "sent"
    send(client_of(cast.staff), f"{location}/mails", {}, 404)
    cast.admin.profile_key = "no_email"
    db.session.commit()
    send(admin, f"{location}/mails", {}, 403)
