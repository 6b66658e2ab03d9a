"""A statement: what was open, what happened, what is open then; it ends where the customer's own figures stand."""

import time
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from delivery import statements
from delivery.list_paper import Column, Letterhead, ListPaper, printed
from domain.books import statements as ledger
from domain.books.aging import aging_of
from domain.books.entries import LABELS
from domain.books.ledger import OUTSTANDING
from domain.books.paying import Entry
from domain.books.payments import record
from domain.books.refunds import refund
from domain.books.statements import (
    SHOWS,
    Period,
    check_period,
    statement_of,
    statement_page,
    usual_period,
)
from domain.db import db
from domain.errors import Refused
from tests.factories import days_ago, today


@pytest.fixture
def customer(factories, cast):
    """A customer who owes 1,000 from long ago, and 2,000 since last week of which 500 are paid."""
    customer = factories.customer(display_name="Minato", language="en", billing_city="Yokohama")
    old = {"date": days_ago(100), "due_on": days_ago(70)}
    factories.invoice(customer, [factories.line(1000)], issued=True, **old)
    recent = {"date": days_ago(7), "due_on": days_ago(-23)}
    invoice = factories.invoice(customer, [factories.line(2000)], issued=True, **recent)
    factories.payment(invoice, 500)
    factories.invoice(customer, [factories.line(9999)])  # a draft asks for nothing
    return customer


def printed_words(pdf: bytes) -> str:
    """What a reader finds in a PDF."""
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def told(statement) -> list[tuple[str, int, int]]:
    """Its entries as kind, amount and balance."""
    return [(entry.kind, entry.amount_minor, entry.balance_minor) for entry in statement.entries]


def test_it_begins_with_what_was_open_and_keeps_a_running_balance(customer):
    statement = statement_of(customer, Period(days_ago(30), today()))
    assert statement.opening_minor == 1000
    assert told(statement) == [("invoice", 2000, 3000), ("payment", -500, 2500)]
    assert statement.closing_minor == 2500


def test_it_ends_where_the_customers_own_figures_stand(customer, factories, cast):
    factories.credit_note(customer, lines=[factories.line(300)]).open(cast.admin)
    void = factories.invoice(customer, [factories.line(700)], issued=True)
    paid = factories.payment(void, 200)
    void.void(cast.admin)
    refund(paid, Entry(50, today(), "cash"), cast.admin)
    lost = factories.invoice(customer, [factories.line(400)], issued=True)
    factories.payment(lost, 100)
    lost.write_off(cast.admin)
    db.session.refresh(customer)
    statement = statement_of(customer, usual_period())
    assert statement.closing_minor == customer.receivable_minor - customer.unused_credits_minor == 2050
    assert {entry.kind for entry in statement.entries} == {*LABELS}


def test_both_ends_of_the_period_belong_to_it(customer):
    assert told(statement_of(customer, Period(days_ago(7), days_ago(7)))) == [("invoice", 2000, 3000)]
    assert told(statement_of(customer, Period(days_ago(6), days_ago(1)))) == []
    assert statement_of(customer, Period(days_ago(6), days_ago(1))).closing_minor == 3000


def test_another_customers_papers_are_not_on_it(customer, factories):
    factories.invoice(issued=True)
    factories.bill(factories.vendor())
    assert len(statement_of(customer, Period(days_ago(365), today())).entries) == 3


def test_a_period_that_ends_before_it_begins_or_holds_too_much_is_refused(customer, monkeypatch):
    with pytest.raises(Refused) as caught:
        check_period(customer, Period(today(), today() - timedelta(days=1)))
    assert list(caught.value.fields) == ["statement_to"]
    monkeypatch.setattr(ledger, "MOST", 2)
    check_period(customer, Period(days_ago(30), today()))
    with pytest.raises(Refused) as caught:
        check_period(customer, Period(days_ago(365), today()))
    assert list(caught.value.fields) == ["statement_from"]


def test_a_page_of_it_goes_on_where_the_one_before_ended(customer, monkeypatch):
    monkeypatch.setattr(ledger, "PAGE", 2)
    period = Period(days_ago(365), today())
    whole = statement_of(customer, period)
    first = statement_page(customer, period)
    second = statement_page(customer, period, after=first.after)
    assert [*first.entries, *second.entries] == [*whole.entries]
    assert (first.before, second.after) == ("", "")
    assert statement_page(customer, period, before=second.before) == first
    assert second.brought_minor == first.entries[-1].balance_minor


@pytest.mark.parametrize("place", ["x", "2026-02-31.0.1", "2026-11-01.0.x", "2026-11-01.0." + "9" * 30])
def test_a_page_that_nobody_made_is_refused(customer, place):
    with pytest.raises(Refused):
        statement_page(customer, usual_period(), after=place)


