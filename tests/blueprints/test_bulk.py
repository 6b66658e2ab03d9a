"""Bulk actions: a preview, a confirmation, what came of it, and the way back."""

import pytest
from sqlalchemy import select

from domain import records
from domain.db import db
from domain.modules import ALL, bulk
from domain.modules.bulk_runs import BulkRun
from domain.modules.making_fields import make_field
from domain.organizations.roles import PROFILES, Profile
from domain.outbox import OutboxRow
from jobs.bulk import run_bulk
from tests import factories
from tests.modules import samples
from tests.pages import HTMX, Page, see, send

ACCOUNTS, CUSTOMERS, INVOICES = "/crm/accounts", "/books/customers", "/books/invoices"


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


def preview(client, address, action, rows=(), status=200, **form):
    data = {"ids": [str(row.id) for row in rows], **form}
    return Page(send(client, f"{address}/bulk/{action}", data, status))


def done(client, address, action, rows=(), typed=None, **form):
    """The page of the run after somebody looked and confirmed."""
    page = preview(client, address, action, rows, **form)
    location = send(client, f"{address}/bulk/{action}", page.form(**(typed or {}))).location
    return see(client, location)


def undone(client, page):
    [form] = page.all('//form[contains(@action, "/undo")]')
    fields = {each.get("name"): each.get("value") for each in form.xpath(".//input")}
    return see(client, send(client, form.get("action"), fields).location)


def test_the_preview_changes_nothing_and_names_who_is_affected(admin, cast):
    rows = [factories.account(name=name) for name in "AB"]
    page = preview(admin, ACCOUNTS, "owner", rows)
    assert page.words('//*[@class="names"]') == "AB"
    assert [row.owner_id for row in rows] == [None, None]


def test_a_new_owner_for_many_and_back_again(admin, cast):
    first, second = factories.account(owner_id=cast.sales.id), factories.account()
    page = done(admin, ACCOUNTS, "owner", [first, second], {"owner_id": str(cast.staff.id)})
    assert "2 records were changed" in page.words("//main")
    assert {first.owner_id, second.owner_id} == {cast.staff.id}
    undone(admin, page)
    assert (first.owner_id, second.owner_id) == (cast.sales.id, None)


def test_what_somebody_changed_since_is_not_taken_back(admin, cast):
    first, second = factories.account(), factories.account(name="Changed")
    page = done(admin, ACCOUNTS, "owner", [first, second], {"owner_id": str(cast.staff.id)})
    records.update(second, {"industry": "Wood"}, cast.admin)
    page = undone(admin, page)
    assert "Changed – Somebody changed it since" in page.words("//main")
    assert (first.owner_id, second.owner_id) == (None, cast.staff.id)


def test_what_would_change_is_shown_before_and_who_stays_and_nothing_is_changed(admin, cast):
    invoiced, free, same = (factories.customer(display_name=name) for name in ("Invoiced", "Free", "Same"))
    factories.invoice(invoiced)
    factories.currency("EUR")
    same.currency = "EUR"
    db.session.commit()
    page = preview(admin, CUSTOMERS, "update", [invoiced, free, same])
    typed = page.form(set=["currency", "notes"], currency="EUR", notes="Watch", trial="1")
    page = Page(send(admin, f"{CUSTOMERS}/bulk/update", typed, 200))
    assert page.words('//*[@id="changes"]//tbody') == "Free JPY → EUR — → Watch Same EUR — → Watch"
    assert "Invoiced – The currency can't change" in page.words('//*[@data-tone="wait"]')
    assert (free.currency, free.notes, db.session.scalar(select(BulkRun.id))) == ("JPY", "", None)
    run = see(admin, send(admin, f"{CUSTOMERS}/bulk/update", page.form()).location)
    assert "2 records were changed" in run.words("//main") and "Invoiced –" in run.words("//main")
    assert (invoiced.currency, free.currency, same.notes) == ("JPY", "EUR", "Watch")
    undone(admin, run)
    assert (free.currency, free.notes, same.currency, same.notes) == ("JPY", "", "EUR", "")


