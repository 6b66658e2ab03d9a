"""Whom a document is for: in the books, brought over from the CRM, or new; and the deal that it belongs to."""

from typing import Any

import pytest
from sqlalchemy import select

from domain.books.customers import Customer
from domain.books.estimates import Estimate
from domain.books.vendors import Vendor
from domain.crm.deals import Deal
from domain.db import db
from tests import factories
from tests.blueprints.test_documents_form import NEW, made, of
from tests.pages import HTMX, Page, see, send

PARTY = "/books/invoices/party"
WAYS = pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


def names_of(model: Any) -> list[str]:
    """The names of all customers or vendors."""
    return sorted(db.session.scalars(select(model.display_name)))


def from_crm(record: Any, **changes: str) -> dict[str, str]:
    """A form in which somebody of the CRM was chosen from the list."""
    chosen = {"party": record.title, "party_id": f"{record.MODULE}:{record.id}", "party_in": "crm"}
    return chosen | {"form_key": "key", "lines-0-description": "Work", "lines-0-rate": "10"} | changes


# --- in the CRM -----------------------------------------------------------------------------------------------


def test_the_picker_offers_whoever_is_in_the_crm(admin):
    factories.account(name="Minato Works")
    factories.contact(first_name="Mina", last_name="Minato")
    factories.crm_vendor(name="Minato Paper")
    words = see(admin, "/books/estimates/parties?party=minato&party_in=crm").words("//*[@role='option']")
    assert "Minato Works" in words and "Mina Minato" in words and "Paper" not in words
    words = see(admin, "/books/bills/parties?party=minato&party_in=crm").words("//*[@role='option']")
    assert "Minato Paper" in words and "Works" not in words


@WAYS
def test_choosing_an_account_brings_it_into_the_books_and_uses_it_on_the_spot(admin, headers):
    account = factories.account(name="Minato Works")
    page = Page(send(admin, PARTY, from_crm(account, do="party", notes="kept"), 200, headers=headers))
    form = page.form()
    customer = db.session.scalars(select(Customer)).one()
    assert (form["party"], form["party_id"]) == ("Minato Works", str(customer.id))
    assert (form["party_in"], form["notes"], form["lines-0-rate"]) == ("books", "kept", "10")
    assert account.books_id == customer.id


def test_without_script_a_name_in_the_crm_is_enough_to_save(admin):
    factories.account(name="Minato Works")
    form = of(factories.customer(), party="Minato Works", party_id="", party_in="crm")
    assert made(send(admin, NEW, form)).party_name == "Minato Works"


def test_an_account_that_is_in_the_books_is_used_as_it_is(admin):
    account = factories.account(name="Minato Works")
    customer = factories.add_to_books(account)
    form = Page(send(admin, PARTY, from_crm(account, do="party"), 200)).form()
    assert form["party_id"] == str(customer.id)
    assert len(names_of(Customer)) == 1


def test_a_contact_stands_for_their_account(admin):
    account = factories.account(name="Minato Works")
    contact = factories.contact(last_name="Minato", account_id=account.id)
    send(admin, PARTY, from_crm(contact, do="party"), 200)
    assert names_of(Customer) == ["Minato Works"]


def test_a_contact_by_themselves_becomes_a_customer(admin):
    send(admin, PARTY, from_crm(factories.contact(last_name="Minato"), do="party"), 200)
    assert len(names_of(Customer)) == 1


def test_a_vendor_of_the_crm_is_brought_over_for_a_purchase(admin):
    vendor = factories.crm_vendor(name="Minato Paper")
    send(admin, "/books/purchase-orders/party", from_crm(vendor, do="party"), 200)
    assert names_of(Vendor) == ["Minato Paper"]


@pytest.mark.parametrize("address", [PARTY, NEW])
def test_whoever_looks_like_a_customer_is_asked_about_and_not_guessed(admin, address):
    account, twin = factories.account(name="Minato Works"), factories.customer(display_name="Minato Works")
    form = from_crm(account, do="party")
    page = Page(send(admin, address, form, 422))
    assert "look alike" in page.error("party")
    assert {radio.get("value") for radio in page.all('//*[@name="counterpart"]')} == {str(twin.id), "new"}
    assert page.form()["party_id"] == form["party_id"]
    assert account.books_id is None

    chosen = Page(send(admin, PARTY, form | {"counterpart": str(twin.id)}, 200)).form()
    assert chosen["party_id"] == str(twin.id)
    assert account.books_id == twin.id


def test_nobody_is_brought_over_by_looking_at_totals_or_by_a_form_that_is_refused(admin):
    account = factories.account(name="Minato Works")
    send(admin, "/books/invoices/lines", from_crm(account), 200, headers=HTMX)
    page = Page(send(admin, NEW, from_crm(account, date="soon"), 422))
    assert page.form()["party_id"] == f"crm.accounts:{account.id}"
    assert not names_of(Customer)


@pytest.mark.parametrize(
    "wrong", ["crm.accounts:999999", "crm.accounts:x", "crm.vendors:1", "crm.deals:1", ":", "\x00"]
)
def test_what_can_not_be_brought_over_is_refused(admin, wrong):
    answer = admin.post(PARTY, data={"party_id": wrong, "party": "", "do": "party"})
    assert answer.status_code in (404, 422)


