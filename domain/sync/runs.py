"""A run goes through a module once, slice by slice; what became of each record it had to do with is kept."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, String, delete, false, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.db import Id, OrganizationScoped, UtcDateTime, db, everywhere, now
from domain.organizations.users import Member
from domain.sentences import Sentence
from domain.sync.connections import SyncModule
from domain.words import Words

WORKING = ("running", "undoing")
"""States in which a job is at it."""

OUTCOMES = ("created", "updated", "joined", "skipped", "conflicted", "asked", "failed")
"""What becomes of a record, as far as it is worth a row; what was the same on both sides is only counted (seen)."""


class SyncRun(OrganizationScoped, db.Model):
    """One pass over a module."""

    __tablename__ = "sync_runs"
    __table_args__ = (
        Index(None, "organization_id", "module_id", "id"),
        Index(None, "module_id", "id"),
        Index(None, "actor_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    module_id: Mapped[int] = mapped_column(Id, ForeignKey("sync_modules.id"), nullable=False)
    cause: Mapped[str] = mapped_column(String(10), nullable=False)
    """schedule, hand (Sync now), change (at once), record (one record), retry."""
    is_dry: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False, server_default=false())
    """Whether it only says what it would do."""
    state: Mapped[str] = mapped_column(String(10), nullable=False, default="running")
    """running, paused, done, stopped (it can go on), undoing, undone."""
    actor_id: Mapped[int | None] = mapped_column(Id, ForeignKey("members.id"), nullable=True)
    scope: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False, default=dict)
    """Of a run for one record: its lane and ids. Of a retry: the run in which it failed."""
    place: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False, default=dict)
    """How far it is: lane, step, and the position in it."""
    counts: Mapped[dict[str, int]] = mapped_column(JSON, nullable=False, default=dict)
    """How many records had which outcome, by direction: `books.created`, `crm.updated`, and `seen`."""
    error: Mapped[Words | str] = mapped_column(Sentence, nullable=False, default="")
    """Why it stopped."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=lambda: now())
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime, nullable=True)

    module: Mapped[SyncModule] = relationship()
    actor: Mapped[Member | None] = relationship()

    @property
    def is_working(self) -> bool:
        """Whether a job is at it."""
        return self.state in WORKING

    def count(self, outcome: str, direction: str = "") -> int:
        """How many records had this outcome; without a direction in both together."""
        names = [f"{direction}.{outcome}"] if direction else [f"books.{outcome}", f"crm.{outcome}", outcome]
        return sum(self.counts.get(name, 0) for name in names)


class SyncRow(OrganizationScoped, db.Model):
    """What became of one record in a run."""

    __tablename__ = "sync_rows"
    __table_args__ = (
        Index(None, "run_id", "outcome", "id"),
        Index(None, "organization_id", "lane", "crm_id"),
        Index(None, "organization_id", "lane", "books_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(Id, ForeignKey("sync_runs.id"), nullable=False)
    lane: Mapped[str] = mapped_column(String(20), nullable=False)
    direction: Mapped[str] = mapped_column(String(5), nullable=False, default="")
    """The side that was written: books or crm; nothing where neither was."""
    outcome: Mapped[str] = mapped_column(String(10), nullable=False)
    """One of OUTCOMES; after an undoing also undone or kept."""
    crm_id: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    books_id: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    title: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    changes: Mapped[list[list[Any]]] = mapped_column(JSON, nullable=False, default=list)
    """Field of the side that was written, before, after."""
    version: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    """Of the record that was written, afterwards: who changed it since made it a later one."""
    reason: Mapped[Words | str] = mapped_column(Sentence, nullable=False, default="")
    """Why it was not done."""
    is_settled: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False, server_default=false())
    """Of a failure: whether it went well later."""


def forget(older_than: timedelta) -> None:
    """Delete runs that ended that long ago, with their rows, over all organizations."""
    with everywhere():
        old = select(SyncRun.id).where(SyncRun.finished_at < now() - older_than)
        for kept in (
            delete(SyncRow).where(SyncRow.run_id.in_(old)),
            delete(SyncRun).where(SyncRun.id.in_(old)),
        ):
            db.session.execute(kept, execution_options={"synchronize_session": False})