def test_what_refers_to_others_is_shown_by_name_before_it_is_changed(admin, cast):
    terms = factories.payment_terms(name="Next month")
    old = factories.payment_terms(name="At once")
    customer = factories.customer(display_name="Free", payment_terms_id=old.id, owner_id=cast.admin.id)
    db.session.commit()
    page = preview(admin, CUSTOMERS, "update", [customer])
    typed = page.form(set=["payment_terms", "owner"], payment_terms=str(terms.id), trial="1")
    typed["owner_id"] = str(cast.staff.id)
    page = Page(send(admin, f"{CUSTOMERS}/bulk/update", typed, 200))
    names = f"{cast.admin.name} → {cast.staff.name}"
    assert {names, "At once → Next month"} <= {
        each.text_content() for each in page.all('//*[@id="changes"]//td')
    }


def test_templates_are_given_to_many_and_taken_back(admin, cast):
    factories.pdf_template(cast.admin, name="Own")
    factories.mail_template(cast.admin, name="Formal")
    first, second = factories.customer(pdf_template_invoice="Own"), factories.customer()
    page = preview(admin, CUSTOMERS, "templates", [first, second])
    typed = page.form(set=["pdf_template_invoice", "mail_template_invoice"], pdf_template_invoice="Own")
    typed["mail_template_invoice"], typed["trial"] = "Formal", "1"
    page = Page(send(admin, f"{CUSTOMERS}/bulk/templates", typed, 200))
    assert "— → Formal" in page.words('//*[@id="changes"]')
    run = see(admin, send(admin, f"{CUSTOMERS}/bulk/templates", page.form()).location)
    has = [(each.pdf_template_invoice, each.mail_template_invoice) for each in (first, second)]
    assert has == [("Own", "Formal"), ("Own", "Formal")]
    undone(admin, run)
    has = [(each.pdf_template_invoice, each.mail_template_invoice) for each in (first, second)]
    assert has == [("Own", ""), ("", "")]


def test_a_run_is_taken_back_once(admin, cast):
    account = factories.account()
    page = done(admin, ACCOUNTS, "owner", [account], {"owner_id": str(cast.staff.id)})
    undone(admin, page)
    [run] = db.session.scalars(select(BulkRun).where(BulkRun.action == "owner"))
    send(admin, f"{ACCOUNTS}/bulk/runs/{run.id}/undo", {"form_key": samples.key()}, 422)


def test_several_fields_are_set_at_once_and_others_stay(admin, cast):
    make_field("crm.accounts", {"label": "Since", "kind": "date"}, cast.admin, samples.key())
    db.session.commit()
    rows = [factories.account(industry="Wood", phone="1", fax="2") for _ in range(2)]
    typed = {"set": ["industry", "phone", "cf_since"], "industry": "Metal", "phone": "", "fax": "9"}
    page = done(admin, ACCOUNTS, "update", rows, typed | {"cf_since": "2026-03-31"})
    for row in rows:
        assert (row.industry, row.phone, row.fax, str(row.cf_since)) == ("Metal", "", "2", "2026-03-31")
    undone(admin, page)
    for row in rows:
        assert (row.industry, row.phone, row.cf_since) == ("Wood", "1", None)


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_is_kept(admin):
    account = factories.account()
    form = preview(admin, ACCOUNTS, "update", [account]).form(set=["employees"], employees="many")
    page = Page(send(admin, f"{ACCOUNTS}/bulk/update", form, 422))
    assert page.error("employees")
    assert page.form()["employees"] == "many"
    form = preview(admin, ACCOUNTS, "update", [account]).form()
    assert "at least one field" in Page(send(admin, f"{ACCOUNTS}/bulk/update", form, 422)).words("//main")


