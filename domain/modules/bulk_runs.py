"""Bulk actions that somebody confirmed: how far each is, what came of it, and what it left behind."""

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from domain.books.payments import Payment
from domain.db import Id, Keyed, OrganizationScoped, Timestamped, Versioned, db
from domain.emails import Email
from domain.errors import Refused
from domain.files import StoredFile
from domain.modules.bulk_actions import ACTIONS
from domain.modules.kinds import KINDS
from domain.modules.module import Field
from domain.organizations.users import Member
from domain.sentences import Sentence
from domain.words import Words, _

_SENTENCE = Sentence()

MAILING = frozenset({"email", "email-statements", "remind"})
"""The actions that send a mail for each record."""


class BulkRun(OrganizationScoped, Versioned, Timestamped, Keyed, db.Model):
    """A bulk action that somebody confirmed: what it does, how far it is, and what came of it."""

    __tablename__ = "bulk_runs"
    __table_args__ = (Index(None, "organization_id", "member_id", "id"), Index(None, "member_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    module: Mapped[str] = mapped_column(String(60), nullable=False)
    action: Mapped[str] = mapped_column(String(20), nullable=False)
    member_id: Mapped[int] = mapped_column(Id, ForeignKey("members.id"), nullable=False)
    values: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False, default=dict)
    """What is set, by the attribute that keeps it; of an undo, the run that is taken back."""
    waiting: Mapped[list[int]] = mapped_column(JSON, nullable=False, default=list)
    """The ids that are still to be done."""
    total: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    changed: Mapped[list[Any]] = mapped_column(JSON, nullable=False, default=list)
    """What was done: id, version afterwards, and the values before, to take it back; of mails the mail's id."""
    refused: Mapped[list[Any]] = mapped_column(JSON, nullable=False, default=list)
    """What was not: id, title and the reason."""
    state: Mapped[str] = mapped_column(String(10), nullable=False, default="running")
    file_id: Mapped[int | None] = mapped_column(Id, ForeignKey("files.id"), nullable=True)
    """The file into which the documents were put."""

    file: Mapped[StoredFile | None] = relationship()

    @property
    def done(self) -> int:
        """How many had their turn."""
        return self.total - len(self.waiting)

    @property
    def is_over(self) -> bool:
        """Whether all had their turn."""
        return self.state != "running"

    @property
    def is_printed(self) -> bool:
        """Whether its file is to be looked at and printed, not saved."""
        return self.action in ("print", "print-statements")

    @property
    def can_be_undone(self) -> bool:
        """Whether it can be taken back: what was deleted is gone, and nothing is taken back twice."""
        action = ACTIONS.get(self.action)
        return self.state == "done" and bool(self.changed) and action is not None and action.is_undoable

    @property
    def refusals(self) -> list[tuple[int, Words | str, Words | str]]:
        """What was not done: id, title and reason."""
        return [(each, said(title) or "", said(reason) or "") for each, title, reason in self.refused]


def run_for(member: Member, module: str, run_id: int) -> BulkRun | None:
    """A run that somebody started."""
    query = select(BulkRun).where(
        BulkRun.id == run_id, BulkRun.module == module, BulkRun.member_id == member.id
    )
    return db.session.scalar(query)


class Outcome(NamedTuple):
    """What became of one record of a run that sends mails: its mail, or the reason why there is none."""

    record_id: int
    title: Words | str
    name: str
    """Of a document or payment: whose it is."""
    email: Email | None
    reason: Words | str = ""


def outcomes_of(run: BulkRun) -> list[Outcome]:
    """Of a run that sends mails: each record with its mail, then those that get none."""
    if run.action not in MAILING:
        return []
    sent = [_of_mail(*each) for each in _mails(run)]
    skipped = [Outcome(each, title, "", None, reason) for each, title, reason in run.refusals]
    return [*sent, *skipped]


def _mail_ids(run: BulkRun) -> list[int]:
    return [email_id for _record, email_id, _values in run.changed]


def _mails(run: BulkRun) -> list[tuple[int, Email]]:
    """The mails with the ids of the records that they are about, in the order in which those were chosen."""
    query = select(Email).where(Email.id.in_(_mail_ids(run)))
    along = (
        joinedload(Email.document),
        joinedload(Email.payment).joinedload(Payment.party),
        joinedload(Email.party),
    )
    found = {email.id: email for email in db.session.scalars(query.options(*along))}
    return [(record_id, found[each]) for record_id, each, _values in run.changed if each in found]


def _of_mail(record_id: int, email: Email) -> Outcome:
    about: Any = email.about or email.party
    title = about.title if about else f"#{record_id}"  # a payment that was deleted since
    return Outcome(record_id, title, getattr(about, "party_name", ""), email)


def is_under_way(email: Email) -> bool:
    """Whether somebody who looks at it may wait; what failed in passing is tried again much later."""
    return email.state == "sending" or (email.state == "waiting" and not email.failure)


# --- values in JSON -------------------------------------------------------------------------------------------


def plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    return str(value) if isinstance(value, date | Decimal) else value


def restored(fields: tuple[Field, ...], column: str, kept: Any) -> Any:
    """The value again, as the field reads it."""
    field = next((each for each in fields if each.column == column), None)
    if field is None:
        raise Refused(_("A field that was to be changed is not there any more."))
    is_text = not KINDS[field.kind].is_number and field.kind != "date"
    return kept if is_text or not isinstance(kept, str) else KINDS[field.kind].parse(kept, "en")


def kept(words: Words | str) -> str:
    """A sentence as JSON keeps it."""
    return _SENTENCE.process_bind_param(words, None) or ""


def said(kept: str) -> Words | str | None:
    """The sentence again."""
    return _SENTENCE.process_result_value(kept, None)
