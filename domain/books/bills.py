"""A bill is what a vendor asks for. It bears the vendor's number and counts once it is opened.

Draft, open and void are stored. Whether an open one is partially paid, paid or overdue follows from its balance
and its due date.
"""

from datetime import date
from typing import Any

from sqlalchemy import select

from domain.books.payable import Payable, while_open
from domain.books.vendors import Vendor
from domain.conditions import Rules
from domain.db import db
from domain.errors import Refused
from domain.organizations.users import Member
from domain.status import Status, StatusMachine, Transition
from domain.words import _, _p

STATUS = StatusMachine(
    states=(
        Status("draft", _("Draft")),
        Status("open", _p("bill", "Open"), "live"),
        Status("partially_paid", _p("bill", "Partially paid"), "wait", derived=True),
        Status("overdue", _p("bill", "Overdue"), "bad", derived=True),
        Status("paid", _p("bill", "Paid"), "good", derived=True),
        Status("void", _p("bill", "Void")),
    ),
    transitions=(
        Transition("open", ("draft",), "open", _p("step", "Open"), primary=True),
        Transition("void", ("open",), "void", _("Void"), tone="bad"),
        Transition("back_to_draft", ("void",), "draft", _("Back to draft")),
    ),
)


def _while_open(bill: Any, today: date) -> Rules:
    return (*while_open(bill, today), (bill.status == "open", "open"))


def _once_settled(bill: Any, today: date) -> Rules:
    return ((bill.status == "open", "paid"),)


class Bill(Payable):
    """What a vendor asks for."""

    MODULE = "books.bills"
    PARTY = Vendor
    STATUS = STATUS
    OPEN = frozenset({"open"})
    FIGURE = "payable_minor"
    NUMBERED = "typed"
    RULES = {"open": _while_open, "settled": _once_settled}

    __mapper_args__ = {"polymorphic_identity": "bill"}

    def check_kind(self, known_as: int | None) -> None:
        """Refuse a bill without the vendor's number, and one that is here already."""
        if not self.number:
            raise Refused(number=_("Please type the number that the vendor gave it."))
        others = select(Bill.id).where(
            Bill.party_id == self.party_id, Bill.number == self.number, Bill.id != (known_as or 0)
        )
        if db.session.scalar(others) is not None:
            raise Refused(number=_("A bill %(number)s of this vendor is here already.", number=self.number))

    def open(self, actor: Member | None) -> None:
        """Make it count: it is owed."""
        self.move("open", actor)

    STEPS = {"open": open, "void": Payable.void, "back_to_draft": Payable.back_to_draft}
