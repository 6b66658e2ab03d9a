"""A list as plain values, row by row, for what is taken out: text, numbers, dates; amounts in major units.

Rows come as tuples in batches, each beginning after the last row of the one before, so that a list of any length
costs no memory and no record is made of it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, case, select

from domain.db import db, of_this_organization
from domain.modules.filters import column_of
from domain.modules.listing import Listing
from domain.modules.module import Field, Module
from domain.money import exponent
from domain.organizations.users import Member
from domain.words import Words, _

BATCH = 1000

Cell = str | int | Decimal | date | datetime | None
Translate = Callable[[Words | str], str]
Read = Callable[[Sequence[Any]], Sequence[Cell]]


@dataclass(frozen=True)
class Column:
    """A column of what is taken out."""

    label: Words | str
    sql: tuple[ColumnElement[Any], ...]
    read: Read
    """From what the database says for these, row by row, to the cells."""


def count(listing: Listing, member: Member, ids: Sequence[int] = ()) -> int:
    """How many rows there are; stops counting where the list does."""
    return len(set(ids)) if ids else listing.count(member)


def batches(
    listing: Listing, member: Member, columns: Sequence[Column], ids: Sequence[int] = ()
) -> Iterator[list[tuple[Cell, ...]]]:
    """The rows in the list's order; with `ids` only those of them."""
    order, descending = listing.sorting()
    row_id = listing.module.model.id
    query = select(*(sql for column in columns for sql in column.sql), order, row_id)
    query = query.where(listing.conditions(member)).limit(BATCH)
    query = query.where(row_id.in_(ids)) if ids else query
    query = query.order_by(*([order.desc(), row_id.desc()] if descending else [order, row_id]))
    cursor = None
    while True:
        after = query if cursor is None else query.where(listing.beyond(order, descending, cursor))
        rows = db.session.execute(after).all()
        if rows:
            yield _cells(columns, rows)
        if len(rows) < BATCH:
            return
        cursor = (rows[-1][-2], rows[-1][-1])


def _cells(columns: Sequence[Column], rows: Sequence[Any]) -> list[tuple[Cell, ...]]:
    values = list(zip(*rows, strict=True))
    done, at = [], 0
    for column in columns:
        done.append(column.read(list(zip(*values[at : at + len(column.sql)], strict=True))))
        at += len(column.sql)
    return list(zip(*done, strict=True))


# --- columns ----------------------------------------------------------------------------------------------------


def columns_of(module: Module, fields: Sequence[Field], t: Translate) -> list[Column]:
    """The columns of some fields; where there are amounts, their currency is one, too."""
    columns = [_column(module, each, t) for each in fields]
    currencies = dict.fromkeys(each.currency for each in fields if each.kind == "money")
    shown = {each.name for each in fields}
    return columns + [_currency(module, name) for name in currencies if name not in shown]


def _currency(module: Module, name: str) -> Column:
    label = module.by_name[name].label if name in module.by_name else _("Currency")
    return Column(label, (getattr(module.model, name),), _first)


def _column(module: Module, each: Field, t: Translate) -> Column:
    sql = (_sql(module, each),)
    if each.kind == "money":
        return Column(each.label, (*sql, getattr(module.model, each.currency)), _amounts)
    return Column(each.label, sql, _reader(module, each, t))


def _sql(module: Module, each: Field) -> ColumnElement[Any]:
    """What is read for a field; of a state that is only known by its conditions, the first that holds."""
    if each.where is None:
        return column_of(module, each)
    return case(*((each.where(choice.key), choice.key) for choice in each.choices), else_="")


def _reader(module: Module, each: Field, t: Translate) -> Read:
    if each.kind in ("choice", "status"):
        return _named({choice.key: t(choice.label) for choice in each.choices})
    if each.kind == "boolean":
        return _named({True: t(_("Yes")), False: t(_("No"))})
    if each.kind in ("reference", "member"):
        return Titles(getattr(module.model, each.name).property.mapper.class_, t).read
    return _first


def _first(values: Sequence[Any]) -> Sequence[Cell]:
    return [value for (value,) in values]


def _named(names: dict[Any, str]) -> Read:
    """What a key is called; one that is not among them speaks for itself."""
    return lambda values: [names.get(value, value) for (value,) in values]


def _amounts(values: Sequence[Any]) -> Sequence[Cell]:
    places = {currency: -exponent(currency) for currency in {currency for _amount, currency in values}}
    return [None if minor is None else Decimal(minor).scaleb(places[code]) for minor, code in values]


@dataclass
class Titles:
    """What the records that others refer to are called; each is asked for once."""

    model: Any
    t: Translate
    known: dict[int, str] = field(default_factory=dict)

    def read(self, values: Sequence[Any]) -> Sequence[Cell]:
        """Their titles, by id."""
        missing = {each for (each,) in values if each is not None} - self.known.keys()
        if missing:
            self._learn(missing)
        return [self.known.get(each, "") for (each,) in values]

    def _learn(self, ids: set[int]) -> None:
        query = select(self.model).where(of_this_organization(self.model), self.model.id.in_(ids))
        for record in db.session.scalars(query):
            self.known[record.id] = self.t(getattr(record, "title", None) or record.name)
