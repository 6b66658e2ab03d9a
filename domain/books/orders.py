"""What sales orders and purchase orders have in common: they are opened, become others bit by bit, and are closed.

An order of which nothing is left closes by itself, and is open again when something is given back, unless
somebody said why it is closed.
"""

from datetime import date
from typing import Any

from domain.books.document import Document
from domain.books.progress import FULL, NOTHING, PARTIAL, Made
from domain.conditions import Rules, is_before
from domain.errors import Refused
from domain.organizations.users import Member
from domain.status import Transition
from domain.words import Words, _

MOST_REASON = 500
"""How long a reason may be."""


def _taken_up(order: Any) -> Words | None:
    """Why an order can't be cancelled."""
    if order.progress == NOTHING:
        return None
    return _("Something was made from %(number)s. You can close it instead.", number=order.title)


STEPS_OF_ORDERS = (
    Transition("convert_to_open", ("draft",), "open", _("Convert to Open"), primary=True),
    Transition("mark_as_closed", ("open",), "closed", _("Mark as Closed"), asks_why=True),
    Transition(
        "mark_as_cancelled",
        ("draft", "open"),
        "cancelled",
        _("Mark as Cancelled"),
        tone="bad",
        unless=_taken_up,
    ),
    Transition("reopen", ("closed", "cancelled"), "open", _("Reopen")),
    Transition("close_by_itself", ("open",), "closed", _("Mark as Closed"), by_hand=False),
    Transition("reopen_by_itself", ("closed",), "open", _("Reopen"), by_hand=False),
)
"""The steps of an order, beside what it can become."""


def while_open(order: Any, today: date, promised: Any, partial: str, full: str) -> Rules:
    """The state of an open order: the first condition that holds, on a record and on the class alike."""
    return (
        (order.progress == FULL, full),
        (is_before(promised, today), "overdue"),
        (order.progress == PARTIAL, partial),
        (order.status == "open", "open"),
    )


class Order(Document):
    """An order from a customer or to a vendor."""

    OPEN = frozenset({"open"})

    __mapper_args__ = {"polymorphic_abstract": True}

    def convert_to_open(self, actor: Member | None) -> None:
        """It counts: both sides know of it."""
        self.move("convert_to_open", actor)

    def mark_as_closed(self, actor: Member | None, reason: str = "") -> None:
        """Nothing more will come of it."""
        if len(reason) > MOST_REASON:
            raise Refused(_("A reason has at most %(n)d characters.", n=MOST_REASON))
        self.move("mark_as_closed", actor, reason.strip())

    def mark_as_cancelled(self, actor: Member | None) -> None:
        """It was called off."""
        self.move("mark_as_cancelled", actor)

    def reopen(self, actor: Member | None) -> None:
        """It goes on after all."""
        self.move("reopen", actor)

    def has_become(self, made: Made) -> None:
        """Keep how far it has come; with nothing left it closes by itself."""
        before, self.progress = self.progress, made.progress(self.lines)
        if before == self.progress:
            return
        if self.progress == FULL and self.status == "open":
            self.STATUS.move(self, "close_by_itself", None)
        elif before == FULL and self.status == "closed" and not self.status_reason:
            self.STATUS.move(self, "reopen_by_itself", None)

    def can_be_deleted(self) -> None:
        """Refuse to delete what others were made from."""
        if reason := _taken_up(self):
            raise Refused(reason)

    STEPS = {
        "convert_to_open": convert_to_open,
        "mark_as_closed": mark_as_closed,
        "mark_as_cancelled": mark_as_cancelled,
        "reopen": reopen,
    }
