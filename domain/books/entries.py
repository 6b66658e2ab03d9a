"""The entries of a statement, each with the balance after it and what is to be said of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

from sqlalchemy import Row, select

from domain.books.allocations import Allocation
from domain.books.document import Document
from domain.books.ledger import PAYMENTS
from domain.db import db
from domain.money import Money
from domain.words import Words, _, _p

LABELS: dict[str, Words] = {
    "invoice": _("Invoice"),
    "credit_note": _("Credit note"),
    "payment": _p("statement", "Payment"),
    "refund": _p("statement", "Refund"),
    "write_off": _p("statement", "Written off"),
}
"""What each kind of entry is called."""


@dataclass(frozen=True)
class Share:
    """What a payment settled of an invoice."""

    number: str
    amount_minor: int


@dataclass(frozen=True)
class Entry:
    """Something that happened on a day, and what was open after it."""

    on: date
    kind: str
    id: int
    number: str
    due_on: date | None
    module: str
    """With the next one: the record on whose page more is said."""
    record_id: int
    amount_minor: int
    whole_minor: int
    """The same, and more where the statement shows only what is open of it."""
    balance_minor: int
    shares: Sequence[Share] = ()

    @property
    def asked_minor(self) -> int | None:
        """What was invoiced with it, or credited."""
        return None if self.kind in PAYMENTS else self.amount_minor

    @property
    def paid_minor(self) -> int | None:
        """What was paid with it, or given back."""
        return -self.amount_minor if self.kind in PAYMENTS else None

    def details(self, currency: str) -> list[Words | str]:
        """What else is to be said, line by line: the number, when it is due, what it settled."""
        name = _("%(number)s – due on %(date)s", number=self.number, date=self.due_on)
        lines: list[Words | str] = [name if self.kind == "invoice" else self.number]
        if self.whole_minor != self.amount_minor:
            lines.append(_("open of %(amount)s", amount=Money(abs(self.whole_minor), currency)))
            return lines
        for share in self.shares:
            paid = Money(share.amount_minor, currency)
            lines.append(_("%(amount)s for %(number)s", amount=paid, number=share.number))
        unused = -self.amount_minor - sum(share.amount_minor for share in self.shares)
        if self.shares and unused:
            lines.append(_("%(amount)s more than that", amount=Money(unused, currency)))
        return [line for line in lines if line]


def entries_of(rows: Sequence[Row[Any]], opening_minor: int) -> list[Entry]:
    """Rows of the ledger as entries, after so much was open."""
    balances = accumulate((int(row.amount) for row in rows), initial=opening_minor)
    next(balances)
    shares = _shares([row.id for row in rows if row.kind == "payment"])
    return [
        Entry(
            row.on,
            row.kind,
            row.id,
            row.number,
            row.due_on,
            row.module,
            row.record_id,
            int(row.amount),
            int(row.whole),
            balance,
            shares.get(row.id, ()) if row.kind == "payment" else (),
        )
        for row, balance in zip(rows, balances, strict=True)
    ]


def _shares(payment_ids: list[int]) -> dict[int | None, list[Share]]:
    """What payments settled, by payment."""
    if not payment_ids:
        return {}
    found: dict[int | None, list[Share]] = {}
    query = (
        select(Allocation.payment_id, Document.number, Allocation.amount_minor)
        .join(Document, Document.id == Allocation.document_id)
        .where(Allocation.payment_id.in_(payment_ids))
        .order_by(Allocation.document_id)
    )
    for payment_id, number, amount in db.session.execute(query):
        found.setdefault(payment_id, []).append(Share(number, amount))
    return found
