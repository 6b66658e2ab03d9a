"""Comments on any record: plain text, for colleagues or also for the customer, in one stream with the timeline.

Whoever is mentioned (@Name) and may see the record finds it under "Mentions" until they have read it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol

from sqlalchemy import (
    JSON,
    Boolean,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    delete,
    select,
    update,
)
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from domain.access import can, visible
from domain.db import Id, Keyed, OrganizationScoped, Timestamped, UtcDateTime, Versioned, db, now
from domain.errors import Missing, Refused
from domain.mentions import named_in
from domain.organizations.users import Member
from domain.sentences import Sentence
from domain.timeline import TimelineEntry, record_event
from domain.words import Words, _

LONGEST = 10_000
SHOWN = 20
COMMENTED = "commented"
"""The verb under which a comment stands in the timeline."""


class Discussable(Protocol):
    """A record of a module."""

    MODULE: ClassVar[str]
    id: Any


class Comment(OrganizationScoped, Versioned, Timestamped, Keyed, db.Model):
    """What somebody said about a record."""

    __tablename__ = "comments"
    __table_args__ = (Index(None, "organization_id", "module", "record_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    module: Mapped[str] = mapped_column(String(60), nullable=False)
    record_id: Mapped[int] = mapped_column(Id, nullable=False)
    author_id: Mapped[int | None] = mapped_column(Id, ForeignKey("members.id"), nullable=True)
    """Empty when a customer said it in the portal."""
    author_name: Mapped[str] = mapped_column(String(100), nullable=False)
    body: Mapped[str] = mapped_column(Text, nullable=False)
    in_portal: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    """Whether the customer reads it, too."""
    mentioned: Mapped[list[str]] = mapped_column(JSON, nullable=False, default=list)
    """How the text calls those it mentions."""
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime, nullable=True)

    @property
    def is_of_customer(self) -> bool:
        """Whether a customer wrote it, in the portal."""
        return self.author_id is None

    def is_by(self, member: Member) -> bool:
        """Whether this person wrote it, and so may change it."""
        return self.author_id == member.id


class Mention(OrganizationScoped, db.Model):
    """Somebody whom a comment calls by name, and whether they have read it."""

    __tablename__ = "mentions"
    __table_args__ = (
        UniqueConstraint("comment_id", "member_id"),
        Index(None, "organization_id", "member_id", "read_at", "id"),
        Index(None, "email_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    comment_id: Mapped[int] = mapped_column(Id, ForeignKey("comments.id"), nullable=False)
    member_id: Mapped[int] = mapped_column(Id, ForeignKey("members.id"), nullable=False)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime, nullable=True)
    title: Mapped[Words | str] = mapped_column(Sentence, nullable=False, default="")
    """What the record was called."""
    email_id: Mapped[int | None] = mapped_column(Id, ForeignKey("emails.id"), nullable=True)
    """The mail that told them."""

    comment: Mapped[Comment] = relationship()
    member: Mapped[Member] = relationship()


@dataclass(frozen=True)
class Said:
    """A comment, who is to be told of it now, and who was called but may not see the record."""

    comment: Comment
    mentions: Sequence[Mention]
    left_out: Sequence[Member]


def may_be_in_portal(record: Any) -> bool:
    """Whether the record belongs to a customer, to whom the portal could show it."""
    party = getattr(record, "PARTY", None)
    return "books.customers" in (record.MODULE, getattr(party, "MODULE", ""))


# --- saying something -----------------------------------------------------------------------------------------


def say(record: Any, body: str, actor: Member, *, in_portal: bool, form_key: str | None) -> Said:
    """Write a comment on a record; the same form again writes nothing more."""
    made = db.session.scalar(select(Comment).where(Comment.form_key == form_key)) if form_key else None
    if made is not None:
        return Said(made, [], [])
    comment = Comment(
        module=record.MODULE,
        record_id=record.id,
        author_id=actor.id,
        author_name=actor.name,
        form_key=form_key,
        **_checked(record, body, in_portal),
    )
    db.session.add(comment)
    db.session.flush()
    record_event(record, COMMENTED, actor, comment=comment.id)
    return _mention(record, comment)


def say_as_customer(record: Any, body: str, name: str, form_key: str | None = None) -> Comment:
    """What a customer says in the portal; it calls nobody by name. Once by `form_key`, which no other form has."""
    comment = Comment(
        module=record.MODULE,
        record_id=record.id,
        author_id=None,
        author_name=name[:100],
        form_key=form_key,
        **_checked(record, body, True),
    )
    db.session.add(comment)
    db.session.flush()
    record_event(record, COMMENTED, None, comment=comment.id)
    return comment


def change(record: Any, comment: Comment, body: str, actor: Member, *, in_portal: bool) -> Said:
    """Say it differently; who is mentioned for the first time is told."""
    if not comment.is_by(actor):
        raise Refused(_("Only %(name)s can change this comment.", name=comment.author_name))
    values = _checked(record, body, in_portal)
    if comment.body != values["body"]:
        comment.edited_at = now()
    comment.body, comment.in_portal = values["body"], values["in_portal"]
    return _mention(record, comment)


def take_back(comment: Comment) -> None:
    """Delete a comment with its mentions; that there was one stays in the timeline."""
    _forget_mentions([comment.id])
    db.session.delete(comment)
    db.session.flush()


def forget_comments(record: Discussable) -> None:
    """Delete all that was said about a record that is deleted itself."""
    mine = (Comment.module == record.MODULE, Comment.record_id == record.id)
    if ids := db.session.scalars(select(Comment.id).where(*mine)).all():
        _forget_mentions(ids)
        db.session.execute(delete(Comment).where(*mine))


def _checked(record: Any, body: str, in_portal: bool) -> dict[str, Any]:
    if not body:
        raise Refused(body=_("Please write something."))
    if len(body) > LONGEST:
        raise Refused(body=_("A comment has at most %(n)d characters.", n=LONGEST))
    return {"body": body, "in_portal": in_portal and may_be_in_portal(record)}


# --- reading --------------------------------------------------------------------------------------------------


def comment_on(record: Discussable, comment_id: int) -> Comment:
    """The comment on this record; Missing when it is on none, or on another."""
    mine = (Comment.module == record.MODULE, Comment.record_id == record.id)
    found = db.session.scalar(select(Comment).where(Comment.id == comment_id, *mine))
    if found is None:
        raise Missing()
    return found


def comments_of(record: Discussable, before: int | None = None) -> Sequence[Comment]:
    """What was said about a record, newest first; `before` is the id of the last one already seen."""
    query = select(Comment).where(Comment.module == record.MODULE, Comment.record_id == record.id)
    if before is not None:
        query = query.where(Comment.id < before)
    return db.session.scalars(query.order_by(Comment.id.desc()).limit(SHOWN)).all()


def comments_in(entries: Iterable[TimelineEntry]) -> dict[int, Comment]:
    """The comments that stand in a piece of a timeline, by id; one that is deleted is not among them."""
    ids = [entry.detail["comment"] for entry in entries if entry.verb == COMMENTED]
    if not ids:
        return {}
    return {comment.id: comment for comment in db.session.scalars(select(Comment).where(Comment.id.in_(ids)))}


# --- mentions -------------------------------------------------------------------------------------------------


def who_may_see(record: Any, members: Iterable[Member]) -> list[Member]:
    """Those of the members who may see a record."""
    return [member for member in members if may_see(member, record)]


def may_see(member: Member, record: Any) -> bool:
    """Whether a record exists for somebody; only who is kept to assigned customers costs a query."""
    if not can(member, f"{record.MODULE}.view"):
        return False
    model = type(record)
    seen = select(model.id).where(model.id == record.id, visible(member, model))
    return not member.is_assigned_only or db.session.scalar(seen) is not None


def colleagues() -> Sequence[Member]:
    """Everybody who works here."""
    return db.session.scalars(select(Member).where(Member.is_active).order_by(Member.id)).all()


def unread_mentions(member: Member, limit: int = SHOWN) -> Sequence[Mention]:
    """Where somebody was mentioned and has not looked yet, newest first."""
    return db.session.scalars(
        select(Mention)
        .where(Mention.member_id == member.id, Mention.read_at.is_(None))
        .options(joinedload(Mention.comment, innerjoin=True))
        .order_by(Mention.id.desc())
        .limit(limit)
    ).all()


def mention_of(member: Member, mention_id: int) -> Mention:
    """A mention of this person; Missing when it is somebody else's."""
    found = db.session.scalar(select(Mention).where(Mention.id == mention_id, Mention.member_id == member.id))
    if found is None:
        raise Missing()
    return found


