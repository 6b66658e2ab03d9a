"""What is late with a party: the one figure that changes by itself, with the day."""

from typing import NamedTuple

from sqlalchemy import func, select

from domain.books.document import Document
from domain.db import db
from domain.organizations.organizations import current_organization


class Overdue(NamedTuple):
    """What should have been paid by now."""

    amount_minor: int
    documents: int
    days: int
    """For how long the oldest has been late."""


def overdue_of(party_id: int, kind: type[Document]) -> Overdue:
    """What is late of a party's documents of that kind; an index leads to just those."""
    today = current_organization().today
    late = select(func.coalesce(func.sum(kind.balance_minor), 0), func.count(), func.min(kind.due_on)).where(
        kind.party_id == party_id, kind.stage == "open", kind.due_on < today
    )
    amount, count, oldest = db.session.execute(late).one()
    return Overdue(int(amount), count, (today - oldest).days if oldest else 0)
