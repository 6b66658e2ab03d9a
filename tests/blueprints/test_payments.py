"""Recording payments: on an invoice, over several, too much, twice; taking them back, deleting them."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from domain.books.allocations import settling
from domain.books.document import Document
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
    if field != "method":
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


def test_what_was_paid_can_be_taken_back_and_is_an_unused_credit(admin, invoice):
    payment = factories.payment(invoice, 400)
    page = see(admin, f"/books/invoices/{invoice.id}")
    [button] = page.all('//form[contains(@action, "/credits/")]')
    send(admin, button.get("action"), {})
    assert (invoice.balance_minor, payment.unused_minor) == (1000, 400)
    assert invoice.party.unused_credits_minor == 400
    send(admin, button.get("action"), {}, 404)


def test_a_deleted_payment_is_open_again(admin, invoice):
    payment = factories.payment(invoice, 400)
    address = f"/books/payments/{payment.id}/delete"
    send(admin, address, see(admin, address).form())
    assert (payments(), invoice.balance_minor, invoice.party.receivable_minor) == ([], 1000, 1000)
    send(admin, address, {}, 404)


def test_what_settles_an_invoice_is_taken_back_from_it_only(admin, invoice):
    other = factories.invoice(issued=True)
    factories.payment(other, 400)
    allocation = settling(other)[0].id
    send(admin, f"/books/invoices/{invoice.id}/credits/{allocation}/delete", {}, 404)
    assert other.balance_minor == 600


def test_deny_comes_before_any_write(client_of, cast, invoice):
    payment = factories.payment(invoice, 400)
    allocation = settling(invoice)[0].id
    form = {"form_key": "k", "amount": "1", "date": "2026-01-01", "method": "cash"}
    for who, status in ((cast.sales, 403), (cast.stranger, 404), (cast.assigned, 404)):
        client = client_of(who)
        send(client, url(invoice), form, status)
        send(client, f"/books/invoices/{invoice.id}/credits/{allocation}/delete", {}, status)
        send(client, f"/books/payments/{payment.id}/delete", {}, status)
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


# --- over several documents -----------------------------------------------------------------------------------


NEW = "/books/payments/new"


@pytest.fixture
def buyer(admin):
    """Fixture: a customer with an older invoice over 1,000 and a newer one over 500."""
    buyer = factories.customer(display_name="Minato")
    factories.invoice(buyer, [factories.line(500)], issued=True)
    factories.invoice(buyer, date=factories.days_ago(40), due_on=factories.days_ago(10), issued=True)
    return buyer


def typed(admin, party, **values):
    return see(admin, NEW, query_string={"party": party.id}).form(**values).to_dict()


def balances(party) -> list[int]:
    query = select(Document.balance_minor).where(Document.party_id == party.id).order_by(Document.due_on)
    return list(db.session.scalars(query))


def test_without_a_word_on_what_it_settles_it_settles_what_was_due_first(admin, buyer):
    send(admin, NEW, typed(admin, buyer, amount="1200"))
    assert balances(buyer) == [0, 300]
    assert payments()[0].unused_minor == 0


def test_what_no_invoice_takes_is_kept_as_a_credit(admin, buyer):
    response = send(admin, NEW, typed(admin, buyer, amount="2000"))
    assert (balances(buyer), buyer.receivable_minor, buyer.unused_credits_minor) == ([0, 0], 0, 500)
    page = see(admin, response.location)
    assert "¥500 of it is kept as an unused credit" in page.toast()
    assert page.has(f'//a[@href="/books/payments/{payments()[0].id}/uses"]')


def test_an_advance_settles_nothing(admin, buyer):
    send(admin, NEW, typed(admin, buyer, amount="700", keep_all="1"))
    assert (balances(buyer), buyer.unused_credits_minor) == ([1000, 500], 700)


def test_shares_are_settled_as_they_were_typed(admin, buyer):
    form = typed(admin, buyer, amount="600")
    newer = max(name for name in form if name.startswith("share-"))
    older = min(name for name in form if name.startswith("share-"))
    assert (newer, older) > ("", "")
    send(admin, NEW, form | {newer: "100", older: "500"})
    assert sorted(balances(buyer)) == [0, 900]


def test_the_proposal_follows_the_amount_and_the_sums_follow_the_shares(admin, buyer):
    form = typed(admin, buyer, amount="1200", do="amount")
    region = Page(send(admin, "/books/payments/proposal", form, 200, headers=HTMX))
    assert region.root[0].get("id") == "shares"
    values = [each.get("value") for each in region.all('//input[starts-with(@name, "share-")]')]
    assert values == ["1000", "200"]
    name = region.all('//input[starts-with(@name, "share-")]')[0].get("name")
    form["do"], form[name] = "share", "50"
    sums = Page(send(admin, "/books/payments/proposal", form, 200, headers=HTMX))
    assert sums.root[0].get("id") == "sums"
    assert "Settled¥50 Kept as a credit¥1,150" in sums.words()


def test_more_than_is_open_or_than_was_paid_is_said_at_its_field(admin, buyer):
    form = typed(admin, buyer, amount="5000")
    name = next(name for name in form if name.startswith("share-"))
    page = Page(send(admin, NEW, form | {name: "1001"}, 422))
    assert "Only" in page.error(name)
    page = Page(send(admin, NEW, form | {name: "much"}, 422))
    assert page.error(name)
    page = Page(send(admin, NEW, form | {name: "400", "amount": "300"}, 422))
    assert "less than" in page.error("amount")
    assert (payments(), balances(buyer)) == ([], [1000, 500])


def test_shares_of_other_peoples_invoices_are_not_settled(admin, buyer, invoice):
    send(admin, NEW, typed(admin, buyer, amount="100") | {f"share-{invoice.id}": "100"})
    assert invoice.balance_minor == 1000


def test_a_payment_to_a_vendor_settles_bills_and_has_a_series_of_its_own(admin, cast):
    seller = factories.vendor()
    bill = factories.bill(seller)
    bill.open(cast.admin)
    send(admin, NEW, typed(admin, seller, amount="1200"))
    [payment] = payments()
    assert (payment.direction, payment.number, payment.unused_minor) == ("made", "VP-00001", 200)
    assert (bill.balance_minor, bill.state) == (0, "paid")
    assert (seller.payable_minor, seller.unused_credits_minor) == (0, 200)


def test_the_same_form_sent_twice_is_one_payment_over_both(admin, buyer):
    form = typed(admin, buyer, amount="1200")
    first, second = send(admin, NEW, form), send(admin, NEW, form)
    assert first.location == second.location
    assert (len(payments()), balances(buyer)) == (1, [0, 300])


@pytest.mark.parametrize(("sqlstate", "status"), [("40P01", 409), ("57P03", 500)])
def test_two_who_wait_for_each_other_are_told_to_try_again(
    app, admin, invoice, monkeypatch, sqlstate, status
):
    class Ended(Exception):
        pass

    Ended.sqlstate = sqlstate

    def wait(*_args):
        raise OperationalError("UPDATE parties", {}, Ended())

    monkeypatch.setattr("blueprints.payments.pay", wait)
    send(admin, url(invoice), see(admin, url(invoice)).form(), status)
    assert not payments()
