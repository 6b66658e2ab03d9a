"""How long ago what a customer owes was due, today: not due yet, or late by so many days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import case, func, select

from domain.books.invoices import Invoice
from domain.books.parties import Party
from domain.db import db
from domain.organizations.organizations import current_organization
from domain.words import Words, _

_MOST = (0, 30, 60, 90)
"""So many days late is what stands in a bucket at most; the last one has no end."""

BUCKETS = (
    _("Not due"),
    _("1–30 days late"),
    _("31–60 days late"),
    _("61–90 days late"),
    _("Over 90 days late"),
)


@dataclass(frozen=True)
class Aging:
    """What is open of a customer's invoices on a day, by how late it is."""

    on: date
    buckets: Sequence[tuple[Words, int]]

    @property
    def total_minor(self) -> int:
        """All of it."""
        return sum(amount for _label, amount in self.buckets)


def aging_of(party: Party) -> Aging:
    """How old what a customer owes is, in one statement."""
    today = current_organization().today
    bucket = case(
        *((Invoice.due_on >= today - timedelta(days=most), number) for number, most in enumerate(_MOST)),
        else_=len(_MOST),
    )
    query = (
        select(bucket, func.sum(Invoice.balance_minor))
        .where(Invoice.party_id == party.id, Invoice.stage == "open")
        .group_by(bucket)
    )
    found = {number: int(amount) for number, amount in db.session.execute(query)}
    return Aging(today, [(label, found.get(number, 0)) for number, label in enumerate(BUCKETS)])
