"""The rows of invoices, in the order of their days: lines, payments, history, and what they come to for customers."""

from array import array
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random

from demo.large.companies import owner_of, terms_of
from demo.large.drawing import Drawing, folded
from demo.large.finding import write_found
from demo.large.ground import YEARS, Ground
from demo.large.names import Known, known
from demo.large.writing import Ids, Row, Writer
from domain.number_format import format_number

DAYS = 365 * YEARS
FRESH, RECENT = 5, 180
RARE = 0.004
"""Of all invoices, however old, so many are drafts that nobody ever sent."""

# Up to which throw of the dice an issued invoice is in which state.
NOT_DUE = ((0.45, "sent"), (0.70, "viewed"), (0.82, "partially_paid"), (1.0, "paid"))
LATE = ((0.86, "paid"), (0.93, "overdue"), (0.97, "partially_paid"), (0.995, "void"), (1.0, "paid_then_void"))
PAST = (
    (0.975, "paid"),
    (0.979, "overdue"),
    (0.983, "written_off"),
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
        return 0 if self.status == "void" else self.total - self.paid - self.written_off

    @property
    def written_off(self) -> int:
        """What nobody expects any more."""
        return self.total if self.issued and self.fate == "written_off" else 0


class Papers(Drawing):
    """Writes invoices one after the other, and remembers what they come to for each customer."""

    def __init__(self, ground: Ground, ids: dict[str, Ids], customers: int, invoices: int) -> None:
        super().__init__(ground, ids, Random(20))
        self._invoices = invoices
        self._first_customer = ids["parties"].first
        # a few customers buy very often, most now and then
        self._shares = array("d", accumulate((place + 10) ** -0.7 for place in range(customers)))
        self.counts, self.open = (array("q", bytes(8 * customers)) for _ in range(2))
        self.payments_of, self.unused = (array("q", bytes(8 * customers)) for _ in range(2))
        self.issued = self.payments = 0

    def write(self, writer: Writer) -> None:
        """All of them."""
        for number in range(self._invoices):
            write_found(writer, self._ids["search_index"], self._rows(number))

    def _rows(self, number: int) -> Iterator[tuple[str, Row]]:
        paper = self._begin(number)
        company = known(paper.place)
        lines = self._lines(paper.id, company.currency, company.language)
        head = self._always | self._head(paper, company) | self._sums(lines)
        paper.total = head["total_minor"]
        payments = list(self._paid(paper, company)) if paper.issued else []
        given_up = paper.due_on + timedelta(days=RECENT) if paper.written_off else None
        head |= {"written_off_minor": paper.written_off, "written_off_on": given_up}
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
            "search_text": "\n".join(filter(None, (number.lower(), folded(company.name), reference.lower()))),
        }

    def _number(self) -> str:
        self.issued += 1
        return format_number("INV-", self.issued, 7, self._ground.today, 1)

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
        self.payments_of[paper.place] += 1
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
            "search_text": f"{number.lower()}\n{folded(company.name)}",
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
