"""Living the demo's chains: offered, sent, answered, ordered, ordered from the vendor, invoiced bit by bit, paid."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import takewhile

from sqlalchemy import select

from demo.chances import CANCELLED, CHAINS, DRAFT, NO, YES, Chain
from demo.clock import in_tokyo
from demo.companies import Company
from demo.goods import by_sku
from demo.orders import OrderLine, working_day
from demo.trading import Shop, Step
from domain.books.conversions import conversions_of, convert, what_is_left
from domain.books.document import Document
from domain.books.estimates import Estimate
from domain.books.invoices import Invoice
from domain.books.payments import record_payment
from domain.books.purchase_orders import PurchaseOrder
from domain.books.sales_orders import SalesOrder
from domain.crm.deals import Deal
from domain.db import db
from domain.organizations.users import Member


class Offer:
    """An estimate and all that follows from it."""

    estimate: Estimate
    order: SalesOrder
    bought: PurchaseOrder

    def __init__(self, chain: Chain, company: Company, known_on: date, shop: Shop) -> None:
        self.chain, self.company, self.shop = chain, company, shop
        self.invoices: list[Invoice] = []
        self._began = max(shop.today - timedelta(days=chain.offered), known_on + timedelta(days=2))

    def steps(self) -> Iterator[Step]:
        """What happened until yesterday, in order."""
        yesterday = self.shop.today - timedelta(days=1)
        return takewhile(lambda step: step[0].date() <= yesterday, self._steps())

    def _steps(self) -> Iterator[Step]:
        chain = self.chain
        yield self._at(0, 10, 12), self.write
        if chain.answer == DRAFT:
            return
        yield self._at(0, 10, 50), lambda: self.estimate.mark_as_sent(self.actor)
        if chain.is_viewed or chain.answer == YES:
            seen = self._at(1, 18, 5)
            yield seen, partial(self.view, seen)
        if chain.answer == NO:
            yield self._at(5, 16, 20), lambda: self.estimate.mark_as_declined(self.actor)
        if chain.answer == YES:
            yield self._at(4, 11, 30), lambda: self.estimate.mark_as_accepted(self.actor)
            yield from self._order() if chain.order else ()
            yield from self._invoices()
        if chain.reason:
            yield self._at(21, 17, 0), lambda: self.order.mark_as_closed(self.actor, chain.reason)

    def _order(self) -> Iterator[Step]:
        ordered = self._at(5, 9, 15)
        yield ordered, partial(self.take_order, ordered.date())
        if self.chain.order == DRAFT:
            return
        yield self._at(5, 9, 40), lambda: self.order.convert_to_open(self.actor)
        if self.chain.is_bought:
            yield self._at(6, 14, 0), self.buy
        if self.chain.order == CANCELLED:
            yield self._at(9, 10, 0), lambda: self.order.mark_as_cancelled(self.actor)

    def _invoices(self) -> Iterator[Step]:
        for place, percent in enumerate(self.chain.invoiced):
            made = self._at(7 + 6 * place, 13, 10)
            yield made, partial(self.invoice, percent, made.date())
            yield self._at(7 + 6 * place, 13, 45), partial(self.issue, place)
        for place in range(self.chain.paid):
            paid = self._at(20 + 6 * place, 10, 30)
            yield paid, partial(self.pay, place, paid.date())

    def write(self) -> None:
        """The estimate, tied to its deal."""
        chain, customer = self.chain, self.shop.customers[self.company.name]
        deal = db.session.scalar(select(Deal.id).where(Deal.name == chain.deal)) if chain.deal else None
        on = self._on(0)
        values = {
            "party_id": customer.id,
            "date": on,
            "expires_on": on + timedelta(days=chain.valid),
            "salesperson_id": customer.owner_id,
            "deal_id": deal,
            "prices_include_tax": self.company.prices_include_tax,
        }
        lines = [OrderLine(by_sku(sku), quantity) for sku, quantity in chain.lines]
        self.estimate = Estimate.create(values, self.shop.lines(self.company, lines), self.actor)

    def view(self, moment: datetime) -> None:
        """The customer looks at it."""
        self.estimate.viewed_at = moment

    def take_order(self, on: date) -> None:
        """The customer's order, as it was offered."""
        values = {"date": on, "shipment_on": on + timedelta(days=self.chain.ships_after)}
        made = _made(self.estimate, "sales_order", None, values, self.actor)
        assert isinstance(made, SalesOrder)
        self.order = made

    def buy(self) -> None:
        """The same from whoever makes it."""
        items = self.shop.items
        vendor = next(items[sku].vendor_id for sku, _quantity in self.chain.lines)
        on = self._on(6)
        values = {"party_id": vendor, "date": on, "delivery_on": on + timedelta(days=18)}
        made = _made(self.order, "purchase_order", None, values, self.actor)
        assert isinstance(made, PurchaseOrder)
        made.convert_to_open(self.actor)
        self.bought = made

    def invoice(self, percent: int, on: date) -> None:
        """All that is left, or a part of it."""
        source = self.order if self.chain.order else self.estimate
        values = {"date": on, "due_on": None, "exchange_rate": None}
        made = _made(source, "invoice", percent, values, self.actor)
        assert isinstance(made, Invoice)
        self.invoices.append(made)

    def issue(self, place: int) -> None:
        """The invoice of that place goes out."""
        self.invoices[place].issue(self.actor)

    def pay(self, place: int, on: date) -> None:
        """The invoice of that place is paid."""
        invoice = self.invoices[place]
        record_payment(invoice, invoice.balance_minor, on, "bank_transfer", invoice.number, self.actor)

    @property
    def actor(self) -> Member:
        """Who does the paperwork."""
        return self.shop.cast.people[self.company.clerk]

    def _on(self, days: int) -> date:
        """So many working days after it was offered."""
        first = working_day(self._began + timedelta(days=2))  # never before the customer was known
        weeks, rest = divmod(first.weekday() + days, 5)
        monday = first - timedelta(days=first.weekday())
        return monday + timedelta(weeks=weeks, days=rest)

    def _at(self, days: int, hour: int, minute: int) -> datetime:
        return in_tokyo(self._on(days), hour, minute)


def _made(
    source: Document, key: str, percent: int | None, values: Mapping[str, object], actor: Member
) -> Document:
    """What a document becomes: all of it, or that much of each line."""
    conversion = next(each for each in conversions_of(source) if each.key == key)
    chosen = None
    if percent is not None and percent < 100:
        left = what_is_left(source, conversion)
        chosen = {line_id: Decimal(int(quantity * percent / 100)) for line_id, quantity in left.items()}
    return convert(source, conversion, chosen, values, actor)


def offers(shop: Shop, companies: dict[str, Company], known_on: dict[str, date]) -> Iterator[Step]:
    """Every step of every chain, with its moment."""
    for chain in CHAINS:
        yield from Offer(chain, companies[chain.company], known_on[chain.company], shop).steps()