def test_what_is_outstanding_is_shown_for_what_is_open_of_it(customer, factories):
    factories.advance(customer, 300)
    statement = statement_of(customer, Period(days_ago(30), today()), OUTSTANDING)
    assert statement.opening_minor == 1000
    assert told(statement) == [("invoice", 1500, 2500), ("payment", -300, 2200)]
    assert [str(each) for each in statement.entries[0].details("JPY")][1:] == ["open of JPY 2,000"]


def test_a_payment_says_what_it_settled_and_what_was_left(customer, factories):
    invoices = [factories.invoice(customer, [factories.line(100)], issued=True) for _n in range(2)]
    record(customer, Entry(250, today()), {each.id: 100 for each in invoices}, None)
    entry = statement_of(customer, Period(today(), today())).entries[-1]
    said = [str(each) for each in entry.details("JPY")]
    numbers = [each.number for each in invoices]
    assert said[1:] == [*(f"JPY 100 for {number}" for number in numbers), "JPY 50 more than that"]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Opening balance"), ("ja", "Minato 御中"), ("fr", "2\u202f500\u00a0¥")]
)
def test_it_is_written_in_the_customers_language(customer, language, words):
    customer.language = language
    paper = statements.paper_of(statement_of(customer, Period(days_ago(30), today())))
    texts = [paper.head.party_name, *(cell for row in paper.rows for cell in row), *paper.total]
    assert words in texts


def test_what_is_typed_into_a_name_is_text_on_it(customer):
    customer.display_name = "<img src=x>{{ 7*7 }}"
    assert customer.display_name in printed_words(statements.pdf(customer, usual_period()))


def test_a_long_one_repeats_its_headings_numbers_its_pages_and_is_printed_once(customer, monkeypatch):
    paper = statements.paper_of(statement_of(customer, usual_period()))
    long = replace(paper, rows=[*paper.rows] * 60)
    pages = [page.extract_text() for page in PdfReader(BytesIO(printed(long))).pages]
    assert len(pages) > 2
    assert all(f"{n} / {len(pages)}" in page and "Transaction" in page for n, page in enumerate(pages, 1))
    monkeypatch.setattr(statements, "LONG", 1)
    statement = statement_of(customer, usual_period())
    assert statements.kept(statement) is None
    made = statements.pdf(customer, usual_period())
    assert statements.kept(statement) == made


def test_the_time_to_print_grows_with_the_rows_and_no_faster():
    def once(rows: int) -> float:
        paper = ListPaper(
            Letterhead("We", (), "They", ()), "Statement", "", [Column("Details", 482)], [("A row",)] * rows
        )
        begun = time.process_time()
        printed(paper)
        return time.process_time() - begun

    def seconds(rows: int) -> float:
        return min(once(rows) for _n in range(3))

    once(500)
    assert seconds(5000) < 16 * seconds(500)


# --- properties -------------------------------------------------------------------------------------------------

EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["invoice", "payment", "credit_note", "advance", "write_off", "void", "refund"]),
        st.integers(1, 900),
        st.integers(0, 120),
    ),
    min_size=1,
    max_size=8,
)


def _happen(customer, factories, kind: str, amount: int, days: int) -> None:
    """Something happened to a customer, some days ago."""
    on = {"date": days_ago(days), "due_on": days_ago(days - 30)}
    line = [factories.line(amount)]
    if kind == "credit_note":
        return factories.credit_note(customer, lines=line, **on).open(None)
    if kind in ("advance", "refund"):
        paid = record(customer, Entry(amount, days_ago(days)), {}, None)
        return refund(paid, Entry(amount // 2 or 1, days_ago(days)), None) if kind == "refund" else None
    invoice = factories.invoice(customer, line, issued=True, **on)
    if kind == "payment":
        record(customer, Entry(amount, days_ago(days)), {invoice.id: amount // 2 or 1}, None)
    if kind in ("write_off", "void"):
        getattr(invoice, kind)(None)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS, cut=st.integers(1, 119))
def test_whatever_happens_each_period_begins_where_the_last_ended_and_today_stands_what_is_kept(
    factories, cast, events, cut
):
    customer = factories.customer()
    for event in events:
        _happen(customer, factories, *event)
    db.session.refresh(customer)
    for show in SHOWS:
        until = statement_of(customer, Period(days_ago(200), days_ago(cut)), show)
        since = statement_of(customer, Period(days_ago(cut - 1), today()), show)
        whole = statement_of(customer, Period(days_ago(200), today()), show)
        assert until.closing_minor == since.opening_minor
        assert since.closing_minor == whole.closing_minor
        assert whole.closing_minor == customer.receivable_minor - customer.unused_credits_minor
        assert [each.balance_minor for each in whole.entries[-1:]] in ([], [whole.closing_minor])
    assert aging_of(customer).total_minor == customer.receivable_minor
