"""Mails: written down when somebody clicks Send, sent by a worker, kept with what became of them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Text,
    UniqueConstraint,
    and_,
    false,
    select,
)
from sqlalchemy.orm import (
    Mapped,
    joinedload,
    mapped_column,
    relationship,
    selectinload,
)

from domain.books.customers import Customer
from domain.books.document import Document
from domain.books.parties import Party, parties_of
from domain.books.payments import Payment
from domain.books.statements import Period, check_period
from domain.db import Id, Keyed, OrganizationScoped, Timestamped, UtcDateTime, db
from domain.errors import Refused
from domain.files import StoredFile
from domain.locking import lock
from domain.mail_contents import MAX_SUBJECT, Body, check_files, check_time, said, sender_of
from domain.mail_kinds import ABOUT_CUSTOMERS, kind_of
from domain.organizations.users import Member
from domain.outbox import dismiss, publish, withdraw
from domain.placeholders import Values
from domain.recipients import Recipient, chosen, listed, party_of
from domain.sentences import Sentence
from domain.status import Status
from domain.timeline import record_event
from domain.words import Words, _, _p

TOPIC = "email.send"

STATES: dict[str, Status] = {
    status.key: status
    for status in (
        Status("scheduled", _p("mail", "Scheduled"), "wait"),
        Status("waiting", _("Waiting"), "wait"),
        Status("sending", _("Sending"), "live"),
        Status("sent", _("Sent"), "good"),
        Status("failed", _("Failed"), "bad"),
        Status("unknown", _("Unknown"), "wait"),
        Status("cancelled", _p("mail", "Cancelled")),
    )
}
"""`unknown`: it went out, but nobody knows if the mail server took it. It is not sent again by itself."""

DOCUMENT, STATEMENT, UNPAID, FIRST_FILE = 0, 1, 2, 3
"""Places among the attachments: of the document's own PDF, of the customer's statement, of the list of what they
did not pay yet, of the chosen files. (Before there were such lists, files began at 2.)"""


class Email(OrganizationScoped, Timestamped, Keyed, db.Model):
    """A mail to somebody, with what became of it."""

    __tablename__ = "emails"
    __table_args__ = (
        Index(None, "organization_id", "document_id", "id"),
        Index(None, "organization_id", "party_id", "id"),
        Index(None, "payment_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    document_id: Mapped[int | None] = mapped_column(Id, ForeignKey("documents.id"), nullable=True)
    payment_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("payments.id", ondelete="SET NULL"), nullable=True
    )
    party_id: Mapped[int | None] = mapped_column(Id, ForeignKey("parties.id"), nullable=True)
    kind: Mapped[str] = mapped_column(String(20), nullable=False, default="", server_default="")
    """The key of its kind in `mail_kinds`; empty for mails of the program itself."""
    message_id: Mapped[str] = mapped_column(String(300), nullable=False, unique=True)
    sender_name: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    sender_address: Mapped[str] = mapped_column(String(254), nullable=False)
    to: Mapped[list[Recipient]] = mapped_column(JSON, nullable=False, default=list)
    cc: Mapped[list[Recipient]] = mapped_column(JSON, nullable=False, default=list)
    bcc: Mapped[list[Recipient]] = mapped_column(JSON, nullable=False, default=list)
    subject: Mapped[str] = mapped_column(String(MAX_SUBJECT), nullable=False, default="")
    body_html: Mapped[str] = mapped_column(Text, nullable=False, default="")
    body_text: Mapped[str] = mapped_column(Text, nullable=False, default="")
    attach_pdf: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    statement_from: Mapped[date | None] = mapped_column(Date, nullable=True)
    statement_to: Mapped[date | None] = mapped_column(Date, nullable=True)
    attach_unpaid: Mapped[bool] = mapped_column(
        Boolean, nullable=False, default=False, server_default=false()
    )
    notice: Mapped[str] = mapped_column(String(20), nullable=False, default="", server_default="")
    """Which mail of the program itself it is (`domain/notices.py`); empty for mails that people write."""
    send_at: Mapped[datetime | None] = mapped_column(UtcDateTime, nullable=True)
    """When it shall go out; None for at once."""
    state: Mapped[str] = mapped_column(String(10), nullable=False, default="waiting")
    failure: Mapped[str | None] = mapped_column(String(20), nullable=True)
    error: Mapped[Words | str] = mapped_column(Sentence, nullable=False, default="")
    attempts: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime, nullable=True)
    refused: Mapped[dict[str, str]] = mapped_column(JSON, nullable=False, default=dict)
    """Recipients whom the server refused while it took the mail for the others, and its words."""
    actor_id: Mapped[int | None] = mapped_column(Id, ForeignKey("members.id"), nullable=True)
    member_id: Mapped[int | None] = mapped_column(Id, ForeignKey("members.id"), nullable=True)
    """Of a notice about somebody's own sign-in: whose. Its link is made when it goes out."""

    document: Mapped[Document | None] = relationship()
    payment: Mapped[Payment | None] = relationship()
    party: Mapped[Party | None] = relationship()
    actor: Mapped[Member | None] = relationship(foreign_keys=[actor_id])
    member: Mapped[Member | None] = relationship(foreign_keys=[member_id])
    attachments: Mapped[list["EmailAttachment"]] = relationship(
        order_by="EmailAttachment.position", cascade="all, delete-orphan"
    )

    @property
    def status(self) -> Status:
        """The state with its label and tone."""
        return STATES[self.state]

    @property
    def recipients(self) -> list[Recipient]:
        """Everybody it goes to."""
        return [*self.to, *self.cc, *self.bcc]

    @property
    def about(self) -> Document | Payment | Party | None:
        """What it was written about; None for a mail of the program itself, and once that was deleted."""
        return self.document or self.payment or (self.party if self.kind in ABOUT_CUSTOMERS else None)

    @property
    def statement(self) -> Period | None:
        """The period of the customer's statement that goes along, if one does."""
        first, last = self.statement_from, self.statement_to
        return Period(first, last) if first and last else None

    @property
    def can_be_retried(self) -> bool:
        """Whether it failed, and so was not delivered to anybody."""
        return self.state == "failed"

    @property
    def can_be_resent(self) -> bool:
        """Whether nobody knows if it was delivered: to send it again may make two of it."""
        return self.state == "unknown"

    @property
    def can_be_cancelled(self) -> bool:
        """Whether it waits for its time, so that it need not go out at all."""
        return self.state == "scheduled"

    @classmethod
    def assigned_to(cls, member: Member) -> ColumnElement[bool]:
        """The mails to the customers that somebody looks after, and to all vendors."""
        return cls.party_id.in_(parties_of(member))

    def retry(self, actor: Member) -> None:
        """Try a failed mail again: the same mail, with the same Message-ID and the same PDF."""
        if not self.can_be_retried:
            raise Refused(_("Only a mail that failed can be tried again."))
        self._send_again("email_retried", actor)

    def resend(self, actor: Member) -> None:
        """Send a mail again of which nobody knows whether it arrived; the timeline says so."""
        if not self.can_be_resent:
            raise Refused(_("Only a mail whose fate is unknown can be sent again."))
        self._send_again("email_resent", actor)

    def cancel(self, actor: Member) -> None:
        """Do not send a scheduled mail after all. What was issued by scheduling it stays issued."""
        if not self.can_be_cancelled:
            raise Refused(_("Only a mail that waits for its time can be cancelled."))
        self.state = "cancelled"
        self.note("email_cancelled", actor)
        withdraw(TOPIC, _key(self))

    def call_off(self, reason: Words) -> None:
        """Do not send a mail that waits: what it was for is gone."""
        self.state, self.failure, self.error = "cancelled", None, reason
        withdraw(TOPIC, _key(self))

    def note(self, verb: str, actor: Member) -> None:
        """Say on what it is about what became of the mail."""
        if self.about is not None:
            record_event(self.about, verb, actor, to=listed(self.to), subject=self.subject)

    def _send_again(self, verb: str, actor: Member) -> None:
        self.state, self.failure, self.error = "waiting", None, ""
        self.note(verb, actor)
        dismiss(TOPIC, _key(self))
        owe(self, actor)


