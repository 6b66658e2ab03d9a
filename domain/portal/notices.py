"""What customers did in the portal, for whoever looks after them: under the bell, and by mail where that is set."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.access import can
from domain.books.parties import Party
from domain.comments import may_see
from domain.db import Id, OrganizationScoped, UtcDateTime, db, now
from domain.emails import Email
from domain.errors import Missing
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.outbox import publish
from domain.sentences import Sentence
from domain.words import Words, _

TOPIC = "portal.notice"

SHOWN = 20

SENTENCES: dict[str, Words] = {
    "accepted": _("%(who)s accepted %(title)s"),
    "declined": _("%(who)s declined %(title)s"),
    "commented": _("%(who)s commented on %(title)s"),
    "edited": _("%(who)s changed the details of %(title)s"),
}
"""What each notice says."""


class PortalNotice(OrganizationScoped, db.Model):
    """Something that a customer did, for one person to read."""

    __tablename__ = "portal_notices"
    __table_args__ = (
        Index(None, "organization_id", "member_id", "read_at", "id"),
        Index(None, "organization_id", "module", "record_id"),
        Index(None, "member_id"),
        Index(None, "email_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(Id, ForeignKey("members.id"), nullable=False)
    module: Mapped[str] = mapped_column(String(60), nullable=False)
    record_id: Mapped[int] = mapped_column(Id, nullable=False)
    verb: Mapped[str] = mapped_column(String(60), nullable=False)
    title: Mapped[Words | str] = mapped_column(Sentence, nullable=False, default="")
    """What the record was called."""
    who: Mapped[str] = mapped_column(String(200), nullable=False)
    body: Mapped[str] = mapped_column(Text, nullable=False, default="")
    """What they said."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=lambda: now())
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime, nullable=True)
    email_id: Mapped[int | None] = mapped_column(Id, ForeignKey("emails.id"), nullable=True)
    """The mail that told them."""

    member: Mapped[Member] = relationship()
    email: Mapped[Email | None] = relationship()

    @property
    def sentence(self) -> Words:
        """Who did what."""
        return Words(SENTENCES[self.verb].text, {"who": self.who, "title": self.title})


def tell(record: Any, party: Party, verb: str, who: str, body: str = "") -> list[PortalNotice]:
    """Put it under the bell of whoever looks after the customer, and owe them a mail where that is set."""
    told = [
        PortalNotice(
            member_id=member.id,
            module=record.MODULE,
            record_id=record.id,
            verb=verb,
            title=record.title,
            who=f"{who} ({party.display_name})"[:200],
            body=body,
        )
        for member in who_looks_after(record, party)
    ]
    db.session.add_all(told)
    db.session.flush()
    _count([notice.member_id for notice in told], 1)
    if current_organization().portal_mails_us:
        for notice in told:
            publish(TOPIC, f"portal-notice-{notice.id}", {"notice": notice.id})
    return told


def who_looks_after(record: Any, party: Party) -> list[Member]:
    """The owner of the customer and the salesperson of the document; without them the administrators."""
    ids = {party.owner_id, getattr(record, "salesperson_id", None)} - {None}
    mine = db.session.scalars(select(Member).where(Member.id.in_(ids)).order_by(Member.id)).all()
    found = [member for member in mine if may_see(member, record)]
    if found:
        return found
    everybody = db.session.scalars(select(Member).where(Member.is_active).order_by(Member.id))
    return [each for each in everybody if can(each, "settings.portal.edit") and may_see(each, record)]


# --- reading --------------------------------------------------------------------------------------------------------


def unread_notices(member: Member) -> Sequence[PortalNotice]:
    """What customers did that somebody has not looked at yet, newest first."""
    mine = select(PortalNotice).where(PortalNotice.member_id == member.id, PortalNotice.read_at.is_(None))
    return db.session.scalars(mine.order_by(PortalNotice.id.desc()).limit(SHOWN)).all()


def notice_of(member: Member, notice_id: int) -> PortalNotice:
    """A notice for this person; Missing when it is somebody else's."""
    mine = (PortalNotice.id == notice_id, PortalNotice.member_id == member.id)
    found = db.session.scalar(select(PortalNotice).where(*mine))
    if found is None:
        raise Missing()
    return found


def mark_read(member: Member, notice: PortalNotice | None = None) -> None:
    """This notice has been looked at, or every one."""
    unread = [PortalNotice.member_id == member.id, PortalNotice.read_at.is_(None)]
    unread += [PortalNotice.id == notice.id] if notice else []
    query = update(PortalNotice).where(*unread).values(read_at=now()).returning(PortalNotice.member_id)
    _count(db.session.scalars(query).all(), -1)


def forget_notices(record: Any) -> None:
    """Nothing is told any more of a record that is deleted."""
    mine = (PortalNotice.module == record.MODULE, PortalNotice.record_id == record.id)
    unread = select(PortalNotice.member_id).where(*mine, PortalNotice.read_at.is_(None))
    _count(db.session.scalars(unread).all(), -1)
    db.session.execute(delete(PortalNotice).where(*mine))


def _count(member_ids: Iterable[int], by: int) -> None:
    """The number beside the bell; it counts mentions and notices together."""
    for member_id in member_ids:
        value = Member.unread_mentions + by
        db.session.execute(update(Member).where(Member.id == member_id).values(unread_mentions=value))
