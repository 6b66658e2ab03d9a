"""An invoice asks a customer for money. It gets its number when it is issued and is then changed no more.

Draft, sent and void are stored. Whether a sent one is viewed, partially paid, paid or overdue follows from
its balance, its due date and the organization's today: one table of rules, read by Python and by SQL alike.
"""

from datetime import date
from typing import Any

from domain.books.customers import Customer
from domain.books.keeping import books_kept
from domain.books.payable import Payable, while_open
from domain.conditions import Rules
from domain.db import now
from domain.locking import lock
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.status import Status, StatusMachine, Transition
from domain.timeline import record_event
from domain.words import Words, _, _p


def _nothing_open(invoice: Any) -> Words | None:
    return None if invoice.balance_minor > 0 else _("Nothing is open on it.")


def _nothing_written_off(invoice: Any) -> Words | None:
    return None if invoice.written_off_minor else _("Nothing of it was written off.")


STATUS = StatusMachine(
    states=(
        Status("draft", _("Draft")),
        Status("sent", _p("invoice", "Sent"), "live"),
        Status("viewed", _p("invoice", "Viewed"), "live", derived=True),
        Status("partially_paid", _p("invoice", "Partially paid"), "wait", derived=True),
        Status("overdue", _("Overdue"), "bad", derived=True),
        Status("paid", _p("invoice", "Paid"), "good", derived=True),
        Status("written_off", _p("invoice", "Written off"), derived=True),
        Status("void", _p("invoice", "Void")),
    ),
    transitions=(
        Transition("mark_as_sent", ("draft",), "sent", _("Mark as Sent"), primary=True),
        Transition("write_off", ("sent",), "sent", _("Write off"), unless=_nothing_open),
        Transition("cancel_write_off", ("sent",), "sent", _("Cancel write-off"), unless=_nothing_written_off),
        Transition("correct", ("sent",), "sent", _("Correct"), by_hand=False),
        Transition("void", ("sent",), "void", _("Void"), tone="bad"),
        Transition("back_to_draft", ("void",), "draft", _("Back to draft")),
    ),
)


def _while_open(invoice: Any, today: date) -> Rules:
    return (
        *while_open(invoice, today),
        (invoice.viewed_at != None, "viewed"),  # noqa: E711  is also SQL's IS NOT NULL
        (invoice.status == "sent", "sent"),
    )


def _once_settled(invoice: Any, today: date) -> Rules:
    return ((invoice.written_off_minor > 0, "written_off"), (invoice.status == "sent", "paid"))


class Invoice(Payable):
    """A bill to a customer."""

    MODULE = "books.invoices"
    PARTY = Customer
    STATUS = STATUS
    OPEN = frozenset({"sent"})
    FIGURE = "receivable_minor"
    NUMBERED = "issue"
    RULES = {"open": _while_open, "settled": _once_settled}

    __mapper_args__ = {"polymorphic_identity": "invoice"}

    @property
    def can_be_corrected(self) -> bool:
        """Whether a credit note and a new draft can replace it: once it was issued."""
        return STATUS.why_not(self, "correct") is None

    # --- verbs ----------------------------------------------------------------------------------------------

    def issue(self, actor: Member | None) -> None:
        """Make it count: move on, take the number, freeze."""
        self.move("mark_as_sent", actor, sent_at=now())

    def write_off(self, actor: Member | None) -> None:
        """Nobody expects what is open to be paid any more."""
        lock(self)
        STATUS.allow(self, "write_off")
        with books_kept(self):
            self._note_write_off("write_off", self.balance_minor, actor)
            self.written_off_minor += self.balance_minor
            self.written_off_on = current_organization().today
            self.balance_minor = 0

    def cancel_write_off(self, actor: Member | None) -> None:
        """Expect it again."""
        lock(self)
        STATUS.allow(self, "cancel_write_off")
        self._note_write_off("cancel_write_off", self.written_off_minor, actor)
        with books_kept(self):
            self.balance_minor += self.written_off_minor
            self.written_off_minor, self.written_off_on = 0, None

    def _note_write_off(self, verb: str, amount_minor: int, actor: Member | None) -> None:
        record_event(self, verb, actor, currency=self.currency, amount_minor=amount_minor)

    mark_as_sent = issue  # what the button says, and the mail that does it

    STEPS = {
        "mark_as_sent": issue,
        "write_off": write_off,
        "cancel_write_off": cancel_write_off,
        "void": Payable.void,
        "back_to_draft": Payable.back_to_draft,
    }
