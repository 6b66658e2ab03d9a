"""The outbox: what is owed to the outside world, written in the same transaction as its cause.

A row waits, runs (it is claimed), is done, or has stopped (it failed for good: somebody has to look at it).
Of one topic and key at most one row waits; while one runs, one more may wait. Why it is made like this:
`docs/decisions/0002-outbox.md`.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, and_, delete, func, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.event import listen
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from domain.db import (
    Id,
    OrganizationScoped,
    OrganizationSession,
    UtcDateTime,
    current_organization_id,
    db,
    everywhere,
    now,
)
from domain.errors import Refused
from domain.sentences import Sentence
from domain.words import Words, _

log = logging.getLogger(__name__)

QUEUES = ("now", "bulk", "slow")
"""Served in this order."""

BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
"""How long to wait after each attempt that failed in passing; after one more, a person is needed."""

ATTEMPTS = len(BACKOFF) + 1

Kind = Literal["transient", "permanent", "configuration", "unknown"]
"""How it failed: in passing, for good, because of a setting, or nobody knows whether it failed at all."""


Fate = Literal["again", "stopped", "taken"]
"""What becomes of a row that failed: it waits, it has stopped, or somebody else took it in the meantime."""


class Failure(Exception):
    """What was to be done could not be done; says of which kind that is, and why, in a sentence."""

    def __init__(self, kind: Kind, reason: Words | str) -> None:
        super().__init__(str(reason))
        self.kind = kind
        self.reason = reason


class OutboxRow(OrganizationScoped, db.Model):
    """One thing to do outside: which (topic, payload), for what (key), and how it went."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    topic: Mapped[str] = mapped_column(String(60), nullable=False)
    key: Mapped[str] = mapped_column(String(100), nullable=False)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False, default=dict)
    queue: Mapped[str] = mapped_column(String(10), nullable=False, default=QUEUES[0])
    not_before: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=lambda: now())
    attempts: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, nullable=True)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime, nullable=True)
    failure: Mapped[str | None] = mapped_column(String(20), nullable=True)
    error: Mapped[Words | str] = mapped_column(Sentence, nullable=False, default="")
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), nullable=True)
    actor_id: Mapped[int | None] = mapped_column(Id, ForeignKey("members.id"), nullable=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=lambda: now())

    @property
    def has_stopped(self) -> bool:
        """Whether it failed for good and waits for a person."""
        return self.done_at is not None and self.failure is not None


_OF_ONE_KEY = (OutboxRow.organization_id, OutboxRow.topic, OutboxRow.key)
_WAITING = and_(OutboxRow.claimed_at.is_(None), OutboxRow.done_at.is_(None))
_RUNNING = and_(OutboxRow.claimed_at.is_not(None), OutboxRow.done_at.is_(None))
_STOPPED = and_(OutboxRow.done_at.is_not(None), OutboxRow.failure.is_not(None))

Index("uq_outbox_waiting", *_OF_ONE_KEY, unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING)
Index("ix_outbox_due", OutboxRow.not_before, sqlite_where=_WAITING, postgresql_where=_WAITING)
Index("ix_outbox_running", OutboxRow.claimed_at, sqlite_where=_RUNNING, postgresql_where=_RUNNING)
Index("ix_outbox_stopped", *_OF_ONE_KEY, sqlite_where=_STOPPED, postgresql_where=_STOPPED)
Index("ix_outbox_done", OutboxRow.organization_id, OutboxRow.done_at)
Index("ix_outbox_organization_id_id", OutboxRow.organization_id, OutboxRow.id)


class Ready(NamedTuple):
    """A row that a worker may take now."""

    id: int
    queue: str
    attempt: int


def publish(
    topic: str,
    key: str,
    payload: dict[str, Any] | None = None,
    *,
    queue: str = "now",
    not_before: datetime | None = None,
    actor_id: int | None = None,
) -> int:
    """Owe this to the outside world from the commit on; what already waits under the same key is refreshed.

    The payload holds ids, never objects. Gives the row's id.
    """
    not_before = not_before or now()
    wish = {"payload": payload or {}, "queue": queue, "actor_id": actor_id, "not_before": not_before}
    wish |= {"attempts": 0, "failure": None, "error": ""}
    row = {"organization_id": current_organization_id(), "topic": topic, "key": key, "created_at": now()}
    statement = (
        _insert()
        .values(**row, **wish)
        .on_conflict_do_update(index_elements=list(_OF_ONE_KEY), index_where=_WAITING, set_=wish)
        .returning(OutboxRow.id)
    )
    outbox_id: int = db.session.execute(statement).scalar_one()
    _push_after_commit(Ready(outbox_id, queue, 0), not_before)
    return outbox_id


