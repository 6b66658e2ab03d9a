"""A sales order is what a customer has ordered: it is invoiced and shipped, at once or bit by bit.

Draft, open, closed and cancelled are stored. An open one is partially invoiced or invoiced as far as its lines stand
on invoices, and overdue once its shipment date has passed.
"""

from datetime import date
from typing import Any

from domain.books.customers import Customer
from domain.books.orders import STEPS_OF_ORDERS, Order, while_open
from domain.books.progress import nothing_left
from domain.conditions import Rules
from domain.errors import Refused
from domain.status import Status, StatusMachine, Transition
from domain.words import _, _p

STATUS = StatusMachine(
    states=(
        Status("draft", _("Draft")),
        Status("open", _p("order", "Open"), "live"),
        Status("partially_invoiced", _p("order", "Partially invoiced"), "wait", derived=True),
        Status("invoiced", _p("order", "Invoiced"), "good", derived=True),
        Status("overdue", _p("order", "Overdue"), "bad", derived=True),
        Status("closed", _p("order", "Closed"), "good"),
        Status("cancelled", _p("order", "Cancelled")),
    ),
    transitions=(
        *STEPS_OF_ORDERS,
        Transition(
            "convert_to_invoice",
            ("open",),
            "open",
            _("Convert to Invoice"),
            by_hand=False,
            unless=nothing_left,
        ),
        Transition(
            "convert_to_purchase_order", ("open",), "open", _("Convert to Purchase Order"), by_hand=False
        ),
    ),
)


def _while_open(order: Any, today: date) -> Rules:
    return while_open(order, today, order.shipment_on, "partially_invoiced", "invoiced")


class SalesOrder(Order):
    """An order from a customer."""

    MODULE = "books.sales-orders"
    PARTY = Customer
    STATUS = STATUS
    RULES = {"open": _while_open}
    BECOMES = frozenset({"invoice"})

    __mapper_args__ = {"polymorphic_identity": "sales_order"}

    def check_kind(self, known_as: int | None) -> None:
        """Refuse a shipment date before the order's own."""
        if self.shipment_on and self.shipment_on < self.date:
            raise Refused(shipment_on=_("The shipment date lies before the date."))
