"""Unused credits: where they come from, what they settle, how they are given back; write-offs and corrections."""

import pytest

from domain.books.allocations import release, settling, used_of
from domain.books.check import differences
from domain.books.corrections import correct
from domain.books.credits import Use, open_documents, sources_for, use_credits
from domain.books.paying import Entry
from domain.books.payments import record
from domain.books.refunds import delete_refund, refund, refunds_of
from domain.db import db
from domain.errors import Missing, Refused, Stale
from domain.timeline import entries_for
from tests.cast import Cast
from tests.factories import (
    advance,
    bill,
    credit_note,
    customer,
    days_ago,
    invoice,
    line,
    payment,
    tax,
    today,
    vendor,
)


@pytest.fixture
def buyer(cast: Cast):
    """Fixture: a customer."""
    return customer(display_name="Minato")


@pytest.fixture
def sent(buyer):
    """Fixture: an issued invoice over 1,000."""
    return invoice(buyer, issued=True)


@pytest.fixture
def note(buyer, cast: Cast):
    """Fixture: an open credit note over 1,000."""
    note = credit_note(buyer)
    note.open(cast.admin)
    return note


@pytest.fixture(autouse=True)
def the_books_are_right(cast: Cast):
    """Fixture: whatever a test did, the books add up afterwards."""
    yield
    assert [str(each) for each in differences()] == []


def use(source, document, amount: int, **seen) -> None:
    use_credits([Use(source, document, amount, "field")], None, **seen)


def verbs(record) -> list[str]:
    return [entry.verb for entry in reversed(entries_for(record.MODULE, record.id))]


# --- payments over several ------------------------------------------------------------------------------------


def test_one_payment_settles_several_invoices_and_keeps_the_rest(buyer, sent) -> None:
    other = invoice(buyer, issued=True)
    received = record(buyer, Entry(1800, today()), {sent.id: 1000, other.id: 500}, None)
    assert (sent.state, other.balance_minor, received.unused_minor) == ("paid", 500, 300)
    assert (buyer.receivable_minor, buyer.unused_credits_minor) == (500, 300)


@pytest.mark.parametrize(
    ("amount", "share", "field"),
    [(900, 1000, "amount"), (2000, 1001, "share"), (2000, 0, "share"), (0, 1, "amount")],
)
def test_no_more_is_settled_than_was_paid_or_is_open(buyer, sent, amount, share, field) -> None:
    with pytest.raises(Refused) as refusal:
        record(buyer, Entry(amount, today()), {sent.id: share}, None)
    assert [name.partition("-")[0] for name in refusal.value.fields] == [field]
    assert sent.balance_minor == 1000


def test_nobody_pays_anybody_elses_invoice(sent) -> None:
    with pytest.raises(Refused, match="is not of"):
        record(customer(), Entry(100, today()), {sent.id: 100}, None)
    with pytest.raises(Missing):
        record(sent.party, Entry(100, today()), {999: 100}, None)


def test_what_is_open_is_offered_in_the_order_in_which_it_is_due(buyer, sent) -> None:
    older = invoice(buyer, date=days_ago(40), due_on=days_ago(10), issued=True)
    invoice(buyer)
    payment(invoice(buyer, issued=True))
    assert list(open_documents(buyer)) == [older, sent]


def test_deleting_a_payment_opens_all_it_settled(buyer, sent, cast: Cast) -> None:
    other = invoice(buyer, issued=True)
    received = record(buyer, Entry(1800, today()), {sent.id: 1000, other.id: 500}, None)
    received.delete(cast.staff)
    assert (sent.balance_minor, other.balance_minor) == (1000, 1000)
    assert (buyer.receivable_minor, buyer.unused_credits_minor) == (2000, 0)
    assert "payment_deleted" in verbs(sent)


# --- using credits --------------------------------------------------------------------------------------------


def test_an_advance_settles_a_later_invoice(buyer, sent) -> None:
    received = advance(buyer, 700)
    use(received, sent, 600)
    use(received, sent, 100)
    assert (sent.balance_minor, received.unused_minor, buyer.unused_credits_minor) == (300, 0, 0)
    assert [each.amount_minor for each in settling(sent)] == [700], "one row for each pair"
    assert verbs(sent)[-2:] == ["payment_used", "payment_used"]
    assert verbs(received) == ["created", "used", "used"]


