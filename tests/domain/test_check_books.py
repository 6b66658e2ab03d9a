"""The kept figures stay right whatever happens, and the check says so when they are not."""

import random
from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from domain.books.allocations import Allocation, release
from domain.books.bills import Bill
from domain.books.check import differences
from domain.books.conversions import conversions_of, convert, what_is_left
from domain.books.corrections import correct
from domain.books.credit_notes import CreditNote
from domain.books.credits import Use, open_documents, shared_out, sources_for, use_credits
from domain.books.customers import Customer
from domain.books.document import Document
from domain.books.document_counts import DocumentCount
from domain.books.estimates import Estimate
from domain.books.invoices import Invoice
from domain.books.parties import Party
from domain.books.paying import Entry
from domain.books.payments import Payment, record
from domain.books.purchase_orders import PurchaseOrder
from domain.books.refunds import Refund, delete_refund, refund
from domain.books.sales_orders import SalesOrder
from domain.db import db
from domain.errors import DomainError, Refused
from tests.cast import Cast
from tests.factories import customer, deal, exchange_rate, invoice, line, payment, tax, today, vendor


def test_right_books_have_no_differences(cast: Cast) -> None:
    sent = invoice(issued=True)
    payment(sent, 300)
    invoice(sent.party)
    assert differences() == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            update(Customer).values(receivable_minor=1),
            "Receivable of Minato: kept as 1, but it comes to 700.",
        ),
        (update(Customer).values(unused_credits_minor=1), "Unused credits of Minato: kept as 1"),
        (update(Invoice).values(balance_minor=1), "Balance of document INV-000001: kept as 1"),
        (update(Payment).values(unused_minor=1), "Unused part of payment "),
        (update(Customer).values(payable_minor=1), "Payable to Minato: kept as 1, but it comes to 0."),
        (update(Allocation).values(amount_minor=1), "Unused part of payment "),
        (update(Invoice).values(status="void", balance_minor=0), "nothing can settle it"),
        (update(DocumentCount).values(count=2), "kept as (2, 700), but it comes to (1, 700)."),
    ],
)
def test_every_wrong_figure_is_named(cast: Cast, wrong, sentence: str) -> None:
    payment(invoice(customer(display_name="Minato"), issued=True), 300)
    db.session.execute(wrong)
    assert any(sentence in str(difference) for difference in differences())


@pytest.mark.parametrize("seed", range(3))
def test_figures_stay_right_through_random_work(cast: Cast, seed: int) -> None:
    work(random.Random(seed), 120)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 110))
def test_figures_stay_right_through_much_random_work(cast: Cast, seed: int) -> None:
    work(random.Random(seed), 1000)


# --- random work --------------------------------------------------------------------------------------------


def work(dice: random.Random, steps: int) -> None:
    """Some parties, some taxes, and then one random thing after the other, each in its own transaction."""
    exchange_rate("EUR", "160.25")
    for code in ("JPY", "JPY", "EUR"):
        customer(currency=code, tax_rounding=dice.choice(["", "up", "half_up"]))
        vendor(currency=code)
    tax(10), tax(8, is_reduced=True)
    deal()
    db.session.commit()
    for step in range(steps):
        try:
            dice.choice(THINGS)(dice)
            db.session.commit()
        except DomainError:
            db.session.rollback()
        if step % 50 == 0:
            assert differences() == []
    assert differences() == []
    assert_no_gaps()


def assert_no_gaps() -> None:
    """The numbers of what was ever issued are 1, 2, 3, … in any order."""
    for kind, prefix in (("invoice", "INV-"), ("credit_note", "CN-")):
        numbers = select(Document.number).where(Document.kind == kind, Document.number != "")
        given = sorted(int(number.removeprefix(prefix)) for number in db.session.scalars(numbers))
        assert given == list(range(1, len(given) + 1))


def random_lines(dice: random.Random) -> list:
    taxes = [None, 1, 2]
    return [
        line(dice.randint(0, 5000), dice.randint(1, 9), tax_id=dice.choice(taxes))
        for _ in range(dice.randint(1, 3))
    ]


