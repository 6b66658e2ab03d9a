"""Two records that belong together, and what happens to them on their way through a batch."""

from dataclasses import dataclass, field
from typing import Any, Literal

from domain.links import Link
from domain.words import Words
from sync.connectors.base import Answer, Record
from sync.decide import Decision

First = Literal["join", "overwrite"]


@dataclass
class Pairing:
    """Two records that belong together, or one for which the other is to be made."""

    crm: Record | None = None
    books: Record | None = None
    link: Link | None = None
    first: First = "join"
    """How two records that meet for the first time become one."""
    decision: Decision = field(default_factory=Decision)
    parent: str = ""
    """Of a person who is to be made, or to move: their company on the other side."""
    reason: Words | str = ""
    is_stale: bool = False
    changes: dict[str, list[list[Any]]] = field(default_factory=dict)
    """By side: field, before, after."""
    made: str = ""
    """The side on which a record was made."""

    def changes_on(self, side: str) -> bool:
        """Whether that side is to be written."""
        if self.reason or self.is_stale:
            return False
        if side == "books":
            # of somebody who is to be made in the CRM, it is a company there
            moves = self.crm is not None and self.parent
            return self.books is None or bool(self.decision.to_books or moves)
        return self.crm is None or bool(self.decision.to_crm)

    def take(self, side: str, answer: Answer) -> None:
        """What that side said to what it was asked."""
        if answer.record is not None:
            self._take(side, answer.record)
        else:
            self.reason = self.reason or answer.reason
            self.is_stale = self.is_stale or answer.is_stale

    def _take(self, side: str, record: Record) -> None:
        before = self.books if side == "books" else self.crm
        values = self.decision.to_books if side == "books" else self.decision.to_crm
        self.changes[side] = [
            [name, before.values.get(name) if before else None, record.values.get(name)]
            for name in values
            if before is None or before.values.get(name) != record.values.get(name)
        ]
        if before is None:
            self.made = side
        if side == "books":
            self.books = record
        else:
            self.crm = record
