"""Drafts of mails: what somebody has typed so far, kept until it is sent or thrown away. Nobody else sees it."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import JSON, ForeignKey, Index, Integer, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from domain.books.document import Document
from domain.books.parties import Party
from domain.books.payments import Payment
from domain.db import Id, Keyed, OrganizationScoped, Timestamped, db
from domain.emails import Mailed, of_record_in
from domain.errors import Refused
from domain.files import StoredFile
from domain.mail_addresses import one_line
from domain.mail_contents import MAX_FILES, MAX_SUBJECT
from domain.organizations.users import Member
from domain.recipients import party_of
from domain.words import _

SHOWN = 100
"""So many drafts are listed, the latest first."""

Typed = Mapping[str, list[str]]
"""What stands in a form: by the name of the field, all that it sends."""


class EmailDraft(OrganizationScoped, Timestamped, Keyed, db.Model):
    """A form that was not sent yet, as it was typed: also what no mail may have, so that nothing is lost.

    It has the key of its form. The mail that is sent from it has the same one, and so goes out once.
    """

    __tablename__ = "email_drafts"
    __table_args__ = (
        Index(None, "organization_id", "party_id", "member_id", "id"),
        Index(None, "document_id"),
        Index(None, "payment_id"),
        Index(None, "party_id"),
        Index(None, "member_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    document_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("documents.id", ondelete="CASCADE"), nullable=True
    )
    payment_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("payments.id", ondelete="CASCADE"), nullable=True
    )
    party_id: Mapped[int] = mapped_column(Id, ForeignKey("parties.id", ondelete="CASCADE"), nullable=False)
    member_id: Mapped[int] = mapped_column(Id, ForeignKey("members.id"), nullable=False)
    subject: Mapped[str] = mapped_column(String(MAX_SUBJECT), nullable=False, default="")
    typed: Mapped[Typed] = mapped_column(JSON, nullable=False, default=dict)

    document: Mapped[Document | None] = relationship()
    payment: Mapped[Payment | None] = relationship()
    party: Mapped[Party] = relationship()
    files: Mapped[list["EmailDraftFile"]] = relationship(
        order_by="EmailDraftFile.position", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def about(self) -> Document | Payment | Party:
        """What the mail is about."""
        return self.document or self.payment or self.party


class EmailDraftFile(OrganizationScoped, db.Model):
    """A file that shall go with the mail."""

    __tablename__ = "email_draft_files"
    __table_args__ = (UniqueConstraint("draft_id", "position"), Index(None, "file_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    draft_id: Mapped[int] = mapped_column(
        Id, ForeignKey("email_drafts.id", ondelete="CASCADE"), nullable=False
    )
    file_id: Mapped[int] = mapped_column(Id, ForeignKey("files.id"), nullable=False)
    position: Mapped[int] = mapped_column(Integer, nullable=False)

    file: Mapped[StoredFile] = relationship(lazy="joined", innerjoin=True)


def keep_draft(
    record: Mailed, kind: str, form_key: str, typed: Typed, files: Iterable[StoredFile], member: Member
) -> EmailDraft:
    """Keep what stands in a form now, with all files that shall go along; the same form has one draft."""
    draft = draft_with(form_key, member)
    if draft is None:
        draft = EmailDraft(form_key=form_key, kind=kind, party_id=party_of(record).id, member_id=member.id)
        draft.document_id = record.id if isinstance(record, Document) else None
        draft.payment_id = record.id if isinstance(record, Payment) else None
        db.session.add(draft)
    draft.typed = dict(typed)
    draft.subject = one_line("".join(typed.get("subject", [])[:1]))[:MAX_SUBJECT]
    _hang(draft, list(dict.fromkeys(files)))
    db.session.flush()
    return draft


def _hang(draft: EmailDraft, files: list[StoredFile]) -> None:
    if len(files) > MAX_FILES:
        raise Refused(files=_("A mail has at most %(most)d files.", most=MAX_FILES))
    if [each.file for each in draft.files] != files:
        draft.files = []
        db.session.flush()  # their places are free before others take them
        draft.files = [EmailDraftFile(file=file, position=place) for place, file in enumerate(files)]


def throw_away(draft: EmailDraft) -> None:
    """It was sent, or is not wanted any more."""
    db.session.delete(draft)
    db.session.flush()


def draft_with(form_key: str, member: Member) -> EmailDraft | None:
    """What somebody kept of this form."""
    return db.session.scalar(_of(member).where(EmailDraft.form_key == form_key))


def draft_about(record: Mailed, draft_id: int, member: Member) -> EmailDraft | None:
    """Somebody's draft of that number, if it is about this record."""
    return db.session.scalar(_of(member).where(EmailDraft.id == draft_id, of_record_in(EmailDraft, record)))


def drafts_about(record: Mailed, member: Member) -> Sequence[EmailDraft]:
    """Somebody's drafts about this record, the latest first."""
    return db.session.scalars(_with_all(_of(member).where(of_record_in(EmailDraft, record)))).all()


def drafts_to(party: Party, member: Member) -> Sequence[EmailDraft]:
    """Somebody's drafts to this party, whatever they are about, the latest first."""
    return db.session.scalars(_with_all(_of(member).where(EmailDraft.party_id == party.id))).all()


def _of(member: Member) -> Select[EmailDraft]:
    return select(EmailDraft).where(EmailDraft.member_id == member.id)


def _with_all(query: Select[EmailDraft]) -> Select[EmailDraft]:
    along = (joinedload(each) for each in (EmailDraft.document, EmailDraft.payment, EmailDraft.party))
    return (
        query.options(selectinload(EmailDraft.files), *along)
        .order_by(EmailDraft.updated_at.desc())
        .limit(SHOWN)
    )
