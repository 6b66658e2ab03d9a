"""Many processes at once: numbers without gap or duplicate, nothing paid twice, nobody waiting forever."""

import multiprocessing
import traceback
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from domain.books.adding import add_account
from domain.books.check import differences
from domain.books.conversions import CONVERSIONS, convert
from domain.books.corrections import correct
from domain.books.credit_notes import CreditNote
from domain.books.credits import Use, use_credits
from domain.books.customers import Customer
from domain.books.document import Document
from domain.books.document_counts import counts_of_deal
from domain.books.estimates import Estimate
from domain.books.invoices import Invoice
from domain.books.paying import Entry
from domain.books.payments import Payment, pay, record_payment
from domain.books.progress import made_from
from domain.books.sales_orders import SalesOrder
from domain.crm.accounts import Account
from domain.db import db, scoped_to, writing
from domain.errors import DomainError
from domain.numbering import NumberSeries
from tests.cast import Cast
from tests.factories import (
    account,
    advance,
    credit_note,
    customer,
    deal,
    estimate,
    invoice,
    line,
    payment,
    sales_order,
    today,
)

PROCESSES = 8
PATIENCE = 300

Work = Callable[[int], None]


def test_eight_processes_issue_invoices_without_gap_or_duplicate(app: Flask, cast: Cast) -> None:
    issue_at_once(app, cast, each=6)


@pytest.mark.long
def test_eight_processes_issue_a_hundred_invoices_each(app: Flask, cast: Cast) -> None:
    issue_at_once(app, cast, each=100)


def issue_at_once(app: Flask, cast: Cast, each: int) -> None:
    """All processes issue to the same few customers, so that they meet at every row."""
    buyers = [customer() for _ in range(3)]
    drafts = [invoice(buyers[n % 3]).id for n in range(PROCESSES * each)]

    def work(worker: int) -> None:
        for draft in drafts[worker::PROCESSES]:
            with writing():
                db.session.get_one(Invoice, draft).issue(None)
                db.session.commit()

    at_once(app, cast, work)
    assert_numbered(PROCESSES * each)


def assert_numbered(count: int) -> None:
    """That many invoices bear the numbers from 1 on."""
    numbers = sorted(db.session.scalars(select(Invoice.number)))
    assert numbers == [f"INV-{n:06d}" for n in range(1, count + 1)]
    assert differences() == []


def test_invoices_made_and_issued_in_one_go_do_not_wait_for_each_other_forever(
    app: Flask, cast: Cast
) -> None:
    """Each refers to the series first and locks it then: what a database may call a deadlock."""
    buyer = customer().id
    series = db.session.scalars(select(NumberSeries.id).where(NumberSeries.document_kind == "invoice")).one()

    def work(_worker: int) -> None:
        for _ in range(3):
            with writing():
                buyer_again = db.session.get_one(Customer, buyer)
                invoice(buyer_again, series_id=series, issued=True)
                db.session.commit()

    at_once(app, cast, work)
    assert_numbered(PROCESSES * 3)


def test_eight_processes_pay_an_invoice_once(app: Flask, cast: Cast) -> None:
    sent = invoice(issued=True).id

    def work(_worker: int) -> None:
        with writing():
            try:
                record_payment(db.session.get_one(Invoice, sent), 300, today(), "cash", "", None)
                db.session.commit()
            except DomainError:
                db.session.rollback()

    at_once(app, cast, work)
    assert db.session.get_one(Invoice, sent).balance_minor == 100
    assert len(db.session.scalars(select(Payment)).all()) == 3
    assert differences() == []


def test_paying_voiding_and_deleting_at_once_never_wait_for_each_other(app: Flask, cast: Cast) -> None:
    buyer = customer()
    invoices = [invoice(buyer, issued=True).id for _ in range(3)]

    def work(worker: int) -> None:
        for turn in range(6):
            with writing():
                try:
                    meddle(invoices[(worker + turn) % 3], (worker + turn) % 4)
                    db.session.commit()
                except DomainError:
                    db.session.rollback()

    at_once(app, cast, work)
    assert differences() == []


