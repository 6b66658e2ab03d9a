"""A purchase order is what the organization has ordered from a vendor: it is billed at once or bit by bit.

Draft, open, closed and cancelled are stored. An open one is partially billed or billed as far as its lines stand on
bills, and overdue once its delivery date has passed.
"""

from datetime import date
from typing import Any

from domain.books.orders import STEPS_OF_ORDERS, Order, while_open
from domain.books.progress import nothing_left
from domain.books.vendors import Vendor
from domain.conditions import Rules
from domain.errors import Refused
from domain.status import Status, StatusMachine, Transition
from domain.words import _, _p

STATUS = StatusMachine(
    states=(
        Status("draft", _("Draft")),
        Status("open", _p("order", "Open"), "live"),
        Status("partially_billed", _p("order", "Partially billed"), "wait", derived=True),
        Status("billed", _p("order", "Billed"), "good", derived=True),
        Status("overdue", _p("order", "Overdue"), "bad", derived=True),
        Status("closed", _p("order", "Closed"), "good"),
        Status("cancelled", _p("order", "Cancelled")),
    ),
    transitions=(
        *STEPS_OF_ORDERS,
        Transition(
            "convert_to_bill", ("open",), "open", _("Convert to Bill"), by_hand=False, unless=nothing_left
        ),
    ),
)


def _while_open(order: Any, today: date) -> Rules:
    return while_open(order, today, order.delivery_on, "partially_billed", "billed")


class PurchaseOrder(Order):
    """An order to a vendor."""

    MODULE = "books.purchase-orders"
    PARTY = Vendor
    STATUS = STATUS
    RULES = {"open": _while_open}
    BECOMES = frozenset({"bill"})

    __mapper_args__ = {"polymorphic_identity": "purchase_order"}

    def check_kind(self, known_as: int | None) -> None:
        """Refuse a delivery date before the order's own."""
        if self.delivery_on and self.delivery_on < self.date:
            raise Refused(delivery_on=_("The delivery date lies before the date."))