def test_who_cannot_be_deleted_is_named_with_the_reason_and_the_others_go(admin):
    free, busy = factories.customer(display_name="Free"), factories.customer(display_name="Busy")
    factories.invoice(busy)
    page = preview(admin, CUSTOMERS, "delete", [free, busy])
    assert "Busy –" in page.words('//*[@data-tone="wait"]')
    location = send(admin, f"{CUSTOMERS}/bulk/delete", page.form()).location
    page = see(admin, location)
    assert "1 record was deleted" in page.words("//main")
    assert "Busy –" in page.words('//*[@data-tone="wait"]')
    assert not page.has('//form[contains(@action, "/undo")]')
    model = ALL["books.customers"].model
    assert [each.display_name for each in db.session.scalars(select(model))] == ["Busy"]


def test_when_nobody_is_affected_there_is_nothing_to_confirm(admin):
    busy = factories.customer()
    factories.invoice(busy)
    page = preview(admin, CUSTOMERS, "delete", [busy])
    assert not page.has('//form[@id="form"]//button')


def test_customers_become_inactive_and_active_again(admin):
    one, other = factories.customer(), factories.customer(is_active=False)
    page = done(admin, CUSTOMERS, "inactive", [one, other])
    assert "Is inactive already" in page.words("//main")
    assert (one.is_active, other.is_active) == (False, False)
    undone(admin, page)
    assert (one.is_active, other.is_active) == (True, False)


def test_documents_are_changed_in_what_issuing_leaves_free_and_drafts_deleted(admin, cast):
    draft, issued = factories.invoice(), factories.invoice(issued=True)
    done(admin, INVOICES, "update", [draft, issued], {"set": ["reference"], "reference": "R"})
    assert (draft.reference, issued.reference) == ("R", "R")
    page = done(admin, INVOICES, "delete", [draft, issued])
    assert "You can void it instead" in page.words("//main")
    assert [each.id for each in db.session.scalars(select(ALL["books.invoices"].model))] == [issued.id]


def test_all_that_match_are_asked_for_again_under_ones_own_rights(admin, client_of, cast):
    own = factories.account(industry="Wood", owner_id=cast.assigned.id)
    others = [factories.account(industry=industry) for industry in ("Wood", "Metal")]
    form = {"all": "1", "listing": "industry=Wood"}
    done(client_of(cast.assigned), ACCOUNTS, "update", [], {"set": ["fax"], "fax": "7"}, **form)
    assert [each.fax for each in (own, *others)] == ["7", "", ""]
    done(admin, ACCOUNTS, "update", [], {"set": ["fax"], "fax": "8"}, **form)
    assert [each.fax for each in (own, *others)] == ["8", "8", ""]


def test_a_list_that_changed_meanwhile_is_shown_once_more(admin):
    factories.account(industry="Wood")
    form = {"all": "1", "listing": "industry=Wood"}
    confirmed = preview(admin, ACCOUNTS, "update", **form).form(set=["fax"], fax="7")
    late = factories.account(industry="Wood")
    page = Page(send(admin, f"{ACCOUNTS}/bulk/update", confirmed, 422))
    assert page.form()["count"] == "2"
    assert late.fax == ""


def test_records_of_others_are_not_affected(admin, client_of, cast):
    account = factories.account()
    assigned = client_of(cast.assigned)
    preview(assigned, ACCOUNTS, "delete", [account], 422)
    preview(client_of(cast.stranger), ACCOUNTS, "delete", [account], 422)
    preview(client_of(cast.sales), CUSTOMERS, "delete", [account], 403)
    page = done(admin, ACCOUNTS, "owner", [account], {"owner_id": str(cast.staff.id)})
    [run] = db.session.scalars(select(BulkRun))
    for other in (assigned, client_of(cast.stranger), client_of(cast.staff)):
        see(other, f"{ACCOUNTS}/bulk/runs/{run.id}", 404)
    assert page


