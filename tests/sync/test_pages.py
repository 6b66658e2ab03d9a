"""Set up, synced, looked at, settled and undone by an administrator, page by page."""

import pytest
from sqlalchemy import select

from domain import records
from domain.books.customers import Customer
from domain.crm.accounts import Account
from domain.db import db
from domain.links import link_of
from domain.sync.connections import SyncModule
from domain.sync.questions import Question
from domain.sync.runs import SyncRow, SyncRun
from sync import run as runs
from tests.sync.conftest import rows_of, work_off

CHOSEN = {
    "version": "1",
    "covers": "both",
    "direction": "both",
    "records": "all",
    "duplicates": "join",
    "interval": "2h",
}


@pytest.fixture
def admin(client_of, cast):
    return client_of(cast.admin)


def module(key="customers"):
    return db.session.scalars(select(SyncModule).where(SyncModule.key == key)).first()


def test_a_module_is_set_up_and_synced_with_one_click(admin, factories):
    factories.account(name="Minato")
    db.session.commit()
    page = admin.get("/integrations/crm")
    assert "Not set up" in page.text
    response = admin.post("/integrations/crm/customers/edit", data=CHOSEN | {"then": "sync"})
    assert (response.status_code, response.location) == (303, "/integrations/crm")
    work_off()
    db.session.expire_all()
    assert db.session.scalars(select(Customer.display_name)).all() == ["Minato"]
    assert module().is_on
    assert "1 made" in admin.get("/integrations/crm").text
    assert (
        "Minato" in admin.get(f"/integrations/crm/runs/{db.session.scalars(select(SyncRun.id)).one()}").text
    )


def test_fields_are_paired_anew_and_what_does_not_fit_is_refused_with_the_typing_kept(admin, factories, sync):
    account = factories.account(name="Minato", industry="Ships")
    sync()
    form = CHOSEN | {"version": str(module().version)}
    form |= {"companies-0-crm": "name", "companies-0-books": "display_name"}
    form |= {
        f"companies-{n}-{name}": value
        for n in (0, 1)
        for name, value in (("way", "both"), ("wins", "newest"))
    }
    bad = form | {"companies-1-crm": "employees", "companies-1-books": "email"}
    response = admin.post("/integrations/crm/customers/edit", data=bad)
    assert response.status_code == 422
    assert "hold different kinds of values" in response.text
    good = form | {"companies-1-crm": "industry", "companies-1-books": "notes"}
    assert admin.post("/integrations/crm/customers/edit", data=good).status_code == 303
    sync()
    db.session.expire_all()
    customer = db.session.get(Customer, link_of("crm.accounts", account.id).books_id)
    assert customer.notes == "Ships"


def test_a_pause_holds_a_run_and_the_resume_takes_it_up(admin, factories, sync, settings):
    for number in range(3):
        factories.account(name=f"Minato {number}")
    run = runs.start(settings(), "hand")
    db.session.commit()
    admin.post("/integrations/crm/customers/pause", data={"pause": "1"})
    work_off()
    db.session.expire_all()
    assert (run.state, db.session.scalars(select(Customer)).all()) == ("paused", [])
    admin.post("/integrations/crm/customers/pause", data={"pause": ""})
    work_off()
    db.session.expire_all()
    assert (run.state, len(db.session.scalars(select(Customer)).all())) == ("done", 3)


def test_the_preview_says_what_would_be_and_writes_nothing(admin, factories, settings):
    factories.account(name="Minato")
    factories.customer(display_name="Sagami")
    db.session.commit()
    response = admin.post("/integrations/crm/customers/runs", data={"dry": "1"})
    work_off()
    page = admin.get(response.location).text
    assert "Nothing was written" in page
    assert ">2</a>" in page
    assert "1 in the books" in page and "1 in the CRM" in page
    assert len(db.session.scalars(select(Customer)).all()) == 1
    assert len(db.session.scalars(select(Account)).all()) == 1


@pytest.mark.parametrize(("answer", "customers"), [("candidate", 1), ("new", 2), ("apart", 1)])
def test_who_may_be_meant_is_shown_side_by_side_and_settled(admin, factories, sync, answer, customers):
    account = factories.account(name="Minato Inc.", phone="045-555-0100")
    customer = factories.customer(display_name="Minato Ltd")
    sync()
    page = admin.get("/integrations/crm/review").text
    assert "Minato Ltd" in page
    assert "045-555-0100" in page
    asked = db.session.scalars(select(Question)).one()
    said = str(customer.id) if answer == "candidate" else answer
    admin.post(f"/integrations/crm/questions/{asked.id}", data={"answer": said})
    work_off()
    db.session.expire_all()
    assert len(db.session.scalars(select(Customer)).all()) == customers
    link = link_of("crm.accounts", account.id)
    assert (link is None) == (answer == "apart")
    assert [row[0] for row in rows_of(sync())] == (["created"] if answer == "new" else [])


