"""An estimate is an offer to a customer: what it would cost, and until when that holds.

Draft, sent, accepted, declined and invoiced are stored. A sent one is expired once its expiry date has passed,
and viewed when its link was opened.
"""

from datetime import date
from typing import Any

from domain.books.customers import Customer
from domain.books.document import Document
from domain.conditions import Rules, is_before
from domain.db import now
from domain.errors import Refused
from domain.organizations.users import Member
from domain.status import Status, StatusMachine, Transition
from domain.words import _, _p

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
        Transition("mark_as_declined", ("draft", "sent", "accepted"), "declined", _("Mark as Declined")),
        Transition("revise", ("sent", "accepted", "declined"), "draft", _("Revise")),
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

    __mapper_args__ = {"polymorphic_identity": "estimate"}

    def check_kind(self, known_as: int | None) -> None:
        """Refuse an offer that ends before it begins."""
        if self.expires_on and self.expires_on < self.date:
            raise Refused(expires_on=_("The expiry date lies before the date."))

    def mark_as_sent(self, actor: Member | None) -> None:
        """It went to the customer."""
        self.move("mark_as_sent", actor)
        self.sent_at = now()

    def mark_as_accepted(self, actor: Member | None) -> None:
        """The customer said yes, on paper or by phone."""
        self.move("mark_as_accepted", actor)

    def mark_as_declined(self, actor: Member | None) -> None:
        """The customer said no."""
        self.move("mark_as_declined", actor)

    def revise(self, actor: Member | None) -> None:
        """Let its lines be changed again, under the number it has."""
        self.move("revise", actor)
        self.sent_at = self.viewed_at = None

    STEPS = {
        "mark_as_sent": mark_as_sent,
        "mark_as_accepted": mark_as_accepted,
        "mark_as_declined": mark_as_declined,
        "revise": revise,
    }
