"""On a document's form: the rates of the customer's price list, and a warning above their credit limit."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from domain.books.invoices import Invoice
from domain.db import db
from tests import factories
from tests.pages import Page, see, send

NEW = "/books/invoices/new"
LINES = "/books/invoices/lines"


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


def chosen(customer, item, **typed) -> dict[str, str]:
    """A form in which somebody just chose an item."""
    return {
        "party": customer.title,
        "party_id": str(customer.id),
        "date": factories.today().isoformat(),
        "lines-0-item_id": str(item.id),
        "lines-0-item": item.title,
        "lines-0-quantity": "1",
        "do": "item:0",
    } | typed


def test_an_item_costs_what_the_customers_price_list_says(admin):
    cheaper = factories.customer(price_list_id=factories.price_list(percent=Decimal(15)).id)
    page = Page(send(admin, LINES, chosen(cheaper, factories.item()), 200))
    assert page.form()["lines-0-rate"] == "850"


def test_a_list_in_the_customers_currency_needs_no_rate_of_exchange(admin):
    factories.currency("EUR")
    euros = factories.price_list(kind="rates", currency="EUR")
    item = factories.item()
    factories.price_list_rate(euros, item_id=item.id, rate=Decimal("7.25"))
    foreign = factories.customer(currency="EUR", price_list_id=euros.id)
    page = Page(send(admin, LINES, chosen(foreign, item, exchange_rate=""), 200))
    assert page.form()["lines-0-rate"] == "7.25"


def test_more_than_the_credit_limit_is_warned_of_and_can_be_saved(admin):
    customer = factories.customer(credit_limit_minor=1500)
    factories.invoice(customer, issued=True)
    item = factories.item()
    form = chosen(customer, item)
    page = Page(send(admin, LINES, form, 200))
    assert "would owe ¥2,000: more than the credit limit of ¥1,500" in page.words('//*[@id="totals"]')
    send(admin, NEW, page.form() | {"form_key": "limit"})
    assert len(db.session.scalars(select(Invoice)).all()) == 2


def test_within_the_limit_nothing_is_said(admin):
    customer = factories.customer(credit_limit_minor=1500)
    page = Page(send(admin, LINES, chosen(customer, factories.item()), 200))
    assert "credit limit" not in page.words()


def test_a_customer_above_the_limit_is_marked(admin):
    customer = factories.customer(credit_limit_minor=500)
    factories.invoice(customer, issued=True)
    assert "Above the credit limit" in see(admin, f"/books/customers/{customer.id}").words(
        '//*[@id="header"]'
    )