def test_a_conflict_is_settled_field_by_field(admin, factories, sync, settings, cast):
    settings().mapping = {
        "companies": [
            {"crm": "name", "books": "display_name"},
            {"crm": "phone", "books": "phone", "wins": "ask"},
        ]
    }
    account = factories.account(name="Minato", phone="1")
    sync()
    customer = db.session.scalars(select(Customer)).one()
    records.update(account, {"phone": "2"}, cast.admin)
    records.update(customer, {"phone": "3"}, cast.admin)
    sync()
    assert "Take the CRM" in admin.get("/integrations/crm/conflicts").text
    asked = db.session.scalars(select(Question)).one()
    unsaid = admin.post(f"/integrations/crm/questions/{asked.id}", data={})
    assert unsaid.status_code == 422
    admin.post(f"/integrations/crm/questions/{asked.id}", data={"phone=phone": "books"})
    work_off()
    db.session.expire_all()
    assert (account.phone, customer.phone) == ("3", "3")
    assert rows_of(sync()) == []


def test_ten_questions_ask_the_database_no_more_often_than_two(admin, factories, sync, count_queries):
    def asked(names):
        for name in names:
            factories.account(name=f"{name} Inc.")
            factories.customer(display_name=f"{name} Ltd")
        sync()
        with count_queries() as queries:
            assert admin.get("/integrations/crm/review").text.count("<form") > len(names)
        return len(queries)

    assert asked(["Minato", "Sagami"]) == asked([f"Shonan {number}" for number in range(8)])


@pytest.mark.parametrize(
    ("answer", "accounts", "customers"), [("keep", 0, 1), ("again", 1, 1), ("delete", 0, 0)]
)
def test_a_deletion_is_proposed_and_carried_out_as_somebody_says(
    admin, factories, sync, cast, answer, accounts, customers
):
    account = factories.account(name="Minato")
    sync()
    records.delete(account, cast.admin)
    db.session.commit()
    asked = db.session.scalars(select(Question)).one()
    admin.post(f"/integrations/crm/questions/{asked.id}", data={"answer": answer})
    work_off()
    sync()
    assert len(db.session.scalars(select(Account)).all()) == accounts
    assert len(db.session.scalars(select(Customer)).all()) == customers


def test_a_run_is_undone_and_not_done_again(admin, factories, sync, cast):
    linked = factories.account(name="Minato", phone="1")
    first = sync()
    customer = db.session.scalars(select(Customer)).one()
    factories.account(name="Sagami")
    records.update(linked, {"phone": "2"}, cast.admin)
    run = sync()
    admin.post(f"/integrations/crm/runs/{run.id}/undo")
    work_off()
    db.session.expire_all()
    assert run.state == "undone"
    assert [each.display_name for each in db.session.scalars(select(Customer))] == ["Minato"]
    assert [asked.answer for asked in db.session.scalars(select(Question))] == ["keep"]
    assert "Nobody to look at" in admin.get("/integrations/crm/review").text
    assert (linked.phone, customer.phone) == ("2", "1")
    assert rows_of(sync()) == []
    records.update(customer, {"phone": "3"}, cast.admin)
    admin.post(f"/integrations/crm/runs/{first.id}/undo")
    work_off()
    row = db.session.scalars(select(SyncRow).where(SyncRow.run_id == first.id)).one()
    assert (row.outcome, str(row.reason)) == ("kept", "Somebody has worked with it since.")


def test_people_at_vendors_who_were_undone_stay_undone(admin, factories, sync):
    vendor = factories.vendor(display_name="Kiln")
    factories.contact_person(vendor, last_name="Tanaka")
    run = sync("vendors")
    assert [row[2] for row in rows_of(run)] == ["Kiln", "Tanaka"]
    admin.post(f"/integrations/crm/runs/{run.id}/undo")
    work_off()
    asked = db.session.scalars(select(Question).order_by(Question.id.desc()))
    assert [(each.lane, each.answer) for each in asked] == [("vendors", "keep"), ("vendor-people", "keep")]
    assert rows_of(sync("vendors")) == []


def test_what_failed_is_grouped_by_reason_taken_out_and_tried_again(admin, factories, sync, cast):
    account = factories.account(name="Minato")
    sync()
    taken = factories.customer(display_name="Shonan", is_active=False)
    records.update(account, {"name": "Shonan"}, cast.admin)
    run = sync()
    page = admin.get(f"/integrations/crm/runs/{run.id}").text
    assert "There is already a customer called Shonan." in page
    sheet = admin.get(f"/integrations/crm/runs/{run.id}/failed.csv").data.decode("utf-8-sig")
    assert "There is already a customer called Shonan." in sheet
    records.update(taken, {"display_name": "Shonan (old)"}, cast.admin)
    db.session.commit()
    admin.post(f"/integrations/crm/runs/{run.id}/retry")
    work_off()
    db.session.expire_all()
    assert db.session.get(Customer, link_of("crm.accounts", account.id).books_id).display_name == "Shonan"
    assert "went well later" in admin.get(f"/integrations/crm/runs/{run.id}").text


