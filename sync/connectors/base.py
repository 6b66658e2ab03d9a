"""What a system on one side of a sync must be able to do.

The contract. A **Side** is a system of record as the engine sees it: it lists what changed, gives records by id,
writes records, finds records by a text, and says which fields it has. It never decides anything, never looks at
links or snapshots, never commits, and never raises for a single record: `push` answers for each change in turn,
in order, with the record *as it is afterwards* (rounded, cut, reformatted as that system does; the engine keeps it,
so that such a difference is not taken for an edit) or with a reason. For everything that concerns the whole call it
raises `domain.outbox.Failure`: transient (down, slow, 429 with `not_before` in `Wait`, a body cut short: nothing of a
page that is incomplete is handed over), configuration (the grant was revoked, a scope is missing) or permanent. A
`Change` without id makes a record, and a second push with the same `key` must find what the first one made, also
after a crash between the two; one with an id is carried out only if the record still has the `version` that it was
decided on, else its answer `is_stale`. Versions are opaque and differ whenever the record does. `changed` pages by a
cursor in the system's own words and clock (never ours), begins anew from an empty one, may give a record twice and
must not leave one out, also when rows move while pages are read; records deleted or merged away come as `is_gone`.
Some systems give a deleted record's id to a new one: then it is not gone, and `created_at` tells the two apart.
A module seen by two lanes is named `module:view` by one of them; both give all its records, the engine takes each
person with or without a company where they belong.
Values are plain: text, bool, None, numbers as text ("12.5"), dates as ISO text, an address as
`domain.addresses.Address` in a dict, a reference by the other record's id, an owner by mail address.
Calls of a side that is not local happen outside of any transaction, 100 records at a time at most.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from domain.outbox import Failure
from domain.words import Words, _

BATCH = 100
"""So many records are read and written at once."""


class Wait(Failure):
    """The other side asks to be left alone for some seconds (429, 503 with Retry-After)."""

    def __init__(self, reason: Words | str, seconds: float) -> None:
        super().__init__("transient", reason)
        self.seconds = seconds


class ViewIsGone(Failure):
    """Nobody knows any more which records were meant: better none than all."""

    def __init__(self) -> None:
        super().__init__(
            "configuration",
            _(
                "The view that says which records are synced is no more. Please choose another one in the settings."
            ),
        )


@dataclass(frozen=True)
class SideField:
    """A field of a module of that system, as it is offered when fields are paired."""

    name: str
    label: Words | str
    kind: str = "text"
    """text, long_text, email, phone, url, number, boolean, date, choice, address, member, price, reference."""
    longest: int | None = None
    choices: tuple[str, ...] = ()
    to: str = ""
    """The module that a reference leads to."""
    is_required: bool = False
    is_custom: bool = False
    is_writable: bool = True
    is_once: bool = False
    """Said when a record is made, and never changed by a sync afterwards: a currency."""
    also: Mapping[str, str] = field(default_factory=dict)
    """Of a choice: other words for one, as other systems say it. "30" for "Net 30"."""
    gives_way: bool = False
    """What it says goes over where the other side has the same choice; elsewhere both stay as they are."""


@dataclass(frozen=True)
class Record:
    """A record of that system."""

    id: str
    version: str
    values: Mapping[str, Any]
    """By the names of `fields`."""
    title: str = ""
    modified_at: datetime | None = None
    """By that system's own clock."""
    created_at: datetime | None = None
    parent: str = ""
    """Of a person: the id of the company they belong to."""
    key: str = ""
    """The key it was made with, where that system keeps it."""
    is_gone: bool = False
    merged_into: str = ""
    owner: str = ""
    """Who looks after it there: their mail address."""
    is_outside: bool = False
    """Not in the view that was asked for: told only because it may be joined already."""


@dataclass(frozen=True)
class Change:
    """What is to be written: some values of one record, or a new record."""

    key: str
    """The same for every attempt at this change."""
    values: Mapping[str, Any]
    id: str = ""
    version: str = ""
    title: str = ""
    """What the other side calls it: a name for a record that would have none."""
    parent: str = ""
    """Of a new person, or of one who moves: the company they belong to then. Empty: it stays as it is."""


@dataclass(frozen=True)
class Answer:
    """What became of a change."""

    record: Record | None = None
    reason: Words | str = ""
    """Why it was not carried out, in a sentence for people."""
    is_stale: bool = False
    """It was changed in the meantime; the next run decides again."""


@dataclass(frozen=True)
class Batch:
    """Some records that changed, and where the next ones begin."""

    records: Sequence[Record] = field(default=())
    cursor: str = ""
    has_more: bool = False


class Side(Protocol):
    """A system of record."""

    is_local: bool
    """Whether it is this database: then the engine asks it in its own transaction."""

    def check(self) -> None:
        """Raise Failure with a sentence when nothing can be synced: no right, another currency, gone."""

    def fields(self, module: str) -> Sequence[SideField]:
        """The fields of one of its modules, in the order of its form."""

    def changed(self, module: str, cursor: str, limit: int = BATCH) -> Batch:
        """Records that changed since the cursor, oldest first; from an empty one all there are."""

    def get(self, module: str, ids: Sequence[str]) -> dict[str, Record]:
        """Records by id, at most BATCH; those that are gone are left out."""

    def push(self, module: str, changes: Sequence[Change]) -> list[Answer]:
        """Write at most BATCH changes; an answer for each, in order."""

    def search(self, module: str, text: str, limit: int = 10) -> Sequence[Record]:
        """Records in whose names and addresses the text stands: the tab "In Bigin", Deals of a company."""

    def address_of(self, module: str, record_id: str) -> str:
        """Where a person looks at the record; a path within this program, or a whole address."""


@runtime_checkable
class WithViews(Protocol):
    """A system with lists of its own under a name, by which people say which of its records are brought over."""

    def within(self, view: str) -> Side:
        """The same, but `changed` says of each record whether it is outside of that view."""
