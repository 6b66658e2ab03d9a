"""A purchase order is what the organization has ordered from a vendor.

Draft, open, closed and cancelled are stored. An open one is overdue once its delivery date has passed.
"""

from datetime import date
from typing import Any

from domain.books.document import Document
from domain.books.vendors import Vendor
from domain.conditions import Rules, is_before
from domain.errors import Refused
from domain.organizations.users import Member
from domain.status import Status, StatusMachine, Transition
from domain.words import _, _p

STATUS = StatusMachine(
    states=(
        Status("draft", _("Draft")),
        Status("open", _p("order", "Open"), "live"),
        Status("overdue", _p("order", "Overdue"), "bad", derived=True),
        Status("closed", _p("order", "Closed"), "good"),
        Status("cancelled", _p("order", "Cancelled")),
    ),
    transitions=(
        Transition("convert_to_open", ("draft",), "open", _("Convert to Open"), primary=True),
        Transition("mark_as_closed", ("open",), "closed", _("Mark as Closed")),
        Transition("mark_as_cancelled", ("draft", "open"), "cancelled", _("Mark as Cancelled"), tone="bad"),
        Transition("reopen", ("closed", "cancelled"), "open", _("Reopen")),
    ),
)


def _while_open(order: Any, today: date) -> Rules:
    return (
        (is_before(order.delivery_on, today), "overdue"),
        (order.status == "open", "open"),
    )


class PurchaseOrder(Document):
    """An order to a vendor."""

    MODULE = "books.purchase-orders"
    PARTY = Vendor
    STATUS = STATUS
    OPEN = frozenset({"open"})
    RULES = {"open": _while_open}

    __mapper_args__ = {"polymorphic_identity": "purchase_order"}

    def check_kind(self, known_as: int | None) -> None:
        """Refuse a delivery date before the order's own."""
        if self.delivery_on and self.delivery_on < self.date:
            raise Refused(delivery_on=_("The delivery date lies before the date."))

    def convert_to_open(self, actor: Member | None) -> None:
        """It counts: the vendor has it."""
        self.move("convert_to_open", actor)

    def mark_as_closed(self, actor: Member | None) -> None:
        """Nothing more will come of it."""
        self.move("mark_as_closed", actor)

    def mark_as_cancelled(self, actor: Member | None) -> None:
        """It was called off."""
        self.move("mark_as_cancelled", actor)

    def reopen(self, actor: Member | None) -> None:
        """It goes on after all."""
        self.move("reopen", actor)

    STEPS = {
        "convert_to_open": convert_to_open,
        "mark_as_closed": mark_as_closed,
        "mark_as_cancelled": mark_as_cancelled,
        "reopen": reopen,
    }
