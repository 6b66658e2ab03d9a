"""The table in which fields are paired: a row a pair, and one more for a new one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.sync.connections import SyncModule
from sync.connectors.base import SideField
from sync.lanes import FieldPair, Lane
from sync.mapping import pairs_of
from sync.opening import sides_of

MOST = 200
"""More pairs than any module has fields."""

SPARE = 2
"""Empty rows at the end, to add pairs without JavaScript."""


@dataclass(frozen=True)
class Rows:
    """The rows as they stand on the page, and what they say."""

    pairs: tuple[FieldPair, ...]

    @property
    def shown(self) -> Sequence[dict[str, str]]:
        """The rows of the table: the pairs, and some empty ones."""
        rows = [{"crm": p.crm, "books": p.books, "wins": p.wins, "way": p.way} for p in self.pairs]
        return [*rows, *({"crm": "", "books": "", "wins": "newest", "way": "both"} for _ in range(SPARE))]


def rows_of(settings: SyncModule, lane: Lane) -> Rows:
    """The pairs in force."""
    return Rows(pairs_of(settings, lane))


def mapping_of(form: Mapping[str, str], lane: Lane) -> Rows:
    """What was chosen; a row without one of its fields is no pair. A form that shows no table leaves it as usual."""
    if f"{lane.key}-0-crm" not in form:
        return Rows(lane.pairs)
    rows = [_row(form, f"{lane.key}-{number}-") for number in range(MOST)]
    return Rows(tuple(FieldPair(**row) for row in rows if row["crm"] and row["books"]))


def _row(form: Mapping[str, str], prefix: str) -> dict[str, Any]:
    names = ("crm", "books", "wins", "way")
    row = {name: form.get(prefix + name, "").replace("\x00", "") for name in names}
    return row | {"crm": "" if form.get(prefix + "gone") else row["crm"]}


def offered_fields(settings: SyncModule, lane: Lane) -> dict[str, Sequence[SideField]]:
    """What can be chosen on either side."""
    crm, books = sides_of(settings.connection, lane)
    return {"crm": crm.fields(lane.crm), "books": books.fields(lane.books)}
