"""A customer's statement: what was open before a period, what happened in it, and what is open after it.

Invoices and refunds add to it; payments, credit notes and what was written off take from it. It says what the
customer owes, less what they have to their credit: that a credit was applied to an invoice moves nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import ColumnElement, Subquery, func, literal, select, union_all

from domain.books.credit_notes import CreditNote
from domain.books.document import Document
from domain.books.invoices import Invoice
from domain.books.parties import Party
from domain.books.payments import RECEIVED, Payment
from domain.books.refunds import Refund
from domain.db import db, of_this_organization
from domain.errors import Refused
from domain.organizations.organizations import current_organization
from domain.words import _

MOST = 1000
"""Entries in one statement; with more it is a heap of paper, and takes its time to print."""

USUAL = timedelta(days=90)


@dataclass(frozen=True)
class Period:
    """From one day to another, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class Entry:
    """Something that happened on a day, and what was open after it."""

    on: date
    kind: str
    number: str
    amount_minor: int
    balance_minor: int


@dataclass(frozen=True)
class Statement:
    """A customer's entries in a period, between what was open before and after."""

    party: Party
    period: Period
    opening_minor: int
    entries: Sequence[Entry]

    @property
    def closing_minor(self) -> int:
        """What is open at the end of the last day."""
        return self.entries[-1].balance_minor if self.entries else self.opening_minor


def usual_period() -> Period:
    """The last three months."""
    today = current_organization().today
    return Period(today - USUAL, today)


def statement_of(party: Party, period: Period) -> Statement:
    """The customer's statement for a period."""
    ledger = _ledger(party)
    opening = db.session.scalar(
        select(func.coalesce(func.sum(ledger.c.amount), 0)).where(ledger.c.on < period.first)
    )
    columns = (ledger.c.on, ledger.c.kind, ledger.c.number, ledger.c.amount)
    rows = db.session.execute(
        select(*columns).where(_within(ledger, period)).order_by(ledger.c.on, ledger.c.rank, ledger.c.id)
    ).all()
    opening_minor = int(opening or 0)
    balances = accumulate((int(row.amount) for row in rows), initial=opening_minor)
    next(balances)
    entries = [
        Entry(row.on, row.kind, row.number, int(row.amount), balance)
        for row, balance in zip(rows, balances, strict=True)
    ]
    return Statement(party, period, opening_minor, entries)


def check_period(party: Party, period: Period) -> None:
    """Refuse a period that ends before it begins, or in which too much happened."""
    if period.last < period.first:
        raise Refused(statement_to=_("The period ends before it begins."))
    ledger = _ledger(party)
    count = select(func.count()).select_from(ledger).where(_within(ledger, period))
    if (db.session.scalar(count) or 0) > MOST:
        raise Refused(
            statement_from=_(
                "This period has more than %(most)s entries. Please choose a shorter one.", most=MOST
            )
        )


def _within(ledger: Subquery, period: Period) -> ColumnElement[bool]:
    within: ColumnElement[bool] = ledger.c.on.between(period.first, period.last)
    return within


def _ledger(party: Party) -> Subquery:
    """All that ever changed what a customer owes: the one place that knows what counts, and with which sign."""
    return union_all(
        _documents(Invoice, party, 1),
        _documents(CreditNote, party, -1),
        _payments(party),
        _refunds(party),
        _written_off(party),
    ).subquery()


def _documents(model: type[Document], party: Party, sign: int) -> Any:
    """Documents of a kind while they count."""
    amount = model.total_minor - model.withholding_minor
    kind = literal(model.__mapper__.polymorphic_identity)
    return select(
        model.date.label("on"),
        kind.label("kind"),
        literal(0 if sign > 0 else 1).label("rank"),
        model.id.label("id"),
        model.number.label("number"),
        (amount * sign).label("amount"),
    ).where(
        of_this_organization(model),
        model.kind == model.__mapper__.polymorphic_identity,
        model.party_id == party.id,
        model.status.in_(model.OPEN),
    )


def _payments(party: Party) -> Any:
    """What the customer paid, whatever it was used for."""
    return select(
        Payment.date.label("on"),
        literal("payment").label("kind"),
        literal(2).label("rank"),
        Payment.id.label("id"),
        Payment.number.label("number"),
        (-Payment.amount_minor).label("amount"),
    ).where(of_this_organization(Payment), Payment.party_id == party.id, Payment.direction == RECEIVED)


def _refunds(party: Party) -> Any:
    """What was given back of a payment or credit note."""
    return select(
        Refund.date.label("on"),
        literal("refund").label("kind"),
        literal(3).label("rank"),
        Refund.id.label("id"),
        Refund.reference.label("number"),
        Refund.amount_minor.label("amount"),
    ).where(of_this_organization(Refund), Refund.party_id == party.id)


def _written_off(party: Party) -> Any:
    """What is not asked for any more, on the day on which that was said."""
    return select(
        Invoice.written_off_on.label("on"),
        literal("write_off").label("kind"),
        literal(4).label("rank"),
        Invoice.id.label("id"),
        Invoice.number.label("number"),
        (-Invoice.written_off_minor).label("amount"),
    ).where(
        of_this_organization(Invoice),
        Invoice.kind == "invoice",
        Invoice.party_id == party.id,
        Invoice.written_off_minor > 0,
    )
