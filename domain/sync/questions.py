"""What sync does not decide by itself: who is whom, which of two edits is right, what a deletion means.

As long as a question holds a record, sync leaves that record alone.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, String, delete, or_, select, text, true
from sqlalchemy.orm import Mapped, mapped_column

from domain.db import Id, OrganizationScoped, Timestamped, UtcDateTime, db

LANES: dict[tuple[str, str], str] = {}
"""Which lane a link belongs to, by the modules of its CRM and of its books side: `sync.connectors` says so."""

OF_VENDORS = "vendor-people"
"""The lane of people at vendors, whose modules are those of people at customers."""

KINDS = ("match", "conflict", "gone", "merged")


class Question(OrganizationScoped, Timestamped, db.Model):
    """One thing that waits for a person. It stays when it is answered, and says how."""

    __tablename__ = "sync_questions"
    __table_args__ = (
        Index(
            "uq_sync_questions_open",
            "organization_id",
            "system",
            "lane",
            "kind",
            "crm_id",
            "books_id",
            unique=True,
            sqlite_where=text("answer = ''"),
            postgresql_where=text("answer = ''"),
        ),
        Index(None, "organization_id", "system", "kind", "answer", "id"),
        Index(None, "organization_id", "lane", "crm_id"),
        Index(None, "organization_id", "lane", "books_id"),
        Index(None, "member_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    system: Mapped[str] = mapped_column(String(40), nullable=False)
    lane: Mapped[str] = mapped_column(String(20), nullable=False)
    kind: Mapped[str] = mapped_column(String(10), nullable=False)
    """match: is it one of these? conflict: both sides changed. gone: the other one was deleted. merged."""
    crm_id: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    books_id: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    """The record that is asked about, on its side; of a conflict and a merge both."""
    title: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False, default=dict)
    """match: candidates. conflict: by field what both sides say, and what they said. gone: what was deleted."""
    answer: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    """Nothing as long as it waits."""
    holds: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True, server_default=true())
    """Whether sync leaves the record alone: until it is answered, and afterwards if that is the answer."""
    member_id: Mapped[int | None] = mapped_column(Id, ForeignKey("members.id"), nullable=True)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime, nullable=True)


def lanes_with(module: str) -> set[str]:
    """The lanes of which a module of ours is one side; none for most."""
    lanes = {lane for modules, lane in LANES.items() if module in modules}
    return lanes | ({OF_VENDORS} if "people" in lanes else set())


def lane_of(record: Any, crm: str, books: str) -> str:
    """The lane in which a record of ours was joined to one of that module."""
    lane = LANES.get((crm, books), "")
    return OF_VENDORS if lane == "people" and record.is_of_vendor else lane


def open_about(module: str, record_id: int) -> Question | None:
    """What waits for a person about a record of ours; the oldest of several. Most modules are not synced."""
    lanes = lanes_with(module)
    if not lanes:
        return None
    side = Question.crm_id if module.startswith("crm.") else Question.books_id
    query = select(Question).where(Question.lane.in_(lanes), side == str(record_id), Question.answer == "")
    return db.session.scalar(query.order_by(Question.id).limit(1))


def ask_what_becomes_of_the_other(
    system: str, lane: str, deleted_side: str, survivor_id: str, title: str
) -> None:
    """A record was deleted whose counterpart stays: nothing is made for that again before somebody says so."""
    survivor = "books_id" if deleted_side == "crm" else "crm_id"
    detail = {"deleted": deleted_side, "title": title}
    asked = Question(system=system, lane=lane, kind="gone", title=title[:200], detail=detail)
    setattr(asked, survivor, survivor_id)
    db.session.add(asked)


def forget_questions(lanes: Collection[str], side: str, record_id: str) -> None:
    """The record they are about is no more, and another one may get its number."""
    column = Question.crm_id if side == "crm" else Question.books_id
    db.session.execute(
        delete(Question).where(
            Question.lane.in_(lanes), column == record_id, or_(Question.holds, Question.answer == "")
        ),
        execution_options={"synchronize_session": False},
    )
