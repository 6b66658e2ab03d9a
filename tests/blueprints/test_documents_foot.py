"""Below the lines and in them: discounts as a percentage or an amount, shipping, adjustment, what is withheld."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from domain.books.invoices import Invoice
from domain.db import db
from domain.organizations.organizations import current_organization
from tests import factories
from tests.blueprints.test_documents_form import NEW, made, of, totals
from tests.pages import HTMX, Page, see, send

LINES = "/books/invoices/lines"
LIVE = HTMX | {"HX-Target": "totals"}


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


def test_what_stands_below_the_lines_is_counted_while_typing_saved_and_shown_again(admin):
    tax = factories.tax(10)
    form = of(
        factories.customer(),
        discount_value="10",
        discount_kind="percent",
        shipping_minor="500",
        shipping_tax=str(tax.id),
        adjustment_minor="-20",
        adjustment_label="Goodwill",
        withholds="1",
    )
    live = totals(Page(send(admin, LINES, form, 200, headers=LIVE)))
    invoice = made(send(admin, NEW, form))
    assert (invoice.subtotal_minor, invoice.discount_minor, invoice.shipping_minor) == (3000, 300, 500)
    assert (invoice.tax_minor, invoice.adjustment_minor, invoice.total_minor) == (50, -20, 3230)
    assert invoice.withholding_minor == 326, "10.21 % of what is not tax, fractions dropped"
    assert (live["Discount (10%)"], live["Goodwill"], live["Amount due"]) == ("-¥300", "-¥20", "¥2,904")
    saved = see(admin, f"/books/invoices/{invoice.id}/edit")
    assert totals(saved) == live
    shown = saved.form()
    assert (shown["discount_value"], shown["shipping_minor"], shown["adjustment_minor"]) == (
        "10",
        "500",
        "-20",
    )
    assert (shown["shipping_tax"], shown["adjustment_label"], shown["withholds"]) == (
        str(tax.id),
        "Goodwill",
        "1",
    )


def test_a_discount_may_be_an_amount_in_the_documents_currency(admin):
    factories.exchange_rate("EUR", "160")
    form = of(factories.customer(currency="EUR"), discount_value="12.5", discount_kind="amount")
    invoice = made(send(admin, NEW, form))
    assert (invoice.subtotal_minor, invoice.discount_minor) == (300000, 1250)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("discount_value", "101"),
        ("discount_value", "-1"),
        ("discount_value", "ten"),
        ("discount_value", "9" * 40),
        ("discount_kind", "gift"),
        ("shipping_minor", "-1"),
        ("shipping_minor", "0.5"),
        ("shipping_minor", "9" * 40),
        ("shipping_tax", "999999"),
        ("adjustment_minor", "1.2.3"),
        ("adjustment_label", "x" * 101),
        ("adjustment_label", "\x00"),
    ],
)
def test_what_is_wrong_below_the_lines_is_said_there(admin, field, text):
    page = Page(send(admin, NEW, of(factories.customer()) | {field: text}, 422))
    assert page.invalid() == {field}
    assert page.error(field)
    assert not db.session.scalars(select(Invoice)).all()


def test_while_typing_a_wrong_amount_is_named_beside_the_totals(admin):
    form = of(factories.customer(), shipping_minor="12x")
    live = Page(send(admin, LINES, form, 200, headers=LIVE))
    assert "Shipping" in live.words('//*[@class="error"]')
    assert totals(live)["Total"] == "¥3,000"


def test_nothing_typed_below_the_lines_stays_nothing(admin):
    invoice = made(send(admin, NEW, of(factories.customer())))
    form = see(admin, f"/books/invoices/{invoice.id}/edit").form()
    assert {form[name] for name in ("discount_value", "shipping_minor", "adjustment_minor")} == {""}
    version = invoice.version
    send(admin, f"/books/invoices/{invoice.id}/edit", form)
    db.session.refresh(invoice)
    assert invoice.version == version


def test_withholding_is_offered_where_the_law_has_it(admin):
    assert "withholds" in see(admin, NEW).text
    current_organization().country = "FR"
    db.session.commit()
    assert 'name="withholds"' not in see(admin, NEW).text


@pytest.mark.parametrize(("kind", "typed", "net"), [("percent", "10", 2700), ("amount", "250", 2750)])
def test_a_lines_discount_is_a_percentage_or_an_amount(admin, kind, typed, net):
    form = of(factories.customer(), **{"lines-0-discount": typed, "lines-0-discount_kind": kind})
    invoice = made(send(admin, NEW, form))
    assert invoice.lines[0].net_minor == net
    shown = see(admin, f"/books/invoices/{invoice.id}/edit").form()
    assert (shown["lines-0-discount"], shown["lines-0-discount_kind"]) == (typed, kind)


def test_a_line_with_both_discounts_is_shown_with_what_they_come_to(admin):
    line = factories.line(1000, 3, discount_percent=Decimal(10), discount_minor=100)
    invoice = factories.invoice(lines=[line])
    shown = see(admin, f"/books/invoices/{invoice.id}/edit").form()
    assert (shown["lines-0-discount"], shown["lines-0-discount_kind"]) == ("400", "amount")
    total = invoice.total_minor
    send(admin, f"/books/invoices/{invoice.id}/edit", shown)
    assert invoice.total_minor == total


@pytest.mark.parametrize("text", ["-1", "0.5", "x", "9" * 30])
def test_a_wrong_discount_in_money_is_said_at_its_line(admin, text):
    form = of(factories.customer(), **{"lines-0-discount": text, "lines-0-discount_kind": "amount"})
    page = Page(send(admin, NEW, form, 422))
    assert page.invalid() == {"lines-0-discount"}


def test_a_line_has_the_unit_that_was_typed_or_else_its_items(admin):
    item = factories.item(name="Flour", unit="kg")
    form = of(factories.customer(), **{"lines-0-item": "Flour", "lines-0-item_id": str(item.id)})
    assert made(send(admin, NEW, form)).lines[0].unit == "kg"
    assert made(send(admin, NEW, form | {"form_key": "b", "lines-0-unit": "bag"})).lines[0].unit == "bag"
    assert Page(send(admin, NEW, form | {"form_key": "c", "lines-0-unit": "x" * 31}, 422)).invalid() == {
        "lines-0-unit"
    }


def test_taking_an_item_takes_its_unit(admin):
    item = factories.item(name="Flour", unit="kg")
    form = of(factories.customer(), **{"lines-0-item_id": str(item.id), "do": "item:0"})
    assert Page(send(admin, LINES, form, 200)).form()["lines-0-unit"] == "kg"
