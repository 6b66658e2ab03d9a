"""The buttons of the line table: add, remove, move, take an item's rate; the same with and without HTMX."""

import re
from decimal import Decimal
from typing import Any

import pytest

from tests import factories
from tests.pages import HTMX, Page, see, send

LINES = "/books/invoices/lines"

WAYS = pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


@pytest.fixture
def form(admin) -> dict[str, str]:
    """Fixture: a form with three lines and something in every other place."""
    customer = factories.customer()
    page = see(admin, f"/books/invoices/new?party={customer.id}")
    typed = dict(page.form(reference="PO-7", notes="Thanks").items())
    for n, name in enumerate("abc"):
        typed |= {f"lines-{n}-description": name, f"lines-{n}-quantity": str(n + 1), f"lines-{n}-rate": "100"}
    return typed


def press(admin: Any, form: dict[str, str], button: str, headers: dict[str, str]) -> Page:
    """The form after one of its buttons: the whole page, or its lines."""
    page = Page(send(admin, LINES, form | {"do": button}, 200, headers=headers))
    assert page.is_whole is not bool(headers)
    if headers:
        assert page.root[0].get("id") == "lines"
    return page


def names(page: Page) -> str:
    """The descriptions of the rows, in order."""
    return "".join((area.text or "").strip() or "-" for area in page.all('//*[@id="lines"]//textarea'))


@WAYS
@pytest.mark.parametrize(
    ("button", "left"),
    [
        ("add", "abc-"),
        ("remove:0", "bc"),
        ("remove:1", "ac"),
        ("remove:2", "ab"),
        ("up:1", "bac"),
        ("up:0", "abc"),
        ("down:1", "acb"),
        ("down:2", "abc"),
        ("down:0", "bac"),
        ("up:2", "acb"),
    ],
)
def test_a_button_changes_the_rows_and_keeps_what_was_typed(admin, form, headers, button, left):
    page = press(admin, form, button, headers)
    assert names(page) == left
    if not headers:
        again = page.form()
        assert (again["reference"], again["notes"], again["party_id"]) == ("PO-7", "Thanks", form["party_id"])
        assert again["form_key"] == form["form_key"], "it is still the same form"
        quantities = [again[f"lines-{n}-quantity"] for n in range(len(left))]
        assert sorted(quantities) == sorted({"a": "1", "b": "2", "c": "3", "-": "1"}[name] for name in left)


@WAYS
def test_removing_the_last_row_leaves_an_empty_one(admin, form, headers):
    one = {name: text for name, text in form.items() if not name.startswith(("lines-1", "lines-2"))}
    assert names(press(admin, one, "remove:0", headers)) == "-"


@WAYS
@pytest.mark.parametrize(
    "button",
    ["remove:9", "up:99999", "down:-1", "item:x", "item:", "nonsense", "nonsense:0", "remove:²", ":", "up"],
)
def test_a_button_that_is_not_there_changes_nothing(admin, form, headers, button):
    assert names(press(admin, form, button, headers)) == "abc"


@WAYS
def test_taking_an_item_fills_the_row(admin, form, headers):
    tax = factories.tax(10)
    item = factories.item(name="Oak board", description="2 m", rate=4200, tax_id=tax.id)
    chosen = form | {"lines-1-item": "Oak board", "lines-1-item_id": str(item.id)}
    page = press(admin, chosen, "item:1", headers)
    row = page.by_id("line_1")
    assert row.xpath('.//input[@name="lines-1-rate"]/@value') == ["4200"]
    assert row.xpath('.//select[@name="lines-1-tax"]/option[@selected]/@value') == [str(tax.id)]
    assert row.xpath('.//input[@name="lines-1-quantity"]/@value') == ["2"], "the quantity stays"
    assert row.xpath(".//textarea")[0].text_content().strip() == "Oak board\n2 m"
    assert page.by_id("line_1_amount").text_content() == "¥8,400"
    assert page.by_id("line_0_amount").text_content() == "¥100"


@WAYS
def test_an_item_may_be_named_without_being_picked(admin, form, headers):
    factories.item(name="Oak board", rate=4200)
    page = press(admin, form | {"lines-0-item": "oak"}, "item:0", headers)
    assert page.by_id("line_0").xpath('.//input[@name="lines-0-item"]/@value') == ["Oak board"]


@WAYS
def test_an_item_that_is_not_there_is_said_at_its_row(admin, form, headers):
    page = press(admin, form | {"lines-2-item": "Unobtainium"}, "item:2", headers)
    assert "Unobtainium" in page.error("lines-2-item")
    assert names(page) == "abc"


def test_an_item_costs_what_it_is_worth_in_the_currency_of_the_document(admin):
    factories.exchange_rate("EUR", "160")
    customer = factories.customer(currency="EUR")
    item = factories.item(name="Oak board", rate=4000)
    form = see(admin, f"/books/invoices/new?party={customer.id}").form()
    chosen = {**dict(form.items()), "lines-0-item": "Oak board", "lines-0-item_id": str(item.id)}
    page = Page(send(admin, LINES, chosen | {"do": "item:0"}, 200, headers=HTMX))
    assert page.by_id("line_0").xpath('.//input[@name="lines-0-rate"]/@value') == ["25"]
    typed = chosen | {"exchange_rate": "200", "do": "item:0"}
    page = Page(send(admin, LINES, typed, 200, headers=HTMX))
    assert page.by_id("line_0").xpath('.//input[@name="lines-0-rate"]/@value') == ["20"]


