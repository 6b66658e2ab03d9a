"""Sending a mail: what `email.send` in the outbox means, and what becomes of the Email row."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload, selectinload

from delivery import documents, files, mailer, statements, unpaid
from delivery import email as letters
from domain.access import can
from domain.books.document import Document
from domain.books.invoices import Invoice
from domain.books.reminders import invoices_of, why_withheld
from domain.comments import Mention, may_see
from domain.db import db, now
from domain.emails import DOCUMENT, FIRST_FILE, STATEMENT, UNPAID, Email, EmailAttachment
from domain.files import StoredFile
from domain.mail_kinds import ALL_REMINDERS, FOR_STATEMENT, FOR_UNPAID, REMINDERS
from domain.modules import ALL
from domain.notices import MENTION, REMINDED, TEST
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.outbox import Failure, Kind, OutboxRow
from domain.recipients import Recipient
from domain.words import _
from jobs.account_mails import WITH_LINKS, Letter, document_link
from jobs.dispatch import transaction
from jobs.handler import Result

DIED = _("The worker ended while this mail was being sent.")

UNSEEN = {"synchronize_session": False}
"""The commit that follows lets go of what the session holds."""

READY = ("scheduled", "waiting", "failed")
"""States of a mail that nobody got: if a row asks for it, it can go out."""

TAKEN_BACK = ("void", "cancelled")
"""Statuses of a document that nobody shall be sent any more."""


def send_email(row: OutboxRow) -> dict[str, Any] | None:
    """Send the mail that a row speaks of; nothing when it is gone, or sent already."""
    email = _loaded(row.payload["email"])
    if email is None or email.state not in (*READY, "sending"):
        return None
    if email.state == "sending":
        raise Failure("unknown", DIED)
    letter = _letter(email, row.actor_id)
    with db.session.no_autoflush:  # what is made is written in `_begin`, not in the middle of reading
        made = _missing(email)
        envelope = letters.build(email, _contents(email, made), _reply_to(letter.actor), letter.body)
    if not _begin(email.id, made, letter.keep):
        return None
    return _sent(envelope)


def settle(row: OutboxRow, result: Result, again: bool) -> None:
    """Write on the mail what became of it, in the same transaction as in the outbox."""
    if isinstance(result, Failure):
        state = "waiting" if again else "unknown" if result.kind == "unknown" else "failed"
        _write(row, state=state, failure=result.kind, error=result.reason)
    elif result is not None:
        _write(row, state="sent", failure=None, error="", sent_at=now(), refused=result["refused"])


def abandoned(row: OutboxRow) -> Failure:
    """What is known of a mail whose worker is gone: nothing, if it had begun to send it."""
    state = db.session.scalar(select(Email.state).where(Email.id == row.payload["email"]))
    kind: Kind = "unknown" if state == "sending" else "transient"
    return Failure(kind, DIED)


def _write(row: OutboxRow, **values: Any) -> None:
    query = update(Email).where(Email.id == row.payload["email"]).values(**values)
    db.session.execute(query, execution_options=UNSEEN)


# --- before -------------------------------------------------------------------------------------------------


def _loaded(email_id: int) -> Email | None:
    """The mail with what goes into it, in as few questions as can be."""
    with_all = (
        joinedload(Email.document).joinedload(Document.party),
        joinedload(Email.payment),
        joinedload(Email.party),
        joinedload(Email.actor),
        joinedload(Email.member),
        selectinload(Email.attachments),
    )
    return db.session.scalar(select(Email).where(Email.id == email_id).options(*with_all))


def _letter(email: Email, actor_id: int | None) -> Letter:
    """The mail as it may go out now: rights, and what it is about, may have changed since the click."""
    actor = db.session.get(Member, actor_id) if actor_id else None
    if email.notice in WITH_LINKS:
        return WITH_LINKS[email.notice](email, actor)
    actor = _authorised(email, actor)
    if not email.notice:
        _check_document(email)
    return document_link(email, email.actor or actor)


def _check_document(email: Email) -> None:
    """A mail does not go out without what it is about, nor, after it waited, with what was taken back."""
    about = email.about
    if about is None:
        raise Failure("permanent", _("What this mail is about was deleted in the meantime."))
    if email.kind in ALL_REMINDERS and (reason := why_withheld(email)):
        raise Failure("permanent", reason)
    if email.send_at and getattr(about, "status", "") in TAKEN_BACK:
        raise Failure("permanent", _("%(number)s was taken back in the meantime.", number=about.title))


def _authorised(email: Email, actor: Member | None) -> Member:
    """Who wants it sent, if that is still theirs to want."""
    if actor is None or not actor.is_here:
        raise Failure("permanent", _("The person who sent this mail is no longer here."))
    allowed = _NOTICES[email.notice](email, actor) if email.notice else _may_mail(email, actor)
    if not allowed:
        raise Failure("permanent", _("The person who sent this mail may not send it any more."))
    return actor


def _may_mail(email: Email, actor: Member) -> bool:
    record = email.about or email.party
    if record is None or not (can(actor, f"{record.MODULE}.email") and may_see(actor, record)):
        return False
    needed = (*(FOR_STATEMENT if email.statement else ()), *(FOR_UNPAID if email.attach_unpaid else ()))
    return all(can(actor, right) for right in needed)


def _is_still_called(email: Email, _actor: Member) -> bool:
    """Whether the mentioned person may see what they are told of."""
    mention = db.session.scalar(select(Mention).where(Mention.email_id == email.id))
    if mention is None or not mention.member.is_here:
        return False
    model = ALL[mention.comment.module].model
    record = db.session.scalar(select(model).where(model.id == mention.comment.record_id))
    return record is not None and may_see(mention.member, record)


_NOTICES: dict[str, Callable[[Email, Member], bool]] = {
    MENTION: _is_still_called,
    TEST: lambda _email, actor: can(actor, "settings.mail.edit"),
    REMINDED: lambda _email, actor: can(actor, "books.invoices.view"),
}
"""Mails of the program itself, with what must still hold when they leave."""


def _reply_to(person: Member | None) -> Recipient | None:
    """Who gets the answers: whom the settings name, else whoever wrote it."""
    if address := current_organization().mail_reply_to:
        return {"name": "", "address": address}
    return {"name": person.name, "address": person.user.email} if person else None


def _missing(email: Email) -> list[EmailAttachment]:
    """The PDFs that shall go along and were not made yet: what went out goes out again as it was."""
    made = {attachment.position for attachment in email.attachments}
    return [
        EmailAttachment(email_id=email.id, file=files.keep(*make(email), "application/pdf"), position=place)
        for place, make in _printed(email).items()
        if place not in made
    ]


def _printed(email: Email) -> dict[int, Callable[[Email], tuple[bytes, str]]]:
    """What is printed for this mail: by its place among the attachments, how to make its content and name."""
    return {
        **({DOCUMENT: _document} if email.attach_pdf and email.document else {}),
        **({STATEMENT: _statement} if email.statement else {}),
        **({UNPAID: _unpaid} if email.attach_unpaid and email.party and email.party.receivable_minor else {}),
        **(_reminded_of(email) if email.attach_pdf and email.kind == REMINDERS else {}),
    }


def _reminded_of(email: Email) -> dict[int, Callable[[Email], tuple[bytes, str]]]:
    """The invoices of which it reminds."""
    return {
        place: partial(_reminded, invoice) for place, invoice in enumerate(invoices_of(email), FIRST_FILE)
    }


def _reminded(invoice: Invoice, _email: Email) -> tuple[bytes, str]:
    return documents.pdf(invoice), documents.file_name(invoice)


def _document(email: Email) -> tuple[bytes, str]:
    assert email.document is not None
    return documents.pdf(email.document), documents.file_name(email.document)


def _statement(email: Email) -> tuple[bytes, str]:
    assert email.party is not None
    assert email.statement is not None
    return statements.pdf(email.party, email.statement), statements.file_name(email.statement)


def _unpaid(email: Email) -> tuple[bytes, str]:
    assert email.party is not None
    return unpaid.pdf(email.party), unpaid.file_name(current_organization().today)


def _contents(email: Email, made: list[EmailAttachment]) -> list[tuple[StoredFile, bytes]]:
    attachments = sorted([*made, *email.attachments], key=lambda attachment: attachment.position)
    return [(each.file, files.files().read(each.file.digest)) for each in attachments]


def _begin(email_id: int, made: list[EmailAttachment], keep: Callable[[], None]) -> bool:
    """Write down that it is being sent, with what: from here on nobody sends it a second time by mistake."""
    new_files = [each.file for each in made if each.file in db.session.new]
    with transaction(*new_files):
        begun = db.session.scalar(
            update(Email)
            .where(Email.id == email_id, Email.state.in_(READY))
            .values(state="sending", attempts=Email.attempts + 1)
            .returning(Email.id),
            execution_options=UNSEEN,
        )
        if begun:
            db.session.add_all(made)
            keep()
        return begun is not None


# --- and then -----------------------------------------------------------------------------------------------


def _sent(envelope: mailer.Envelope) -> dict[str, Any]:
    try:
        accepted = mailer.send(_server(), envelope)
    except Failure:
        raise
    except Exception as error:
        # the mailer knows the outcome of everything it expects; of anything else nobody does
        raise Failure("unknown", f"{type(error).__name__}: {error}") from error
    return {"reply": accepted.reply, "refused": accepted.refused}


def _server() -> mailer.Server:
    """The mail server of the settings, or else the catcher beside us."""
    settings = current_app.config["SETTINGS"]
    if settings.smtp_url:
        return mailer.Server.from_url(settings.smtp_url)
    if settings.catcher_port:
        return mailer.Server("127.0.0.1", settings.catcher_port)
    raise Failure("configuration", _("There is no mail server: set SMTP_URL."))
