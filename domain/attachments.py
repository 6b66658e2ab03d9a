"""Attachments: files that hang on a record. The bytes lie elsewhere, found by their digest (`delivery/files.py`)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Boolean, ForeignKey, Index, String, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.comments import Discussable, may_be_in_portal
from domain.db import Id, OrganizationScoped, UtcDateTime, db, now
from domain.errors import Missing, Refused
from domain.files import StoredFile
from domain.organizations.users import Member
from domain.timeline import record_event
from domain.words import _

PER_RECORD = 10
MAX_BYTES = 5 * 1024 * 1024
MEGABYTES = 5

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
INLINE = (*PICTURES, "application/pdf")
"""What a browser may show by itself; everything else is only handed over."""


class Attachable(Discussable, Protocol):
    """A record of a module, with a name."""

    @property
    def title(self) -> Any:
        """What it is called."""


class Attachment(OrganizationScoped, db.Model):
    """One file on one record."""

    __tablename__ = "attachments"
    __table_args__ = (
        Index(None, "organization_id", "module", "record_id", "id"),
        Index(None, "file_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    module: Mapped[str] = mapped_column(String(60), nullable=False)
    record_id: Mapped[int] = mapped_column(Id, nullable=False)
    file_id: Mapped[int] = mapped_column(Id, ForeignKey("files.id"), nullable=False)
    in_portal: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    added_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("members.id"), nullable=True)
    added_by_name: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=lambda: now())

    file: Mapped[StoredFile] = relationship(lazy="joined", innerjoin=True)

    @property
    def name(self) -> str:
        """The file's name."""
        return self.file.name

    @property
    def is_picture(self) -> bool:
        """Whether it can be shown small."""
        return self.file.media_type in PICTURES

    @property
    def opens_inline(self) -> bool:
        """Whether a browser may show it by itself."""
        return self.file.media_type in INLINE


def attachments_of(record: Discussable) -> Sequence[Attachment]:
    """The files on a record, in the order in which they came."""
    return db.session.scalars(select(Attachment).where(*_on(record)).order_by(Attachment.id)).all()


def attachment_on(record: Discussable, attachment_id: int) -> Attachment:
    """The file on this record; Missing when it is on none, or on another."""
    found = db.session.scalar(select(Attachment).where(Attachment.id == attachment_id, *_on(record)))
    if found is None:
        raise Missing()
    return found


def room_for(record: Discussable, count: int) -> None:
    """Refuse more files than a record may have; the record must be locked."""
    there = db.session.scalar(select(func.count(Attachment.id)).where(*_on(record))) or 0
    if there + count > PER_RECORD:
        raise Refused(
            files=_("A record has at most %(most)d files; %(there)d are here.", most=PER_RECORD, there=there)
        )


def attach(record: Attachable, file: StoredFile, actor: Member | None, *, in_portal: bool) -> Attachment:
    """Hang a file on a record; the same file under the same name hangs there once."""
    there = (each for each in attachments_of(record) if each.file is file)
    if found := next(there, None):
        return found
    attachment = Attachment(
        module=record.MODULE,
        record_id=record.id,
        file=file,
        in_portal=in_portal and may_be_in_portal(record),
        added_by_id=actor.id if actor else None,
        added_by_name=actor.name if actor else "",
    )
    db.session.add(attachment)
    db.session.flush()
    record_event(record, "attached", actor, name=file.name)
    return attachment


def take_off(record: Attachable, attachment: Attachment, actor: Member) -> None:
    """Take a file off a record. Mails that it went with keep it."""
    record_event(record, "detached", actor, name=attachment.name)
    db.session.delete(attachment)
    db.session.flush()


def show_in_portal(record: Attachable, attachment: Attachment, shown: bool, actor: Member) -> None:
    """Let the customer see a file, or no longer."""
    if shown and not may_be_in_portal(record):
        raise Refused(_("Only what belongs to a customer can be shown in the portal."))
    if attachment.in_portal != shown:
        attachment.in_portal = shown
        record_event(
            record, "shown_in_portal" if shown else "hidden_from_portal", actor, name=attachment.name
        )


def forget_attachments(record: Discussable) -> None:
    """Nothing hangs on a record that is deleted."""
    db.session.execute(delete(Attachment).where(*_on(record)))


def _on(record: Discussable) -> tuple[Any, Any]:
    return Attachment.module == record.MODULE, Attachment.record_id == record.id
