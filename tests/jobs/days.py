"""A day at an organization that mails by itself: what the clock begins and the workers do, up to the sending."""

from collections.abc import Callable, Sequence

from sqlalchemy import select

from domain import outbox
from domain.db import db
from domain.emails import Email
from domain.outbox import OutboxRow
from jobs import dispatch


def a_day(begin: Callable[[], None], topic: str) -> Sequence[Email]:
    """Begin the day and do all that is due of this topic; gives all mails that there are by then."""
    db.session.commit()
    begin()
    while rows := [each.id for each in outbox.due() if _topic(each.id) == topic]:
        for each in rows:
            dispatch.perform(each)
    db.session.expire_all()
    return db.session.scalars(select(Email).order_by(Email.id)).all()


def _topic(row_id: int) -> str | None:
    return db.session.scalar(select(OutboxRow.topic).where(OutboxRow.id == row_id))
