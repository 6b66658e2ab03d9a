"""Bigin on the form of a document: somebody found there and brought over, and the deal that it is associated with."""

import pytest
from sqlalchemy import select

from domain.books.customers import Customer
from domain.books.document import Document
from domain.crm.accounts import Account
from domain.db import db
from domain.links import Link
from domain.outbox import Failure, OutboxRow
from sync import run as runs
from tests import factories
from tests.blueprints.test_documents_form import of
from tests.pages import HTMX, Page, compiled_once, see, send
from tests.sync.bigin import connection, remote, sync, there, work
from tests.sync.conftest import work_off
from tests.sync.remote import ADDRESS

__all__ = ["compiled_once", "connection", "remote", "sync", "there"]

WAYS = pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
FORM = {
    "form_key": "key",
    "date": "2026-11-02",
    "lines-0-description": "Work",
    "lines-0-rate": "1500",
    "notes": "kept",
}
KINDS = ("estimates", "sales-orders", "invoices")


@pytest.fixture
def minato(connection, there):
    """Fixture: a company that is only in Bigin, and somebody by themselves; the company's id there."""
    with there():
        account = factories.account(
            name="Minato Works", website="https://minato.example", phone="03-1111-2222"
        )
        factories.contact(last_name="Minato", first_name="Yui")
        db.session.commit()
        return str(account.id)


def look(client, doing="", headers=None, module="invoices", **form):
    """The form after a button of the tab In Bigin."""
    address = f"/books/{module}/bigin{doing}"
    return Page(send(client, address, FORM | form, 200, headers=headers or {}))


def searched(client, text="minato", **more):
    """The form with what the search has found."""
    page = look(client, "/search", party=text, party_in="bigin", **more)
    assert "Asking Elsewhere Ltd" in page.words('//*[@id="in_bigin"]')
    work()
    return look(client, **found_in(page), **more)


def found_in(page):
    """The hidden fields of the tab, and what stands in the picker."""
    fields = page.all('//*[@id="in_bigin"]//input[@type="hidden"] | //*[@id="form"]//input[@name]')
    wanted = ("party", "party_id", "bigin_asked", "bigin_name")
    return {each.get("name"): each.get("value", "") for each in fields if each.get("name") in wanted}


# --- somebody who is not here yet --------------------------------------------------------------------------------


def test_the_picker_looks_in_bigin_beside_the_books_and_the_crm(minato, client_of, cast):
    staff = client_of(cast.staff)
    for kind in KINDS:
        tabs = see(staff, f"/books/{kind}/new").words('//*[@role="radiogroup"]')
        assert tabs == "In books In CRM In Bigin"
    assert "Bigin" not in see(staff, "/books/bills/new").words('//*[@role="radiogroup"]')
    offer = see(staff, "/books/invoices/parties?party=mina&party_in=bigin").one('//*[@role="option"]')
    assert offer.get("hx-post") == "/books/invoices/bigin/search" and offer.get("hx-target") == "#in_bigin"


