"""The pages by which contacts, vendors and products come into the books, and what they are there."""

import pytest

from tests import factories
from tests.pages import Page, see, send


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


MADE = pytest.mark.parametrize(
    ("make", "path", "counterpart", "named"),
    [
        (factories.contact, "crm/contacts", factories.customer, "display_name"),
        (factories.crm_vendor, "crm/vendors", factories.vendor, "display_name"),
        (factories.product, "crm/products", factories.item, "name"),
    ],
    ids=["contact", "vendor", "product"],
)


@MADE
def test_a_record_that_is_not_in_the_books_offers_the_way_there(admin, make, path, counterpart, named):
    record = make()
    page = see(admin, f"/{path}/{record.id}")
    assert page.has(f'//a[@href="/{path}/{record.id}/books"]')
    send(admin, f"/{path}/{record.id}/books", see(admin, f"/{path}/{record.id}/books").form())
    after = see(admin, f"/{path}/{record.id}")
    assert not after.has(f'//a[@href="/{path}/{record.id}/books"]')
    assert after.has(f'//a[contains(@href, "/books/") and contains(@href, "/{record.books_id}")]')
    assert admin.get(f"/{path}/{record.id}/books").location.endswith(f"/{record.books_id}")


@MADE
def test_who_looks_alike_is_offered_and_nobody_is_chosen_for_you(admin, make, path, counterpart, named):
    record = make()
    same = counterpart(**{named: record.title})
    page = see(admin, f"/{path}/{record.id}/books")
    assert {each.get("value") for each in page.all('//input[@type="radio"]')} == {str(same.id), "new"}
    assert Page(send(admin, f"/{path}/{record.id}/books", page.form(), 422)).has('//*[@role="alert"]')
    assert record.books_id is None
    send(admin, f"/{path}/{record.id}/books", {"counterpart": str(same.id)})
    assert record.books_id == same.id


@MADE
def test_whoever_has_nothing_to_do_with_the_books_is_refused(client_of, cast, make, path, counterpart, named):
    record = make()
    sales = client_of(cast.sales)
    assert "Add to books" not in see(sales, f"/{path}/{record.id}").words()
    see(sales, f"/{path}/{record.id}/books", 403)
    send(sales, f"/{path}/{record.id}/books", {"counterpart": "new"}, 403)


def test_vendors_and_products_show_what_they_are_in_the_books_to_who_may_see_it(client_of, cast):
    supplier, teapot = factories.crm_vendor(), factories.product(name="Teapot")
    for record in (supplier, teapot):
        factories.add_to_books(record)
    for path, shown in (
        (f"/crm/vendors/{supplier.id}", "Payable"),
        (f"/crm/products/{teapot.id}", "Purchase rate"),
    ):
        assert shown in see(client_of(cast.staff), path).words('//*[@id="in_books"]')
        assert not see(client_of(cast.sales), path).has('//*[@id="in_books"]')


def test_a_contact_of_an_account_is_sent_to_the_account(admin):
    company = factories.account()
    person = factories.contact(account_id=company.id)
    assert admin.get(f"/crm/contacts/{person.id}/books").location == f"/crm/accounts/{company.id}/books"
    send(admin, f"/crm/contacts/{person.id}/books", {"counterpart": "new"}, 422)
    assert not see(admin, f"/crm/contacts/{person.id}").has('//*[@id="header"]//a[contains(@href, "/books")]')
