"""The rows of invoices, in the order of their days: lines, payments, history, and what they come to for customers."""

import json
from array import array
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from demo.large.companies import owner_of, terms_of
from demo.large.finding import write_found
from demo.large.ground import MICRO, RATES, YEARS, Ground, Offer
from demo.large.names import Known, known
from demo.large.writing import Ids, Row, Writer
from domain.number_format import format_number
from domain.search_text import fold

DAYS = 365 * YEARS
FRESH, RECENT = 5, 180
LINES = (1, 1, 1, 2, 2, 2, 3, 3, 4, 5)
QUANTITIES = (1, 1, 2, 2, 3, 5, 10, 20)
RARE = 0.004
"""Of all invoices, however old, so many are drafts that nobody ever sent."""

# Up to which throw of the dice an issued invoice is in which state.
NOT_DUE = ((0.45, "sent"), (0.70, "viewed"), (0.82, "partially_paid"), (1.0, "paid"))
LATE = ((0.86, "paid"), (0.93, "overdue"), (0.97, "partially_paid"), (0.995, "void"), (1.0, "paid_then_void"))
PAST = (
    (0.975, "paid"),
    (0.983, "overdue"),
    (0.985, "partially_paid"),
    (0.997, "void"),
    (1.0, "paid_then_void"),
)


@dataclass(slots=True)
class Paper:
    """An invoice in the making."""

    id: int
    place: int
    on: date
    due_on: date
    issued: bool
    fate: str
    total: int = 0
    paid: int = 0

    @property
    def status(self) -> str:
        """As it is stored."""
        return "draft" if not self.issued else "void" if "void" in self.fate else "sent"

    @property
    def balance(self) -> int:
        """What is open on it."""
        return 0 if self.status == "void" else self.total - self.paid


