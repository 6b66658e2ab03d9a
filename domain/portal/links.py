"""Links in mails that show one document without a sign-in: unguessable, kept as digests only, revocable."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ForeignKey, Index, String, delete, func, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from domain.books.document import Document
from domain.db import Id, OrganizationScoped, UtcDateTime, db, everywhere, now
from domain.errors import Missing
from domain.organizations.organizations import Organization
from domain.organizations.users import Member
from domain.portal import shelf
from domain.timeline import record_event
from domain.tokens import digest

LINKED = frozenset({"books.estimates", "books.invoices"})
"""The modules whose mails bring a link."""


class DocumentLink(OrganizationScoped, db.Model):
    """A link to one document, made when a mail goes out."""

    __tablename__ = "document_links"
    __table_args__ = (Index(None, "document_id"), Index(None, "email_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    document_id: Mapped[int] = mapped_column(
        Id, ForeignKey("documents.id", ondelete="CASCADE"), nullable=False
    )
    token_hash: Mapped[str] = mapped_column(String(64), nullable=False, unique=True)
    email_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("emails.id", ondelete="SET NULL"), nullable=True
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=lambda: now())
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime, nullable=True)

    document: Mapped[Document] = relationship()


class Links(NamedTuple):
    """What is out: how many links show a document, and when one of them was last opened for the first time."""

    many: int
    opened_at: datetime | None


def keep_link(document_id: int, token: str, email_id: int | None = None) -> None:
    """From now on this token shows the document."""
    db.session.add(DocumentLink(document_id=document_id, token_hash=digest(token), email_id=email_id))


def opened(token: str) -> DocumentLink:
    """The link of this token; Missing when it is wrong or revoked, or its document is not shown to customers."""
    with everywhere():
        link = db.session.scalar(
            select(DocumentLink)
            .join(DocumentLink.document)
            .join(Organization, Organization.id == DocumentLink.organization_id)
            .where(DocumentLink.token_hash == digest(token), Organization.links_are_open, shelf.is_shown())
            .options(joinedload(DocumentLink.document).joinedload(Document.party))
        )
    if link is None:
        raise Missing()
    return link


def links_to(document: Document) -> Links:
    """What is out of a document."""
    query = select(func.count(DocumentLink.id), func.max(DocumentLink.opened_at))
    return Links(*db.session.execute(query.where(DocumentLink.document_id == document.id)).one())


def revoke(document: Document, actor: Member) -> None:
    """No link shows the document any more; the next mail brings a new one."""
    db.session.execute(delete(DocumentLink).where(DocumentLink.document_id == document.id))
    record_event(document, "portal_links_revoked", actor)
