"""The sides that live in this database: the CRM of this program, and its books. Records are written by their verbs."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.exc import StaleDataError

from domain import records
from domain.books.adding.joining import free_name
from domain.books.contact_persons import ContactPerson
from domain.books.customers import Customer
from domain.books.items import Item
from domain.books.merging.merges import Merge
from domain.books.vendors import Vendor
from domain.crm.products import Product
from domain.db import db
from domain.errors import Refused, Stale
from domain.modules import ALL
from domain.modules.kinds import search
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.words import _
from sync.connectors.base import BATCH, Answer, Batch, Change, Record, SideField
from sync.connectors.ours_values import Values
from sync.connectors.plain import whole
from sync.lanes import Lane

_NAMES = {
    "crm.accounts": "name",
    "crm.contacts": "last_name",
    "crm.vendors": "name",
    "crm.products": "name",
    "books.customers": "display_name",
    "books.vendors": "display_name",
    "books.contact-persons": "last_name",
    "books.items": "name",
}
"""What a record is not made without: the other side's name for it takes its place."""

_UNIQUE: Mapping[str, Any] = {
    "books.customers": Customer.display_name,
    "books.vendors": Vendor.display_name,
    "books.items": Item.name,
}
"""Names that no two records may have: a number is put behind the second one's."""

_UNIQUE_OR_EMPTY: Mapping[str, Any] = {"books.items": Item.sku, "crm.products": Product.code}

_PARENTS = {"companies": "account_id", "vendors": "vendor_id"}
"""By the lane of the companies: the column of a contact that leads there."""