def test_one_record_is_brought_into_step_and_no_other(admin, factories, sync, cast):
    one, other = factories.account(name="Minato", phone="1"), factories.account(name="Sagami", phone="1")
    sync()
    for account in (one, other):
        records.update(account, {"phone": "2"}, cast.admin)
    db.session.commit()
    assert "Sync this record" in admin.get(f"/crm/accounts/{one.id}").text
    admin.post(f"/crm/accounts/{one.id}/sync")
    work_off()
    phones = dict(db.session.execute(select(Customer.display_name, Customer.phone)).all())
    assert phones == {"Minato": "2", "Sagami": "1"}
    customer = db.session.get(Customer, link_of("crm.accounts", other.id).books_id)
    admin.post(f"/books/customers/{customer.id}/sync")
    work_off()
    db.session.expire_all()
    assert customer.phone == "2"


def test_a_deleted_integration_keeps_everything_and_goes_on_without_duplicates(admin, factories, sync, cast):
    account = factories.account(name="Minato", phone="1")
    sync()
    assert "stays where it is" in admin.get("/integrations/crm/delete").text
    admin.post("/integrations/crm/delete")
    records.update(db.session.get(Account, account.id), {"phone": "2"}, cast.admin)
    db.session.commit()
    assert admin.post("/integrations/crm/customers/runs").status_code == 422
    admin.post("/integrations/crm/connect")
    sync()
    db.session.expire_all()
    assert [each.phone for each in db.session.scalars(select(Customer))] == ["2"]


def test_who_may_not_see_the_settings_sees_nothing_of_the_sync(client_of, cast):
    for person in (cast.staff, cast.assigned, cast.sales):
        assert client_of(person).get("/integrations").status_code == 403
        assert client_of(person).get("/integrations/crm/review").status_code == 403


def test_what_failed_for_one_reason_is_tried_again_in_one_run_of_its_own(admin, factories, sync, cast):
    accounts = [factories.account(name=f"Minato {number}") for number in range(3)]
    sync()
    for number, account in enumerate(accounts[:2]):
        factories.customer(display_name=f"Shonan {number}", is_active=False)
        records.update(account, {"name": f"Shonan {number}"}, cast.admin)
    records.update(accounts[2], {"billing_country": "??"}, cast.admin)
    failed = sync()
    for taken in db.session.scalars(select(Customer).where(~Customer.is_active)):
        records.update(taken, {"display_name": f"{taken.display_name} (old)"}, cast.admin)
    db.session.commit()
    like = db.session.scalars(
        select(SyncRow.id).where(SyncRow.run_id == failed.id, SyncRow.title == "Shonan 0")
    ).one()
    response = admin.post(f"/integrations/crm/runs/{failed.id}/retry", data={"like": str(like)})
    work_off()
    again = db.session.scalars(select(SyncRun).order_by(SyncRun.id.desc())).first()
    assert response.location == f"/integrations/crm/runs/{again.id}"
    assert [row[2] for row in rows_of(again)] == ["Shonan 0"]
    admin.post(f"/integrations/crm/runs/{failed.id}/retry")
    work_off()
    names = db.session.scalars(select(Customer.display_name).where(Customer.is_active))
    assert {"Shonan 0", "Shonan 1"} <= set(names)


def test_who_waits_for_a_decision_is_marked_on_their_page_and_counted_on_the_first_one(
    admin, client_of, factories, sync, cast
):
    account = factories.account(name="Minato Inc.")
    factories.customer(display_name="Minato Ltd")
    assert "1 record to look at" not in admin.get("/").text
    sync()
    assert "1 record to look at" in admin.get("/").text
    assert 'href="/integrations/crm/review"' in admin.get(f"/crm/accounts/{account.id}").text
    seen_by_sales = client_of(cast.sales).get(f"/crm/accounts/{account.id}").text
    assert "Sync waits for a decision" in seen_by_sales
    assert "/integrations/crm/review" not in seen_by_sales


def test_how_far_a_run_is_can_be_seen_without_script(admin, factories, settings):
    factories.account(name="Minato")
    run = runs.start(settings(), "hand")
    db.session.commit()
    page = admin.get("/integrations/crm").text
    assert 'max="100" value="0"' in page
    assert "0 records looked at" in page
    run.place = {"lane": 1, "step": "crm"}
    db.session.commit()
    assert 'max="100" value="67"' in admin.get(f"/integrations/crm/runs/{run.id}").text


def test_undoing_asks_first(admin, factories, sync):
    factories.account(name="Minato")
    run = sync()
    page = admin.get(f"/integrations/crm/runs/{run.id}/undo").text
    assert "1 made" in page
    assert f'action="/integrations/crm/runs/{run.id}/undo"' in page