@WAYS
def test_a_search_there_runs_in_a_worker_and_the_form_waits_with_all_that_was_typed(
    minato, client_of, cast, headers
):
    staff = client_of(cast.staff)
    factories.customer(display_name="Minato Harbour")  # whom the text alone would find in the books
    page = look(staff, "/search", headers, party="minato", party_in="bigin")
    assert not page.has('//*[@id="party_panel"]')
    assert page.is_whole is not bool(headers)
    assert page.by_id("in_bigin").get("hx-post") == "/books/invoices/bigin"
    if not headers:
        form = page.form()
        assert (form["notes"], form["lines-0-rate"], form["party"]) == ("kept", "1500", "minato")
        assert form["party_in"] == "bigin"
    asked = {"bigin_asked": page.one('//*[@name="bigin_asked"]').get("value")}
    work()
    page = look(staff, "", headers, party="minato", party_in="bigin", **asked)
    assert not page.by_id("in_bigin").get("hx-post"), "it asks no more"
    assert [each.text for each in page.all('//li[@class="deal"]/b')] == ["Minato Works", "Minato Yui"]
    assert "not in the books yet" in page.words('//li[@class="deal"][1]')


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_is_chosen_there_is_brought_over_and_is_then_chosen_in_the_form(
    minato, client_of, cast, kind
):
    staff = client_of(cast.staff)
    found = found_in(searched(staff, module=kind))
    page = look(staff, f"/companies/{minato}", module=kind, **found)
    form = page.form()
    assert (form["party"], form["party_id"]) == ("Minato Works", f"bigin.companies:{minato}")
    assert "is being brought over" in page.words('//*[@id="in_bigin"]')
    early = Page(send(staff, f"/books/{kind}/new", form, 422))
    assert "not here yet" in early.error("party") and early.form()["notes"] == "kept"
    work_off()
    here = look(staff, "", HTMX, module=kind, **form)
    assert here.one('//*[@name="do" and @value="party"]').get("hx-trigger") == "load, click"
    page = Page(send(staff, f"/books/{kind}/party", form | {"do": "party"}, 200))
    customer = db.session.scalar(select(Customer))
    assert (page.form()["party_id"], page.form()["party_in"]) == (str(customer.id), "books")
    assert (customer.display_name, customer.website) == ("Minato Works", "https://minato.example")
    send(staff, f"/books/{kind}/new", page.form())
    made = db.session.scalar(select(Document))
    assert (made.party_name, made.notes, made.subtotal_minor) == ("Minato Works", "kept", 1500)


def test_without_script_who_has_arrived_meanwhile_may_be_saved_at_once(minato, client_of, cast):
    staff = client_of(cast.staff)
    form = look(staff, f"/companies/{minato}", **found_in(searched(staff))).form()
    work_off()
    send(staff, "/books/invoices/new", form)
    assert db.session.scalar(select(Document)).party_name == "Minato Works"


def test_somebody_by_themselves_becomes_an_individual_customer(minato, client_of, cast):
    staff = client_of(cast.staff)
    page = searched(staff)
    url = page.one('//li[@class="deal"][2]//button').get("formaction").removeprefix("/books/invoices/bigin")
    look(staff, url, **found_in(page))
    work_off()
    assert [each.customer_type for each in db.session.scalars(select(Customer))] == ["individual"]


def test_who_is_here_already_is_chosen_at_once_and_nobody_is_brought_twice(minato, sync, client_of, cast):
    sync()
    staff = client_of(cast.staff)
    page = searched(staff)
    assert "not in the books yet" not in page.words('//li[@class="deal"][1]')
    before = len(db.session.scalars(select(runs.SyncRun)).all())
    form = look(staff, f"/companies/{minato}", **found_in(page)).form()
    customer = db.session.scalar(select(Customer).where(Customer.display_name == "Minato Works"))
    assert (form["party_id"], form["party_in"]) == (str(customer.id), "books")
    assert len(db.session.scalars(select(runs.SyncRun)).all()) == before


def test_two_clicks_are_one_run(minato, client_of, cast):
    staff = client_of(cast.staff)
    found = found_in(searched(staff))
    for _click in range(2):
        look(staff, f"/companies/{minato}", **found)
    assert len(db.session.scalars(select(runs.SyncRun)).all()) == 1


def test_another_name_typed_over_theirs_is_the_one_that_counts(minato, client_of, cast):
    staff, other = client_of(cast.staff), factories.customer(display_name="Other")
    form = look(staff, f"/companies/{minato}", **found_in(searched(staff)))
    form = form.form(party="Other", party_in="books")
    send(staff, "/books/invoices/new", form)
    assert db.session.scalar(select(Document)).party_id == other.id


