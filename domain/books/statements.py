"""A customer's statement: what was open before a period, what happened in it, and what is open after it.

It says what the customer owes, less what they have to their credit (`ledger.py` knows what counts). Page, PDF,
spreadsheet, mail and portal read the same entries: all of them, or a page that begins after a certain one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, Subquery, case, func, literal, select, tuple_

from domain.books.entries import Entry, entries_of
from domain.books.ledger import ALL, OUTSTANDING, in_order, ledger_of
from domain.books.parties import Party
from domain.db import db
from domain.errors import Refused
from domain.organizations.organizations import current_organization
from domain.words import Words, _, _p

RIGHTS = ("books.invoices.view", "books.payments.view")
"""What one must be allowed beside seeing the customer: it says what was invoiced and paid."""

SHOWS = (ALL, OUTSTANDING)

MOST = 10_000
"""Entries in one file; with more it is a heap of paper."""

PAGE = 50

USUAL = timedelta(days=90)

PRESETS: dict[str, Words] = {
    "today": _("Today"),
    "this_week": _("This week"),
    "this_month": _("This month"),
    "this_quarter": _("This quarter"),
    "this_year": _("This year"),
    "yesterday": _("Yesterday"),
    "last_week": _("Previous week"),
    "last_month": _("Previous month"),
    "last_quarter": _("Previous quarter"),
    "last_year": _("Previous year"),
}

PRESET = "this_month"
"""Unless somebody says otherwise."""

SUMS: dict[str, Words] = {
    "invoice": _("Invoiced amount"),
    "credit_note": _("Credits"),
    "write_off": _p("amount", "Written off"),
    "payment": _("Amount received"),
    "refund": _("Amount refunded"),
}
"""What the entries of each kind come to, as the summary calls it."""

ALWAYS_SAID = ("invoice", "payment")


@dataclass(frozen=True)
class Period:
    """From one day to another, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class Statement:
    """A customer's entries in a period, between what was open before and after."""

    party: Party
    period: Period
    show: str
    opening_minor: int
    by_kind: Mapping[str, int]
    """What the entries of the period come to, kind by kind."""
    count: int
    """How many there are."""
    entries: Sequence[Entry]
    after: str = ""
    """Of a page: where the next one begins, and the one before ends."""
    before: str = ""

    @property
    def closing_minor(self) -> int:
        """What is open at the end of the last day."""
        return self.opening_minor + sum(self.by_kind.values())

    @property
    def brought_minor(self) -> int:
        """What was open before the first of these entries."""
        first = self.entries[0] if self.entries else None
        return first.balance_minor - first.amount_minor if first else self.opening_minor

    @property
    def sums(self) -> list[tuple[Words, int]]:
        """What lies between opening and closing balance, with the signs that people expect."""
        return [
            (label, -amount if kind == "payment" else amount)
            for kind, label in SUMS.items()
            if (amount := self.by_kind.get(kind, 0)) or kind in ALWAYS_SAID
        ]


def usual_period() -> Period:
    """The last three months."""
    today = current_organization().today
    return Period(today - USUAL, today)


def period_called(preset: str) -> Period:
    """The period of a preset, as weeks and years begin in the organization."""
    if preset not in PRESETS:
        raise Refused(_("Please choose from the list."))
    return Period(*current_organization().ends_of(preset))


def check_period(
    party: Party, period: Period, first: str = "statement_from", last: str = "statement_to"
) -> None:
    """Refuse a period that ends before it begins, or in which too much happened; the fields say where."""
    check_order(period, last)
    if _summed_up(ledger_of(party), period)[2] > MOST:
        too_many = _("This period has more than %(most)s entries. Please choose a shorter one.", most=MOST)
        raise Refused(**{first: too_many})


def check_order(period: Period, field: str) -> None:
    """Refuse a period that ends before it begins."""
    if period.last < period.first:
        raise Refused(**{field: _("The period ends before it begins.")})