def meddle(invoice_id: int, how: int) -> None:
    """Pay a bit, take a payment back, void, or start over."""
    target = db.session.get_one(Invoice, invoice_id)
    received = db.session.scalars(select(Payment).order_by(Payment.id).limit(1)).one_or_none()
    if how == 0:
        record_payment(target, 10, today(), "cash", "", None)
    elif how == 1 and received:
        received.delete(None)
    elif how == 2:
        target.void(None)
    elif how == 3:
        target.back_to_draft(None)
        target.issue(None)


def test_eight_processes_convert_an_order_and_take_no_more_than_it_has(app: Flask, cast: Cast) -> None:
    """Some take back what was made meanwhile: whatever comes first, it adds up."""
    order = sales_order(lines=[line(100, 10)])
    order.convert_to_open(None)
    order_id = order.id

    def work(worker: int) -> None:
        for turn in range(3):
            with writing():
                try:
                    take_some(order_id, (worker + turn) % 4)
                    db.session.commit()
                except DomainError:
                    db.session.rollback()

    at_once(app, cast, work)
    again = db.session.get_one(SalesOrder, order_id)
    taken = made_from(again, again.BECOMES).of(again.lines[0])
    assert 0 <= taken <= 10
    assert again.progress == {0: "", 10: "full"}.get(int(taken), "partial")
    assert differences() == []


def take_some(order_id: int, how: int) -> None:
    """Invoice three pieces, or issue what was made, or void or delete it."""
    order = db.session.get_one(SalesOrder, order_id)
    made = db.session.scalars(select(Invoice).order_by(Invoice.id.desc()).limit(1)).one_or_none()
    if how < 2 or made is None:
        [way] = [each for each in CONVERSIONS if each.source is SalesOrder and each.target is Invoice]
        convert(order, way, {order.lines[0].id: Decimal(3)}, {}, None)
    elif how == 2:
        (made.issue if made.status == "draft" else made.void)(None)
    else:
        made.delete(None)


def test_eight_clicks_convert_an_estimate_once(app: Flask, cast: Cast) -> None:
    offer = estimate()
    offer.mark_as_sent(None)
    offer_id = offer.id

    def work(worker: int) -> None:
        with writing():
            try:
                offer = db.session.get_one(Estimate, offer_id)
                convert(offer, CONVERSIONS[worker % 2], None, {}, None)
                db.session.commit()
            except DomainError:
                db.session.rollback()

    at_once(app, cast, work)
    assert len(db.session.scalars(select(Document).where(Document.source_id == offer_id)).all()) == 1
    assert differences() == []