@pytest.mark.parametrize("is_new", [False, True], ids=["one of them", "somebody new"])
def test_who_looks_like_somebody_here_is_asked_about_on_the_spot(minato, client_of, cast, is_new):
    twin = factories.customer(display_name="Something Else", phone="03-1111-2222")
    db.session.commit()
    staff = client_of(cast.staff)
    form = look(staff, f"/companies/{minato}", **found_in(searched(staff))).form()
    work_off()
    tab = look(staff, "", HTMX, **form)
    said = {radio.get("value") for radio in tab.all('//*[@name="counterpart"]')}
    assert "look alike" in tab.words("//legend") and said == {str(twin.id), "new"}
    assert "look alike" in look(staff, f"/companies/{minato}", **form).words('//*[@id="in_bigin"]'), (
        "not said yet"
    )
    form = look(
        staff, f"/companies/{minato}", **form | {"counterpart": "new" if is_new else str(twin.id)}
    ).form()
    work_off()
    chosen = Page(send(staff, "/books/invoices/party", form | {"do": "party"}, 200)).form()
    assert (chosen["party_id"] == str(twin.id)) is not is_new
    assert len(db.session.scalars(select(Customer)).all()) == 1 + is_new


def test_nobody_says_they_are_somebody_whom_no_one_asked_about(minato, client_of, cast):
    factories.customer(display_name="Something Else", phone="03-1111-2222")
    other = factories.customer(display_name="Other")
    db.session.commit()
    staff = client_of(cast.staff)
    form = look(staff, f"/companies/{minato}", **found_in(searched(staff))).form()
    work_off()
    address = f"/books/invoices/bigin/companies/{minato}"
    page = Page(send(staff, address, form | {"counterpart": str(other.id)}, 422))
    assert page.form()["notes"] == "kept" and "choose from the list" in page.words('//*[@role="alert"]')
    for nonsense in ("999999", "x"):
        send(staff, address, form | {"counterpart": nonsense}, 404)


def test_a_paused_sync_brings_nobody_and_says_so_on_the_form(minato, connection, client_of, cast):
    staff = client_of(cast.staff)
    found = found_in(searched(staff))
    next(each for each in connection.modules if each.key == "customers").is_paused = True
    db.session.commit()
    page = Page(send(staff, f"/books/invoices/bigin/companies/{minato}", FORM | found, 422))
    assert "paused" in page.words('//*[@role="alert"]') and page.form()["notes"] == "kept"


def test_what_goes_wrong_with_the_search_is_said_in_the_tab(minato, remote, client_of, cast):
    staff = client_of(cast.staff)
    page = look(staff, "/search", party="minato", party_in="bigin")
    remote.moods = [Failure("configuration", "The integration must be connected again.")]
    work()
    assert "connected again" in look(staff, **found_in(page)).words('//*[@id="in_bigin"]')
    page = look(staff, "/search", party="nobody", party_in="bigin")
    work()
    assert "Nobody called “nobody”" in look(staff, **found_in(page)).words('//*[@id="in_bigin"]')
    empty = Page(send(staff, "/books/invoices/bigin/search", FORM | {"party": " \x00"}, 422, headers=HTMX))
    assert "Please type a name." in empty.words('//*[@id="in_bigin"]//*[@role="alert"]')


def test_what_one_person_asked_is_answered_to_nobody_else(minato, client_of, cast):
    asked = found_in(searched(client_of(cast.staff)))
    assert "Minato" in look(client_of(cast.staff), **asked).words('//*[@id="in_bigin"]')
    assert "Minato" not in look(client_of(cast.admin), **asked).words('//*[@id="in_bigin"]')


def test_only_who_sees_all_customers_and_may_make_them_looks_there(minato, client_of, cast):
    asked = found_in(searched(client_of(cast.staff)))
    for who, status in ((cast.assigned, 403), (cast.sales, 403), (cast.stranger, 404)):
        for doing in ("", "/search", f"/companies/{minato}"):
            send(client_of(who), f"/books/invoices/bigin{doing}", FORM | asked, status)
    assert "In Bigin" not in see(client_of(cast.assigned), "/books/invoices/new").text
    typed = FORM | {"party_id": f"bigin.companies:{minato}"}
    send(client_of(cast.assigned), "/books/invoices/new", typed, 404)