def _insert() -> Any:
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(OutboxRow)


# --- working on a row ---------------------------------------------------------------------------------------


def claim(outbox_id: int) -> OutboxRow | None:
    """The row, from the commit on ours to work on; None when it is gone, taken, finished or not yet due.

    What comes back is a copy that no longer belongs to the session, and outlives its commits.
    """
    moment = now()
    with everywhere():
        row = db.session.scalar(
            update(OutboxRow)
            .where(OutboxRow.id == outbox_id, _WAITING, OutboxRow.not_before <= moment)
            .values(claimed_at=moment, attempts=OutboxRow.attempts + 1)
            .returning(OutboxRow),
            execution_options={"synchronize_session": False, "populate_existing": True},
        )
    if row is not None:
        db.session.expunge(row)
    return row


def finish(row: OutboxRow, result: dict[str, Any] | None = None) -> None:
    """It is done, and this came back."""
    _write(row, done_at=now(), failure=None, error="", result=result)


def fail(row: OutboxRow, kind: Kind, error: Words | str) -> Fate:
    """It could not be done: in passing it is tried again, later each time; otherwise it stops."""
    if kind != "transient" or row.attempts >= ATTEMPTS:
        stopped = _write(row, done_at=now(), failure=kind, error=error)
        return "stopped" if stopped else "taken"
    wait = BACKOFF[max(row.attempts, 1) - 1]
    try:
        waits = _wait_again(row, not_before=now() + wait, failure=kind, error=error)
    except IntegrityError:  # a younger row of the same key waits, and will do for both
        waits = _write(row, done_at=now(), error=error)
    return "again" if waits else "taken"


def retry(row: OutboxRow) -> None:
    """Try a stopped row again, now and with fresh patience; nothing happens if it has not stopped."""
    if not row.has_stopped:
        return
    if row.failure == "unknown":
        raise Refused(_("Nobody knows whether this was done. Please decide where it was begun."))
    with suppress(IntegrityError):  # another of its key waits already
        _wait_again(row, not_before=now(), failure=None, error="", done_at=None, attempts=0)
        _push_after_commit(Ready(row.id, row.queue, 0), now())


def dismiss(topic: str, key: str) -> None:
    """Somebody has dealt with what stopped under this key: it asks for attention no more."""
    db.session.execute(
        update(OutboxRow)
        .where(OutboxRow.topic == topic, OutboxRow.key == key, _STOPPED)
        .values(failure=None),
        execution_options={"synchronize_session": False},
    )


def withdraw(topic: str, key: str) -> None:
    """What waits under this key is not wanted any more; what runs already is not stopped."""
    db.session.execute(
        delete(OutboxRow).where(OutboxRow.topic == topic, OutboxRow.key == key, _WAITING),
        execution_options={"synchronize_session": False},
    )


def _wait_again(row: OutboxRow, **values: Any) -> bool:
    """Whether the row was ours to let wait; IntegrityError when another one of its key does already."""
    with db.session.begin_nested():
        return _write(row, claimed_at=None, **values)


def _write(row: OutboxRow, **values: Any) -> bool:
    """Change the row if it still is as we know it: a claim that was taken from us is not ours to end."""
    written = db.session.scalar(
        update(OutboxRow)
        .where(
            OutboxRow.id == row.id,
            OutboxRow.claimed_at.is_not_distinct_from(row.claimed_at),
            OutboxRow.done_at.is_not_distinct_from(row.done_at),
        )
        .values(**values)
        .returning(OutboxRow.id),
        execution_options={"synchronize_session": False},
    )
    return written is not None


# --- looking on ---------------------------------------------------------------------------------------------

_STATES = {
    "": true(),
    "waiting": _WAITING,
    "running": _RUNNING,
    "failed": _STOPPED,
    "done": and_(OutboxRow.done_at.is_not(None), OutboxRow.failure.is_(None)),
}
"""What people call the states of a row; nothing for all."""

AT_ONCE = 500
"""How many rows are tried again with one click."""


class Reason(NamedTuple):
    """Why some rows have stopped, how many, and one of them."""

    topic: str
    error: Words | str
    times: int
    row_id: int


