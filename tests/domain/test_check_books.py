"""The kept figures stay right whatever happens, and the check says so when they are not."""

import random
from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from domain.books.check import differences
from domain.books.customers import Customer
from domain.books.document_counts import DocumentCount
from domain.books.invoices import Invoice
from domain.books.payments import Payment
from domain.db import db
from domain.errors import Refused
from tests.cast import Cast
from tests.factories import customer, exchange_rate, invoice, line, payment, tax


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
        (update(DocumentCount).values(count=2), "kept as (2, 700), but it comes to (1, 700)."),
    ],
)
def test_every_wrong_figure_is_named(cast: Cast, wrong, sentence: str) -> None:
    payment(invoice(customer(display_name="Minato"), issued=True), 300)
    db.session.execute(wrong)
    assert any(sentence in str(difference) for difference in differences())


@pytest.mark.parametrize("seed", range(3))
def test_figures_stay_right_through_random_work(cast: Cast, seed: int) -> None:
    work(random.Random(seed), 150)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 110))
def test_figures_stay_right_through_much_random_work(cast: Cast, seed: int) -> None:
    work(random.Random(seed), 1000)


# --- random work --------------------------------------------------------------------------------------------


def work(dice: random.Random, steps: int) -> None:
    """Some customers, some taxes, and then one random thing after the other, each in its own transaction."""
    exchange_rate("EUR", "160.25")
    for code in ("JPY", "JPY", "EUR"):
        customer(currency=code, tax_rounding=dice.choice(["", "up", "half_up"]))
    tax(10), tax(8, is_reduced=True)
    db.session.commit()
    for step in range(steps):
        try:
            dice.choice(THINGS)(dice)
            db.session.commit()
        except Refused:
            db.session.rollback()
        if step % 25 == 0:
            assert differences() == []
    assert differences() == []
    assert_no_gaps()


def assert_no_gaps() -> None:
    """The numbers of what was ever issued are 1, 2, 3, … in any order."""
    numbers = db.session.scalars(select(Invoice.number).where(Invoice.number != ""))
    given = sorted(int(number.removeprefix("INV-")) for number in numbers)
    assert given == list(range(1, len(given) + 1))


def random_lines(dice: random.Random) -> list:
    taxes = [None, 1, 2]
    return [
        line(dice.randint(0, 5000), dice.randint(1, 9), tax_id=dice.choice(taxes))
        for _ in range(dice.randint(1, 4))
    ]


def make(dice: random.Random) -> None:
    buyer = pick(dice, Customer)
    invoice(buyer, random_lines(dice), issued=dice.random() < 0.5, withholds=dice.random() < 0.2)


def change(dice: random.Random) -> None:
    buyer = pick(dice, Customer)
    pick(dice, Invoice).change({"party_id": buyer.id}, random_lines(dice), None)


def step(dice: random.Random) -> None:
    pick(dice, Invoice).step(dice.choice(["mark_as_sent", "void", "back_to_draft"]), None)


def delete(dice: random.Random) -> None:
    pick(dice, Invoice).delete(None)


def pay(dice: random.Random) -> None:
    target = pick(dice, Invoice)
    payment(target, dice.randint(0, max(target.balance_minor, 1)) or target.balance_minor)


def take_back(dice: random.Random) -> None:
    pick(dice, Payment).delete(None)


THINGS: list[Callable[[random.Random], None]] = [make, make, change, step, step, delete, pay, pay, take_back]


def pick(dice: random.Random, model):
    """Any record of that type; Refused when there is none yet."""
    ids = list(db.session.scalars(select(model.id).order_by(model.id)))
    if not ids:
        raise Refused
    return db.session.get(model, dice.choice(ids))
