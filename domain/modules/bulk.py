"""One change for many records: who is affected, who can't be and why, and how to take it back."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.db import Id, Keyed, OrganizationScoped, Timestamped, Versioned, db


class BulkRun(OrganizationScoped, Versioned, Timestamped, Keyed, db.Model):
    """A bulk action that somebody confirmed: what it does, how far it is, and what came of it."""

    __tablename__ = "bulk_runs"
    __table_args__ = (Index(None, "organization_id", "member_id", "id"), Index(None, "member_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    module: Mapped[str] = mapped_column(String(60), nullable=False)
    action: Mapped[str] = mapped_column(String(20), nullable=False)
    member_id: Mapped[int] = mapped_column(Id, ForeignKey("members.id"), nullable=False)
    values: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False, default=dict)
    """What is set, by the name of the field, as a form would send it."""
    waiting: Mapped[list[int]] = mapped_column(JSON, nullable=False, default=list)
    """The ids that are still to be done."""
    total: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    changed: Mapped[list[Any]] = mapped_column(JSON, nullable=False, default=list)
    """What was done: id, version afterwards, and the values before, to take it back."""
    refused: Mapped[list[Any]] = mapped_column(JSON, nullable=False, default=list)
    """What was not: id, title and the reason."""
    state: Mapped[str] = mapped_column(String(10), nullable=False, default="waiting")
