"""Living the demo's purchases: ordered, opened, delivered, billed whole or in part, paid at the end of the month."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from random import Random

from sqlalchemy import select

from demo.clock import in_tokyo
from demo.companies import STAFF
from demo.goods import by_sku
from demo.orders import QUANTITIES, working_day
from demo.suppliers import (
    CALLED_OFF,
    DAYS_AGO,
    ENTERED_TWICE,
    LATEST,
    MONTHLY,
    MONTHS,
    NO_MORE,
    ORDERED,
    PAID_IN_PART,
    PAID_LATE,
)
from demo.trading import Shop, Step
from domain.books.bills import Bill
from domain.books.conversions import conversions_of, convert
from domain.books.lines import LineInput
from domain.books.paying import Entry
from domain.books.payments import pay, record
from domain.books.purchase_orders import PurchaseOrder
from domain.books.terms_of_payment import end_of_month
from domain.books.vendors import Vendor
from domain.db import db
from domain.organizations.users import Member

DELIVERY = timedelta(days=14)


def purchases(shop: Shop) -> Iterator[Step]:
    """Every step of everything that is bought."""
    for name in ORDERED:
        for place, days in enumerate(DAYS_AGO):
            yield from Purchase(name, days + Random(f"{name} {place}").randint(-6, 6), "billed", shop).steps()
        fate, days = LATEST[name]
        yield from Purchase(name, days, fate, shop).steps()
    yield from Purchase(*CALLED_OFF, "cancelled", shop).steps()
    for name in MONTHLY:
        yield from _monthly(name, shop)
    yield from _payments(shop)


class Purchase:
    """An order to a vendor, and the bill that follows it."""

    order: PurchaseOrder

    def __init__(self, vendor: str, days: int, fate: str, shop: Shop) -> None:
        self.name, self.fate, self.shop = vendor, fate, shop
        self.on = working_day(shop.today - timedelta(days=days))
        self.dice = Random(f"{vendor} {days}")

    def steps(self) -> Iterator[Step]:
        """What happens to it, and when."""
        yield in_tokyo(self.on, 11, 25), self.write
        if self.fate == "draft":
            return
        yield in_tokyo(self.on, 13, 5), lambda: self.order.convert_to_open(self.actor)
        after = working_day(self.on + DELIVERY)
        if self.fate == "cancelled":
            yield in_tokyo(self.on, 17, 40), lambda: self.order.mark_as_cancelled(self.actor)
        if self.fate in ("billed", "partially_billed", "closed"):
            yield in_tokyo(after, 10, 35), partial(self.enter_bill, after)
        if self.fate == "closed":
            yield in_tokyo(after, 15, 0), lambda: self.order.mark_as_closed(self.actor, NO_MORE)

    def write(self) -> None:
        """The order, numbered from the beginning."""
        later = DELIVERY * 3 if self.fate == "partially_billed" else DELIVERY
        values = {
            "party_id": self.vendor.id,
            "date": self.on,
            "delivery_on": self.on + later,
            "salesperson_id": self.actor.id,
        }
        lines = [self._line(sku) for sku in ORDERED[self.name]]
        self.order = PurchaseOrder.create(values, lines, self.actor)

    def enter_bill(self, on: date) -> None:
        """What the vendor asks for, under its own number: all of it, or what has come so far."""
        [conversion] = conversions_of(self.order)
        is_whole = self.fate == "billed"
        half = {line.id: Decimal(int(line.quantity / 2)) for line in self.order.lines}
        number = f"{self.vendor.id:02}-{on:%y%m}{self.dice.randint(10, 99)}"
        values = {"number": number, "date": on, "due_on": None, "exchange_rate": None}
        bill = convert(self.order, conversion, None if is_whole else half, values, self.actor)
        bill.step("open", self.actor)

    @property
    def vendor(self) -> Vendor:
        """From whom."""
        return self.shop.vendors[self.name]

    @property
    def actor(self) -> Member:
        """Who orders."""
        return self.shop.cast.people[STAFF]

    def _line(self, sku: str) -> LineInput:
        good = by_sku(sku)
        many = next(many for rate, many in QUANTITIES.items() if good.rate <= rate)
        return LineInput(
            description=good.name,
            quantity=Decimal(self.dice.choice(many) * 4),
            rate=Decimal(good.cost),
            unit=good.unit,
            tax_id=self.shop.cast.tax_on(good, "domestic").id,
            item_id=self.shop.items[sku].id,
        )


# --- bills by the month ---------------------------------------------------------------------------------------


def _monthly(name: str, shop: Shop) -> Iterator[Step]:
    *_rest, days = MONTHLY[name]
    for month in range(MONTHS, 0, -1):
        end = end_of_month(shop.today, -month)
        for day in days:
            on = end.replace(day=min(day, end.day))
            yield in_tokyo(on, 16, 30), partial(_bill, name, on, shop, "open")
        if name == ENTERED_TWICE and month == 2:
            yield in_tokyo(end, 17, 0), partial(_bill, name, end, shop, "void")
    if name != ENTERED_TWICE:
        on = shop.today - timedelta(days=1)
        yield in_tokyo(on, 16, 40), partial(_bill, name, on, shop, "draft")


def _bill(name: str, on: date, shop: Shop, fate: str) -> None:
    vendor, actor = shop.vendors[name], shop.cast.people[STAFF]
    said, letters, about, _days = MONTHLY[name]
    dice = Random(f"{name} {on}")
    percent = Decimal(20) if vendor.currency == "EUR" else Decimal(10)
    line = LineInput(
        description=said.format(on=on),
        quantity=Decimal(1),
        rate=Decimal(about * dice.randint(85, 125) // 100),
        tax_id=shop.cast.taxes[percent].id,
    )
    number = f"{letters}{on:%Y%m%d}{'' if fate == 'open' else '-2'}"
    bill = Bill.create({"party_id": vendor.id, "number": number, "date": on}, [line], actor)
    if fate != "draft":
        bill.open(actor)
    if fate == "void":
        bill.void(actor)


# --- what is paid ---------------------------------------------------------------------------------------------


def _payments(shop: Shop) -> Iterator[Step]:
    """At the end of each month everything that is due, to each vendor in one payment."""
    for month in range(MONTHS, 0, -1):
        on = working_day(end_of_month(shop.today, -month))
        for place, name in enumerate(shop.vendors):
            if name != PAID_LATE or month > 2:
                yield in_tokyo(on, 18, place), partial(_pay_due, name, on, shop)
    on = shop.today - timedelta(days=1)
    yield in_tokyo(on, 11, 20), partial(_pay_half, PAID_IN_PART, on, shop)


def _pay_due(name: str, on: date, shop: Shop) -> None:
    vendor = shop.vendors[name]
    due = {bill.id: bill.balance_minor for bill in _open(vendor) if bill.due_on <= on + timedelta(days=3)}
    if due:
        record(vendor, Entry(sum(due.values()), on, reference=f"{on:%Y-%m}"), due, shop.cast.people[STAFF])


def _pay_half(name: str, on: date, shop: Shop) -> None:
    for bill in _open(shop.vendors[name])[-1:]:
        pay(bill, Entry(bill.balance_minor // 2, on), shop.cast.people[STAFF])


def _open(vendor: Vendor) -> list[Bill]:
    query = (
        select(Bill).where(Bill.party_id == vendor.id, Bill.stage == "open").order_by(Bill.due_on, Bill.id)
    )
    return list(db.session.scalars(query))
