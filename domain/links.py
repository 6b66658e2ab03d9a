"""Which record of one side is which of the other. The sync engine writes links, pages follow them.

The two sides of this program are joined under the system "books": an account to a customer, a contact to a
contact person. A remote system has a name of its own, and its records' ids are text.
"""

from datetime import datetime
from typing import Any, ClassVar, Protocol

from sqlalchemy import JSON, ColumnElement, Index, Integer, String, UniqueConstraint, or_, select, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.db import Id, OrganizationScoped, UtcDateTime, db, now, of_this_organization
from domain.sync.questions import ask_what_becomes_of_the_other, forget_questions, lane_of, lanes_with
from domain.sync.signs import forget_signs

BOOKS = "books"

BIGIN = "bigin:"
"""What the systems are called that speak the API of Bigin; behind it, which of them."""


class Linkable(Protocol):
    """A record of a module."""

    MODULE: ClassVar[str]
    id: Any


_REMOTE = ("organization_id", "system", "remote_module", "remote_id")


class Link(OrganizationScoped, db.Model):
    """One pair of records, with what both sides last agreed on: `{field: [here, there]}`, as `sync.decide` reads it.

    A record of ours is linked once with each system, and one of a remote system once. Accounts whose customers were
    merged lead to the same customer.
    """

    __tablename__ = "links"
    __table_args__ = (
        UniqueConstraint("organization_id", "system", "module", "record_id"),
        Index(
            "uq_links_remote",
            *_REMOTE,
            unique=True,
            sqlite_where=text("system <> 'books'"),
            postgresql_where=text("system <> 'books'"),
        ),
        Index("ix_links_remote", *_REMOTE),
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
    record_version: Mapped[int | None] = mapped_column(Integer, nullable=True)
    """The version that our record had when both sides last were looked at; None: never yet."""
    books_version: Mapped[int | None] = mapped_column(Integer, nullable=True)
    """The same of the other side where that is our own books."""
    state: Mapped[str] = mapped_column(String(10), nullable=False, default="linked")
    """linked; failed: the last attempt went wrong; making: the other side is asked to make it; shared: the other
    one belongs to an older link, which alone is synced."""
    synced_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=lambda: now())


def link(system: str, record: Linkable, remote_record: Linkable, snapshot: dict[str, Any]) -> Link:
    """Join two records of this installation, remembering what both agreed on."""
    joined = Link(
        system=system,
        module=record.MODULE,
        record_id=record.id,
        remote_module=remote_record.MODULE,
        remote_id=str(remote_record.id),
        books_id=remote_record.id if system == BOOKS else None,
        snapshot=snapshot,
    )
    db.session.add(joined)
    db.session.flush()
    _look_again()
    return joined


def _look_again() -> None:
    """Whoever is in memory and looked for a link before this one was made looks again: a contact, by its account's."""
    for each in db.session:
        if hasattr(type(each), "books_link"):
            db.session.expire(each, ["books_link"])


def link_of(module: str, record_id: int, system: str = BOOKS) -> Link | None:
    """The link of a record with a system, if it has one."""
    return db.session.scalar(
        select(Link).where(Link.system == system, Link.module == module, Link.record_id == record_id)
    )


def books_id_of(module: str, record_id: int, remote_module: str = "books.customers") -> int | None:
    """The id of the books record that this one is linked to, if it is one of `remote_module`."""
    return db.session.scalar(
        select(Link.books_id).where(
            Link.system == BOOKS,
            Link.module == module,
            Link.record_id == record_id,
            Link.remote_module == remote_module,
        )
    )


def linked_from(remote_module: str, remote_id: int | str, module: str, system: str = BOOKS) -> list[int]:
    """The ids of the records of `module` that are linked to this one of the other side."""
    return list(
        db.session.scalars(
            select(Link.record_id).where(
                Link.system == system,
                Link.remote_module == remote_module,
                Link.remote_id == str(remote_id),
                Link.module == module,
            )
        )
    )


def unlink(record: Linkable) -> None:
    """A record goes: so do its links, and what becomes of the other sides is asked."""
    title = str(getattr(record, "title", ""))
    for link in db.session.scalars(select(Link).where(_takes_part(record))):
        here = (link.module, link.record_id) == (record.MODULE, record.id)
        books = link.remote_module if link.system == BOOKS else link.module
        crm = link.module if link.system == BOOKS else link.remote_module
        lane = lane_of(record, crm, books)
        survivor = link.remote_id if here else str(link.record_id)
        side = "crm" if here == (link.system == BOOKS) else "books"
        ask_what_becomes_of_the_other(link.system, lane, side, survivor, title)
        db.session.delete(link)
    side = "crm" if record.MODULE.startswith("crm.") else "books"
    forget_questions(lanes_with(record.MODULE), side, str(record.id))
    forget_signs(record.MODULE, record.id)
    db.session.flush()


def _takes_part(record: Linkable) -> ColumnElement[bool]:
    here = (Link.module == record.MODULE) & (Link.record_id == record.id)
    there = (Link.remote_module == record.MODULE) & (Link.books_id == record.id)
    return or_(here, there)


def in_bigin(customer_id: Any) -> ColumnElement[bool]:
    """Whether a customer is joined to somebody in Bigin, as SQL."""
    return (
        select(Link.id)
        .where(
            of_this_organization(Link),
            Link.module == "books.customers",
            Link.record_id == customer_id,
            Link.system.startswith(BIGIN),
        )
        .exists()
    )