class Ours:
    """A module of this program as a side; `names` are the fields that are read, without any all of them."""

    is_local = True

    def __init__(self, lane: Lane, actor: Member | None = None, names: Sequence[str] = ()) -> None:
        self.lane = lane
        self.actor = actor
        self.names = frozenset(names)
        self.values = Values()

    # --- what there is ----------------------------------------------------------------------------------------

    def check(self) -> None:
        """Nothing can be wrong with it."""

    def fields(self, module: str) -> Sequence[SideField]:
        """The fields that can be paired."""
        return list(self.values.fields(module).values())

    def changed(self, module: str, cursor: str, limit: int = BATCH) -> Batch:
        """The engine asks the versions of its links instead; this is for whoever has none."""
        model = ALL[module].model
        query = select(model).where(model.id > int(cursor or 0)).order_by(model.id).limit(limit + 1)
        found = list(db.session.scalars(query))
        page = found[:limit]
        return Batch(self.read(module, page), str(page[-1].id) if page else cursor, len(found) > limit)

    def get(self, module: str, ids: Sequence[str]) -> dict[str, Record]:
        """Records by id; one statement, and one for the people who belong to them where they are wanted."""
        model = ALL[module].model
        query = select(model).where(model.id.in_([int(each) for each in ids]))
        if any(name.startswith("primary_") for name in self.names):
            query = query.options(selectinload(model.contact_persons))
        return {str(found.id): self._record(module, found) for found in db.session.scalars(query)}

    def read(self, module: str, found: Sequence[Any]) -> list[Record]:
        """Records as the contract has them."""
        return [self._record(module, each) for each in found]

    def search(self, module: str, text: str, limit: int = 10) -> Sequence[Record]:
        """Records found as everywhere in the program."""
        model = ALL[module].model
        query = select(model).where(search(model, text)).order_by(model.id).limit(limit)
        return self.read(module, list(db.session.scalars(query)))

    def address_of(self, module: str, record_id: str) -> str:
        """Its page."""
        return f"/{ALL[module].path}/{record_id}"

    # --- writing ----------------------------------------------------------------------------------------------

    def push(self, module: str, changes: Sequence[Change]) -> list[Answer]:
        """Write each change by itself: one that is refused takes no other with it."""
        there = self._there(module, [change.id for change in changes if change.id])
        known = [each for each in changes if each.id and not _is_stale(each, there.get(each.id))]
        done = self._together(self._made, module, [each for each in changes if not each.id], there)
        done |= self._together(self._changed, module, known, there)
        return [
            done.get(change.key) or self._pushed(module, change, there.get(change.id)) for change in changes
        ]

    def _there(self, module: str, ids: Sequence[str]) -> dict[str, Any]:
        model = ALL[module].model
        if not ids:
            return {}
        query = select(model).where(model.id.in_([int(each) for each in ids]))
        query = query.with_for_update(of=model, key_share=True)
        return {str(found.id): found for found in db.session.scalars(query)}

    def _made(self, module: str, changes: Sequence[Change], _there: Mapping[str, Any]) -> dict[str, Answer]:
        rows = [self._new(module, change) for change in changes]
        self._free_names(module, rows)
        made = records.create_many(ALL[module].model, rows, self.actor)
        return {
            change.key: Answer(self._record(module, found))
            for change, found in zip(changes, made, strict=True)
        }

    def _changed(self, module: str, changes: Sequence[Change], there: Mapping[str, Any]) -> dict[str, Answer]:
        for change in changes:
            self._write(module, change, there[change.id])
        return {change.key: Answer(self._record(module, there[change.id])) for change in changes}

    @staticmethod
    def _together(
        write: Callable[[str, Sequence[Change], Mapping[str, Any]], dict[str, Answer]],
        module: str,
        changes: Sequence[Change],
        there: Mapping[str, Any],
    ) -> dict[str, Answer]:
        """Written all at once, which is much quicker; nothing at all if one of them can't be."""
        if not changes:
            return {}
        try:
            with db.session.begin_nested():
                return write(module, changes, there)
        except (Refused, Stale, StaleDataError, IntegrityError):
            return {}

    def _pushed(self, module: str, change: Change, found: Any) -> Answer:
        if _is_stale(change, found):
            return Answer(is_stale=True)
        try:
            with db.session.begin_nested():
                written = self._write(module, change, found)
                db.session.flush()
            return Answer(self._record(module, written))
        except (Stale, StaleDataError):
            return Answer(is_stale=True)
        except Refused as refusal:
            return Answer(reason=whole(refusal))
        except IntegrityError:
            return Answer(reason=_("Something of it is taken by another record."))

    def _write(self, module: str, change: Change, found: Any) -> Any:
        if found is None:
            values = self._new(module, change)
            self._free_names(module, [values])
            return records.create(ALL[module].model, values, self.actor)
        values = self.values.attributes(module, change.values, found)
        if change.parent:
            self._move(found, change.parent)
        records.update(found, values, self.actor)
        return found

    def _new(self, module: str, change: Change) -> dict[str, Any]:
        """What a new record needs besides: a name, whom it belongs to, a currency."""
        values = self.values.attributes(module, change.values, None)
        name = _NAMES[module]
        values[name] = values.get(name) or change.title
        if change.parent:
            values[self._parent_column(module)] = int(change.parent)
        if hasattr(ALL[module].model, "currency") and not values.get("currency"):
            values["currency"] = current_organization().currency
        return values

    def _free_names(self, module: str, rows: Sequence[dict[str, Any]]) -> None:
        """Where no two may have one name, the second one's has a number; where no two a number, it has none."""
        if (column := _UNIQUE.get(module)) is not None:
            taken = _taken(column, rows)
            for values in rows:
                name = values[column.key]
                values[column.key] = free_name(column, name, taken) if name in taken else name
                taken.add(values[column.key])
        if (column := _UNIQUE_OR_EMPTY.get(module)) is not None:
            taken = _taken(column, rows)
            for values in rows:
                values[column.key] = "" if values.get(column.key) in taken else values.get(column.key) or ""
                taken.add(values[column.key])

    def _parent_column(self, module: str) -> str:
        return "party_id" if module == ContactPerson.MODULE else _PARENTS[self.lane.parents]

    def _move(self, found: Any, parent: str) -> None:
        """Somebody belongs to another company now."""
        if isinstance(found, ContactPerson):
            found.move_to(int(parent))
        else:
            records.update(found, {self._parent_column(found.MODULE): int(parent)}, self.actor)

    # --- reading ----------------------------------------------------------------------------------------------

    def _record(self, module: str, found: Any) -> Record:
        values = {
            field.name: self.values.plain(field, found)
            for field in self.values.fields(module).values()
            if not self.names or field.name in self.names
        }
        return Record(
            id=str(found.id),
            version=str(found.version),
            values=values,
            title=found.title,
            modified_at=found.updated_at,
            created_at=found.created_at,
            parent=self._parent_of(found),
            merged_into=_survivor(found),
        )

    def _parent_of(self, found: Any) -> str:
        if not self.lane.parents:
            return ""
        return str(getattr(found, self._parent_column(found.MODULE)) or "")


def _is_stale(change: Change, found: Any) -> bool:
    return bool(change.id) and (found is None or change.version not in ("", str(found.version)))


def _survivor(found: Any) -> str:
    """Of a customer that was merged into another: the id of that one."""
    merge = db.session.get(Merge, found.merge_id) if getattr(found, "merge_id", None) else None
    return str(merge.main_id) if merge else ""


def _taken(column: Any, rows: Sequence[dict[str, Any]]) -> set[str]:
    wanted = {values.get(column.key) for values in rows} - {None, ""}
    return set(db.session.scalars(select(column).where(column.in_(wanted))))