def balances_of(party: Party, period: Period) -> Statement:
    """The customer's statement for a period without its entries: what it comes to, asked for at once."""
    opening, by_kind, count = _summed_up(ledger_of(party), period)
    return Statement(party, period, ALL, opening, by_kind, count, ())


def statement_of(party: Party, period: Period, show: str = ALL) -> Statement:
    """The customer's statement for a period, with all its entries."""
    ledger = ledger_of(party, show)
    opening, by_kind, count = _summed_up(ledger, period)
    rows = _rows(ledger, _within(ledger, period))
    return Statement(party, period, show, opening, by_kind, count, entries_of(rows, opening))


def statement_page(
    party: Party, period: Period, show: str = ALL, after: str = "", before: str = ""
) -> Statement:
    """The same with one page of its entries, the first or one beside the given place; a few statements."""
    ledger = ledger_of(party, show)
    opening, by_kind, count = _summed_up(ledger, period)
    key, within = tuple_(*in_order(ledger)), _within(ledger, period)
    if before:
        rows = _rows(ledger, within & (key < _place(before)), PAGE + 1, backwards=True)
    else:
        rows = _rows(ledger, within & (key > _place(after)) if after else within, PAGE + 1)
    more, rows = len(rows) > PAGE, rows[:PAGE]
    rows = rows[::-1] if before else rows
    has_next, has_previous = (bool(rows), more) if before else (more, bool(after))
    if rows and has_previous:
        opening_here = opening + _sum(ledger, within & (key < _place(_place_of(rows[0]))))
    else:
        opening_here = opening
    return Statement(
        party,
        period,
        show,
        opening,
        by_kind,
        count,
        entries_of(rows, opening_here),
        after=_place_of(rows[-1]) if has_next and rows else "",
        before=_place_of(rows[0]) if has_previous and rows else "",
    )


# --- from the ledger --------------------------------------------------------------------------------------------


def _summed_up(ledger: Subquery, period: Period) -> tuple[int, dict[str, int], int]:
    """What was open before, what the period comes to by kind, and how many entries it has; one statement."""
    earlier = case((ledger.c.on < period.first, ledger.c.amount), else_=0)
    within = ledger.c.on >= period.first
    rows = db.session.execute(
        select(
            ledger.c.kind,
            func.sum(earlier),
            func.sum(case((within, ledger.c.amount), else_=0)),
            func.sum(case((within, 1), else_=0)),
        )
        .where(ledger.c.on <= period.last)
        .group_by(ledger.c.kind)
    ).all()
    by_kind = {kind: int(amount) for kind, _before, amount, count in rows if count}
    return sum(int(row[1]) for row in rows), by_kind, sum(int(row[3]) for row in rows)


def _rows(
    ledger: Subquery, where: ColumnElement[bool], limit: int | None = None, backwards: bool = False
) -> Sequence[Row[Any]]:
    order = in_order(ledger)
    query = select(ledger).where(where).limit(limit)
    return db.session.execute(
        query.order_by(*(column.desc() if backwards else column for column in order))
    ).all()


def _sum(ledger: Subquery, where: ColumnElement[bool]) -> int:
    return int(db.session.scalar(select(func.sum(ledger.c.amount)).where(where)) or 0)


def _within(ledger: Subquery, period: Period) -> ColumnElement[bool]:
    within: ColumnElement[bool] = ledger.c.on.between(period.first, period.last)
    return within


# --- places in it -------------------------------------------------------------------------------------------------


def _place_of(row: Row[Any]) -> str:
    """An entry's place, as it stands in an address."""
    return f"{row.on.isoformat()}.{row.rank}.{row.id}"


def _place(text: str) -> Any:
    """The place again; whoever writes an address by hand may write anything."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)\.(\d)\.(\d{1,18})", text, re.ASCII)
    try:
        on, rank, row_id = found.groups() if found else ("", "", "")
        return tuple_(literal(date.fromisoformat(on), Date), int(rank), int(row_id))
    except ValueError as error:
        raise Refused(_("This page of the list can't be found. Please start from its first page.")) from error
