"""Recording payments on an invoice: a part, the whole, too much, twice; and deleting them again."""

import pytest
from sqlalchemy import select

from domain.books.payments import Payment
from domain.db import db
from tests import factories
from tests.pages import HTMX, Page, see, send


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


@pytest.fixture
def invoice(admin):
    """Fixture: an issued invoice over 1,000."""
    return factories.invoice(issued=True)


def url(invoice, *rest) -> str:
    return "/".join([f"/books/invoices/{invoice.id}/payments", *map(str, rest)])


def payments() -> list[Payment]:
    return list(db.session.scalars(select(Payment).order_by(Payment.id)))


def test_the_form_offers_what_is_still_open_today(admin, invoice):
    factories.payment(invoice, 400)
    form = see(admin, url(invoice)).form()
    assert (form["amount"], form["date"]) == ("600", factories.today().isoformat())


def test_a_part_leaves_the_rest_open(admin, invoice):
    send(admin, url(invoice), see(admin, url(invoice)).form(amount="400", reference="Bank"))
    assert (invoice.balance_minor, invoice.state) == (600, "partially_paid")
    assert invoice.party.receivable_minor == 600
    page = see(admin, f"/books/invoices/{invoice.id}")
    assert "¥400" in page.words('//*[@id="payments"]')
    assert "Bank" in page.words('//*[@id="payments"]')


def test_the_whole_settles_it(admin, invoice):
    send(admin, url(invoice), see(admin, url(invoice)).form())
    assert (invoice.balance_minor, invoice.state, invoice.party.receivable_minor) == (0, "paid", 0)
    assert not see(admin, f"/books/invoices/{invoice.id}").has(f'//a[@href="{url(invoice)}"]')


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("amount", "1001"),
        ("amount", "0"),
        ("amount", "-5"),
        ("amount", ""),
        ("amount", "much"),
        ("amount", "0.5"),
        ("amount", "9" * 30),
        ("date", ""),
        ("date", "yesterday"),
        ("method", "barter"),
        ("reference", "x" * 101),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_all_is_kept(admin, invoice, field, text):
    form = see(admin, url(invoice)).form(**{"reference": "kept", field: text})
    page = Page(send(admin, url(invoice), form, 422))
    assert page.error(field)
    assert page.invalid() == {field}
    assert page.form()["form_key"] == form["form_key"]
    if field not in ("method",):
        assert page.form()[field] == text
    assert (payments(), invoice.balance_minor) == ([], 1000)


def test_a_double_click_records_one_payment(admin, invoice):
    form = see(admin, url(invoice)).form(amount="400")
    send(admin, url(invoice), form)
    send(admin, url(invoice), form)
    assert (len(payments()), invoice.balance_minor) == (1, 600)


def test_two_different_payments_are_two(admin, invoice):
    for _ in range(2):
        send(admin, url(invoice), see(admin, url(invoice)).form(amount="400"))
    assert (len(payments()), invoice.balance_minor) == (2, 200)


def test_a_payment_without_its_key_is_refused(admin, invoice):
    send(admin, url(invoice), {"amount": "1", "date": "2026-01-01", "method": "cash"}, 422)
    assert not payments()


@pytest.mark.parametrize("state", ["draft", "void"])
def test_what_was_not_issued_can_not_be_paid(admin, cast, state):
    invoice = factories.invoice(issued=state == "void")
    if state == "void":
        invoice.void(cast.admin)
    form = {"form_key": "k", "amount": "1", "date": "2026-01-01", "method": "cash"}
    page = Page(send(admin, url(invoice), form, 422))
    assert "once the invoice is issued" in page.words('//*[@role="alert"]')
    assert not payments()


def test_a_deleted_payment_is_open_again(admin, invoice):
    payment = factories.payment(invoice, 400)
    send(admin, url(invoice, payment.id, "delete"), {})
    assert (payments(), invoice.balance_minor, invoice.party.receivable_minor) == ([], 1000, 1000)


def test_a_payment_is_deleted_once(admin, invoice):
    payment_id = factories.payment(invoice, 400).id
    send(admin, url(invoice, payment_id, "delete"), {})
    send(admin, url(invoice, payment_id, "delete"), {}, 404)
    assert invoice.balance_minor == 1000


def test_a_payment_is_deleted_from_its_own_invoice_only(admin, invoice):
    payment = factories.payment(factories.invoice(issued=True), 400)
    send(admin, url(invoice, payment.id, "delete"), {}, 404)
    assert len(payments()) == 1


def test_deny_comes_before_any_write(client_of, cast, invoice):
    payment = factories.payment(invoice, 400)
    form = {"form_key": "k", "amount": "1", "date": "2026-01-01", "method": "cash"}
    for who, status in ((cast.sales, 403), (cast.stranger, 404), (cast.assigned, 404)):
        client = client_of(who)
        send(client, url(invoice), form, status)
        send(client, url(invoice, payment.id, "delete"), {}, status)
        assert (len(payments()), invoice.balance_minor) == (1, 600)


def test_a_payment_in_a_currency_with_cents_and_one_with_thousandths(admin):
    for code, amount, minor in (("EUR", "10.05", 1005), ("TND", "1.005", 1005)):
        factories.exchange_rate(code, "100")
        customer = factories.customer(currency=code)
        invoice = factories.invoice(customer, [factories.line(100)], issued=True)
        before = invoice.balance_minor
        send(admin, url(invoice), see(admin, url(invoice)).form(amount=amount))
        assert invoice.balance_minor == before - minor


def test_a_refusal_under_htmx_is_the_form_alone(admin, invoice):
    form = see(admin, url(invoice)).form(amount="")
    page = Page(send(admin, url(invoice), form, 422, headers=HTMX))
    assert not page.is_whole
    assert page.root[0].get("id") == "form"


def test_the_page_costs_the_same_for_two_payments_and_for_ten(admin, count_queries):
    costs = []
    for count in (2, 10):
        invoice = factories.invoice(issued=True)
        for _ in range(count):
            factories.payment(invoice, 10)
        db.session.commit()
        with count_queries() as queries:
            see(admin, f"/books/invoices/{invoice.id}")
        costs.append(len(queries))
    assert costs[0] == costs[1]