class EmailAttachment(OrganizationScoped, db.Model):
    """A file that goes with a mail; the document itself and the statement are made when it goes out."""

    __tablename__ = "email_attachments"
    __table_args__ = (UniqueConstraint("email_id", "position"), Index(None, "file_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    email_id: Mapped[int] = mapped_column(Id, ForeignKey("emails.id"), nullable=False)
    file_id: Mapped[int] = mapped_column(Id, ForeignKey("files.id"), nullable=False)
    position: Mapped[int] = mapped_column(Integer, nullable=False)

    file: Mapped[StoredFile] = relationship(lazy="joined", innerjoin=True)


Mailed = Document | Payment | Customer
"""What mails are written about."""


def send_email(
    record: Mailed,
    *,
    to: Iterable[str],
    subject: str,
    body: Body,
    actor: Member,
    form_key: str | None,
    cc: Iterable[str] = (),
    bcc: Iterable[str] = (),
    attach_pdf: bool = True,
    files: Sequence[StoredFile] = (),
    values: Callable[[Any, Member], Values] | None = None,
    kind: str = "",
    statement: Period | None = None,
    unpaid: bool = False,
    send_at: datetime | None = None,
) -> Email:
    """Issue what must be issued, and owe a mail about it to its party; the worker sends it after the commit.

    `to`, `cc` and `bcc` are addresses; `kind` says which mail about a customer it is. `values` gives what the
    placeholders in subject and body stand for, asked once the document has its number. With `send_at` the mail
    waits until then; the document is issued now all the same. The same form again gives the mail that it made
    the first time.
    """
    lock(record)  # the second click waits here for the first
    if made := _made_from(form_key):
        return made
    check_time(send_at)
    check_files(files)
    period = _of_period(record, statement)
    recipients = chosen(party_of(record), to, cc, bcc)
    _be_ready(record, actor)
    email = Email(
        form_key=form_key,
        actor_id=actor.id,
        attach_pdf=attach_pdf,
        attach_unpaid=unpaid,
        send_at=send_at,
        state="scheduled" if send_at else "waiting",
        **_about(record, kind),
        **period,
        **recipients,
        **sender_of(actor),
        **said(subject, body, values(record, actor) if values else {}),
    )
    _enclose(email, files)
    db.session.add(email)
    db.session.flush()
    email.note("email_scheduled" if send_at else "emailed", actor)
    owe(email, actor, send_at)
    return email


def emails_about(record: Mailed) -> Sequence[Email]:
    """The mails with this document, about this payment or about this customer, newest first."""
    return db.session.scalars(_with_all(select(Email).where(of_record(record)))).all()


def emails_to(
    party: Party, kinds: Iterable[str] | None = None, before: int | None = None, limit: int = 50
) -> Sequence[Email]:
    """The latest mails to this party, newest first; of these kinds, and older than the one last seen.

    What the program itself wrote to its people is always among them.
    """
    query = select(Email).where(Email.party_id == party.id)
    if kinds is not None:
        query = query.where(Email.kind.in_(["", *kinds]))
    if before is not None:
        query = query.where(Email.id < before)
    return db.session.scalars(_with_all(query).limit(limit)).all()


def of_record(record: Mailed) -> ColumnElement[bool]:
    """The condition that a mail is about this record."""
    return of_record_in(Email, record)


def of_record_in(model: Any, record: Mailed) -> ColumnElement[bool]:
    """The same of a mail or of a draft."""
    if isinstance(record, Party):
        return and_(model.party_id == record.id, model.kind.in_(ABOUT_CUSTOMERS))
    about: ColumnElement[int] = model.payment_id if isinstance(record, Payment) else model.document_id
    return about == record.id


def _with_all(query: Select[Email]) -> Select[Email]:
    """With what a list of mails shows of each, the latest first."""
    along = (joinedload(each) for each in (Email.document, Email.payment, Email.party))
    return query.options(selectinload(Email.attachments), *along).order_by(Email.id.desc())


# --- what send_email does, in order -------------------------------------------------------------------------


def _made_from(form_key: str | None) -> Email | None:
    return db.session.scalar(select(Email).where(Email.form_key == form_key)) if form_key else None


def _about(record: Mailed, kind: str) -> dict[str, Any]:
    found = kind_of(record, kind)
    return {
        "kind": found.key if found else "",
        "document_id": record.id if isinstance(record, Document) else None,
        "payment_id": record.id if isinstance(record, Payment) else None,
        "party_id": party_of(record).id,
    }


def _of_period(record: Mailed, statement: Period | None) -> dict[str, Any]:
    if statement is None:
        return {}
    check_period(party_of(record), statement)
    return {"statement_from": statement.first, "statement_to": statement.last}


def _be_ready(record: Any, actor: Member) -> None:
    """Mark it as sent as by hand, where it has that step and can take it from here; Refused without a number."""
    if _will_be_sent(record):
        record.step("mark_as_sent", actor)
        db.session.flush()
    if _lacks_number(record):
        raise Refused(_("Please open it first: before that it has no number."))


def _enclose(email: Email, files: Sequence[StoredFile]) -> None:
    places = enumerate(files, FIRST_FILE)
    email.attachments = [EmailAttachment(file=file, position=place) for place, file in places]


def _will_be_sent(record: Any) -> bool:
    has_step = "mark_as_sent" in getattr(record, "STEPS", {})
    return has_step and record.status in record.STATUS.transition("mark_as_sent").sources


def _lacks_number(record: Any) -> bool:
    return isinstance(record, Document) and not record.number


def consequence_of_sending(document: Mailed) -> Words | None:
    """What becomes of the document itself when it is mailed, said beforehand; None when nothing does."""
    if not _lacks_number(document):
        return _("Sending marks it as sent.") if _will_be_sent(document) else None
    if _will_be_sent(document):
        return _("Sending issues this draft: it gets its number and can't be changed after that.")
    return _("This draft has no number yet. Please open it before you mail it.")


def owe(email: Email, actor: Member | None, send_at: datetime | None = None) -> None:
    """Have the worker send it after the commit, or at its time."""
    actor_id = actor.id if actor else None
    publish(TOPIC, _key(email), {"email": email.id}, not_before=send_at, actor_id=actor_id)


def _key(email: Email) -> str:
    return f"email-{email.id}"