def test_without_the_right_the_bar_is_not_there(client_of, cast, monkeypatch):
    factories.account()
    monkeypatch.setitem(PROFILES, "viewer", Profile("viewer", "Viewer", frozenset({"crm.*.view"})))
    cast.staff.profile_key = "viewer"
    page = see(client_of(cast.staff), ACCOUNTS)
    assert not page.has('//*[@class="bulk"] | //*[@class="pick"]')


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"ids": "x"},
        {"ids": "9" * 30},
        {"ids": ["1"] * 300},
        {"all": "1", "listing": "nonsense=1"},
        {"all": "1", "listing": "industry=nobody"},
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(admin, form):
    factories.account()
    preview(admin, ACCOUNTS, "delete", status=422, **form)
    send(admin, f"{ACCOUNTS}/bulk/nonsense", form, 404)
    send(admin, "/crm/accounts/bulk/active", form, 404)


def test_the_same_confirmation_sent_twice_is_one_run(admin, cast):
    account = factories.account()
    form = preview(admin, ACCOUNTS, "owner", [account]).form(owner_id=str(cast.staff.id))
    first, second = (send(admin, f"{ACCOUNTS}/bulk/owner", form).location for _ in range(2))
    assert first == second


def test_very_many_are_a_job_that_goes_on_slice_by_slice(admin, cast, monkeypatch):
    monkeypatch.setattr(bulk, "IN_REQUEST", 2)
    monkeypatch.setattr(bulk, "SLICE", 2)
    rows = [factories.account(name=f"A{n}") for n in range(5)]
    form = {"all": "1", "listing": ""}
    page = done(admin, ACCOUNTS, "owner", [], {"owner_id": str(cast.staff.id)}, **form)
    assert page.one("//progress").get("max") == "5"
    [run] = db.session.scalars(select(BulkRun))
    for expected in (2, 4, 5):
        [row] = db.session.scalars(
            select(OutboxRow).where(OutboxRow.topic == "bulk.run", OutboxRow.done_at.is_(None))
        )
        run_bulk(row)
        assert run.done == expected
    assert {row.owner_id for row in rows} == {cast.staff.id}
    page = see(admin, f"{ACCOUNTS}/bulk/runs/{run.id}", headers=HTMX)
    assert "5 records were changed" in page.text


def test_a_job_whose_owner_lost_the_right_changes_nothing_more(admin, cast, monkeypatch):
    monkeypatch.setattr(bulk, "IN_REQUEST", 0)
    account = factories.account()
    page = preview(admin, ACCOUNTS, "owner", [account])
    send(admin, f"{ACCOUNTS}/bulk/owner", page.form(owner_id=str(cast.staff.id)))
    monkeypatch.setitem(PROFILES, "viewer", Profile("viewer", "Viewer", frozenset({"crm.*.view"})))
    cast.admin.profile_key = "viewer"
    db.session.commit()
    [row] = db.session.scalars(select(OutboxRow).where(OutboxRow.topic == "bulk.run"))
    run_bulk(row)
    [run] = db.session.scalars(select(BulkRun))
    assert (run.state, account.owner_id) == ("stopped", None)


def test_what_is_ticked_is_taken_out_and_all_that_match_when_that_is_ticked(admin):
    rows = [factories.account(name=name, industry="Wood") for name in ("First", "Second")]
    factories.account(name="Third", industry="Metal")
    page = see(admin, f"{ACCOUNTS}?industry=Wood")
    [button] = page.all('//button[contains(@formaction, "export.xlsx")]')
    address = button.get("formaction").replace("xlsx", "csv")
    form = page.form("bulk")
    chosen = admin.post(address, data=form | {"ids": [str(rows[0].id)]}).text
    every = admin.post(address, data=form | {"ids": [str(rows[0].id)], "all": "1"}).text
    assert ("First" in chosen, "Second" in chosen) == (True, False)
    assert ("First" in every, "Second" in every, "Third" in every) == (True, True, False)