def mark_read(member: Member, mention: Mention | None = None) -> None:
    """This mention has been looked at, or every one."""
    unread = [Mention.member_id == member.id, Mention.read_at.is_(None)]
    unread += [Mention.id == mention.id] if mention else []
    read = db.session.scalars(
        update(Mention).where(*unread).values(read_at=now()).returning(Mention.id)
    ).all()
    _count(member.id, -len(read))


def _mention(record: Any, comment: Comment) -> Said:
    """Note whom the text calls, tell who is new, and forget whom it calls no more."""
    called = named_in(comment.body, colleagues()) if "@" in comment.body.replace("＠", "@") else {}
    seeing = [member for member in called if may_see(member, record)]
    comment.mentioned = sorted({called[member] for member in seeing}, key=len, reverse=True)
    before = set(db.session.scalars(select(Mention.member_id).where(Mention.comment_id == comment.id)))
    gone = before - {member.id for member in seeing}
    if gone:
        _forget_mentions([comment.id], gone)
    fresh = [
        Mention(comment=comment, member=member, title=record.title)
        for member in seeing
        if member.id not in before
    ]
    fresh = [mention for mention in fresh if not comment.is_by(mention.member)]
    for mention in fresh:
        _count(mention.member.id, 1)
    db.session.add_all(fresh)
    db.session.flush()
    return Said(comment, fresh, [member for member in called if member not in seeing])


def _forget_mentions(comment_ids: Sequence[int], member_ids: Iterable[int] | None = None) -> None:
    which = [Mention.comment_id.in_(comment_ids)]
    which += [] if member_ids is None else [Mention.member_id.in_(list(member_ids))]
    unread = select(Mention.member_id).where(*which, Mention.read_at.is_(None))
    for member_id in db.session.scalars(unread).all():
        _count(member_id, -1)
    db.session.execute(delete(Mention).where(*which))


def _count(member_id: int, by: int) -> None:
    if by:
        value = Member.unread_mentions + by
        db.session.execute(update(Member).where(Member.id == member_id).values(unread_mentions=value))
