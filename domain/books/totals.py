"""What a document comes to: lines, discounts, tax, shipping and withholding, added up in one place.

Each line is rounded once, half up; the document's discount is shared among the lines before tax; tax is
rounded once per rate. From there on whole numbers are only added, so what is printed adds up. Why whole
numbers, and why once per rate: `docs/decisions/0001-integer-money.md`.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import Any, Protocol

from domain.money import EXACT, Rounding, allocate, in_minor, round_minor

ZERO = Decimal(0)
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class TaxRate:
    """A tax as a document names it. Rates that are equal in all three share one tax line."""

    key: Hashable
    name: str
    percent: Decimal


class Line(Protocol):
    """What a line charges for. Both discounts may be given: the percentage first, then the amount."""

    @property
    def quantity(self) -> Decimal: ...
    @property
    def rate(self) -> Decimal: ...
    @property
    def discount_percent(self) -> Decimal: ...
    @property
    def discount_minor(self) -> int: ...
    @property
    def tax(self) -> TaxRate | None: ...


@dataclass(frozen=True)
class Withholding:
    """What a customer keeps back for the tax office: a percentage, and another one above a threshold."""

    percent: Decimal
    percent_above: Decimal | None = None
    threshold_minor: int = 0

    def of(self, untaxed_minor: int) -> int:
        """What is kept back of an amount without tax; fractions are dropped, as the Japanese law has it."""
        if untaxed_minor < 0:
            return -self.of(-untaxed_minor)
        above = max(untaxed_minor - self.threshold_minor, 0) if self.percent_above is not None else 0
        exact = (untaxed_minor - above) * self.percent + above * (self.percent_above or ZERO)
        return round_minor(exact / HUNDRED, Rounding.DOWN)


# 源泉徴収 on fees of self-employed people: 10.21 % up to ¥1,000,000 and 20.42 % on what is above.
JAPANESE_WITHHOLDING = Withholding(Decimal("10.21"), Decimal("20.42"), 1_000_000)


@dataclass(frozen=True)
class LineSum:
    """One line: gross - discount = net. Charged is the net less its share of the document's discount."""

    gross_minor: int
    discount_minor: int
    net_minor: int
    charged_minor: int


@dataclass(frozen=True)
class TaxLine:
    """One rate of the document: what it was levied on, without the tax, and the tax."""

    name: str
    percent: Decimal
    base_minor: int
    tax_minor: int
    key: Hashable = None


@dataclass(frozen=True)
class Sums:
    """All amounts of a document, in minor units.

    Prices without tax: total = subtotal - discount + shipping + tax + adjustment. Prices that include tax:
    the same without adding the tax, which lies in lines and shipping. Withholding is taken off what is due.
    """

    lines: tuple[LineSum, ...]
    subtotal_minor: int
    discount_minor: int
    shipping_minor: int
    tax_lines: tuple[TaxLine, ...]
    tax_minor: int
    adjustment_minor: int
    withholding_minor: int
    total_minor: int

    @property
    def due_minor(self) -> int:
        """What the customer has to pay: the total without what they withhold."""
        return self.total_minor - self.withholding_minor


@dataclass(frozen=True)
class Taxing:
    """How tax is worked out: from prices with or without it, rounded which way, per rate or per line."""

    prices_include_tax: bool = False
    rounding: Rounding = Rounding.HALF_UP
    per_line: bool = False

    def of(self, amount_minor: int, percent: Decimal) -> int:
        """The tax on an amount, or in it."""
        whole = HUNDRED + percent if self.prices_include_tax else HUNDRED
        return round_minor(amount_minor * percent / whole, self.rounding)

    def line(self, rate: TaxRate, amounts: Sequence[int]) -> TaxLine:
        """The tax line of one rate; with prices that include tax, base and tax add up to what was charged."""
        charged = sum(amounts)
        parts = amounts if self.per_line else [charged]
        tax = sum(self.of(part, rate.percent) for part in parts)
        base = charged - tax if self.prices_include_tax else charged
        return TaxLine(rate.name, rate.percent, base, tax, rate.key)


def add_up(
    lines: Iterable[Line],
    currency: str,
    *,
    prices_include_tax: bool = False,
    discount_percent: Decimal = ZERO,
    discount_minor: int = 0,
    shipping_minor: int = 0,
    shipping_tax: TaxRate | None = None,
    adjustment_minor: int = 0,
    withholding: Withholding | None = None,
    tax_rounding: Rounding = Rounding.HALF_UP,
    tax_per_line: bool = False,
) -> Sums:
    """Everything a document shows below and beside its lines. The order of the lines changes no total."""
    taxing = Taxing(prices_include_tax, tax_rounding, tax_per_line)
    with localcontext(EXACT):
        lines = tuple(lines)
        nets = tuple(_line_sum(line, currency) for line in lines)
        subtotal = sum(line.net_minor for line in nets)
        discount = round_minor(subtotal * discount_percent / HUNDRED) + discount_minor if lines else 0
        sums = _discounted(lines, nets, discount)
        charges = [(line.tax, line_sum.charged_minor) for line, line_sum in zip(lines, sums, strict=True)]
        shipping = [(shipping_tax, shipping_minor)] if shipping_minor else []
        tax_lines = _tax_lines(charges + shipping, taxing)
        tax = sum(line.tax_minor for line in tax_lines)
        untaxed = subtotal - discount + shipping_minor - (tax if prices_include_tax else 0)
        return Sums(
            lines=sums,
            subtotal_minor=subtotal,
            discount_minor=discount,
            shipping_minor=shipping_minor,
            tax_lines=tax_lines,
            tax_minor=tax,
            adjustment_minor=adjustment_minor,
            withholding_minor=withholding.of(untaxed) if withholding else 0,
            total_minor=untaxed + tax + adjustment_minor,
        )


def _line_sum(line: Line, currency: str) -> LineSum:
    """A line with its own discount only; gross and net are each rounded once, from the exact product."""
    exact = in_minor(line.quantity * line.rate, currency)
    gross = round_minor(exact)
    net = round_minor(exact * (HUNDRED - line.discount_percent) / HUNDRED - line.discount_minor)
    return LineSum(gross, gross - net, net, net)


def _discounted(lines: Sequence[Line], sums: Sequence[LineSum], discount: int) -> tuple[LineSum, ...]:
    """The lines, each charged less its share of the document's discount.

    Where two lines have an equal claim to the last unit, rate and size decide and not the place on the page:
    else moving a line up could move a yen from one tax rate to another, and with it the total.
    """
    nets = [line_sum.net_minor for line_sum in sums]
    places = sorted(range(len(nets)), key=lambda at: (_rank(lines[at].tax), -abs(nets[at]), nets[at]))
    shares = dict(zip(places, allocate(discount, [nets[at] for at in places]), strict=True))
    return tuple(replace(line_sum, charged_minor=nets[at] - shares[at]) for at, line_sum in enumerate(sums))


def _tax_lines(charges: Iterable[tuple[TaxRate | None, int]], taxing: Taxing) -> tuple[TaxLine, ...]:
    """One line per rate that was charged, the highest rate first."""
    by_rate: dict[TaxRate, list[int]] = {}
    for rate, amount in charges:
        if rate is not None:
            by_rate.setdefault(rate, []).append(amount)
    return tuple(taxing.line(rate, by_rate[rate]) for rate in sorted(by_rate, key=_rank))


def _rank(rate: TaxRate | None) -> tuple[Any, ...]:
    """Where a rate stands among others: by percentage, then by name; what bears no tax comes last."""
    return (1,) if rate is None else (0, -rate.percent, rate.name, str(rate.key))
