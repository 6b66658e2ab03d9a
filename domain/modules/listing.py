"""A list of records: filters, sort, search and page, whether they came from an address, a view or a panel.

Paging is by key: a page begins after the sort value and id of the last row of the page before, so that the
thousandth page costs what the first one costs.
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from domain.access import visible
from domain.db import db, of_this_organization
from domain.errors import Refused
from domain.modules.filters import Filter, column_of, described, filter_of
from domain.modules.kinds import KINDS, as_id, search
from domain.modules.module import Field, Module
from domain.organizations.users import Member
from domain.words import _

__all__ = ("COUNTED", "PAGE", "PANEL", "Filter", "Listing", "Page", "column_of", "described")

PAGE = 50
PANEL = 10
COUNTED = 10_000
"""Counting stops here; a larger list says "10,000+"."""

_RESERVED = ("q", "sort", "after", "before", "organization", "columns", "view")


@dataclass(frozen=True)
class Page:
    """Some rows of a listing, and where the neighbours begin."""

    rows: Sequence[Any]
    after: str | None
    before: str | None
    total: int = 0
    """How many the whole listing has, where that was asked for; one past COUNTED stands for more."""


@dataclass(frozen=True)
class Listing:
    """An immutable list of a module's records; every change gives another listing."""

    module: Module
    filters: tuple[Filter, ...] = ()
    fixed: tuple[Filter, ...] = ()
    """Conditions of a related list: always kept, not shown as chips."""
    sort: str = ""
    q: str = ""
    after: str = ""
    before: str = ""
    size: int = PAGE
    columns: tuple[str, ...] = field(default=())
    """The columns somebody chose, or a panel has; without any, those of the module."""
    view: int | None = None
    """The saved view that it came from; 0 says that it is not to be one's default view."""

    @classmethod
    def from_args(cls, module: Module, args: Mapping[str, str], **options: Any) -> "Listing":
        """The listing that an address describes; an unknown field or operator is refused, never ignored."""
        filters = tuple(filter_of(module, name, value) for name, value in _given(args))
        given: dict[str, Any] = {name: args.get(name, "") for name in ("sort", "after", "before")}
        given |= {"q": args.get("q", "").strip()[:200], "columns": _columns(module, args.get("columns", ""))}
        listing = cls(module, filters=filters, view=as_id(args.get("view", "")), **(given | options))
        listing._check_sort()
        return listing

    # --- other listings ---------------------------------------------------------------------------------------

    def narrowed(self, args: Mapping[str, str]) -> "Listing":
        """Only what belongs to a record: the fixed condition of a related list."""
        return replace(self, fixed=tuple(filter_of(self.module, name, value) for name, value in args.items()))

    def without(self, filter: Filter) -> "Listing":
        """The listing with one condition taken off, from its first page."""
        return replace(self, filters=tuple(f for f in self.filters if f != filter), after="", before="")

    def sorted_by(self, name: str) -> "Listing":
        """Sorted by a column, or the other way round when it already is."""
        return replace(self, sort=f"-{name}" if self.order == name else name, after="", before="")

    def showing(self, columns: Sequence[str]) -> "Listing":
        """With these columns, in this order; without any, with those that the module has."""
        usual = tuple(columns) == self.module.list_columns
        return replace(self, columns=() if usual else tuple(columns))

    @property
    def saved_args(self) -> dict[str, str]:
        """What a view keeps of it: filters, order and columns; neither page nor view."""
        return replace(self, after="", before="", view=None).to_args()

    def at(self, *, after: str = "", before: str = "") -> "Listing":
        """Another page of it."""
        return replace(self, after=after, before=before)

    # --- as an address ----------------------------------------------------------------------------------------

    def to_args(self) -> dict[str, str]:
        """What stands in its address."""
        args = {filter.name: filter.value for filter in self.filters}
        args |= {name: getattr(self, name) for name in ("q", "sort", "after", "before")}
        if not self.fixed:  # a panel has columns of its own
            args |= {"columns": ",".join(self.columns), "view": "" if self.view is None else str(self.view)}
        return {name: value for name, value in args.items() if value}

    @property
    def order(self) -> str:
        """The sort in force: a field name, with `-` for descending."""
        return self.sort or self.module.sort

    @property
    def shown(self) -> tuple[Field, ...]:
        """The columns."""
        return tuple(self.module.by_name[name] for name in self.columns or self.module.list_columns)

    # --- rows -------------------------------------------------------------------------------------------------

    def conditions(self, member: Member) -> ColumnElement[bool]:
        """What a record must fulfil to be in this list, for this person."""
        model = self.module.model
        conditions = [of_this_organization(model), visible(member, model)]
        conditions += [filter.condition(self.module, member) for filter in (*self.filters, *self.fixed)]
        if self.q:
            conditions.append(self._searched)
        return and_(*conditions)

    @cached_property
    def _searched(self) -> ColumnElement[bool]:
        # made once for page and count: it asks the index which way is quicker
        return search(self.module.model, self.q)

    def query(self, member: Member) -> Select[Any]:
        """The records with all that the shown columns refer to, in one statement, unsorted."""
        model = self.module.model
        references = [
            joinedload(getattr(model, f.name)) for f in self.shown if f.kind in ("reference", "member")
        ]
        beside = [selectinload(getattr(model, name)) for name in {f.loads for f in self.shown if f.loads}]
        return select(model).where(self.conditions(member)).options(*references, *beside)

    def page(self, member: Member) -> Page:
        """One page of rows; one statement."""
        return self._as_page(list(db.session.scalars(self._page_query(member))))

    def counted_page(self, member: Member) -> Page:
        """One page of rows, and how many there are in all; one statement, unless it is a later page that is empty."""
        query = self._page_query(member).add_columns(self._count(member).scalar_subquery())
        found = db.session.execute(query).all()
        is_first = not (self.after or self.before)
        total = found[0][1] if found else 0 if is_first else self.count(member)
        return replace(self._as_page([row for row, _total in found]), total=total)

    def _page_query(self, member: Member) -> Select[Any]:
        column, descending = self.sorting()
        backward = bool(self.before)
        query = self.query(member)
        if cursor := self.before or self.after:
            query = query.where(self.beyond(column, descending != backward, self._read(cursor)))
        order = [column, self.module.model.id]
        query = query.order_by(*([c.desc() for c in order] if descending != backward else order))
        return query.limit(self.size + 1)

    def count(self, member: Member) -> int:
        """How many there are; stops counting one past COUNTED."""
        return db.session.scalar(self._count(member)) or 0

    def _count(self, member: Member) -> Select[Any]:
        inner = select(self.module.model.id).where(self.conditions(member)).limit(COUNTED + 1).subquery()
        return select(func.count()).select_from(inner)

    def _as_page(self, rows: list[Any]) -> Page:
        backward = bool(self.before)
        more = len(rows) > self.size
        rows = rows[: self.size]
        if backward:
            rows.reverse()
        has_next, has_previous = (bool(rows), more) if backward else (more, bool(self.after))
        return Page(
            rows,
            after=self._cursor(rows[-1]) if has_next and rows else None,
            before=self._cursor(rows[0]) if has_previous and rows else None,
        )

    # --- sorting and cursors ----------------------------------------------------------------------------------

    def _check_sort(self) -> None:
        name = self.sort.removeprefix("-")
        if name and not (name in self.module.by_name and self.module.by_name[name].sortable):
            raise Refused(_("This list can't be sorted by “%(name)s”.", name=name))

    def sorting(self) -> tuple[Any, bool]:
        """The SQL by which it is sorted, and whether downwards."""
        name = self.order.removeprefix("-")
        field = self.module.by_name[name] if name else None
        if field is None:
            return self.module.model.id, self.order.startswith("-")
        column = field.order() if field.order else column_of(self.module, field)
        return column, self.order.startswith("-")

    def beyond(self, column: Any, descending: bool, cursor: tuple[Any, int]) -> ColumnElement[bool]:
        """That a record comes after the one with this sort value and id."""
        value, last_id = cursor
        # as one pair, not as "less, or equal and ...": only that lets an index begin there
        place, last = tuple_(column, self.module.model.id), tuple_(literal(value, column.type), last_id)
        return place < last if descending else place > last

    def _cursor(self, row: Any) -> str:
        name = self.order.removeprefix("-")
        value = row.id
        if name:
            field = self.module.by_name[name]
            value = getattr(row, field.column)
            value = field.when_missing if value is None else value
        text = json.dumps([_to_json(value), row.id])
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def _read(self, cursor: str) -> tuple[Any, int]:
        try:
            value, row_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            return self._from_json(value), _countable(row_id)
        except (Refused, ValueError, TypeError, AttributeError, RecursionError) as error:
            raise Refused(
                _("This page of the list can't be found. Please start from its first page.")
            ) from error

    def _from_json(self, value: Any) -> Any:
        name = self.order.removeprefix("-")
        kind = self.module.by_name[name].kind if name else "integer"
        if kind == "date":
            return date.fromisoformat(value)
        if kind == "datetime":
            return datetime.fromisoformat(value)
        if kind in ("number", "percent", "exchange_rate"):
            return KINDS[kind].parse(value, "en") or Decimal(0)
        if kind == "boolean":
            return bool(_countable(int(value)))
        if kind in ("integer", "money"):
            return _countable(value)
        if not isinstance(value, str) or "\x00" in value:
            raise ValueError(value)
        return value


def _countable(value: Any) -> int:
    """An integer that the database can compare with; whoever writes an address by hand may write more."""
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 2**63:
        raise ValueError(value)
    return value


def _columns(module: Module, names: str) -> tuple[str, ...]:
    columns = tuple(dict.fromkeys(name for name in names.split(",") if name))
    for name in columns:
        if name not in module.by_name:
            raise Refused(_("This list has no column “%(name)s”.", name=name))
    return columns


def _given(args: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((name, value) for name, value in args.items() if name not in _RESERVED)


def _to_json(value: Any) -> Any:
    return (
        value.isoformat()
        if isinstance(value, date | datetime)
        else str(value)
        if isinstance(value, Decimal)
        else value
    )