def make(dice: random.Random) -> None:
    kind = dice.choice([Invoice, Invoice, Invoice, Estimate, SalesOrder, CreditNote, PurchaseOrder, Bill])
    values = {"party_id": pick(dice, kind.PARTY).id, "withholds": dice.random() < 0.2}
    if kind is Bill:
        values["number"] = f"V-{dice.random()}"
    if kind.PARTY is Customer and dice.random() < 0.5:
        values["deal_id"] = 1
    made = kind.create(values, random_lines(dice), None)
    if dice.random() < 0.6:
        made.step(made.STATUS.transitions[0].name, None)


def change(dice: random.Random) -> None:
    target = pick(dice, Document)
    target.change({"party_id": pick(dice, target.PARTY).id}, random_lines(dice), None)


def change_what_is_free(dice: random.Random) -> None:
    pick(dice, Document).change({"deal_id": dice.choice([None, 1])}, None, None)


def step(dice: random.Random) -> None:
    target = pick(dice, Document)
    target.step(dice.choice(list(target.STEPS)), None)


def delete(dice: random.Random) -> None:
    pick(dice, Document).delete(None)


def turn_into(dice: random.Random) -> None:
    source = pick(dice, dice.choice([Estimate, SalesOrder, PurchaseOrder]))
    ways = conversions_of(source)
    if not ways:
        raise Refused
    way = dice.choice(ways)
    values = {"number": f"V-{dice.random()}"} if way.target is Bill else {}
    if way.target.PARTY is not source.PARTY:
        values["party_id"] = pick(dice, way.target.PARTY).id
    left = what_is_left(source, way)
    some = {line_id: Decimal(dice.randint(0, max(int(quantity), 0))) for line_id, quantity in left.items()}
    convert(source, way, dice.choice([None, some]), values, None)


def pay(dice: random.Random) -> None:
    target = pick(dice, dice.choice([Invoice, Bill]))
    payment(target, dice.randint(0, max(target.balance_minor, 1)) or target.balance_minor)


def pay_several(dice: random.Random) -> None:
    party = pick(dice, Party)
    amount = dice.randint(1, 30_000)
    documents = open_documents(party)
    parts = shared_out(amount, [each.balance_minor for each in documents])
    shares = {each.id: part for each, part in zip(documents, parts, strict=True) if part}
    record(party, Entry(amount, today()), shares, None)


def take_back(dice: random.Random) -> None:
    pick(dice, Payment).delete(None)


def use(dice: random.Random) -> None:
    target = pick(dice, dice.choice([Invoice, Invoice, Bill]))
    uses = []
    for source in sources_for(target)[:2]:
        most = min(source.unused_minor, target.balance_minor)
        uses.append(Use(source, target, dice.randint(0, max(most, 1)), "amount"))
    use_credits(uses, None)


def give_back(dice: random.Random) -> None:
    release(pick(dice, Allocation), None)


def refund_some(dice: random.Random) -> None:
    source = pick(dice, dice.choice([Payment, CreditNote]))
    refund(source, Entry(dice.randint(0, max(source.unused_minor, 1)), today()), None)


def refund_none(dice: random.Random) -> None:
    refunded = pick(dice, Refund)
    model, source_id = (
        (Payment, refunded.payment_id) if refunded.payment_id else (CreditNote, refunded.credit_note_id)
    )
    delete_refund(refunded, db.session.get(model, source_id), None)


def correct_one(dice: random.Random) -> None:
    correct(pick(dice, Invoice), None)


THINGS: list[Callable[[random.Random], None]] = [
    *(make, make, make, change, change_what_is_free, step, step, step, delete),
    *(turn_into, turn_into, pay, pay, pay_several, take_back),
    *(use, use, give_back, refund_some, refund_none, correct_one),
]


def pick(dice: random.Random, model):
    """Any record of that type; Refused when there is none yet."""
    ids = list(db.session.scalars(select(model.id).order_by(model.id)))
    if not ids:
        raise Refused
    return db.session.get(model, dice.choice(ids))