def test_a_credit_note_settles_invoices_of_its_customer_and_is_closed_then(buyer, sent, note) -> None:
    assert (buyer.unused_credits_minor, note.state) == (1000, "open")
    use(note, sent, 400)
    assert (sent.balance_minor, note.balance_minor, note.state) == (600, 600, "open")
    other = invoice(buyer, issued=True)
    use(note, other, 600)
    assert (note.state, buyer.unused_credits_minor, buyer.receivable_minor) == ("closed", 0, 1000)
    assert [each.document for each in used_of(note)] == [sent, other]


def test_credits_are_of_the_same_party_and_no_more_than_there_are(sent, note) -> None:
    for source, amount, words in (
        (advance(customer(), 500), 100, "is not of"),
        (note, 1001, "is open"),
        (advance(sent.party, 50), 51, "is unused"),
        (note, 0, "more than 0"),
    ):
        with pytest.raises(Refused) as refusal:
            use(source, sent, amount)
        assert words in str([refusal.value.message, *refusal.value.fields.values()])


@pytest.mark.parametrize("step", ["void", "draft"])
def test_nothing_settles_what_asks_for_no_money(buyer, sent, note, step, cast: Cast) -> None:
    target = invoice(buyer) if step == "draft" else sent
    if step == "void":
        sent.void(cast.admin)
    with pytest.raises(Refused):
        use(note, target, 100)


def test_the_oldest_credits_are_offered_first(buyer, sent, note) -> None:
    older = record(buyer, Entry(500, days_ago(30)), {}, None)
    payment(invoice(buyer, issued=True))
    assert sources_for(sent) == [older, note]


def test_a_second_click_uses_nothing_twice(sent, note) -> None:
    version = sent.version
    use(note, sent, 300, seen=sent, version=version)
    with pytest.raises(Stale):
        use(note, sent, 300, seen=sent, version=version)
    assert sent.balance_minor == 700


def test_what_was_used_can_be_taken_back(buyer, sent, note, cast: Cast) -> None:
    use(note, sent, 400)
    release(settling(sent)[0], cast.staff)
    assert (sent.balance_minor, note.unused_minor, buyer.unused_credits_minor) == (1000, 1000, 1000)
    assert (verbs(sent)[-1], verbs(note)[-1]) == ("credit_note_released", "given_back")


def test_voiding_an_invoice_frees_its_payments_and_credits(buyer, sent, note, cast: Cast) -> None:
    received = payment(sent, 300)
    use(note, sent, 400)
    sent.void(cast.admin)
    assert (received.unused_minor, note.unused_minor, buyer.unused_credits_minor) == (300, 1000, 1300)
    assert not settling(sent)


def test_a_payment_made_is_used_for_bills(cast: Cast) -> None:
    seller = vendor()
    due = bill(seller)
    due.open(cast.admin)
    made = advance(seller, 400)
    use(made, due, 400)
    assert (made.number, due.state, seller.payable_minor, seller.unused_credits_minor) == (
        "VP-00001",
        "partially_paid",
        600,
        0,
    )


# --- refunds --------------------------------------------------------------------------------------------------


def test_what_is_unused_can_be_refunded_and_the_refund_deleted(buyer, note, cast: Cast) -> None:
    for source in (advance(buyer, 1000), note):
        refunded = refund(source, Entry(300, today()), cast.staff)
        assert (source.unused_minor, list(refunds_of(source))) == (700, [refunded])
        delete_refund(refunded, source, cast.staff)
        assert (source.unused_minor, verbs(source)[-2:]) == (1000, ["refunded", "refund_deleted"])
    refund(note, Entry(1000, today()), cast.staff)
    assert (note.state, buyer.unused_credits_minor) == ("closed", 1000)


def test_no_more_is_refunded_than_is_unused(buyer, sent) -> None:
    received = record(buyer, Entry(1200, today()), {sent.id: 1000}, None)
    with pytest.raises(Refused, match="marked fields"):
        refund(received, Entry(201, today()), None)


