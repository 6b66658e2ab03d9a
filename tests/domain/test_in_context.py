"""What is kept of the documents of parties and deals, and how we stand with somebody."""

from sqlalchemy import select, update

from domain import records
from domain.books.check import differences
from domain.books.document_counts import DealCount, counts_of_deal
from domain.books.invoices import Invoice
from domain.books.overdue import overdue_of
from domain.books.vendors import Vendor
from domain.db import db
from domain.modules.figures import customer_band, kept_of_deal, kept_of_party, vendor_band
from tests import factories
from tests.cast import Cast
from tests.factories import customer, days_ago, deal, estimate, invoice, payment, vendor


def kept(of, cast: Cast) -> dict[str, list[tuple[int, int, str]]]:
    return {kind: [tuple(each) for each in found] for kind, found in kept_of_deal(of.id, cast.admin).items()}


def amounts(figures) -> dict[str, int]:
    return {str(figure.label): figure.amount_minor for figure in figures}


# --- deals --------------------------------------------------------------------------------------------------


def test_a_deal_counts_its_documents_and_what_is_open_on_them(cast: Cast) -> None:
    ours = deal()
    invoice(deal_id=ours.id)
    sent = invoice(deal_id=ours.id, issued=True)
    estimate(deal_id=ours.id)
    invoice(issued=True)
    assert kept(ours, cast) == {"invoice": [(2, 1000, "JPY")], "estimate": [(1, 0, "JPY")]}
    payment(sent, 300)
    assert kept(ours, cast)["invoice"] == [(2, 700, "JPY")]
    sent.void(cast.admin)
    assert kept(ours, cast)["invoice"] == [(2, 0, "JPY")]
    assert differences() == []


def test_a_document_that_is_tied_to_a_deal_later_counts_there_at_once(cast: Cast) -> None:
    ours, other, sent = deal(), deal(), invoice(issued=True)
    sent.change({"deal_id": ours.id}, None, cast.admin)
    assert kept(ours, cast) == {"invoice": [(1, 1000, "JPY")]}
    sent.change({"deal_id": other.id}, None, cast.admin)
    assert kept(ours, cast) == {"invoice": [(0, 0, "JPY")]}
    assert kept(other, cast) == {"invoice": [(1, 1000, "JPY")]}
    sent.change({"deal_id": None}, None, cast.admin)
    assert kept(other, cast) == {"invoice": [(0, 0, "JPY")]}
    assert differences() == []


def test_each_currency_of_a_deal_is_counted_apart(cast: Cast) -> None:
    factories.exchange_rate("EUR", 160)
    ours = deal()
    invoice(customer(currency="EUR"), deal_id=ours.id, issued=True)
    invoice(deal_id=ours.id, issued=True)
    assert kept(ours, cast) == {"invoice": [(1, 100000, "EUR"), (1, 1000, "JPY")]}


def test_a_draft_that_goes_is_counted_no_more(cast: Cast) -> None:
    ours = deal()
    draft = invoice(deal_id=ours.id)
    draft.delete(cast.admin)
    assert kept(ours, cast) == {"invoice": [(0, 0, "JPY")]}


def test_the_documents_of_a_deal_that_goes_stay(cast: Cast) -> None:
    ours = deal()
    sent = invoice(deal_id=ours.id, issued=True)
    records.destroy(ours, cast.admin)
    db.session.refresh(sent)
    assert sent.deal_id is None
    assert db.session.scalars(select(DealCount)).all() == []
    assert differences() == []


def test_a_wrong_counter_of_a_deal_is_named(cast: Cast) -> None:
    ours = deal(name="Lathe")
    invoice(deal_id=ours.id, issued=True)
    db.session.execute(update(DealCount).values(count=3))
    [sentence] = differences()
    assert "kept as (3, 1000), but it comes to (1, 1000)." in str(sentence)


def test_counting_for_a_deal_is_one_statement_more(cast: Cast, count_queries) -> None:
    ours, buyer = deal(), customer()
    alone, tied = invoice(buyer), invoice(buyer, deal_id=ours.id)
    costs = []
    for each in (alone, tied):
        db.session.commit()
        with count_queries() as queries:
            each.issue(cast.admin)
        costs.append(len(queries))
    assert costs[1] == costs[0] + 1


# --- parties ------------------------------------------------------------------------------------------------


def test_a_party_counts_each_kind_apart(cast: Cast) -> None:
    buyer = customer()
    invoice(buyer, issued=True)
    estimate(buyer).mark_as_sent(cast.admin)
    estimate(buyer)
    assert kept_of_party(buyer.id) == {"invoice": [(1, 1000, "JPY")], "estimate": [(2, 1000, "JPY")]}
    assert amounts(customer_band(buyer.id) or ())["Receivable"] == 1000, "an estimate is no money"


def test_a_customer_that_is_a_vendor_too_shows_what_is_owed_both_ways(cast: Cast) -> None:
    seller = vendor(currency="JPY")
    buyer = customer(vendor_id=seller.id)
    invoice(buyer, issued=True)
    factories.bill(seller).open(cast.admin)
    assert amounts(customer_band(buyer.id) or ()) == {
        "Receivable": 1000,
        "Overdue": 0,
        "Unused credits": 0,
        "Payable": 1000,
    }


def test_without_that_link_nothing_is_said_of_what_we_owe(cast: Cast) -> None:
    assert "Payable" not in amounts(customer_band(customer().id) or ())
    assert customer_band(None) is None


def test_a_vendor_shows_what_we_owe_and_what_of_it_is_late(cast: Cast) -> None:
    seller = vendor()
    factories.bill(seller, date=days_ago(40), due_on=days_ago(10)).open(cast.admin)
    factories.bill(seller).open(cast.admin)
    factories.bill(seller)
    assert amounts(vendor_band(seller.id) or ()) == {"Payable": 2000, "Overdue": 1000, "Unused credits": 0}
    assert vendor_band(None) is None


def test_a_vendor_that_goes_is_taken_off_its_customer(cast: Cast) -> None:
    seller = vendor()
    buyer = customer(vendor_id=seller.id)
    records.destroy(seller, cast.admin)
    db.session.refresh(buyer)
    assert buyer.vendor_id is None
    assert db.session.get(Vendor, seller.id) is None


def test_what_a_customer_is_late_with_is_one_question(cast: Cast, count_queries) -> None:
    buyer = customer()
    late = invoice(buyer, date=days_ago(30), due_on=days_ago(22), issued=True)
    invoice(buyer, date=days_ago(30), due_on=days_ago(3), issued=True)
    invoice(buyer, issued=True)
    invoice(buyer, date=days_ago(30), due_on=days_ago(22))
    payment(late, 400)
    db.session.flush()
    with count_queries() as queries:
        assert overdue_of(buyer.id, Invoice) == (1600, 2, 22)
    assert len(queries) == 1
    assert overdue_of(customer().id, Invoice) == (0, 0, 0)


def test_counters_of_a_deal_come_in_one_question(cast: Cast, count_queries) -> None:
    ours = deal()
    invoice(deal_id=ours.id)
    estimate(deal_id=ours.id)
    db.session.flush()
    with count_queries() as queries:
        assert len(counts_of_deal(ours.id)) == 2
    assert len(queries) == 1
