"""What an organization's mails usually say: texts with placeholders, by kind of document and language.

Until somebody writes one, mails begin with those of the program (`delivery/mail_gallery.py`).
"""

from collections.abc import Sequence

from sqlalchemy import Boolean, Index, String, Text, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, mapped_column

from domain import records
from domain.db import Id, Keyed, OrganizationScoped, Timestamped, Versioned, db
from domain.errors import Refused
from domain.integrity import has_twin
from domain.organizations.users import Member
from domain.words import _

LONGEST_SUBJECT = 300
LONGEST_BODY = 10_000
"""Shorter than a mail may be: its placeholders are still to be filled."""


class MailTemplate(OrganizationScoped, Versioned, Timestamped, Keyed, db.Model):
    """Subject and body of a kind of mail in one language; at most one of these is what a new mail begins with."""

    MODULE = "settings.mail-templates"
    """Under this name its history is kept."""

    __tablename__ = "mail_templates"
    __table_args__ = (
        UniqueConstraint("organization_id", "kind", "language", "name"),
        Index(
            "uq_mail_templates_default",
            "organization_id",
            "kind",
            "language",
            unique=True,
            sqlite_where=text("is_default"),
            postgresql_where=text("is_default"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    language: Mapped[str] = mapped_column(String(5), nullable=False)
    name: Mapped[str] = mapped_column(String(100), nullable=False)
    subject: Mapped[str] = mapped_column(String(1000), nullable=False)
    body: Mapped[str] = mapped_column(Text, nullable=False)
    is_default: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)

    @property
    def title(self) -> str:
        """What people call it."""
        return self.name

    @property
    def key(self) -> str:
        """What it is called where one is chosen."""
        return str(self.id)

    def check(self) -> None:
        """Refuse a name that is taken, and more text than a mail has room for."""
        if has_twin(self, MailTemplate.kind, MailTemplate.language, MailTemplate.name):
            raise Refused(name=_("There is a template of this name already."))
        if len(self.subject) > LONGEST_SUBJECT:
            raise Refused(subject=_("A subject has at most %(count)s characters.", count=LONGEST_SUBJECT))
        if len(self.body) > LONGEST_BODY:
            raise Refused(body=_("A message has at most %(count)s characters.", count=LONGEST_BODY))

    def before_delete(self) -> None:
        """Customers who had it have the default again."""
        # here and not at the top: what customers have stands on this
        from domain.books.associated_templates import put_in_its_place

        put_in_its_place(self)

    def make_default(self, actor: Member) -> None:
        """Let new mails of this kind and language begin with it."""
        before = default_for(self.kind, self.language)
        if before is self:
            return
        if before is not None:
            records.update(before, {"is_default": False}, actor)
        records.update(self, {"is_default": True}, actor)

    def be_default_no_more(self, actor: Member) -> None:
        """Let new mails begin with the program's own template again."""
        records.update(self, {"is_default": False}, actor)


def all_templates() -> Sequence[MailTemplate]:
    """The organization's templates by name."""
    return db.session.scalars(select(MailTemplate).order_by(MailTemplate.name, MailTemplate.id)).all()


def templates_for(kind: str, language: str) -> Sequence[MailTemplate]:
    """The templates of one kind of mail in one language: the default first, then by name."""
    query = select(MailTemplate).where(MailTemplate.kind == kind, MailTemplate.language == language)
    return db.session.scalars(query.order_by(MailTemplate.is_default.desc(), MailTemplate.name)).all()


def default_for(kind: str, language: str) -> MailTemplate | None:
    """What a new mail of this kind begins with, if the organization has chosen."""
    query = select(MailTemplate).where(
        MailTemplate.kind == kind, MailTemplate.language == language, MailTemplate.is_default
    )
    return db.session.scalar(query)
