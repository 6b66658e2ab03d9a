"""Purchase orders and bills: what a vendor is told, what it asks for, and what is owed to it."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from domain.books.bills import Bill
from domain.books.conversions import conversions_of, convert
from domain.books.purchase_orders import PurchaseOrder
from domain.db import db
from domain.errors import Refused
from tests import factories
from tests.factories import days_ago, today


@pytest.fixture
def vendor(cast):
    """Fixture: a vendor that is paid after 30 days."""
    return factories.vendor(payment_terms_id=factories.payment_terms(days=30).id)


def bill_of(order, number="V-1", chosen=None):
    """What becomes of an order: a draft of a bill."""
    [conversion] = conversions_of(order)
    return convert(order, conversion, chosen, {"number": number}, None)


# --- orders -------------------------------------------------------------------------------------------------


def test_an_order_has_its_number_from_the_beginning_and_asks_for_no_money(vendor):
    order = factories.purchase_order(vendor)
    assert order.number.startswith("PO-")
    order.convert_to_open(None)
    assert (order.state, vendor.payable_minor) == ("open", 0)


def test_an_order_is_opened_closed_cancelled_and_goes_on_after_all(vendor):
    order = factories.purchase_order(vendor)
    for step, state in (
        ("convert_to_open", "open"),
        ("mark_as_closed", "closed"),
        ("reopen", "open"),
        ("mark_as_cancelled", "cancelled"),
        ("reopen", "open"),
    ):
        order.step(step, None)
        assert order.state == state


def test_an_order_is_overdue_once_its_delivery_date_has_passed(vendor):
    order = factories.purchase_order(vendor, date=days_ago(5), delivery_on=days_ago(1))
    assert order.state == "draft"
    order.convert_to_open(None)
    assert (order.state, order.state_on(days_ago(1))) == ("overdue", "open")
    assert db.session.query(PurchaseOrder).filter(PurchaseOrder.in_state("overdue")).one() is order


def test_nothing_is_delivered_before_it_is_ordered(vendor):
    with pytest.raises(Refused) as refused:
        factories.purchase_order(vendor, date=today(), delivery_on=days_ago(1))
    assert "delivery_on" in refused.value.fields


def test_an_order_is_billed_bit_by_bit_and_closes_with_the_last(vendor):
    order = factories.purchase_order(vendor, lines=[factories.line(100, 10)])
    order.convert_to_open(None)
    [line] = order.lines
    bill_of(order, "V-1", {line.id: 4})
    assert order.state == "partially_billed"
    last = bill_of(order, "V-2")
    assert (order.status, last.total_minor) == ("closed", 600)
    last.delete(None)
    assert order.state == "partially_billed"


def test_an_order_of_which_something_was_billed_is_neither_cancelled_nor_deleted(vendor):
    order = factories.purchase_order(vendor, lines=[factories.line(100, 10)])
    order.convert_to_open(None)
    bill_of(order, "V-1", {order.lines[0].id: 4})
    for refused in (lambda: order.mark_as_cancelled(None), lambda: order.delete(None)):
        with pytest.raises(Refused, match="close it instead"):
            refused()


def test_what_was_called_off_on_a_bill_is_left_on_the_order_again(vendor):
    order = factories.purchase_order(vendor)
    order.convert_to_open(None)
    bill = bill_of(order)
    bill.open(None)
    assert order.state == "closed"
    bill.void(None)
    assert order.state == "open"


# --- bills --------------------------------------------------------------------------------------------------


def test_a_bill_bears_the_number_that_the_vendor_gave_it(vendor):
    with pytest.raises(Refused) as refused:
        factories.bill(vendor, number="")
    assert "number" in refused.value.fields
    bill = factories.bill(vendor, number="2026/11-7")
    bill.open(None)
    assert bill.number == "2026/11-7"


def test_no_bill_of_a_vendor_is_entered_twice_and_other_vendors_may_have_the_number(vendor):
    bill = factories.bill(vendor, number="7")
    with pytest.raises(Refused) as refused:
        factories.bill(vendor, number="7")
    assert "number" in refused.value.fields
    assert factories.bill(factories.vendor(), number="7").number == "7"
    bill.change({"number": "7", "reference": "again"}, None, None)
    other = factories.bill(vendor, number="8")
    with pytest.raises(Refused):
        other.change({"number": "7"}, None, None)


def test_two_who_enter_the_same_bill_at_once_make_one(vendor, monkeypatch):
    factories.bill(vendor, number="7")
    monkeypatch.setattr(Bill, "check_kind", lambda *_args: None)  # as if neither had seen the other's
    with pytest.raises(IntegrityError), db.session.begin_nested():
        factories.bill(vendor, number="7")


def test_a_bill_is_due_by_the_terms_of_its_vendor(vendor):
    bill = factories.bill(vendor, date=days_ago(10))
    assert bill.due_on == days_ago(10) + timedelta(days=30)


def test_a_bill_is_owed_once_it_is_opened_until_it_is_void(vendor):
    bill = factories.bill(vendor)
    assert vendor.payable_minor == 0
    bill.open(None)
    assert (bill.state, vendor.payable_minor) == ("open", 1000)
    bill.void(None)
    assert (bill.state, vendor.payable_minor) == ("void", 0)
    bill.back_to_draft(None)
    bill.change({}, [factories.line(2000)], None)
    bill.open(None)
    assert vendor.payable_minor == 2000


def test_a_bill_is_overdue_from_the_day_after_its_due_date(vendor):
    bill = factories.bill(vendor, date=days_ago(31))
    bill.open(None)
    assert (bill.state, bill.state_on(days_ago(1))) == ("overdue", "open")
    assert bill.days_overdue(today()) == 1


def test_an_opened_bill_keeps_its_lines_and_is_not_deleted(vendor):
    bill = factories.bill(vendor)
    bill.open(None)
    with pytest.raises(Refused, match="only its reference"):
        bill.change({}, [factories.line(1)], None)
    with pytest.raises(Refused, match="void"):
        bill.delete(None)
    bill.change({"reference": "R"}, None, None)
    assert bill.reference == "R"