def test_whom_no_search_has_found_is_not_there(minato, client_of, cast):
    staff = client_of(cast.staff)
    found = found_in(searched(staff))
    for wrong in ("/companies/999999", "/people/1", "/companies/%00", "/x/y"):
        send(staff, f"/books/invoices/bigin{wrong}", FORM | found, 404)
    send(staff, "/books/bills/bigin/search", FORM, 404)


# --- deals ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def customer(connection, there):
    """Fixture: a customer who is in Bigin, with a deal there and one of somebody else."""
    with there():
        account = factories.account(name="Minato Works")
        factories.deal(name="Ten chairs", account_id=account.id, amount_minor=5000)
        factories.deal(name="Somebody else's", account_id=factories.account().id)
        remote_id = str(account.id)
    made = factories.customer(display_name="Minato Works")
    ours = {"system": connection.system, "module": "books.customers", "record_id": made.id}
    db.session.add(Link(**ours, remote_module="Accounts", remote_id=remote_id))
    db.session.commit()
    return made


def asked_for(client, form, module="invoices", headers=None):
    """The form with the customer's deals in Bigin."""
    page = Page(send(client, f"/books/{module}/deals/search", form, 200, headers=headers or {}))
    assert "Asking Elsewhere Ltd" in page.words('//*[@id="deals_in_bigin"]')
    row = {"deals_asked": page.one('//*[@name="deals_asked"]').get("value")}
    work()
    return Page(send(client, f"/books/{module}/deals", form | row, 200, headers=headers or {}))


def associated(client, form, module="invoices"):
    """The form with the deal in Bigin associated."""
    page = asked_for(client, form, module)
    key = page.one('//*[@id="deals_in_bigin"]//li[1]//button[@name="do"]').get("value")
    return Page(send(client, f"/books/{module}/deal", page.form(do=key), 200))


def test_the_panel_asks_bigin_when_it_opens_and_shows_the_customer_and_their_deals(customer, client_of, cast):
    staff = client_of(cast.staff)
    panel = see(staff, f"/books/invoices/new?party={customer.id}").by_id("party_panel")
    assert [each.get("hx-trigger") for each in panel.xpath('.//*[@id="deals_in_bigin"]')] == [
        "intersect once"
    ]
    for headers in ({}, HTMX):
        page = asked_for(staff, of(customer), headers=headers)
        words = page.words('//*[@id="deals_in_bigin"]')
        assert "Ten chairs" in words and "¥5,000" in words and "else's" not in words
    page = asked_for(staff, of(customer, notes="kept"))
    assert page.form()["notes"] == "kept"
    assert not page.has('//*[@id="party_panel"][@popover]'), "without script it stands open"


def test_a_deal_in_bigin_is_kept_on_the_document_with_id_and_name(
    customer, connection, client_of, cast, subtests
):
    staff = client_of(cast.staff)
    for kind in KINDS:
        with subtests.test(kind=kind):
            form = associated(staff, of(customer, notes="kept", form_key=kind), kind).form()
            assert form["notes"] == "kept"
            page = send(staff, f"/books/{kind}/new", form).location
            made = db.session.get(Document, int(page.rpartition("/")[2]))
            assert (made.remote_deal_system, made.remote_deal_name) == (connection.system, "Ten chairs")
            link = see(staff, page).one('//*[@id="summary"]//a[normalize-space()="Ten chairs"]')
            assert link.get("href") == f"{ADDRESS}/crm/deals/{made.remote_deal_id}"
            for text, rows in (("chairs", 1), ("tables", 0)):
                found = see(staff, f"/books/{kind}?remote_deal_name__contains={text}")
                assert len(found.all("//tbody/tr")) == rows


