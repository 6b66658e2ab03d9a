"""What the demo company takes back and gives up: credit notes, payments over several invoices, a write-off."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from sqlalchemy import select

from demo.clock import in_tokyo
from demo.companies import STAFF
from demo.orders import working_day
from demo.trading import Shop, Step
from domain.books.credit_notes import CreditNote
from domain.books.credits import Use, use_credits
from domain.books.invoices import Invoice
from domain.books.lines import LineInput
from domain.books.paying import Entry
from domain.books.payments import record
from domain.books.refunds import refund
from domain.db import db

RETURNED = "返品（破損）"

NOTES = (
    ("株式会社みなと製作所", 15, "applied"),
    ("株式会社さくら印刷", 13, "open"),
    ("有限会社山田商店", 26, "refunded"),
    ("株式会社博多ギフトセンター", 9, "void"),
    ("株式会社関西オフィスサプライ", 3, "draft"),
)
"""To whom, how many days ago, and what became of it."""

AT_ONCE = (("Maison Hoshino SARL", 8), ("Bayside Paper Goods LLC", 19))
"""Who paid all their open invoices with one payment, and a little too much."""

GIVEN_UP = "Thés & Brumes EURL"
"""Of whom nobody expects the money any more."""


def credits(shop: Shop) -> Iterator[Step]:
    """Every step, with its moment."""
    for name, days, fate in NOTES:
        on = working_day(shop.today - timedelta(days=days))
        yield in_tokyo(on, 15, 30), partial(_take_back, name, on, fate, shop)
    for name, days in AT_ONCE:
        on = working_day(shop.today - timedelta(days=days))
        yield in_tokyo(on, 16, 45), partial(_pay_all, name, on, shop)
    yield in_tokyo(shop.today - timedelta(days=2), 17, 30), partial(_give_up, GIVEN_UP, shop)


def _take_back(name: str, on: date, fate: str, shop: Shop) -> None:
    """A piece of the latest invoice comes back, and a credit note says so."""
    issued, actor = _invoices(name, shop), shop.cast.people[STAFF]
    if not issued:
        return
    invoice = issued[-1]
    values = {
        "party_id": invoice.party_id,
        "date": on,
        "reference": invoice.number,
        "salesperson_id": invoice.salesperson_id,
        "notes": RETURNED,
    }
    note = CreditNote.create(values, [_one_of(invoice)], actor, source=invoice)
    if fate == "draft":
        return
    note.open(actor)
    if fate == "applied":
        for open_now in [each for each in issued if each.balance_minor >= note.balance_minor][:1]:
            use_credits([Use(note, open_now, note.balance_minor, "amount")], actor)
    elif fate == "refunded":
        refund(note, Entry(note.balance_minor, on), actor)
    elif fate == "void":
        note.void(actor)


def _one_of(invoice: Invoice) -> LineInput:
    line = invoice.lines[0]
    return LineInput(
        description=line.description,
        quantity=Decimal(1),
        rate=line.rate,
        unit=line.unit,
        tax_id=line.tax_id,
        item_id=line.item_id,
    )


def _pay_all(name: str, on: date, shop: Shop) -> None:
    """One payment over everything that is open, rounded up: the rest stays in hand."""
    customer = shop.customers[name]
    due = {each.id: each.balance_minor for each in _invoices(name, shop) if each.balance_minor}
    amount = -(-sum(due.values()) // 10_000) * 10_000 or 10_000
    record(customer, Entry(amount, on), due, shop.cast.people[STAFF])


def _give_up(name: str, shop: Shop) -> None:
    for invoice in [each for each in _invoices(name, shop) if each.balance_minor][:1]:
        invoice.write_off(shop.cast.people[STAFF])


def _invoices(name: str, shop: Shop) -> list[Invoice]:
    """What was issued to a customer, the oldest first."""
    party_id = shop.customers[name].id
    query = select(Invoice).where(Invoice.party_id == party_id, Invoice.status == "sent")
    return list(db.session.scalars(query.order_by(Invoice.date, Invoice.id)))
