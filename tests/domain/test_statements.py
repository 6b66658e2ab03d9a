"""A statement: what was open, what happened, what is open then; it ends where the customer's own figures stand."""

from datetime import timedelta

import pytest

from delivery import statements
from domain.books import statements as ledger
from domain.books.paying import Entry
from domain.books.refunds import refund
from domain.books.statements import Period, check_period, statement_of, usual_period
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
    assert {entry.kind for entry in statement.entries} == {*statements.KINDS}


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


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Opening balance"), ("ja", "Minato 御中"), ("fr", "2\u202f500\u00a0¥")]
)
def test_it_is_written_in_the_customers_language_and_printed(customer, language, words):
    customer.language = language
    statement = statement_of(customer, Period(days_ago(30), today()))
    page = statements.page(statement)
    assert words in page
    assert "Minato" in page
    assert statements.pdf(customer, statement.period).startswith(b"%PDF-")


def test_what_is_typed_into_a_name_is_text_on_it(customer):
    customer.display_name = "<img src=x>{{ 7*7 }}"
    assert "&lt;img src=x&gt;{{ 7*7 }}" in statements.page(statement_of(customer, usual_period()))
