"""What documents become: of which lines how much, what is taken along, and how what is taken back is free again."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from domain.books.chain import chain_of
from domain.books.check import differences
from domain.books.conversions import CONVERSIONS, Conversion, convert, what_is_left
from domain.books.document import Document
from domain.books.estimates import Estimate
from domain.books.invoices import Invoice
from domain.books.lines import LineInput
from domain.books.purchase_orders import PurchaseOrder
from domain.books.sales_orders import SalesOrder
from domain.db import db
from domain.errors import Refused
from domain.modules.making_fields import make_field
from domain.timeline import entries_for
from tests import factories
from tests.cast import Cast
from tests.factories import (
    bill,
    customer,
    deal,
    estimate,
    item,
    line,
    purchase_order,
    sales_order,
    tax,
    vendor,
)


def way(source: Document, key: str) -> Conversion:
    """From a document to a kind."""
    [found] = [each for each in CONVERSIONS if isinstance(source, each.source) and each.key == key]
    return found


def into(source: Document, key: str, quantities: list[int | str] | None = None, **values):  # type: ignore[no-untyped-def]
    """Convert a document, whole or these quantities of its lines."""
    chosen = None
    if quantities is not None:
        chosen = {line.id: Decimal(n) for line, n in zip(source.lines, quantities, strict=True)}
    return convert(source, way(source, key), chosen, values, None)


def opened(lines: list[LineInput] | None = None, **values) -> SalesOrder:  # type: ignore[no-untyped-def]
    """An open order; ten pieces at 100 unless said otherwise."""
    order = sales_order(lines=lines or [line(100, 10)], **values)
    order.convert_to_open(None)
    return order


def sent(**values) -> Estimate:  # type: ignore[no-untyped-def]
    """An estimate that went out."""
    offer = estimate(**values)
    offer.mark_as_sent(None)
    return offer


# --- estimates ----------------------------------------------------------------------------------------------


def test_an_estimate_becomes_an_invoice_with_all_that_stands_in_it(cast: Cast) -> None:
    standard, sale = tax(10), deal()
    offer = sent(
        lines=[line(100, 3, tax_id=standard.id, discount_percent=Decimal(5))],
        reference="PO 7",
        notes="Thank you",
        deal_id=sale.id,
        salesperson_id=cast.staff.id,
        shipping_minor=50,
        adjustment_minor=-5,
    )
    made = into(offer, "invoice")
    assert isinstance(made, Invoice)
    assert (made.status, made.source_id, offer.status) == ("draft", offer.id, "invoiced")
    same = ("party_id", "reference", "notes", "deal_id", "salesperson_id", "total_minor", "subtotal_minor")
    assert [getattr(made, name) for name in same] == [getattr(offer, name) for name in same]
    assert differences() == []


def test_fields_of_the_organization_go_along_where_both_kinds_have_them(cast: Cast) -> None:
    def field(module: str, label: str) -> str:
        return make_field(module, {"label": label, "kind": "text"}, cast.admin, f"{module}-{label}").name

    ours, theirs = field("books.estimates", "Site"), field("books.invoices", "Site")
    field("books.estimates", "Only here"), field("books.invoices", "Only there")
    made = into(sent(**{ours: "Kobe"}), "invoice")
    assert getattr(made, theirs) == "Kobe"


@pytest.mark.parametrize("state", ["sent", "accepted", "expired"])
def test_an_estimate_is_converted_when_sent_accepted_or_expired(cast: Cast, state: str) -> None:
    past = {"date": factories.days_ago(9), "expires_on": factories.days_ago(1)} if state == "expired" else {}
    offer = sent(**past)
    if state == "accepted":
        offer.mark_as_accepted(None)
    assert offer.state == state
    into(offer, "sales_order")
    assert offer.status == "accepted"


def test_a_draft_or_declined_estimate_becomes_nothing(cast: Cast) -> None:
    draft = estimate()
    with pytest.raises(Refused, match="not possible"):
        into(draft, "invoice")
    draft.mark_as_declined(None)
    with pytest.raises(Refused, match="not possible"):
        into(draft, "sales_order")


def test_an_estimate_of_which_nothing_is_left_becomes_nothing_more(cast: Cast) -> None:
    offer = sent()
    into(offer, "sales_order")
    with pytest.raises(Refused, match="Nothing of EST-000001 is left"):
        into(offer, "invoice")


def test_the_timeline_says_what_an_estimate_became_and_who_did_it(cast: Cast) -> None:
    offer = sent()
    convert(offer, way(offer, "invoice"), None, {}, cast.staff)
    last = entries_for(offer.MODULE, offer.id)[0]
    assert (last.verb, last.source, last.target, last.actor_name) == (
        "convert_to_invoice",
        "sent",
        "invoiced",
        "Sora Staff",
    )


def test_an_estimate_whose_invoice_is_deleted_is_accepted_again(cast: Cast) -> None:
    offer = sent()
    into(offer, "invoice").delete(None)
    assert (offer.status, offer.progress) == ("accepted", "")
    assert into(offer, "invoice").source_id == offer.id


def test_what_was_converted_is_neither_revised_nor_declined_nor_deleted(cast: Cast) -> None:
    offer = sent()
    order = into(offer, "sales_order")
    for refused in (
        lambda: offer.revise(None),
        lambda: offer.mark_as_declined(None),
        lambda: offer.delete(None),
    ):
        with pytest.raises(Refused, match="it has to stay"):
            refused()
    order.mark_as_cancelled(None)
    offer.revise(None)
    assert offer.status == "draft"


# --- orders, bit by bit -------------------------------------------------------------------------------------


def test_an_order_is_partially_invoiced_then_invoiced_and_then_closed(cast: Cast) -> None:
    order = opened([line(100, 10), line(50, 4)])
    first = into(order, "invoice", [6, 0])
    assert [made.quantity for made in first.lines] == [6]
    assert (order.state, order.status) == ("partially_invoiced", "open")
    second = into(order, "invoice")
    assert [made.quantity for made in second.lines] == [4, 4]
    assert (order.progress, order.status, order.state) == ("full", "closed", "closed")
    assert entries_for(order.MODULE, order.id)[0].verb == "close_by_itself"


def test_an_order_that_is_invoiced_and_opened_again_is_shown_as_invoiced(cast: Cast) -> None:
    order = opened()
    into(order, "invoice")
    order.reopen(None)
    assert order.state == "invoiced"
    assert db.session.scalars(select(SalesOrder.id).where(SalesOrder.in_state("invoiced"))).all() == [
        order.id
    ]


def test_more_than_is_left_is_refused_at_its_line(cast: Cast) -> None:
    order = opened()
    into(order, "invoice", [7])
    with pytest.raises(Refused) as refusal:
        into(order, "invoice", [4])
    assert {name: str(words) for name, words in refusal.value.fields.items()} == {
        f"quantity-{order.lines[0].id}": "At most 3 can be taken."
    }


@pytest.mark.parametrize("quantity", ["-1", "0"])
def test_less_than_something_is_refused(cast: Cast, quantity: str) -> None:
    with pytest.raises(Refused):
        into(opened(), "invoice", [quantity])


def test_a_draft_made_from_an_order_takes_no_more_than_is_left_when_it_is_changed(cast: Cast) -> None:
    order = opened()
    made = into(order, "invoice", [4])
    kept = made.lines[0].as_typed
    made.change({}, [LineInput(**{**vars(kept), "quantity": Decimal(10)})], None)
    assert order.status == "closed"
    made.change({}, [LineInput(**{**vars(kept), "quantity": Decimal(3)}), line(70)], None)
    assert (order.status, what_is_left(order, way(order, "invoice"))) == ("open", {order.lines[0].id: 7})
    with pytest.raises(Refused) as refusal:
        made.change({}, [LineInput(**{**vars(kept), "quantity": Decimal(11)})], None)
    assert set(refusal.value.fields) == {"lines-0-quantity"}


def test_what_is_deleted_or_voided_gives_its_quantities_back(cast: Cast) -> None:
    order = opened()
    first, second = into(order, "invoice", [6]), into(order, "invoice")
    assert order.status == "closed"
    first.issue(None)
    first.void(None)
    assert (order.state, what_is_left(order, way(order, "invoice"))) == (
        "partially_invoiced",
        {order.lines[0].id: 6},
    )
    second.delete(None)
    assert (order.state, order.progress) == ("open", "")
    assert differences() == []


def test_a_voided_invoice_comes_back_only_while_its_quantities_are_free(cast: Cast) -> None:
    order = opened()
    first = into(order, "invoice")
    first.issue(None)
    first.void(None)
    into(order, "invoice", [1])
    with pytest.raises(Refused, match="At most 9 of SO-000001"):
        first.back_to_draft(None)


def test_an_order_that_somebody_closed_with_a_reason_stays_closed(cast: Cast) -> None:
    order = opened()
    made = into(order, "invoice")
    order.reopen(None)
    order.step("mark_as_closed", None, reason=" The rest is not wanted. ")
    made.delete(None)
    assert (order.status, order.progress, order.status_reason) == ("closed", "", "The rest is not wanted.")


def test_an_order_from_which_something_was_made_is_not_cancelled_but_closed(cast: Cast) -> None:
    order = opened()
    into(order, "invoice", [1])
    for refused in (lambda: order.mark_as_cancelled(None), lambda: order.delete(None)):
        with pytest.raises(Refused, match="You can close it instead"):
            refused()
    order.mark_as_closed(cast.staff, "Enough")
    assert entries_for(order.MODULE, order.id)[0].detail["reason"] == "Enough"


def test_negative_lines_and_lines_without_quantity_go_along(cast: Cast) -> None:
    order = opened([line(100, 10), line(50, -2), line(5, 0)])
    first = into(order, "invoice", [5, -1, 0])
    assert [made.quantity for made in first.lines] == [5, -1]
    with pytest.raises(Refused):
        into(order, "invoice", [0, -2, 0])
    into(order, "invoice")
    assert order.status == "closed"


def test_partial_invoices_share_what_is_there_once_and_come_to_the_whole(cast: Cast) -> None:
    order = opened(
        [line(100, 3, discount_minor=10), line(33, 7)],
        shipping_minor=101,
        adjustment_minor=-7,
        discount_kind="amount",
        discount_value=Decimal(20),
    )
    parts = [into(order, "invoice", [1, 2]), into(order, "invoice", [1, 4]), into(order, "invoice")]
    for name in ("shipping_minor", "adjustment_minor", "discount_minor", "subtotal_minor", "total_minor"):
        assert sum(getattr(part, name) for part in parts) == getattr(order, name), name
    assert all(part.shipping_minor > 0 for part in parts)


# --- purchases ----------------------------------------------------------------------------------------------


def test_what_was_sold_is_ordered_from_a_vendor_at_purchase_rates(cast: Cast) -> None:
    bought = item(rate=Decimal(1000), purchase_rate=Decimal(600), purchase_description="Grade A")
    order = opened([line(1000, 5, item_id=bought.id), line(70, 1)], notes="For the customer only")
    seller = vendor()
    made = into(order, "purchase_order", party_id=seller.id)
    assert isinstance(made, PurchaseOrder)
    assert (made.party, made.notes, made.source_id) == (seller, "", order.id)
    assert [(each.quantity, each.rate) for each in made.lines] == [(5, 600), (1, 0)]
    assert made.lines[0].description.endswith("Grade A")
    assert (order.state, order.progress) == ("open", "")
    into(order, "purchase_order", [9, 0], party_id=seller.id)


def test_a_purchase_order_is_billed_bit_by_bit_under_the_vendors_numbers(cast: Cast) -> None:
    order = purchase_order(lines=[line(100, 10)])
    order.convert_to_open(None)
    first = into(order, "bill", [4], number="A-1")
    assert (order.state, first.number) == ("partially_billed", "A-1")
    with pytest.raises(Refused) as refusal:
        into(order, "bill", number="A-1")
    assert set(refusal.value.fields) == {"number"}
    db.session.rollback()


def test_a_bill_that_is_voided_gives_back_what_it_took(cast: Cast) -> None:
    order = purchase_order(lines=[line(100, 10)])
    order.convert_to_open(None)
    made = into(order, "bill", number="A-1")
    assert order.status == "closed"
    made.open(None)
    made.void(None)
    assert (order.status, order.progress) == ("open", "")
    assert bill().source_id is None


# --- the chain ----------------------------------------------------------------------------------------------


def test_a_document_knows_what_it_came_from_and_what_became_of_it(cast: Cast) -> None:
    offer = sent(lines=[line(100, 10)])
    order = into(offer, "sales_order")
    assert isinstance(order, SalesOrder)
    order.convert_to_open(None)
    first, second = into(order, "invoice", [5]), into(order, "invoice")
    for each in (offer, order, first, second):
        assert chain_of(each, cast.admin) == [[offer], [order], [first, second]]
    assert chain_of(estimate(), cast.admin) == []


def test_somebody_with_assigned_customers_sees_only_their_part_of_a_chain(cast: Cast) -> None:
    buyer = customer(owner_id=cast.staff.id)
    order = opened(party=buyer)
    made = into(order, "purchase_order", party_id=vendor().id)
    assert chain_of(made, cast.assigned) == []
    assert chain_of(made, cast.admin) == [[order], [made]]


def test_what_was_made_from_a_deleted_order_stands_alone(cast: Cast) -> None:
    order = opened()
    bought = into(order, "purchase_order", party_id=vendor().id)
    order.delete(None)
    db.session.expire_all()
    assert bought.source_id is None
    assert [each.source_line_id for each in bought.lines] == [None]
