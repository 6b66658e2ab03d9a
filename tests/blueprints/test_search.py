"""Finding anything at once: the page, and what the box in the bar offers."""

import pytest

from domain import search
from domain.db import db
from tests import factories
from tests.pages import HTMX, Page, compiled_once, see

__all__ = ["compiled_once"]


@pytest.fixture
def kyoto(cast):
    """Fixture: an account, its contact, a customer with an invoice, all in Kyoto."""
    account = factories.account(cast.admin, name="京都商事", phone="075-123-4567")
    contact = factories.contact(cast.admin, last_name="京都", first_name="花子", account_id=account.id)
    customer = factories.customer(cast.admin, display_name="京都物産", owner_id=cast.admin.id)
    invoice = factories.invoice(customer, actor=cast.admin, issued=True)
    factories.account(cast.admin, name="新京都")
    return {"account": account, "contact": contact, "customer": customer, "invoice": invoice}


@pytest.mark.parametrize("typed", ["京都", "京", "０７５", "0751234567", "075-123"])
def test_everything_that_holds_it_is_found(kyoto, client_of, cast, typed):
    for address in ("/search", "/search/offered"):
        page = see(client_of(cast.admin), address, query_string={"q": typed})
        assert page.has(f'//a[@href="/crm/accounts/{kyoto["account"].id}"]')


def test_the_page_groups_by_module_and_puts_names_that_begin_with_it_first(kyoto, client_of, cast):
    page = see(client_of(cast.admin), "/search?q=京都")
    assert page.words("//h2") == "Accounts Contacts Invoices Customers"
    assert page.words('//section[.//h2="Accounts"]//tbody//a') == "京都商事 新京都"
    assert "京都物産 · Sent · ¥1,000" in page.words('//section[.//h2="Invoices"]')
    assert "京都商事" in page.words('//section[.//h2="Contacts"]//td')


def test_the_box_is_a_form_without_javascript_and_a_combobox_with_it(kyoto, client_of, cast):
    page = see(client_of(cast.admin), "/")
    field = page.one('//form[@action="/search"]//input[@name="q"]')
    assert (field.get("role"), field.get("aria-expanded")) == ("combobox", "false")
    box = page.by_id(field.get("aria-controls"))
    assert box.get("role") == "listbox"
    offered = see(client_of(cast.admin), "/search/offered?q=京都", headers=HTMX)
    assert not offered.is_whole
    assert all(each.get("href") for each in offered.all('//*[@role="option"]'))
    for group in offered.all('//*[@role="group"]'):
        assert offered.by_id(group.get("aria-labelledby")).text_content()


def test_at_most_six_of_a_module_are_offered_and_its_list_has_all(client_of, cast):
    for n in range(8):
        factories.account(name=f"Kyoto {n}")
    page = see(client_of(cast.admin), "/search/offered?q=kyoto", headers=HTMX)
    assert len(page.all('//a[starts-with(@href, "/crm/accounts/")]')) == search.SHOWN
    assert "All 8 in Accounts" in page.words('//a[@href="/crm/accounts?q=kyoto"]')


def test_of_very_many_matches_the_best_are_still_found(client_of, cast, monkeypatch):
    monkeypatch.setattr(search, "RANKED", 3)
    for n in range(6):
        factories.account(name=f"Old Kyoto {n}")
    factories.account(name="Kyoto")
    page = see(client_of(cast.admin), "/search?q=kyoto")
    assert page.words("//tbody//a").startswith("Kyoto Old Kyoto")
    assert "more than" in page.words("//header")


@pytest.mark.parametrize(
    "typed", ["", "   ", "\x00", "' OR 1=1 --", '"', "NEAR(", "*", "\\", "%", "_", "a" * 5000, "🙂"]
)
def test_whatever_is_typed_is_answered(kyoto, client_of, cast, typed):
    for address in ("/search", "/search/offered", "/crm/accounts", "/crm/accounts/options"):
        see(client_of(cast.admin), address, query_string={"q": typed})


def test_nobody_finds_what_they_may_not_see(kyoto, client_of, cast):
    for who in (cast.stranger, cast.assigned):
        page = see(client_of(who), "/search?q=京都")
        assert not page.has("//tbody//a")
    sales = see(client_of(cast.sales), "/search?q=京都").words("//h2")
    assert sales == "Accounts Contacts"


def test_what_is_assigned_to_oneself_is_found(kyoto, client_of, cast):
    kyoto["customer"].owner_id = cast.assigned.id
    page = see(client_of(cast.assigned), "/search?q=京都")
    assert page.words("//h2") == "Invoices Customers"


def test_a_tax_is_found_by_its_name(client_of, cast, factories):
    tax = factories.tax(name="TVA 20 %")
    page = see(client_of(cast.admin), "/search?q=tva")
    assert page.has(f'//a[@href="/settings/taxes/{tax.id}"]')


def test_the_number_of_statements_does_not_grow_with_what_is_found(client_of, cast, count_queries):
    def statements():
        admin = client_of(cast.admin)
        db.session.commit()
        with count_queries() as queries:
            see(admin, "/search/offered?q=kyoto")
        return len(queries)

    account = factories.account(name="Kyoto")
    factories.contact(last_name="Kyoto", account_id=account.id)
    first = statements()
    for n in range(10):
        account = factories.account(name=f"Kyoto {n}")
        factories.contact(last_name=f"Kyoto {n}", account_id=account.id)
    assert statements() == first


def test_a_fragment_answers_as_the_page_does(kyoto, client_of, cast):
    fragment = Page(client_of(cast.admin).get("/search?q=京都", headers=HTMX))
    assert fragment.by_id("found").text_content()
