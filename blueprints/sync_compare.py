"""Records of both sides beside each other, as a question about them is put to a person.

Whatever a page asks, the records of a lane are read in one go, and so is whatever their values refer to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from blueprints.language import t
from blueprints.said import Said
from blueprints.sync_rows import address_of
from domain.sync.connections import SyncConnection
from domain.sync.questions import Question
from sync.answers import lane_for
from sync.connectors.base import Record, Side, SideField
from sync.decide import is_alike
from sync.lanes import FieldPair, Lane
from sync.mapping import pairs_of
from sync.opening import sides_of

Asked = Mapping[str, Any]
"""A question with all that its page shows."""


@dataclass(frozen=True)
class Compared:
    """One field of the record that is asked about, and of those that it may be."""

    label: str
    own: str
    others: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether they don't all say the same."""
        return any(not is_alike(self.own, other) for other in self.others)


def side_by_side(connection: SyncConnection, questions: Sequence[Question]) -> list[Asked]:
    """Questions with the records that they are about and those that these may be."""
    return _shown(OfRecords, connection, questions)


def field_by_field(connection: SyncConnection, questions: Sequence[Question]) -> list[Asked]:
    """Conflicts: by field what it is called, what both sides say, and what they said before."""
    return _shown(OfEdits, connection, questions)


class OfLane:
    """The questions of a page that are about one lane."""

    def __init__(self, connection: SyncConnection, lane: Lane, questions: Sequence[Question]) -> None:
        self.connection, self.lane, self.questions = connection, lane, questions
        settings = next(each for each in connection.modules if each.key == lane.module)
        self.pairs = pairs_of(settings, lane)
        self.crm, self.books = sides_of(connection, lane, self.pairs)

    @cached_property
    def crm_fields(self) -> dict[str, SideField]:
        """By name, the fields of the CRM's module."""
        return {field.name: field for field in self.crm.fields(self.lane.crm)}

    @cached_property
    def books_fields(self) -> dict[str, SideField]:
        """By name, the fields of the books' module."""
        return {field.name: field for field in self.books.fields(self.lane.books)}

    def address(self, crm_id: str, books_id: str) -> str:
        """Where a record of this program is looked at."""
        return address_of(self.connection, self.lane, crm_id, books_id)


class OfRecords(OfLane):
    """Who may be whom, and who lost their other half."""

    @cached_property
    def own(self) -> Mapping[str, Record]:
        """The records that are asked about; what lies in another system is not asked for while a page waits."""
        kept = {each.crm_id: each for each in self.questions if each.detail.get("values")}
        said = {key: Record(key, "", each.detail["values"], each.title) for key, each in kept.items()}
        return said | _read(self.crm, self.lane.crm, [each.crm_id for each in self.questions])

    @cached_property
    def there(self) -> Mapping[str, Record]:
        """The records of the books that they may be."""
        return _read(self.books, self.lane.books, [key for each in self.questions for key in _others(each)])

    @cached_property
    def said(self) -> Said:
        """Their values, for people."""
        sides = (self.crm_fields, self.own), (self.books_fields, self.there)
        return Said(
            (fields.get(name), value)
            for fields, records in sides
            for record in records.values()
            for name, value in record.values.items()
        )

    def shown(self, question: Question) -> Asked:
        """One of them."""
        own = self.own.get(question.crm_id)
        others = [self.there[key] for key in _others(question) if key in self.there]
        rows = [self._row(pair, own, others) for pair in self._compared()]
        return {
            "question": question,
            "lane": self.lane,
            "address": self.address(question.crm_id, question.books_id),
            "others": [(each, self.address("", each.id)) for each in others],
            "rows": [row for row in rows if row.own or any(row.others)],
        }

    def _compared(self) -> list[FieldPair]:
        return [pair for pair in self.pairs if pair.way != "crm" and pair.books in self.books_fields]

    def _row(self, pair: FieldPair, own: Record | None, others: Sequence[Record]) -> Compared:
        field = self.books_fields[pair.books]
        crm = self.said(self.crm_fields.get(pair.crm), own.values.get(pair.crm)) if own else ""
        return Compared(
            t(field.label), crm, tuple(self.said(field, each.values.get(pair.books)) for each in others)
        )


class OfEdits(OfLane):
    """What was edited on both sides."""

    @cached_property
    def said(self) -> Said:
        """Everything that was said, for people."""
        return Said(
            (field, value)
            for question in self.questions
            for key, values in question.detail.get("fields", {}).items()
            for field in self._fields(key)
            for value in values
        )

    def shown(self, question: Question) -> Asked:
        """One of them."""
        edited = question.detail.get("fields", {}).items()
        return {
            "question": question,
            "lane": self.lane,
            "differences": [self._difference(key, values) for key, values in edited],
            "crm": self.address(question.crm_id, ""),
            "books": self.address("", question.books_id),
        }

    def _difference(self, key: str, values: Sequence[Any]) -> dict[str, str]:
        crm, books = self._fields(key)
        return {
            "key": key,
            "label": t(books.label) if books else key.partition("=")[2],
            "crm": self.said(crm, values[0]),
            "books": self.said(books, values[1]),
            "before": self.said(crm, values[2]) if len(values) > 2 else "",
        }

    def _fields(self, key: str) -> tuple[SideField | None, SideField | None]:
        crm, _is, books = key.partition("=")
        return self.crm_fields.get(crm), self.books_fields.get(books)


def _shown(kind: type[Any], connection: SyncConnection, questions: Sequence[Question]) -> list[Asked]:
    lanes: dict[str, Any] = {}
    for each in questions:
        if each.lane not in lanes:
            alike = [other for other in questions if other.lane == each.lane]
            lanes[each.lane] = kind(connection, lane_for(connection, each), alike)
    return [lanes[each.lane].shown(each) for each in questions]


def _others(question: Question) -> list[str]:
    """The records of the books that it is about."""
    return list(question.detail.get("candidates", [])) or [question.books_id]


def _read(side: Side, module: str, ids: Sequence[str]) -> Mapping[str, Record]:
    wanted = sorted({each for each in ids if each})
    return side.get(module, wanted) if side.is_local and wanted else {}
