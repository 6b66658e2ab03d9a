"""Making documents from documents on their pages: whole, in part, twice, too much, and by whom."""

import pytest
from sqlalchemy import select

from domain.books.bills import Bill
from domain.books.invoices import Invoice
from domain.books.purchase_orders import PurchaseOrder
from domain.db import db
from domain.organizations.roles import PROFILES, Profile
from tests import factories
from tests.pages import HTMX, Page, led_to, see, send


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


@pytest.fixture
def order(admin):
    """Fixture: an open order of ten pieces at 100, and one more thing."""
    made = factories.sales_order(lines=[factories.line(100, 10), factories.line(50)])
    made.convert_to_open(None)
    return made


def url(document, to: str = "") -> str:
    path = {"sales_order": "sales-orders", "estimate": "estimates", "purchase_order": "purchase-orders"}
    return f"/books/{path[document.kind]}/{document.id}/conversions{to and f'?to={to}'}"


def quantity(document, n: int = 0) -> str:
    return f"quantity-{document.lines[n].id}"


def the_only(model):
    return db.session.scalars(select(model)).one()


def test_the_page_of_an_order_leads_to_a_form_filled_with_what_is_left(admin, order):
    page = see(admin, f"/books/sales-orders/{order.id}")
    [link] = page.all('//*[@id="header"]//a[normalize-space()="Convert to Invoice"]')
    form = see(admin, link.get("href")).form()
    assert (form[quantity(order)], form[quantity(order, 1)], form["to"]) == ("10", "1", "invoice")
    answer = send(admin, url(order), form)
    invoice = the_only(Invoice)
    assert answer.location == f"/books/invoices/{invoice.id}"
    assert (invoice.total_minor, order.status) == (1050, "closed")


def test_some_lines_and_quantities_become_an_invoice_and_the_rest_another(admin, order):
    form = see(admin, url(order, "invoice")).form(**{quantity(order): "4", quantity(order, 1): ""})
    send(admin, url(order), form)
    page = see(admin, f"/books/sales-orders/{order.id}")
    assert page.all('//*[@id="header"]//@data-status') == ["partially_invoiced"]
    rest = see(admin, url(order, "invoice")).form()
    assert (rest[quantity(order)], rest[quantity(order, 1)]) == ("6", "1")
    send(admin, url(order), rest)
    page = see(admin, f"/books/sales-orders/{order.id}")
    assert page.all('//*[@id="header"]//@data-status') == ["closed"]
    assert len(page.all('//*[@id="chain"]//a[starts-with(@href, "/books/invoices/")]')) == 2


def test_too_much_is_refused_at_its_line_and_what_was_typed_stays(admin, order):
    form = see(admin, url(order, "invoice")).form(**{quantity(order): "11"})
    page = Page(send(admin, url(order), form, 422))
    assert page.error(quantity(order)) == "At most 10 can be taken."
    assert page.form()[quantity(order)] == "11"
    assert db.session.scalars(select(Invoice)).all() == []


@pytest.mark.parametrize("typed", ["x", "-1", "1e400", "\x00", "9" * 40, "0.0000001"])
def test_what_is_no_quantity_is_refused_at_its_line(admin, order, typed):
    form = see(admin, url(order, "invoice")).form(**{quantity(order): typed})
    assert quantity(order) in Page(send(admin, url(order), form, 422)).invalid()


def test_nothing_at_all_is_refused_with_a_sentence(admin, order):
    form = see(admin, url(order, "invoice")).form(**{quantity(order): "", quantity(order, 1): "0"})
    assert "at least one line" in Page(send(admin, url(order), form, 422)).words('//*[@role="alert"]')


def test_a_double_click_converts_once(admin, order):
    form = see(admin, url(order, "invoice")).form(**{quantity(order): "4"})
    first, second = send(admin, url(order), form), send(admin, url(order), form)
    assert first.location == second.location
    assert the_only(Invoice).lines[0].quantity == 4


def test_a_post_without_quantities_takes_all_that_is_left(admin, order):
    answer = send(admin, url(order), {"form_key": "k", "to": "invoice"}, 204, headers=HTMX)
    assert led_to(answer) == f"/books/invoices/{the_only(Invoice).id}"


def test_an_order_goes_to_the_vendor_who_was_chosen(admin, order):
    seller = factories.vendor()
    page = see(admin, url(order, "purchase_order"))
    refused = Page(send(admin, url(order), page.form(), 422))
    assert refused.error("party")
    send(admin, url(order), refused.form(party=seller.title, party_id=str(seller.id)))
    assert the_only(PurchaseOrder).party_id == seller.id


def test_the_vendor_from_whom_all_is_bought_is_proposed(admin):
    seller = factories.vendor()
    bought = factories.item(vendor_id=seller.id)
    made = factories.sales_order(lines=[factories.line(item_id=bought.id)])
    made.convert_to_open(None)
    assert see(admin, url(made, "purchase_order")).form()["party_id"] == str(seller.id)


def test_a_purchase_order_becomes_a_bill_under_the_number_that_is_typed(admin):
    made = factories.purchase_order()
    made.convert_to_open(None)
    page = Page(send(admin, url(made), see(admin, url(made)).form(), 422))
    assert page.error("number")
    send(admin, url(made), page.form(number="R-77"))
    assert (the_only(Bill).number, made.status) == ("R-77", "closed")


