"""What is sold in the demo: every invoice of the last fourteen months and what becomes of it.

Nothing differs between two loads: each company has its own dice, made from its name. Only dates move, with
the organization's today.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from demo.companies import MONTHLY, NEVER, NEW, OFTEN, SOMETIMES, Company
from demo.goods import BASKETS, Good, by_sku
from domain.books.terms_of_payment import TermsKind, due_date, end_of_month

MONTHS = 13
MOST_LINES = 8
A_WEEK_OR_SO = 10
SIX_WEEKS = 42
A_QUARTER = 90

# How many days ago somebody bought who does not buy every month; each company moves them a little.
DAYS_AGO = {OFTEN: (395, 300, 205, 110, 18), SOMETIMES: (290, 64), NEW: (12,), NEVER: ()}

# What becomes of an invoice that is a few days old, not yet due, overdue, or long past; and how often.
FRESH = {"sent": 60, "viewed": 40}
OPEN = {"sent": 40, "viewed": 22, "partially_paid": 26, "paid": 12}
LATE = {"overdue": 14, "partially_paid": 8, "paid": 78}
PAST = {"paid": 94, "void": 4, "paid_then_void": 2}

DRAFTS = (-1, -2, -4, -5, -8)
"""Which of the latest orders are not issued yet."""

MAIL_TROUBLE = ("failed", "unknown")
"""What becomes of the latest mails that nobody answered."""

LINES = {1: 2, 2: 4, 3: 5, 4: 4, 5: 3, 6: 2, 7: 1}
QUANTITIES = {2000: (10, 20, 30, 50), 5000: (5, 8, 10, 16), 13000: (2, 3, 4, 6)}
"""Up to which rate in yen people buy how many."""

METHODS = {
    "JPY": {"bank_transfer": 1},
    "EUR": {"bank_transfer": 9, "check": 1},
    "USD": {"bank_transfer": 6, "check": 3, "card": 1},
    "TND": {"bank_transfer": 1},
}
AT_HOME = {"card": 6, "cash": 2, "bank_transfer": 2}
"""How private people pay."""

NOTES = {
    "": (
        "毎度ありがとうございます。恐れ入りますが、振込手数料はご負担くださいますようお願いいたします。",
        "ご注文いただいた商品のうち一部は次回の納品となります。",
        "今月より担当が変わりました。引き続きよろしくお願い申し上げます。",
    ),
    "fr": (
        "Nous vous remercions de votre commande.",
        "Merci d’indiquer le numéro de facture lors du virement.",
        "Le solde de votre commande sera livré le mois prochain.",
    ),
    "en": (
        "Thank you for your order.",
        "Please quote the invoice number with your transfer.",
        "The rest of your order follows next month.",
    ),
}
REFERENCES = {"": "発注番号 {}", "fr": "BC-{}", "en": "PO-{}"}


@dataclass(frozen=True)
class OrderLine:
    """So many of a good, less a discount in percent."""

    good: Good
    quantity: int
    discount: int = 0


@dataclass(frozen=True)
class Part:
    """A part of what is open, paid on a day."""

    on: date
    percent: int
    method: str


@dataclass(frozen=True)
class Order:
    """An invoice to write, and its life: whether it is issued, looked at, paid, taken back."""

    company: Company
    on: date
    lines: tuple[OrderLine, ...]
    reference: str
    notes: str
    discount: tuple[str, int]
    """percent or amount, and how much."""
    shipping_minor: int
    fate: str
    viewed_on: date | None
    parts: tuple[Part, ...]
    mail: str = "sent"
    """What became of the mail that it went out with."""


def orders(companies: Iterable[Company], today: date) -> list[Order]:
    """Everything that these companies ordered up to yesterday, oldest first."""
    planned = [order for company in companies for order in _orders_of(company, today)]
    planned.sort(key=lambda order: (order.on, order.company.name))
    for place in DRAFTS:
        planned[place] = replace(planned[place], fate="draft", viewed_on=None, parts=())
    for fate, place in zip(MAIL_TROUBLE, _not_answered(planned), strict=False):
        planned[place] = replace(planned[place], mail=fate)
    return planned


def _not_answered(planned: list[Order]) -> list[int]:
    """Where the latest invoices stand that nobody has looked at or paid."""
    return [place for place, order in enumerate(planned) if order.fate == "sent"][::-1]


def _orders_of(company: Company, today: date) -> Iterator[Order]:
    number = Random(company.name).randint(1000, 8000)
    for place, on in enumerate(_days(company, today)):
        dice = Random(f"{company.name} {place}")
        number += dice.randint(3, 60)
        yield _order(company, on, today, number, dice)


def _days(company: Company, today: date) -> list[date]:
    if company.pace == MONTHLY:
        return [working_day(end_of_month(today, -month)) for month in range(MONTHS, 0, -1)]
    dice = Random(company.name)
    moved = (days + dice.randint(-min(days - 1, 30), 30) for days in DAYS_AGO[company.pace])
    return [working_day(today - timedelta(days=days)) for days in moved]


def working_day(day: date) -> date:
    """That day, or the Friday before it."""
    return day - timedelta(days=max(day.weekday() - 4, 0))


def _order(company: Company, on: date, today: date, number: int, dice: Random) -> Order:
    kind, days = company.terms
    due_on = due_date(on, TermsKind(kind), days)
    fate = _fate(company, on, due_on, today, dice)
    return Order(
        company=company,
        on=on,
        lines=_lines(company, dice),
        reference=_reference(company, number, dice),
        notes=dice.choice(NOTES[company.language]) if dice.random() < 0.4 else "",
        discount=_discount(company, dice),
        shipping_minor=dice.choice((0, 1500, 2900)) if company.tax == "france" else 0,
        fate=fate,
        viewed_on=_viewed_on(fate, on, today, dice),
        parts=_parts(company, fate, on, due_on, today, dice),
    )


def _reference(company: Company, number: int, dice: Random) -> str:
    """The number of the customer's own order, which private people have none of."""
    return REFERENCES[company.language].format(number) if company.domain and dice.random() < 0.7 else ""