def test_it_can_be_changed_and_removed_even_when_the_invoice_is_issued(customer, client_of, cast):
    staff, invoice = client_of(cast.staff), factories.invoice(customer, issued=True)
    db.session.commit()
    edit = f"/books/invoices/{invoice.id}/edit"
    send(staff, edit, associated(staff, see(staff, edit).form()).form())
    assert invoice.remote_deal_name == "Ten chairs"
    page = see(staff, edit)
    assert "Change deal" in page.text
    page = Page(send(staff, "/books/invoices/deal", page.form(do=""), 200))
    send(staff, edit, page.form())
    assert (invoice.remote_deal_id, invoice.remote_deal_name) == ("", "")


def test_a_document_has_one_deal_of_the_crm_or_of_bigin(customer, client_of, cast):
    staff, deal = client_of(cast.staff), factories.deal(name="Ours")
    db.session.commit()
    form = associated(staff, of(customer, deal_id=str(deal.id))).form()
    assert (form["deal_id"], form["remote_deal_name"]) == ("", "Ten chairs")
    form = Page(send(staff, "/books/invoices/deal", form | {"do": str(deal.id)}, 200)).form()
    assert (form["deal_id"], form["remote_deal_id"]) == (str(deal.id), "")


def test_what_an_estimate_becomes_keeps_its_deal(customer, client_of, cast):
    staff = client_of(cast.staff)
    send(staff, "/books/estimates/new", associated(staff, of(customer), "estimates").form())
    estimate = db.session.scalar(select(Document))
    estimate.mark_as_sent(cast.admin)
    estimate.mark_as_accepted(cast.admin)
    db.session.commit()
    made = send(staff, f"/books/estimates/{estimate.id}/conversions?to=invoice", {"form_key": "k"}).location
    page = see(staff, made)
    assert "Ten chairs" in page.words('//*[@id="summary"]') and "Ten chairs" in page.words('//*[@id="chain"]')


def test_another_customer_does_not_inherit_a_deal_in_bigin(customer, client_of, cast):
    staff, other = client_of(cast.staff), factories.customer()
    form = associated(staff, of(customer)).form()
    form |= {"party": other.display_name, "party_id": str(other.id), "do": "party"}
    assert Page(send(staff, "/books/invoices/party", form, 200)).form()["remote_deal_id"] == ""


def test_deals_are_for_who_may_see_deals_and_all_customers(customer, client_of, cast, there):
    form = of(customer)
    send(client_of(cast.assigned), "/books/invoices/deals/search", form, 404)
    send(client_of(cast.sales), "/books/invoices/deals/search", form, 403)
    send(client_of(cast.stranger), "/books/invoices/deals/search", form, 404)
    stranger = factories.customer()
    send(client_of(cast.staff), "/books/invoices/deals/search", of(stranger), 404)
    page = asked_for(client_of(cast.staff), form)
    assert "Ten chairs" not in Page(
        send(client_of(cast.admin), "/books/invoices/deals", page.form(), 200)
    ).words('//*[@id="deals_in_bigin"]'), "another's question"


def test_a_deal_that_was_not_offered_is_refused_with_the_typing_kept(customer, client_of, cast):
    staff = client_of(cast.staff)
    for wrong in ("bigin:999999", "bigin:", "bigin:\x00"):
        page = Page(send(staff, "/books/invoices/deal", of(customer, do=wrong, notes="kept"), 422))
        assert page.form()["notes"] == "kept"
        assert "ask for the deals again" in page.words('//*[@role="alert"]')


def test_who_lost_the_right_meanwhile_is_not_told(customer, client_of, cast):
    staff = client_of(cast.staff)
    send(staff, "/books/invoices/deals/search", of(customer), 200)
    cast.staff.role_key = "assigned"
    db.session.commit()
    work()
    row = db.session.scalar(select(OutboxRow).where(OutboxRow.topic == "bigin.ask"))
    assert row.has_stopped and not row.result
    assert not db.session.scalars(select(Account).where(Account.name == "Minato Works")).all()
