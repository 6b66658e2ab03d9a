"""An estimate is an offer to a customer: what it would cost, and until when that holds.

Draft, sent, accepted, declined and invoiced are stored. A sent one is expired once its expiry date has passed,
and viewed when its link was opened. It becomes an invoice, or a sales order that becomes invoices.
"""

from datetime import date
from typing import Any

from domain.books.customers import Customer
from domain.books.document import Document
from domain.books.progress import NOTHING, Made, nothing_left
from domain.conditions import Rules, is_before
from domain.db import now
from domain.errors import Refused
from domain.organizations.users import Member
from domain.status import Status, StatusMachine, Transition
from domain.words import Words, _, _p


def _taken_up(estimate: Any) -> Words | None:
    """Why an estimate stays what it is."""
    if estimate.progress == NOTHING:
        return None
    return _("Something was made from %(number)s: it has to stay.", number=estimate.title)


STATUS = StatusMachine(
    states=(
        Status("draft", _("Draft")),
        Status("sent", _p("estimate", "Sent"), "live"),
        Status("viewed", _p("estimate", "Viewed"), "live", derived=True),
        Status("expired", _p("estimate", "Expired"), "wait", derived=True),
        Status("accepted", _p("estimate", "Accepted"), "good"),
        Status("declined", _p("estimate", "Declined"), "bad"),
        Status("invoiced", _p("estimate", "Invoiced"), "good"),
    ),
    transitions=(
        Transition("mark_as_sent", ("draft", "declined"), "sent", _("Mark as Sent"), primary=True),
        Transition(
            "mark_as_accepted", ("draft", "sent", "declined"), "accepted", _("Mark as Accepted"), primary=True
        ),
        Transition(
            "mark_as_declined",
            ("draft", "sent", "accepted"),
            "declined",
            _("Mark as Declined"),
            unless=_taken_up,
        ),
        Transition("revise", ("sent", "accepted", "declined"), "draft", _("Revise"), unless=_taken_up),
        Transition(
            "convert_to_invoice",
            ("sent", "accepted"),
            "invoiced",
            _("Convert to Invoice"),
            by_hand=False,
            unless=nothing_left,
        ),
        Transition(
            "convert_to_sales_order",
            ("sent", "accepted"),
            "accepted",
            _("Convert to Sales Order"),
            by_hand=False,
            unless=nothing_left,
        ),
        Transition("invoice_taken_back", ("invoiced",), "accepted", _("Mark as Accepted"), by_hand=False),
    ),
)


def _while_sent(estimate: Any, today: date) -> Rules:
    return (
        (is_before(estimate.expires_on, today), "expired"),
        (estimate.viewed_at != None, "viewed"),  # noqa: E711  is also SQL's IS NOT NULL
        (estimate.status == "sent", "sent"),
    )


class Estimate(Document):
    """An offer to a customer."""

    MODULE = "books.estimates"
    PARTY = Customer
    STATUS = STATUS
    OPEN = frozenset({"sent", "accepted"})
    RULES = {"sent": _while_sent}
    BECOMES = frozenset({"invoice", "sales_order"})

    __mapper_args__ = {"polymorphic_identity": "estimate"}

    def check_kind(self, known_as: int | None) -> None:
        """Refuse an offer that ends before it begins."""
        if self.expires_on and self.expires_on < self.date:
            raise Refused(expires_on=_("The expiry date lies before the date."))

    def has_become(self, made: Made) -> None:
        """Keep how far it has come; without its invoice it is accepted again."""
        self.progress = made.progress(self.lines)
        if self.status == "invoiced" and "invoice" not in made.kinds:
            self.STATUS.move(self, "invoice_taken_back", None)

    def can_be_deleted(self) -> None:
        """Refuse to delete what others were made from."""
        if reason := _taken_up(self):
            raise Refused(reason)

    def mark_as_sent(self, actor: Member | None) -> None:
        """It went to the customer."""
        self.move("mark_as_sent", actor, sent_at=now())

    def mark_as_accepted(self, actor: Member | None) -> None:
        """The customer said yes, on paper or by phone."""
        self.move("mark_as_accepted", actor)

    def mark_as_declined(self, actor: Member | None) -> None:
        """The customer said no."""
        self.move("mark_as_declined", actor)

    def revise(self, actor: Member | None) -> None:
        """Let its lines be changed again, under the number it has."""
        self.move("revise", actor)

    STEPS = {
        "mark_as_sent": mark_as_sent,
        "mark_as_accepted": mark_as_accepted,
        "mark_as_declined": mark_as_declined,
        "revise": revise,
    }