def _fate(company: Company, on: date, due_on: date, today: date, dice: Random) -> str:
    late = (today - due_on).days
    if company.pays_late and 0 < late <= SIX_WEEKS:
        return "overdue"
    if (today - on).days <= A_WEEK_OR_SO:
        return _thrown(FRESH, dice)
    return _thrown(OPEN if late <= 0 else LATE if late <= A_QUARTER else PAST, dice)


def _thrown(odds: dict[Any, int], dice: Random) -> Any:
    return dice.choices(list(odds), list(odds.values()))[0]


def _viewed_on(fate: str, on: date, today: date, dice: Random) -> date | None:
    if fate == "sent" or (fate != "viewed" and dice.random() < 0.7):
        return None
    return min(on + timedelta(days=dice.randint(0, 3)), today - timedelta(days=1))


def _discount(company: Company, dice: Random) -> tuple[str, int]:
    """Now and then something off the whole; in yen mostly a round amount."""
    if dice.random() > 0.12:
        return "percent", 0
    return ("amount", 1000) if company.currency == "JPY" and dice.random() < 0.6 else ("percent", 3)


# --- lines --------------------------------------------------------------------------------------------------


def _lines(company: Company, dice: Random) -> tuple[OrderLine, ...]:
    basket = BASKETS[company.buys]
    chosen = dice.sample(basket, min(_thrown(LINES, dice), len(basket)))
    lines = [_line(company, by_sku(sku), dice) for sku in sorted(chosen, key=basket.index)]
    return (*lines, *_services(company, lines, dice))[:MOST_LINES]


def _line(company: Company, good: Good, dice: Random) -> OrderLine:
    if not company.domain:
        return OrderLine(good, dice.randint(1, 3))
    steps = next(steps for rate, steps in QUANTITIES.items() if good.rate <= rate)
    size = 4 if company.employees >= 100 else 2 if company.employees >= 30 else 1
    discount = 5 if "卸" in company.industry else 10 if dice.random() < 0.05 else 0
    return OrderLine(good, dice.choice(steps) * size, discount)


def _services(company: Company, lines: list[OrderLine], dice: Random) -> Iterator[OrderLine]:
    """What goes with the goods: printing on towels, freight abroad, delivery at home."""
    towels = next((line for line in lines if line.good.sku == "TX-5001"), None)
    if towels and company.domain and dice.random() < 0.5:
        yield OrderLine(by_sku("SV-8001"), towels.quantity)
    if company.tax == "export" and company.domain:
        yield OrderLine(by_sku("SV-8004"), 1)
    elif company.tax == "domestic" and dice.random() < 0.4:
        yield OrderLine(by_sku("SV-8003"), 1)
    if company.tax == "domestic" and company.buys == "shop" and dice.random() < 0.2:
        yield OrderLine(by_sku("SV-8002"), dice.randint(2, 4))


# --- payments -----------------------------------------------------------------------------------------------


def _parts(
    company: Company, fate: str, on: date, due_on: date, today: date, dice: Random
) -> tuple[Part, ...]:
    if fate not in ("partially_paid", "paid", "paid_then_void"):
        return ()
    method = _thrown(METHODS[company.currency] if company.domain else AT_HOME, dice)
    first = _payday(on, due_on, today, dice)
    if fate == "partially_paid":
        return (Part(first, dice.choice((30, 40, 50, 60)), method),)
    if fate == "paid" and dice.random() < 0.1:
        return (Part(first, 50, method), Part(_payday(first, due_on, today, dice), 100, method))
    return (Part(first, 100, method),)


def _payday(after: date, due_on: date, today: date, dice: Random) -> date:
    """A day around the due date, after the invoice and before today."""
    usual = working_day(due_on + timedelta(days=dice.choice((-5, -2, -1, 0, 0, 0, 0, 1, 3))))
    return min(max(usual, after + timedelta(days=1)), today - timedelta(days=1))