def rows(state: str = "", before: int | None = None, limit: int = 50) -> Sequence[OutboxRow]:
    """The organization's rows in a state, newest first; `before` is the id of the last one already seen."""
    query = select(OutboxRow).where(_STATES[state])
    if before is not None:
        query = query.where(OutboxRow.id < before)
    return db.session.scalars(query.order_by(OutboxRow.id.desc()).limit(limit)).all()


def reasons(limit: int = 5) -> list[Reason]:
    """Why more than one row has stopped, the most frequent reason first."""
    count = func.count(OutboxRow.id)
    query = (
        select(OutboxRow.topic, OutboxRow.error, count, func.max(OutboxRow.id))
        .where(_STOPPED, OutboxRow.failure != "unknown")
        .group_by(OutboxRow.topic, OutboxRow.error)
        .having(count > 1)
        .order_by(count.desc(), OutboxRow.topic)
        .limit(limit)
    )
    return [Reason(*row) for row in db.session.execute(query)]


def retry_alike(row: OutboxRow) -> int:
    """Try everything again that stopped for the same reason as this row; gives how many."""
    alike = (OutboxRow.topic == row.topic, OutboxRow.error == row.error, OutboxRow.failure != "unknown")
    found = db.session.scalars(
        select(OutboxRow).where(_STOPPED, *alike).order_by(OutboxRow.id).limit(AT_ONCE)
    )
    stopped = found.all()
    for each in stopped:
        retry(each)
    return len(stopped)


# --- keeping house ------------------------------------------------------------------------------------------


def due(limit: int = 500, after: int = 0) -> list[Ready]:
    """What a worker may take now, over all organizations, in order of id."""
    with everywhere():
        rows = db.session.execute(
            select(OutboxRow.id, OutboxRow.queue, OutboxRow.attempts)
            .where(_WAITING, OutboxRow.not_before <= now(), OutboxRow.id > after)
            .order_by(OutboxRow.id)
            .limit(limit)
        )
        return [Ready(*row) for row in rows]


def stale(older_than: timedelta, limit: int = 500) -> list[OutboxRow]:
    """Claims so old that whoever made them is gone, over all organizations; copies, as from `claim`."""
    with everywhere():
        rows = db.session.scalars(
            select(OutboxRow)
            .where(_RUNNING, OutboxRow.claimed_at < now() - older_than)
            .order_by(OutboxRow.id)
            .limit(limit)
        ).all()
    for row in rows:
        db.session.expunge(row)
    return list(rows)


def take_over(row: OutboxRow) -> OutboxRow | None:
    """The same row with its claim made ours, so that we can end it; None when its worker did so after all."""
    moment = now()
    if not _write(row, claimed_at=moment):
        return None
    row.claimed_at = moment
    return row


def waiting_count() -> int:
    """How much is owed, over all organizations."""
    with everywhere():
        return db.session.scalar(select(func.count()).select_from(OutboxRow).where(_WAITING)) or 0


def forget(older_than: timedelta) -> None:
    """Delete what was done that long ago; what has stopped stays until somebody has looked at it."""
    with everywhere():
        db.session.execute(
            delete(OutboxRow).where(OutboxRow.done_at < now() - older_than, OutboxRow.failure.is_(None)),
            execution_options={"synchronize_session": False},
        )


# --- after the commit ---------------------------------------------------------------------------------------

Push = Callable[[Sequence[Ready]], None]

_push: Push | None = None
_PUBLISHED = "published in this transaction"


def on_commit(push: Push | None) -> None:
    """Hand over what a transaction published once it is committed; without `push` it waits for the sweep."""
    global _push
    _push = push


def _push_after_commit(row: Ready, not_before: datetime) -> None:
    if not_before <= now():
        db.session().info.setdefault(_PUBLISHED, {})[row.id] = row


def _hand_over(session: Session) -> None:
    """No SQL can run here, and nothing that goes wrong may reach the request: the sweep makes up for it."""
    if session.in_nested_transaction():
        return
    rows = session.info.pop(_PUBLISHED, None)
    if not rows or _push is None:
        return
    try:
        _push(list(rows.values()))
    except Exception:
        log.exception("The outbox could not hand over %s rows; the sweep will.", len(rows))


def _drop(session: Session, transaction: SessionTransaction) -> None:
    if not transaction.nested:
        session.info.pop(_PUBLISHED, None)


listen(OrganizationSession, "after_commit", _hand_over)
listen(OrganizationSession, "after_soft_rollback", _drop)
