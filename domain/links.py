"""Which record of one side is which of the other. The sync engine writes links, pages follow them.

The two sides of this program are joined under the system "books": an account to a customer, a contact to a contact
person. A remote system has a name of its own, and its records' ids are text.
"""

from datetime import datetime
from typing import Any, ClassVar, Protocol

from sqlalchemy import JSON, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.db import Id, OrganizationScoped, UtcDateTime, db, now

BOOKS = "books"


class Linkable(Protocol):
    """A record of a module."""

    MODULE: ClassVar[str]
    id: Mapped[int]


class Link(OrganizationScoped, db.Model):
    """One pair of records, with what both sides last agreed on."""

    __tablename__ = "links"
    __table_args__ = (
        UniqueConstraint("organization_id", "system", "module", "record_id"),
        UniqueConstraint("organization_id", "system", "remote_module", "remote_id"),
        Index(None, "organization_id", "remote_module", "books_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    system: Mapped[str] = mapped_column(String(40), nullable=False)
    module: Mapped[str] = mapped_column(String(60), nullable=False)
    record_id: Mapped[int] = mapped_column(Id, nullable=False)
    remote_module: Mapped[str] = mapped_column(String(60), nullable=False)
    remote_id: Mapped[str] = mapped_column(String(100), nullable=False)
    books_id: Mapped[int | None] = mapped_column(Id, nullable=True)
    """The remote id as a number where the other side is our own books: what queries join on."""
    remote_version: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False, default=dict)
    state: Mapped[str] = mapped_column(String(10), nullable=False, default="linked")
    synced_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=lambda: now())
