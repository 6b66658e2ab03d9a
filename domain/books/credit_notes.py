"""A credit note takes back what an invoice asked for: it is applied to other invoices, or refunded.

Draft, open and void are stored; an open one of which nothing is left is closed. It gets its number when it is
opened and is then changed no more.
"""

from datetime import date
from typing import Any

from domain.books.customers import Customer
from domain.books.document import Document
from domain.books.keeping import books_kept
from domain.conditions import Rules
from domain.db import now
from domain.locking import lock
from domain.organizations.users import Member
from domain.status import Status, StatusMachine, Transition
from domain.words import Words, _, _p


def _in_use(note: Any) -> Words | None:
    if not note.paid_minor:
        return None
    return _("%(number)s was applied or refunded. Take that back first.", number=note.title)


STATUS = StatusMachine(
    states=(
        Status("draft", _("Draft")),
        Status("open", _p("credit note", "Open"), "live"),
        Status("closed", _p("credit note", "Closed"), "good", derived=True),
        Status("void", _p("credit note", "Void")),
    ),
    transitions=(
        Transition("open", ("draft",), "open", _p("step", "Open"), primary=True),
        Transition("void", ("open",), "void", _("Void"), tone="bad", unless=_in_use),
        Transition("back_to_draft", ("void",), "draft", _("Back to draft")),
    ),
)


def _while_open(note: Any, today: date) -> Rules:
    return ((note.status == "open", "open"),)


def _once_settled(note: Any, today: date) -> Rules:
    return ((note.status == "open", "closed"),)


class CreditNote(Document):
    """A credit to a customer."""

    MODULE = "books.credit-notes"
    PARTY = Customer
    STATUS = STATUS
    OPEN = frozenset({"open"})
    FIGURE = "unused_credits_minor"
    NUMBERED = "issue"
    RULES = {"open": _while_open, "settled": _once_settled}
    USED, RELEASED = "credit_note_used", "credit_note_released"
    """What another document's timeline says of one."""

    __mapper_args__ = {"polymorphic_identity": "credit_note"}

    @property
    def unused_minor(self) -> int:
        """What is left of it."""
        return self.open_minor

    @property
    def as_source(self) -> dict[str, int]:
        """Its column in what refers to where money comes from."""
        return {"credit_note_id": self.id}

    def change_unused(self, by_minor: int) -> None:
        """More or less of it is left, and of its customer's credits."""
        with books_kept(self):
            self.balance_minor += by_minor

    def open(self, actor: Member | None) -> None:
        """Make it count: from now on it can be applied and refunded."""
        self.move("open", actor)

    def void(self, actor: Member | None) -> None:
        """Take it back; its number stays."""
        lock(self)
        with books_kept(self):
            STATUS.move(self, "void", actor)
            self.balance_minor = 0
            self.voided_at = now()

    def back_to_draft(self, actor: Member | None) -> None:
        """Let it be changed and opened again, under the number it has."""
        self.move("back_to_draft", actor)

    STEPS = {"open": open, "void": void, "back_to_draft": back_to_draft}
