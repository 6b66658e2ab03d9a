"""A system in memory: the whole contract in its smallest form, for tests and for whoever writes a new connector.

`System` is what the other side keeps, `Fake` what the engine sees of it. A connector of your own has the same methods
in the same order, and `tests/sync/test_contract.py` says whether they do what they should.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from domain.addresses import Address
from domain.db import now
from domain.names import full_name
from domain.words import Words, _
from sync.connectors.base import BATCH, Answer, Batch, Change, Record, SideField
from sync.lanes import FieldPair, Lane, pairs_named

# --- what there is: the fields of each module, and which field of the books says the same ---------------------------

_NAME = SideField("name", _("Name"), longest=200, is_required=True)
_EMAIL = SideField("email", _("Email"), "email", 100)
_PHONE = SideField("phone", _("Phone"), "phone", 30)

FIELDS: Mapping[str, tuple[SideField, ...]] = {
    "companies": (
        _NAME,
        _PHONE,
        SideField("website", _("Website"), "url", 255),
        SideField("address", _("Address"), "address"),
        SideField("note", _("Note"), "long_text", 2000),
    ),
    "people": (
        SideField("whole_name", _("Whole name"), is_writable=False),
        SideField("first_name", _("First name"), longest=100),
        SideField("last_name", _("Last name"), longest=100, is_required=True),
        _EMAIL,
        _PHONE,
    ),
    "goods": (
        _NAME,
        SideField("kind", _("Type"), "choice", choices=("goods", "service")),
        SideField("price", _("Price"), "number"),
        SideField("is_sold", _("Active"), "boolean"),
    ),
}

ALONE = "people:alone"
"""People who belong to no company: the same module, seen by the lane of individual customers."""


LANES: tuple[Lane, ...] = (
    Lane(
        "companies",
        "customers",
        _("Companies as business customers"),
        "companies",
        "books.customers",
        pairs_named(
            ("name", "display_name"),
            ("phone", "phone"),
            ("website", "website"),
            ("address", "billing_address"),
            ("note", "notes"),
        ),
        new_in_books={"customer_type": "business"},
    ),
    Lane(
        "people",
        "customers",
        _("Contacts as contact persons"),
        "people",
        "books.contact-persons",
        pairs_named(
            ("first_name", "first_name"), ("last_name", "last_name"), ("email", "email"), ("phone", "phone")
        ),
        parents="companies",
        company="companies",
    ),
    Lane(
        "loose",
        "customers",
        _("Contacts without a company as individual customers"),
        ALONE,
        "books.customers",
        (
            FieldPair("whole_name", "display_name", way="books"),
            *pairs_named(
                ("first_name", "primary_first_name"),
                ("last_name", "primary_last_name"),
                ("email", "email"),
                ("phone", "phone"),
            ),
        ),
        new_in_books={"customer_type": "individual"},
    ),
    Lane(
        "products",
        "products",
        _("Products as items"),
        "goods",
        "books.items",
        pairs_named(("name", "name"), ("kind", "item_type"), ("price", "rate"), ("is_sold", "is_active")),
    ),
)

_EMPTY: Mapping[str, Any] = {"boolean": False, "address": asdict(Address())}
"""What a field says that nobody filled in, where that is no empty text."""


# --- what the other side keeps ---------------------------------------------------------------------------------------


@dataclass
class Row:
    """A record there; `at` is its place in the order of all changes, and its version."""

    id: str
    values: dict[str, Any]
    at: int
    made: datetime
    changed: datetime
    parent: str = ""
    key: str = ""
    is_gone: bool = False


@dataclass
class System:
    """Rows by module and id, and the order in which they changed: what was changed last stands last."""

    clock: Callable[[], datetime] = now
    rows: dict[str, dict[str, Row]] = field(default_factory=lambda: {name: {} for name in FIELDS})
    _moments: Iterator[int] = field(default_factory=lambda: count(1))
    _ids: Iterator[int] = field(default_factory=lambda: count(1))

    def make(self, module: str, values: Mapping[str, Any], parent: str = "", key: str = "") -> Row:
        """A new row."""
        empty = {each.name: _EMPTY.get(each.kind, "") for each in FIELDS[module]}
        row = Row(
            f"{module[0]}{next(self._ids)}", empty | dict(values), 0, self.clock(), self.clock(), parent, key
        )
        self.rows[module][row.id] = row
        return self._moved(row)

    def edit(self, row: Row, values: Mapping[str, Any], parent: str = "") -> Row:
        """A row that says something else now."""
        row.values, row.parent = row.values | dict(values), parent or row.parent
        return self._moved(row)

    def delete(self, row: Row) -> None:
        """It is gone, and that can be asked for."""
        row.is_gone = True
        self._moved(row)

    def there(self, module: str) -> list[Row]:
        """The rows that are not gone."""
        return [row for row in self.rows[module].values() if not row.is_gone]

    def _moved(self, row: Row) -> Row:
        row.at, row.changed = next(self._moments), self.clock()
        return row


# --- what the engine sees of it --------------------------------------------------------------------------------------


class Fake:
    """The side of a sync that such a system is."""

    is_local = False

    def __init__(self, system: System) -> None:
        self.system = system

    def check(self) -> None:
        """Nothing can be wrong with it."""

    def fields(self, module: str) -> Sequence[SideField]:
        """The fields of a module."""
        return FIELDS[_base(module)]

    def changed(self, module: str, cursor: str, limit: int = BATCH) -> Batch:
        """What changed behind the cursor's place; a row that changes meanwhile moves to the end, and is met there."""
        after = int(cursor or 0)
        rows = sorted(self.system.rows[_base(module)].values(), key=lambda row: row.at)
        found = [row for row in rows if row.at > after]
        page = found[:limit]
        where = str(page[-1].at) if page else cursor
        return Batch([_record(module, row) for row in page], where, len(found) > limit)

    def get(self, module: str, ids: Sequence[str]) -> dict[str, Record]:
        """Records by id; those that are gone are left out."""
        found = (self._row(module, each) for each in ids)
        return {row.id: _record(module, row) for row in found if row is not None}

    def push(self, module: str, changes: Sequence[Change]) -> list[Answer]:
        """Carry out each change by itself; one that is refused takes no other with it."""
        return [self._pushed(module, change) for change in changes]

    def search(self, module: str, text: str, limit: int = 10) -> Sequence[Record]:
        """Records that have the text in one of their values."""
        found = [row for row in self.system.there(_base(module)) if text.lower() in str(row.values).lower()]
        return [_record(module, row) for row in found if module != ALONE or not row.parent][:limit]

    def address_of(self, module: str, record_id: str) -> str:
        """Where a person looks at the record."""
        return f"https://fake.example/{_base(module)}/{record_id}"

    def _pushed(self, module: str, change: Change) -> Answer:
        values = {name: _tidy(value) for name, value in self._writable(module, change.values).items()}
        row = self._row(module, change.id) if change.id else self._made_before(module, change.key)
        if change.id and row is None:
            return Answer(reason=_("The record is gone."))
        if change.id and row is not None and change.version not in ("", str(row.at)):
            return Answer(is_stale=True)
        if not change.id:
            title = next(each.name for each in self.fields(module) if each.is_required)
            values[title] = values.get(title) or _tidy(change.title)
        if why := self._refusal(module, values):
            return Answer(reason=why)
        if row is None:
            row = self.system.make(_base(module), values, change.parent, change.key)
        elif change.id:
            self.system.edit(row, values, change.parent)
        return Answer(_record(module, row))

    def _row(self, module: str, record_id: str) -> Row | None:
        row = self.system.rows[_base(module)].get(record_id)
        return None if row is None or row.is_gone else row

    def _made_before(self, module: str, key: str) -> Row | None:
        """What an earlier attempt made whose answer got lost."""
        return next((row for row in self.system.there(_base(module)) if row.key == key), None)

    def _writable(self, module: str, values: Mapping[str, Any]) -> dict[str, Any]:
        names = {each.name for each in self.fields(module) if each.is_writable}
        return {name: value for name, value in values.items() if name in names}

    def _refusal(self, module: str, values: Mapping[str, Any]) -> Words | None:
        for each in self.fields(module):
            value = values.get(each.name)
            if each.longest and isinstance(value, str) and len(value) > each.longest:
                return _("%(field)s: longer than %(n)d characters.", field=each.label, n=each.longest)
            if each.is_required and each.name in values and not value:
                return _("%(field)s is missing.", field=each.label)
        return None


def _base(module: str) -> str:
    return module.partition(":")[0]


def _tidy(value: Any) -> Any:
    """Every system writes some things in a way of its own; this one leaves no space around a text."""
    return value.strip() if isinstance(value, str) else value


def _record(module: str, row: Row) -> Record:
    values = dict(row.values)
    if _base(module) == "people":
        values["whole_name"] = full_name(values["first_name"], values["last_name"])
    title = str(values.get("whole_name") or values.get("name") or "")
    return Record(
        row.id,
        str(row.at),
        values,
        title,
        modified_at=row.changed,
        created_at=row.made,
        parent=row.parent,
        key=row.key,
        is_gone=row.is_gone,
    )