def test_what_can_not_be_converted_now_says_why(admin):
    draft = factories.sales_order()
    page = see(admin, url(draft, "invoice"))
    assert "not possible while the status is “Draft”" in page.words('//*[@id="form"]')
    assert not page.has('//*[@id="form"]//button')
    send(admin, url(draft), {"form_key": "k", "to": "invoice"}, 422)


@pytest.mark.parametrize("to", ["bill", "nonsense", "\x00"])
def test_what_it_can_never_become_is_not_there(admin, order, to):
    see(admin, url(order), 200)
    assert admin.get(url(order), query_string={"to": to}).status_code == 404


def test_who_may_not_make_invoices_makes_none_of_an_order(client_of, cast, order, monkeypatch):
    rights = frozenset({"books.sales-orders.*", "books.invoices.view"})
    monkeypatch.setitem(PROFILES, "orders", Profile("orders", "Orders", rights))
    cast.admin.profile_key = "orders"
    client = client_of(cast.admin)
    assert "Convert" not in see(client, f"/books/sales-orders/{order.id}").words('//*[@id="header"]')
    see(client, url(order), 403)
    assert client.get(url(order, "invoice")).status_code == 404
    assert db.session.scalars(select(Invoice)).all() == []


def test_a_line_that_was_taken_over_stays_so_when_the_draft_is_edited(admin, order):
    send(admin, url(order), {"form_key": "k", "to": "invoice"})
    invoice = the_only(Invoice)
    address = f"/books/invoices/{invoice.id}/edit"
    form = see(admin, address).form(**{"lines-0-quantity": "3"})
    send(admin, address, form)
    assert [line.source_line_id for line in invoice.lines] == [line.id for line in order.lines]
    assert order.state == "partially_invoiced"
    form = see(admin, address).form(**{"lines-0-quantity": "11"})
    assert "At most 10 of SO-000001" in Page(send(admin, address, form, 422)).error("lines-0-quantity")


def test_a_line_of_another_document_can_not_be_claimed(admin, order):
    send(admin, url(order), {"form_key": "k", "to": "invoice"})
    invoice = the_only(Invoice)
    address = f"/books/invoices/{invoice.id}/edit"
    form = see(admin, address).form(**{"lines-0-of": str(order.lines[1].id), "lines-1-of": "x"})
    send(admin, address, form)
    assert [line.source_line_id for line in invoice.lines] == [None, None]


def test_an_order_is_closed_with_a_reason_that_stands_on_its_page_and_in_its_history(admin, order):
    page = see(admin, f"/books/sales-orders/{order.id}")
    assert page.has('//form[.//input[@name="reason"]]//button[@value="mark_as_closed"]')
    address = f"/books/sales-orders/{order.id}/status"
    send(admin, address, {"transition": "mark_as_closed", "reason": "Sold out <b>"})
    page = see(admin, f"/books/sales-orders/{order.id}")
    assert page.words('//*[@id="body"]//*[@class="notice"]') == "Closed: Sold out <b>"
    assert "Sold out <b>" in page.words('//*[@id="timeline"]')
    send(admin, address, {"transition": "reopen"})
    send(admin, address, {"transition": "mark_as_closed", "reason": "x" * 501}, 422)
    assert order.status == "open"


@pytest.mark.parametrize("name", ["convert_to_invoice", "close_by_itself", "reopen_by_itself"])
def test_a_step_that_is_not_by_hand_is_not_taken_by_hand(admin, order, name):
    send(admin, f"/books/sales-orders/{order.id}/status", {"transition": name}, 422)
    assert order.status == "open"


def test_the_chain_leads_from_the_deal_to_the_invoices(admin):
    sale = factories.deal(name="Big sale")
    offer = factories.estimate(deal_id=sale.id)
    offer.mark_as_sent(None)
    send(admin, url(offer), {"form_key": "k", "to": "sales_order"})
    made = see(admin, f"/books/estimates/{offer.id}")
    assert made.words('//*[@id="chain"]//a') == "Big sale SO-000001"
    assert made.words('//*[@id="chain"]//*[@aria-current]') == "EST-000001"


def test_deleting_a_document_that_became_others_is_refused_with_the_way_out(admin, order):
    send(admin, url(order), {"form_key": "k", "to": "invoice", quantity(order): "1"})
    page = Page(send(admin, f"/books/sales-orders/{order.id}/delete", {}, 422))
    assert "You can close it instead." in page.words('//*[@role="alert"]')


def test_the_form_and_the_page_cost_the_same_for_two_lines_and_for_twenty(admin, count_queries):
    costs = []
    for many in (2, 20):
        lines = [factories.line(item_id=factories.item().id) for _ in range(many)]
        made = factories.sales_order(lines=lines)
        made.convert_to_open(None)
        db.session.commit()
        for address in (url(made, "purchase_order"), f"/books/sales-orders/{made.id}"):
            with count_queries() as queries:
                see(admin, address)
            costs.append(len(queries))
    assert costs[:2] == costs[2:]


def test_a_document_shows_all_that_stands_between_its_subtotal_and_its_total(admin):
    made = factories.estimate(
        shipping_minor=30, adjustment_minor=-4, adjustment_label="Rounded", discount_value=10
    )
    page = see(admin, f"/books/estimates/{made.id}")
    assert [each.text_content() for each in page.all('//*[@class="totals"]//dt')] == [
        "Subtotal",
        "Discount (10%)",
        "Shipping",
        "Rounded",
        "Total",
    ]
    assert page.words('//*[@class="totals"]//dd') == "¥1,000 -¥100 ¥30 -¥4 ¥926"