def test_the_same_form_refunds_once(buyer) -> None:
    received = advance(buyer, 1000)
    made = [refund(received, Entry(300, today()), None, "k" * 32) for _twice in range(2)]
    assert (made[0] is made[1], received.unused_minor) == (True, 700)


def test_a_payment_of_which_something_was_refunded_is_not_deleted(buyer, sent, cast: Cast) -> None:
    received = record(buyer, Entry(1200, today()), {sent.id: 1000}, None)
    refunded = refund(received, Entry(200, today()), None)
    with pytest.raises(Refused, match="Delete the refund first"):
        received.delete(cast.admin)
    delete_refund(refunded, received, None)
    received.delete(cast.admin)
    assert sent.balance_minor == 1000


def test_a_credit_note_in_use_is_not_voided(sent, note, cast: Cast) -> None:
    use(note, sent, 100)
    with pytest.raises(Refused, match="applied or refunded"):
        note.void(cast.admin)
    release(settling(sent)[0], None)
    note.void(cast.admin)
    assert (note.state, note.party.unused_credits_minor) == ("void", 0)


# --- write-off ------------------------------------------------------------------------------------------------


def test_what_is_open_can_be_written_off_and_expected_again(buyer, sent, cast: Cast) -> None:
    payment(sent, 300)
    sent.step("write_off", cast.staff)
    assert (sent.state, sent.balance_minor, sent.paid_minor, buyer.receivable_minor) == (
        "written_off",
        0,
        300,
        0,
    )
    with pytest.raises(Refused):
        sent.step("write_off", cast.staff)
    sent.step("cancel_write_off", cast.staff)
    assert (sent.state, sent.balance_minor, buyer.receivable_minor) == ("partially_paid", 700, 700)
    with pytest.raises(Refused):
        sent.step("cancel_write_off", cast.staff)
    assert verbs(sent)[-2:] == ["write_off", "cancel_write_off"]


def test_a_payment_taken_back_is_open_although_the_rest_is_written_off(sent, cast: Cast) -> None:
    received = payment(sent, 300)
    sent.write_off(cast.staff)
    received.delete(cast.staff)
    assert (sent.balance_minor, sent.written_off_minor) == (300, 700)
    sent.void(cast.staff)
    sent.back_to_draft(cast.staff)
    assert (sent.balance_minor, sent.written_off_minor) == (1000, 0)


# --- correcting -----------------------------------------------------------------------------------------------


def test_correcting_makes_a_credit_note_over_all_of_it_and_a_draft_of_it(buyer, cast: Cast) -> None:
    rate = tax(10)
    sent = invoice(buyer, [line(1005, 2, tax_id=rate.id)], issued=True, reference="Order 7")
    payment(sent, 500)
    rate.percent = 20
    db.session.flush()
    note, draft = correct(sent, cast.staff)
    assert (note.number, note.state, note.total_minor, note.tax_minor) == ("CN-000001", "closed", 2211, 201)
    assert (note.source_id, note.reference, note.lines[0].tax_percent) == (sent.id, sent.number, 10)
    assert (sent.state, sent.balance_minor) == ("paid", 0)
    assert (draft.state, draft.number, draft.reference, draft.source_id) == ("draft", "", "Order 7", sent.id)
    assert draft.tax_minor == 402, "what is issued now bears today's tax"
    assert (buyer.receivable_minor, buyer.unused_credits_minor) == (0, 500)
    assert verbs(sent)[-1] == "corrected"


def test_an_invoice_that_was_partly_credited_and_written_off_is_corrected_as_a_whole(
    sent, note, cast: Cast
) -> None:
    use(note, sent, 200)
    sent.write_off(cast.staff)
    over, _draft = correct(sent, cast.staff)
    assert (over.state, sent.written_off_minor, note.unused_minor) == ("closed", 0, 1000)


@pytest.mark.parametrize("state", ["draft", "void"])
def test_only_what_was_issued_is_corrected(sent, state, cast: Cast) -> None:
    target = invoice(sent.party) if state == "draft" else sent
    if state == "void":
        sent.void(cast.staff)
    with pytest.raises(Refused):
        correct(target, cast.staff)