def test_twenty_payments_at_once_never_overpay_an_invoice_unseen(app: Flask, cast: Cast) -> None:
    """Each is over all that was open when its form was opened; who comes later is told."""
    sent = invoice(issued=True).id

    def work(worker: int) -> None:
        for _ in range(20 // PROCESSES + (worker < 20 % PROCESSES)):
            trying(lambda: pay(db.session.get_one(Invoice, sent), Entry(700, today()), None))

    at_once(app, cast, work)
    paid = db.session.get_one(Invoice, sent)
    assert (paid.balance_minor, paid.party.receivable_minor, paid.party.unused_credits_minor) == (300, 300, 0)
    assert len(db.session.scalars(select(Payment)).all()) == 1
    assert differences() == []


def test_an_advance_and_a_credit_note_are_used_once_however_many_use_them(app: Flask, cast: Cast) -> None:
    buyer = customer()
    targets = [invoice(buyer, issued=True).id for _ in range(4)]
    note = credit_note(buyer)
    note.open(None)
    received = advance(buyer, 1000)
    sources = [(CreditNote, note.id), (Payment, received.id)]

    def work(worker: int) -> None:
        for turn in range(4):
            source, target = sources[(worker + turn) % 2], targets[(worker // 2 + turn) % 4]
            trying(partial(void_or_use, *source, target, worker == 7))

    at_once(app, cast, work)
    assert min(db.session.get_one(model, each).unused_minor for model, each in sources) >= 0
    assert differences() == []


def test_correcting_paying_and_voiding_at_once_end_as_if_one_came_first(app: Flask, cast: Cast) -> None:
    buyer = customer()
    sent = [invoice(buyer, issued=True) for _ in range(2)]
    for each in sent:
        payment(each, 100)
    ids = [each.id for each in sent]

    def work(worker: int) -> None:
        for turn in range(3):
            trying(partial(take_to_pieces, ids[(worker + turn) % 2], worker % 4))

    at_once(app, cast, work)
    assert differences() == []


def void_or_use(model: Any, source_id: int, invoice_id: int, is_voided: bool) -> None:
    """Void an invoice, or settle a part of it with a credit."""
    target = db.session.get_one(Invoice, invoice_id)
    if is_voided:
        target.void(None)
    else:
        use_credits([Use(db.session.get_one(model, source_id), target, 300, "amount")], None)


def take_to_pieces(invoice_id: int, how: int) -> None:
    """Correct an invoice, void it, write it off, or pay it."""
    target = db.session.get_one(Invoice, invoice_id)
    if how == 3:
        record_payment(target, 50, today(), "cash", "", None)
    else:
        (correct, Invoice.void, Invoice.write_off)[how](target, None)


def trying(act: Callable[[], object]) -> None:
    """Do it in a transaction of its own, unless it is refused."""
    with writing():
        try:
            act()
            db.session.commit()
        except DomainError:
            db.session.rollback()


def test_two_clicks_on_add_to_books_make_one_customer(app: Flask, cast: Cast) -> None:
    company = account().id

    def work(_worker: int) -> None:
        with writing():
            add_account(db.session.get_one(Account, company), None)
            db.session.commit()

    at_once(app, cast, work)
    assert len(db.session.scalars(select(Customer)).all()) == 1


# --- processes ----------------------------------------------------------------------------------------------


def at_once(app: Flask, cast: Cast, work: Work) -> None:
    """Run the work in eight processes that start together; fail with what any of them raised."""
    organization_id = cast.organization_id
    db.session.commit()
    db.session.remove()
    db.engine.dispose()
    fork = multiprocessing.get_context("fork")
    start, faults = fork.Barrier(PROCESSES), fork.SimpleQueue()

    def run(worker: int) -> None:
        try:
            with app.app_context(), scoped_to(organization_id):
                start.wait(PATIENCE)
                work(worker)
        except BaseException:
            faults.put(traceback.format_exc())

    processes = [fork.Process(target=run, args=(n,), daemon=True) for n in range(PROCESSES)]
    for process in processes:
        process.start()
    _wait_for(processes, faults)


def _wait_for(processes: list[Any], faults: Any) -> None:
    for process in processes:
        process.join(PATIENCE)
    stuck = [process for process in processes if process.is_alive()]
    for process in stuck:
        process.kill()
    assert faults.empty(), faults.get()
    assert not stuck, "somebody waited forever"


def test_eight_processes_tie_documents_of_several_customers_to_one_deal(app: Flask, cast: Cast) -> None:
    ours = deal().id
    drafts = [invoice(customer()).id for _ in range(PROCESSES * 2)]

    def work(worker: int) -> None:
        for draft in drafts[worker::PROCESSES]:
            with writing():
                db.session.get_one(Invoice, draft).change({"deal_id": ours}, None, None)
                db.session.commit()

    at_once(app, cast, work)
    assert [each.count for each in counts_of_deal(ours)] == [PROCESSES * 2]
    assert differences() == []
