"""Using credits, refunding them, and correcting an invoice, as people do it on its pages."""

import pytest
from sqlalchemy import select

from domain.books.credit_notes import CreditNote
from domain.books.invoices import Invoice
from domain.books.refunds import Refund
from domain.db import db
from tests import factories
from tests.pages import HTMX, Page, see, send


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


@pytest.fixture
def buyer(admin):
    """Fixture: a customer who paid 700 in advance."""
    buyer = factories.customer()
    factories.advance(buyer, 700)
    return buyer


@pytest.fixture
def invoice(buyer):
    """Fixture: an issued invoice of theirs over 1,000."""
    return factories.invoice(buyer, issued=True)


@pytest.fixture
def note(buyer, cast):
    """Fixture: an open credit note of theirs over 1,000."""
    note = factories.credit_note(buyer)
    note.open(cast.admin)
    return note


def address(record, *rest) -> str:
    return "/".join(["", *record.MODULE.split("."), str(record.id), *map(str, rest)])


def test_an_invoice_is_offered_its_customers_credits_the_oldest_first(admin, invoice, note):
    page = see(admin, address(invoice))
    assert page.has(f'//a[@href="{address(invoice, "credits")}"]')
    rows = see(admin, address(invoice, "credits")).all("//tbody//input")
    assert [each.get("value") for each in rows] == ["1000", ""]
    send(admin, address(invoice, "credits"), see(admin, address(invoice, "credits")).form())
    assert (invoice.state, note.state) == ("paid", "closed")
    assert note.number in see(admin, address(invoice)).words('//*[@id="payments"]')


def test_without_credits_there_is_no_button(admin):
    invoice = factories.invoice(issued=True)
    assert not see(admin, address(invoice)).has(f'//a[@href="{address(invoice, "credits")}"]')
    assert "no unused credits" in see(admin, address(invoice, "credits")).words("//main")


def test_a_credit_note_is_used_for_several_invoices(admin, invoice, note):
    other = factories.invoice(invoice.party, issued=True)
    page = see(admin, address(note, "uses"))
    first, second = (each.get("name") for each in page.all("//tbody//input"))
    send(admin, address(note, "uses"), page.form().to_dict() | {first: "300", second: "200"})
    assert {invoice.balance_minor, other.balance_minor} == {700, 800}
    assert note.unused_minor == 500


@pytest.mark.parametrize("text", ["1001", "-1", "much", "0.5", "9" * 30, "\x00"])
def test_what_is_wrong_is_said_at_its_row_and_nothing_is_used(admin, invoice, note, text):
    other = factories.invoice(invoice.party, issued=True)
    page = see(admin, address(note, "uses"))
    first, second = (each.get("name") for each in page.all("//tbody//input"))
    form = page.form().to_dict() | {first: "10", second: text}
    page = Page(send(admin, address(note, "uses"), form, 422))
    assert page.error(second)
    assert page.form()[first] == "10"
    assert (note.unused_minor, invoice.balance_minor + other.balance_minor) == (1000, 2000)


def test_no_amount_at_all_is_refused(admin, invoice, note):
    page = see(admin, address(invoice, "credits"))
    empty = {name: "" for name in page.form() if name.startswith("use-")}
    refused = Page(send(admin, address(invoice, "credits"), page.form().to_dict() | empty, 422))
    assert "at least one row" in refused.words('//*[@role="alert"]')


def test_a_second_click_uses_nothing_twice(admin, invoice):
    form = see(admin, address(invoice, "credits")).form().to_dict()
    name = next(name for name in form if name.startswith("use-"))
    send(admin, address(invoice, "credits"), form | {name: "100"})
    send(admin, address(invoice, "credits"), form | {name: "100"}, 409)
    send(admin, address(invoice, "credits"), {name: "100"}, 422)
    assert invoice.balance_minor == 900


def test_a_refund_is_recorded_once_and_deleted_again(admin, note):
    form = see(admin, address(note, "refunds")).form(amount="300")
    for _twice in range(2):
        send(admin, address(note, "refunds"), form)
    [refund_id] = db.session.scalars(select(Refund.id))
    assert note.unused_minor == 700
    page = see(admin, address(note))
    assert "¥300" in page.words('//*[@id="refunds"]')
    send(admin, address(note, "refunds", refund_id, "delete"), {})
    send(admin, address(note, "refunds", refund_id, "delete"), {}, 404)
    assert note.unused_minor == 1000


@pytest.mark.parametrize(
    ("field", "text"),
    [("amount", "1001"), ("amount", "0"), ("amount", ""), ("date", "soon"), ("method", "barter")],
)
def test_what_is_wrong_with_a_refund_is_said_at_its_field(admin, note, field, text):
    form = see(admin, address(note, "refunds")).form(**{"reference": "kept", field: text})
    page = Page(send(admin, address(note, "refunds"), form, 422, headers=HTMX))
    assert page.error(field)
    assert page.form()["reference"] == "kept"
    assert not db.session.scalars(select(Refund)).all()


def test_a_payment_with_a_refund_says_what_to_do_instead_of_deleting_it(admin, buyer):
    payment = factories.advance(buyer, 500)
    send(admin, address(payment, "refunds"), see(admin, address(payment, "refunds")).form(amount="100"))
    page = Page(send(admin, address(payment, "delete"), see(admin, address(payment, "delete")).form(), 422))
    assert "Delete the refund first" in page.words('//*[@role="alert"]')


def test_writing_off_is_a_step_with_its_way_back(admin, invoice):
    for step, state in (("write_off", "written_off"), ("cancel_write_off", "sent")):
        page = see(admin, address(invoice))
        assert page.has(f'//button[@value="{step}"]')
        send(admin, address(invoice, "status"), {"transition": step})
        assert invoice.state == state
    assert "Write-off of ¥1,000 taken back" in see(admin, address(invoice)).words('//*[@id="timeline"]')


def test_correcting_asks_first_and_leads_to_the_new_draft(admin, invoice):
    factories.payment(invoice, 400)
    assert see(admin, address(invoice)).has(f'//a[@href="{address(invoice, "correction")}"]')
    page = see(admin, address(invoice, "correction"))
    assert "¥400" in page.words("//main")
    response = send(admin, address(invoice, "correction"), page.form())
    [note] = db.session.scalars(select(CreditNote))
    draft = db.session.scalars(select(Invoice).order_by(Invoice.id.desc())).first()
    assert response.location == address(draft, "edit")
    assert (note.state, invoice.state, draft.state) == ("closed", "paid", "draft")
    draft.issue(None)
    void = factories.invoice(invoice.party)
    refused = Page(send(admin, address(void, "correction"), {}, 422))
    assert "not possible while the status is" in refused.words('//*[@role="alert"]')


def test_who_may_not_does_not(client_of, cast, invoice, note):
    for who, status in ((cast.sales, 403), (cast.stranger, 404), (cast.assigned, 404)):
        client = client_of(who)
        for record, rest in (
            (invoice, "credits"),
            (note, "uses"),
            (note, "refunds"),
            (invoice, "correction"),
        ):
            see(client, address(record, rest), status)
            send(client, address(record, rest), {"version": "1", "form_key": "k", "amount": "1"}, status)
    assert (invoice.balance_minor, note.unused_minor) == (1000, 1000)