class Papers:
    """Writes invoices one after the other, and remembers what they come to for each customer."""

    def __init__(self, ground: Ground, ids: dict[str, Ids], customers: int, invoices: int) -> None:
        self._ground, self._ids = ground, ids
        self._invoices = invoices
        self._first_customer = ids["parties"].first
        self._dice = Random(20)
        # a few customers buy very often, most now and then
        self._shares = array("d", accumulate((place + 10) ** -0.7 for place in range(customers)))
        self.counts, self.open, self.unused = (array("q", bytes(8 * customers)) for _ in range(3))
        self.issued = self.payments = 0
        self._always = {"organization_id": ground.organization.id}
        self._rates = {code: int(rate * MICRO) for code, rate in RATES.items()} | {"JPY": MICRO}

    def write(self, writer: Writer) -> None:
        """All of them."""
        for number in range(self._invoices):
            write_found(writer, self._ids["search_index"], self._rows(number))

    def _rows(self, number: int) -> Iterator[tuple[str, Row]]:
        paper = self._begin(number)
        company = known(paper.place)
        lines = [self._line(paper.id, at, company) for at in range(self._pick(LINES))]
        head = self._always | self._head(paper, company) | self._sums(paper, lines)
        payments = list(self._paid(paper, company)) if paper.issued else []
        yield "documents", head | {"balance_minor": paper.balance}
        for line, _tax in lines:
            yield "document_lines", line
        yield from payments
        yield from self._history(paper, head["created_at"])
        self._keep(paper)

    def _begin(self, number: int) -> Paper:
        throw = self._dice.random
        place = min(bisect(self._shares, throw() * self._shares[-1]), len(self._shares) - 1)
        age = DAYS - DAYS * (number + 1) // self._invoices
        on = self._ground.today - timedelta(days=age)
        due_on = on + timedelta(days=terms_of(place, self._ground)[1])
        issued = throw() >= (0.35 if age < FRESH else RARE)
        odds = NOT_DUE if due_on >= self._ground.today else LATE if age < RECENT else PAST
        luck = throw()
        fate = next(fate for most, fate in odds if luck < most)
        return Paper(self._ids["documents"].take(), place, on, due_on, issued, fate)

    def _pick(self, table: Any) -> Any:
        return table[int(self._dice.random() * len(table))]

    def _line(self, document_id: int, at: int, company: Known) -> tuple[Row, int]:
        offer: Offer = self._pick(self._ground.offers)
        quantity, price = self._pick(QUANTITIES), offer.prices[company.currency]
        tax = self._ground.taxes[offer.tax]
        return self._always | {
            "id": self._ids["document_lines"].take(),
            "document_id": document_id,
            "position": at,
            "item_id": offer.item_id,
            "description": offer.names[company.language],
            "unit": offer.units[company.language],
            "quantity": quantity * MICRO,
            "rate": price * MICRO // (1 if company.currency == "JPY" else 100),
            "tax_id": tax.id,
            "tax_name": tax.name,
            "tax_percent": int(tax.percent * MICRO),
            "is_reduced": tax.is_reduced,
            "net_minor": quantity * price,
        }, offer.tax

    def _head(self, paper: Paper, company: Known) -> Row:
        made = datetime.combine(paper.on, time(1, paper.id % 60), UTC)
        number = self._number() if paper.issued else ""
        reference = f"PO-{paper.on.year}-{paper.id % 100_000:05d}" if paper.id % 3 == 0 else ""
        people = self._ground.people
        return {
            "id": paper.id,
            "kind": "invoice",
            "status": paper.status,
            "number": number,
            "party_id": self._first_customer + paper.place,
            "party_name": company.name,
            "party_address": "\n".join(company.address.written(company.language or "ja", "JP"))
            if paper.issued
            else "",
            "reference": reference,
            "date": paper.on,
            "due_on": paper.due_on,
            "payment_terms_id": terms_of(paper.place, self._ground)[0],
            "salesperson_id": people[owner_of(paper.place)].id,
            "currency": company.currency,
            "exchange_rate": self._rates[company.currency],
            "issued_at": made if paper.issued else None,
            "sent_at": made if paper.issued else None,
            "viewed_at": made + timedelta(hours=5) if paper.fate == "viewed" else None,
            "voided_at": made + timedelta(hours=7) if paper.status == "void" else None,
            "created_at": made,
            "updated_at": made,
            "search_text": "\n".join(
                filter(None, (number.lower(), _folded(company.name), reference.lower()))
            ),
        }

    def _number(self) -> str:
        self.issued += 1
        return format_number("INV-", self.issued, 7, self._ground.today, 1)

    def _sums(self, paper: Paper, lines: list[tuple[Row, int]]) -> Row:
        bases = [0, 0]
        for line, tax in lines:
            bases[tax] += line["net_minor"]
        levied = [
            (tax, base, int(base * tax.percent // 100))
            for tax, base in zip(self._ground.taxes, bases, strict=True)
            if base
        ]
        subtotal, taxed = sum(bases), sum(amount for _tax, _base, amount in levied)
        paper.total = subtotal + taxed
        return {
            "subtotal_minor": subtotal,
            "tax_minor": taxed,
            "total_minor": paper.total,
            "tax_lines": json.dumps([_tax_line(*each) for each in levied], ensure_ascii=False),
        }

    def _paid(self, paper: Paper, company: Known) -> Iterator[tuple[str, Row]]:
        if paper.fate not in ("paid", "partially_paid", "paid_then_void"):
            return
        amount = paper.total if paper.fate != "partially_paid" else max(paper.total // 2, 1)
        released = paper.status == "void"
        on = min(paper.due_on - timedelta(days=paper.id % 9), self._ground.today)
        payment_id = self._ids["payments"].take()
        yield (
            "payments",
            self._payment(payment_id, paper, company, amount, on)
            | {"unused_minor": amount if released else 0},
        )
        if released:
            self.unused[paper.place] += amount
            return
        paper.paid = amount
        yield (
            "payment_allocations",
            self._always
            | {
                "id": self._ids["payment_allocations"].take(),
                "payment_id": payment_id,
                "document_id": paper.id,
                "amount_minor": amount,
            },
        )

    def _payment(self, payment_id: int, paper: Paper, company: Known, amount: int, on: date) -> Row:
        self.payments += 1
        number = format_number("PAY-", self.payments, 7, self._ground.today, 1)
        at = datetime.combine(on, time(6), UTC)
        return self._always | {
            "id": payment_id,
            "direction": "received",
            "number": number,
            "party_id": self._first_customer + paper.place,
            "party_name": company.name,
            "date": on,
            "currency": company.currency,
            "amount_minor": amount,
            "created_at": at,
            "updated_at": at,
            "search_text": f"{number.lower()}\n{_folded(company.name)}",
        }

    def _history(self, paper: Paper, at: datetime) -> Iterator[tuple[str, Row]]:
        actor = self._ground.people[paper.place % 2]
        told = self._always | {
            "module": "books.invoices",
            "record_id": paper.id,
            "detail": "{}",
            "actor_id": actor.id,
            "actor_name": actor.name,
        }
        yield "timeline", told | {"id": self._ids["timeline"].take(), "verb": "created", "at": at}
        if paper.issued:
            step = {
                "verb": "mark_as_sent",
                "source": "draft",
                "target": "sent",
                "at": at + timedelta(minutes=5),
            }
            yield "timeline", told | step | {"id": self._ids["timeline"].take()}

    def _keep(self, paper: Paper) -> None:
        self.counts[paper.place] += 1
        if paper.status == "sent":
            self.open[paper.place] += paper.balance


def _tax_line(tax: Any, base: int, amount: int) -> dict[str, Any]:
    return {
        "name": tax.name,
        "percent": str(tax.percent),
        "base_minor": base,
        "tax_minor": amount,
        "is_reduced": tax.is_reduced,
    }


_names: dict[str, str] = {}


def _folded(name: str) -> str:
    """A company's name as it is searched; the last ones are remembered."""
    if len(_names) > 5_000:
        _names.clear()
    if name not in _names:
        _names[name] = fold(name)
    return _names[name]
