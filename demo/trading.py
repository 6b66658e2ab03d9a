"""Living the demo's orders: written, issued, mailed, looked at, paid and taken back, each at its moment."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

from demo import letters
from demo.cast import Cast
from demo.catalogue import lay_out
from demo.clock import in_tokyo
from demo.companies import Company
from demo.goods import GOODS, VENDORS, price
from demo.joining import enter, shelve
from demo.orders import Order, OrderLine, Part
from domain.books.customers import Customer
from domain.books.invoices import Invoice
from domain.books.items import Item
from domain.books.lines import LineInput
from domain.books.payments import record_payment
from domain.books.vendors import Vendor
from domain.organizations.users import Member

Step = tuple[datetime, Callable[[], Any]]
"""When, and what happens then."""

ROUND = {"JPY": 10_000, "EUR": 1_000, "USD": 1_000, "TND": 10_000}
"""A part of an invoice is paid in a round sum: a multiple of so many minor units."""

SAID = {"": "総合振込", "fr": "Virement {}", "en": "Wire for {}"}
"""What stands with a bank transfer."""


@dataclass
class Shop:
    """Who sells, what, and to whom, as records."""

    cast: Cast
    items: dict[str, Item]
    customers: dict[str, Customer]
    vendors: dict[str, Vendor]
    today: date

    def lines(self, company: Company, lines: Iterable[OrderLine]) -> list[LineInput]:
        """What somebody buys, in their language and at their prices."""
        return [self._line(company, line) for line in lines]

    def _line(self, company: Company, line: OrderLine) -> LineInput:
        good = line.good
        tax = self.cast.tax_on(good, company.tax)
        included = tax.percent if company.prices_include_tax else Decimal(0)
        is_printed = good.sku == "SV-8001"
        return LineInput(
            description=good.called(company.language) + (f"\n{company.name}" if is_printed else ""),
            quantity=Decimal(line.quantity),
            rate=price(good, company.currency, included),
            unit=good.unit_in(company.language),
            discount_percent=Decimal(line.discount),
            tax_id=tax.id,
            item_id=self.items[good.sku].id,
        )


def open_shop(cast: Cast, today: date) -> Shop:
    """The goods on the shelves, whom they come from, and nobody yet to buy them."""
    vendors = {company.name: enter(company, cast, Vendor) for company in VENDORS}
    items = {good.sku: shelve(good, cast) for good in GOODS}
    lay_out(cast, items)
    return Shop(cast, items, {}, vendors, today)


class Sale:
    """An order, and the invoice that it becomes."""

    invoice: Invoice

    def __init__(self, order: Order, shop: Shop) -> None:
        self.order = order
        self.shop = shop
        self.company = order.company

    def steps(self) -> Iterator[Step]:
        """Everything that happens to it, and when."""
        order, dice = self.order, Random(f"{self.company.name} {self.order.on.month}")
        written = in_tokyo(order.on, dice.randint(9, 15), dice.randint(0, 59))
        yield written, self.write
        if order.fate == "draft":
            return
        issued = written + timedelta(minutes=dice.randint(4, 50))
        yield issued, partial(self.issue, issued)
        if order.viewed_on:
            seen = in_tokyo(order.viewed_on, dice.randint(17, 21), dice.randint(0, 59))
            yield seen, partial(self.view, seen)
        for place, part in enumerate(order.parts):
            yield in_tokyo(part.on, 10 + place, dice.randint(0, 59)), partial(self.pay, part)
        if "void" in order.fate:
            last = order.parts[-1].on if order.parts else order.on + timedelta(days=1)
            yield in_tokyo(last, 22), self.void

    def write(self) -> None:
        """A draft."""
        order, customer = self.order, self.shop.customers[self.company.name]
        kind, discount = order.discount
        values = {
            "party_id": customer.id,
            "date": order.on,
            "reference": order.reference,
            "notes": order.notes,
            "salesperson_id": customer.owner_id,
            "prices_include_tax": self.company.prices_include_tax,
            "discount_kind": kind,
            "discount_value": Decimal(discount),
            "shipping_minor": order.shipping_minor,
            "shipping_tax_id": self.shop.cast.taxes[Decimal(20)].id if order.shipping_minor else None,
        }
        self.invoice = Invoice.create(values, self.shop.lines(self.company, order.lines), self.actor)

    def issue(self, moment: datetime) -> None:
        """It gets its number and, in the last weeks, goes out by mail."""
        self.invoice.issue(self.actor)
        letters.mail(self.invoice, self.actor, moment, self.shop.today, self.order.mail)

    def view(self, moment: datetime) -> None:
        """The customer opens it."""
        self.invoice.viewed_at = moment

    def pay(self, part: Part) -> None:
        """What is open, or a round part of it; nothing when it was paid together with others."""
        amount = self.invoice.balance_minor
        if not amount:
            return
        if part.percent < 100:
            share, step = amount * part.percent // 100, ROUND[self.invoice.currency]
            amount = share // step * step or share
        said = SAID[self.company.language] if part.method == "bank_transfer" else ""
        record_payment(
            self.invoice, amount, part.on, part.method, said.format(self.invoice.number), self.actor
        )

    def void(self) -> None:
        """It is taken back."""
        self.invoice.void(self.actor)

    @property
    def actor(self) -> Member:
        """Who does the paperwork."""
        return self.shop.cast.people[self.company.clerk]