def test_a_picker_in_a_row_asks_for_items_by_what_stands_in_that_row(admin, form):
    factories.item(name="Oak board")
    factories.item(name="Pine board")
    page = see(admin, f"/books/invoices/new?party={form['party_id']}")
    address = page.one('//input[@name="lines-0-item"]').get("hx-get")
    found = see(admin, f"{address}&lines-0-item=oak", headers=HTMX)
    assert [each.get("data-text") for each in found.all('//*[@role="option"]')] == ["Oak board"]


def test_rows_keep_their_order_whatever_their_numbers(admin, form):
    moved = {name.replace("lines-0-", "lines-700-"): text for name, text in form.items()}
    assert names(press(admin, moved, "count", {})) == "bca"


def test_a_field_that_no_line_has_is_not_taken(admin, form):
    page = press(
        admin, form | {"lines-0-net_minor": "1", "lines-0-tax_percent": "0", "lines-x-rate": "1"}, "add", {}
    )
    assert "lines-0-net_minor" not in page.form()


def test_the_form_of_a_draft_that_exists_keeps_its_version_through_the_buttons(admin):
    invoice = factories.invoice()
    form = see(admin, f"/books/invoices/{invoice.id}/edit").form(do="add")
    page = Page(send(admin, LINES, form, 200))
    again = page.form()
    assert (again["version"], again["record"]) == (str(invoice.version), str(invoice.id))
    assert page.by_id("form").get("action") == f"/books/invoices/{invoice.id}/edit"
    send(
        admin,
        f"/books/invoices/{invoice.id}/edit",
        page.form(**{"lines-1-description": "x", "lines-1-rate": "1"}),
    )
    assert len(invoice.lines) == 2


def test_the_buttons_need_the_right_to_write_invoices(client_of, cast, form):
    send(client_of(cast.sales), LINES, form | {"do": "add"}, 403)


def test_the_buttons_do_not_show_a_draft_of_somebody_else(client_of, cast):
    invoice = factories.invoice()
    send(client_of(cast.assigned), LINES, {"record": str(invoice.id), "do": "add"}, 404)
    send(client_of(cast.stranger), LINES, {"record": str(invoice.id), "do": "add"}, 404)


@pytest.mark.parametrize("record", ["x", "²", "9" * 30, "-1"])
def test_a_record_that_is_none_is_refused(admin, form, record):
    assert admin.post(LINES, data=form | {"record": record, "do": "add"}).status_code in (404, 422)


def test_a_form_of_more_than_a_thousand_rows_is_refused_by_the_buttons_too(admin, form):
    many = form | {f"lines-{n}-rate": "1" for n in range(1001)}
    send(admin, LINES, many | {"do": "add"}, 422)


def test_sales_offer_what_is_sold_and_purchases_what_is_bought(admin):
    factories.item(name="Both ways")
    factories.item(name="Sold only", is_bought=False)
    factories.item(name="Bought only", is_sold=False)

    def offered(module: str) -> str:
        return see(admin, f"/books/{module}/items?field=q&q=").words("//*[@role='option']")

    assert offered("sales-orders") == "Both ways Sold only"
    assert offered("purchase-orders") == "Both ways Bought only"


def test_an_item_on_a_purchase_comes_with_the_rate_and_words_of_buying(admin):
    item = factories.item(purchase_rate=Decimal(700), purchase_description="By the pallet")
    vendor = factories.vendor()
    form = {"party": vendor.display_name, "party_id": str(vendor.id), "lines-0-item_id": str(item.id)}
    taken = Page(send(admin, "/books/bills/lines", form | {"do": "item:0"}, 200)).form()
    assert (taken["lines-0-rate"], taken["lines-0-description"]) == ("700", f"{item.name}\nBy the pallet")


def test_a_document_with_many_items_asks_for_them_once(admin, count_queries):
    customer, items = factories.customer(), [factories.item(tax_id=factories.tax(10).id) for _ in range(12)]
    form = {"party": customer.display_name, "party_id": str(customer.id)}
    for n, item in enumerate(items):
        form |= {f"lines-{n}-item": item.name, f"lines-{n}-item_id": str(item.id)}
        form |= {f"lines-{n}-rate": "10", f"lines-{n}-tax": str(item.tax_id)}
    few = {name: value for name, value in form.items() if not re.match(r"lines-(2|3|4|5|6|7|8|9|1\d)-", name)}

    def asked(typed: dict[str, str]) -> int:
        with count_queries() as queries:
            send(admin, LINES, typed, 200, headers=HTMX | {"HX-Target": "totals"})
        return len(queries)

    asked(form)
    assert asked(form) == asked(few)
