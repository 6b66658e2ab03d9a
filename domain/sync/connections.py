"""A connection joins the books to another system: the CRM of this program, or one that is reached over the wire.

What is synced over it is set up module by module: customers with their people, vendors, products.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, String, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.db import Id, OrganizationScoped, Timestamped, UtcDateTime, Versioned, db
from domain.links import BOOKS
from domain.organizations.users import Member
from domain.sentences import Sentence
from domain.words import Words

__all__ = ("BOOKS", "INTERVALS", "SyncConnection", "SyncModule")

INTERVALS: dict[str, timedelta] = {
    "now": timedelta(hours=2),
    "15m": timedelta(minutes=15),
    "2h": timedelta(hours=2),
}
"""How often a module is synced; whoever has changes brought over at once still has the sweep as a safety net."""


class SyncConnection(OrganizationScoped, Versioned, Timestamped, db.Model):
    """A system that the books are joined to. It stays when it is ended, so that connecting again finds its links."""

    MODULE = "settings.integrations"

    __tablename__ = "sync_connections"
    __table_args__ = (UniqueConstraint("organization_id", "system"), Index(None, "actor_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    connector: Mapped[str] = mapped_column(String(20), nullable=False)
    """A key of `sync.connectors.CONNECTORS`."""
    system: Mapped[str] = mapped_column(String(40), nullable=False)
    """Under which its links are kept: the connector, and behind a colon which of several it leads to."""
    title: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    """What the other side calls itself; of the built-in one nothing."""
    is_on: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True, server_default=true())
    actor_id: Mapped[int | None] = mapped_column(Id, ForeignKey("members.id"), nullable=True)
    """Who connected it."""
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False, default=dict)
    """What the connector needs to know, such as the address; nothing secret."""
    trouble: Mapped[Words | str] = mapped_column(Sentence, nullable=False, default="")
    """Why nothing can be synced, until somebody does something about it; empty when all is well."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, nullable=True)

    actor: Mapped[Member | None] = relationship()
    modules: Mapped[list["SyncModule"]] = relationship(back_populates="connection", order_by="SyncModule.id")


class SyncModule(OrganizationScoped, Versioned, Timestamped, db.Model):
    """How one module is synced over a connection."""

    MODULE = "settings.sync-modules"

    __tablename__ = "sync_modules"
    __table_args__ = (UniqueConstraint("connection_id", "key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    connection_id: Mapped[int] = mapped_column(Id, ForeignKey("sync_connections.id"), nullable=False)
    key: Mapped[str] = mapped_column(String(20), nullable=False)
    """customers, vendors or products."""
    is_on: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False, server_default=false())
    """Whether somebody has set it up and saved it."""
    is_paused: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False, server_default=false())
    covers: Mapped[str] = mapped_column(String(10), nullable=False, default="both", server_default="both")
    """Of customers: companies, contacts (each a customer), or both (companies with their people)."""
    with_loose: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False, server_default=false())
    """Whether contacts without a company come along, as individual customers."""
    direction: Mapped[str] = mapped_column(String(10), nullable=False, default="both", server_default="both")
    """both, or fetch: from the CRM into the books only."""
    records: Mapped[str] = mapped_column(String(40), nullable=False, default="all", server_default="all")
    """Which records are brought over: all, mine, created, modified (in the last 30 days), or `view-<id>`."""
    duplicates: Mapped[str] = mapped_column(String(10), nullable=False, default="join", server_default="join")
    """What happens to a record that the other side has already: join, overwrite, clone, skip."""
    interval: Mapped[str] = mapped_column(String(5), nullable=False, default="2h", server_default="2h")
    """A key of INTERVALS."""
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False, default=dict)
    """By lane: the pairs of fields, where they are not the usual ones (`sync.mapping`)."""
    cursors: Mapped[dict[str, str]] = mapped_column(JSON, nullable=False, default=dict)
    """By lane: up to where changes of the other side have been read, in its own words."""
    synced_at: Mapped[datetime | None] = mapped_column(UtcDateTime, nullable=True)
    """When a run last came to its end."""
    pushed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, nullable=True)
    """When something was last written on the CRM side."""
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, nullable=True)
    """When it is synced next; None: not by itself."""

    connection: Mapped[SyncConnection] = relationship(back_populates="modules")

    @property
    def is_running_by_itself(self) -> bool:
        """Whether the schedule looks after it."""
        return self.is_on and not self.is_paused and self.connection.is_on


Index("ix_sync_modules_due_at", SyncModule.due_at)


def found_built_in() -> SyncConnection:
    """The CRM and the books of an organization are joined from its first day; what is synced is for it to choose."""
    connection = SyncConnection(connector=BOOKS, system=BOOKS)
    connection.modules = [SyncModule(key=key) for key in ("customers", "vendors", "products")]
    db.session.add(connection)
    return connection
