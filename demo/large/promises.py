"""The rows of estimates and orders: what was offered, ordered, and ordered from vendors."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from demo.large.companies import owner_of
from demo.large.drawing import Drawing, folded
from demo.large.finding import write_found
from demo.large.ground import Ground
from demo.large.names import known
from demo.large.papers import DAYS
from demo.large.writing import Ids, Row, Writer
from domain.number_format import format_number

Odds = Sequence[tuple[float, str]]
"""Up to which throw of the dice it has which status."""


@dataclass(frozen=True)
class Kind:
    """What is promised by such a document, how often there is one, and what becomes of it."""

    key: str
    prefix: str
    every: int
    """There is one to so many invoices."""
    by: str
    """The column that says until when."""
    days: int
    step: str
    """The step out of draft."""
    fresh: Odds
    past: Odds
    open: frozenset[str]


ORDER_FRESH = ((0.15, "draft"), (0.75, "open"), (0.95, "closed"), (1.0, "cancelled"))
ORDER_PAST = ((0.004, "draft"), (0.02, "open"), (0.95, "closed"), (1.0, "cancelled"))

ESTIMATE = Kind(
    "estimate",
    "EST-",
    3,
    "expires_on",
    30,
    "mark_as_sent",
    ((0.15, "draft"), (0.65, "sent"), (0.85, "accepted"), (0.92, "declined"), (1.0, "invoiced")),
    ((0.004, "draft"), (0.1, "sent"), (0.13, "accepted"), (0.35, "declined"), (1.0, "invoiced")),
    frozenset({"sent", "accepted"}),
)
SALES_ORDER = Kind(
    "sales_order",
    "SO-",
    4,
    "shipment_on",
    14,
    "convert_to_open",
    ORDER_FRESH,
    ORDER_PAST,
    frozenset({"open"}),
)
PURCHASE_ORDER = Kind(
    "purchase_order",
    "PO-",
    10,
    "delivery_on",
    21,
    "convert_to_open",
    ORDER_FRESH,
    ORDER_PAST,
    frozenset({"open"}),
)
KINDS = (ESTIMATE, SALES_ORDER, PURCHASE_ORDER)


def how_many(invoices: int) -> int:
    """How many of all kinds there are to so many invoices."""
    return sum(invoices // kind.every for kind in KINDS)


@dataclass(frozen=True)
class Party:
    """Whom it is made out to."""

    id: int
    name: str
    address: str
    currency: str
    language: str
    owner: int


class Promises(Drawing):
    """Writes documents of a kind in the order of their days, and remembers what they come to for each party."""

    def __init__(
        self, kind: Kind, ground: Ground, ids: dict[str, Ids], customers: int, invoices: int
    ) -> None:
        super().__init__(ground, ids, Random(kind.key))
        self.kind = kind
        self.many = invoices // kind.every
        self._customers = customers
        self.counts: Counter[int] = Counter()
        self.open: Counter[int] = Counter()

    def write(self, writer: Writer) -> None:
        """All of them."""
        for place in range(self.many):
            write_found(writer, self._ids["search_index"], self._rows(place))

    def _rows(self, place: int) -> Iterator[tuple[str, Row]]:
        on = self._ground.today - timedelta(days=DAYS - DAYS * (place + 1) // self.many)
        until = on + timedelta(days=self.kind.days)
        status = self._status(until)
        party, document_id = self._party(), self._ids["documents"].take()
        lines = self._lines(document_id, party.currency, party.language)
        sums = self._sums(lines)
        head = self._head(document_id, place, party, status, on) | {self.kind.by: until}
        yield "documents", self._always | head | sums | {"balance_minor": sums["total_minor"]}
        for line, _tax in lines:
            yield "document_lines", line
        yield from self._history(head)
        self.counts[party.id] += 1
        if status in self.kind.open:
            self.open[party.id] += sums["total_minor"]

    def _status(self, until: date) -> str:
        luck = self._dice.random()
        odds = self.kind.fresh if until >= self._ground.today else self.kind.past
        return next(status for most, status in odds if luck < most)

    def _party(self) -> Party:
        """A vendor, or a customer: the first ones buy most."""
        if self.kind is PURCHASE_ORDER:
            vendor = self._pick(self._ground.vendors)
            return Party(vendor.id, vendor.display_name, "", vendor.currency, vendor.language, 0)
        place = int(self._dice.random() ** 2 * self._customers)
        company = known(place)
        address = "\n".join(company.address.written(company.language or "ja", "JP"))
        party_id = self._ids["parties"].first + place
        return Party(party_id, company.name, address, company.currency, company.language, owner_of(place))

    def _head(self, document_id: int, place: int, party: Party, status: str, on: date) -> Row:
        made = datetime.combine(on, time(2, place % 60), UTC)
        number = format_number(self.kind.prefix, place + 1, 7, self._ground.today, 1)
        is_draft = status == "draft"
        return {
            "id": document_id,
            "kind": self.kind.key,
            "status": status,
            "number": number,
            "party_id": party.id,
            "party_name": party.name,
            "party_address": "" if is_draft else party.address,
            "date": on,
            "due_on": on,
            "salesperson_id": self._ground.people[party.owner].id,
            "currency": party.currency,
            "exchange_rate": self._rates[party.currency],
            "issued_at": None if is_draft else made,
            "created_at": made,
            "updated_at": made,
            "search_text": f"{number.lower()}\n{folded(party.name)}",
        }

    def _history(self, head: Row) -> Iterator[tuple[str, Row]]:
        actor, at = self._ground.people[0], head["created_at"]
        told = self._always | {
            "module": f"books.{self.kind.key.replace('_', '-')}s",
            "record_id": head["id"],
            "detail": "{}",
            "actor_id": actor.id,
            "actor_name": actor.name,
        }
        yield "timeline", told | {"id": self._ids["timeline"].take(), "verb": "created", "at": at}
        if head["status"] != "draft":
            opened = next(status for status in ("sent", "open") if status in self.kind.open)
            step = {"verb": self.kind.step, "source": "draft", "target": opened}
            at += timedelta(minutes=5)
            yield "timeline", told | step | {"id": self._ids["timeline"].take(), "at": at}