def test_whoever_may_not_make_customers_finds_no_crm_in_the_picker(client_of, cast, admin):
    account = factories.account(name="Minato Works")
    assigned = client_of(cast.assigned)
    assert assigned.post(PARTY, data=from_crm(account, do="party")).status_code in (404, 422)
    assert not names_of(Customer)


# --- somebody new ---------------------------------------------------------------------------------------------


@WAYS
def test_a_new_customer_is_made_beside_the_picker_and_used(admin, headers):
    form = see(admin, NEW).form(**{"new_party-display_name": "Minato Works", "do": "new", "notes": "kept"})
    page = Page(send(admin, PARTY, form, 200, headers=headers)).form()
    assert (page["party"], page["notes"], page["new_party-display_name"]) == ("Minato Works", "kept", "")
    assert names_of(Customer) == ["Minato Works"]


@pytest.mark.parametrize("name", ["", "Taken", "x" * 201, "\x00"])
def test_a_new_customer_without_a_name_of_its_own_is_refused_there(admin, name):
    factories.customer(display_name="Taken")
    form = see(admin, NEW).form(**{"new_party-display_name": name, "do": "new"})
    page = Page(send(admin, PARTY, form, 422))
    assert page.error("new_party-display_name")
    assert page.has("//details[@open]")
    assert names_of(Customer) == ["Taken"]


# --- the deal -------------------------------------------------------------------------------------------------


def a_deal(customer: Customer, **values: Any) -> Deal:
    """A deal with the account that is that customer."""
    account = factories.account()
    factories.add_to_books(account, customer)
    return factories.deal(account_id=account.id, **values)


def test_the_panel_beside_the_form_shows_the_customer_and_their_deals(admin):
    customer = factories.customer(email="minato@example.com")
    a_deal(customer, name="Ten chairs")
    a_deal(factories.customer(), name="Somebody else's")
    panel = see(admin, f"{NEW}?party={customer.id}").words('//*[@id="party_panel"]')
    assert "minato@example.com" in panel and "Ten chairs" in panel and "else's" not in panel


@WAYS
def test_associating_a_deal_ties_the_document_to_it(admin, headers):
    customer = factories.customer()
    deal = a_deal(customer, name="Ten chairs")
    form = of(customer, do=str(deal.id), reference="PO-7")
    page = Page(send(admin, "/books/estimates/deal", form, 200, headers=headers))
    assert (page.form()["deal_id"], page.form()["reference"]) == (str(deal.id), "PO-7")
    send(admin, "/books/estimates/new", page.form())
    assert db.session.scalars(select(Estimate)).one().deal_id == deal.id
    assert "1" in see(admin, f"/crm/deals/{deal.id}").words('//*[@id="related_estimates"]//*[@class="sum"]')


def test_a_deal_can_be_removed_again(admin):
    customer = factories.customer()
    deal = a_deal(customer)
    form = of(customer, do="", deal_id=str(deal.id))
    assert Page(send(admin, "/books/invoices/deal", form, 200)).form()["deal_id"] == ""


def test_an_issued_invoice_can_still_be_associated(admin):
    customer = factories.customer()
    deal, invoice = a_deal(customer), factories.invoice(customer, issued=True)
    form = see(admin, f"/books/invoices/{invoice.id}/edit").form(do=str(deal.id))
    form = Page(send(admin, "/books/invoices/deal", form, 200)).form()
    send(admin, f"/books/invoices/{invoice.id}/edit", form)
    assert invoice.deal_id == deal.id


def test_a_form_opened_from_a_deal_is_for_its_customer_and_associated(admin):
    customer = factories.customer()
    deal = a_deal(customer)
    form = see(admin, f"/books/sales-orders/new?deal={deal.id}").form()
    assert (form["party_id"], form["deal_id"]) == (str(customer.id), str(deal.id))


def test_the_account_of_a_deal_that_is_not_in_the_books_stands_there_to_be_brought_over(admin):
    account = factories.account(name="Minato Works")
    deal = factories.deal(account_id=account.id)
    form = see(admin, f"/books/estimates/new?deal={deal.id}").form(
        **{"lines-0-description": "Work", "lines-0-rate": "10"}
    )
    assert (form["party"], form["party_in"]) == ("Minato Works", "crm")
    send(admin, "/books/estimates/new", form)
    estimate = db.session.scalars(select(Estimate)).one()
    assert (estimate.party_name, estimate.deal_id) == ("Minato Works", deal.id)


def test_another_customer_does_not_inherit_the_deal(admin):
    deal = a_deal(factories.customer())
    form = of(factories.customer(), deal_id=str(deal.id), do="party")
    assert Page(send(admin, PARTY, form, 200)).form()["deal_id"] == ""


def test_purchases_have_no_deal(admin):
    vendor = factories.vendor()
    assert not see(admin, f"/books/purchase-orders/new?party={vendor.id}").has('//*[@id="party_panel"]')


@pytest.mark.parametrize("wrong", ["999999", "x", "9" * 30, "\x00"])
def test_a_deal_that_is_not_there_is_none(admin, wrong):
    customer = factories.customer()
    assert Page(send(admin, "/books/invoices/deal", of(customer, do=wrong), 200)).form()["deal_id"] == ""
    assert admin.post(NEW, data=of(customer, deal_id=wrong)).status_code == 422
