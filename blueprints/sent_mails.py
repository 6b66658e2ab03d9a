"""The mails that went out, or wait for their time: what became of them, what they said, and once more."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, request, send_file, url_for
from markupsafe import Markup
from sqlalchemy import select

from blueprints.loading import actor, load, may
from blueprints.respond import go, respond
from blueprints.toasts import toast
from delivery.clean_html import clean
from delivery.files import files
from domain.books.parties import Party
from domain.db import db
from domain.email_drafts import drafts_about, drafts_to
from domain.emails import (
    DOCUMENT,
    STATEMENT,
    UNPAID,
    Email,
    EmailAttachment,
    emails_about,
    emails_to,
    of_record,
)
from domain.errors import Missing
from domain.files import StoredFile
from domain.mail_kinds import CUSTOMERS, MAIL_KINDS
from domain.modules.kinds import as_id
from domain.modules.module import Module
from domain.words import Words, _

bp = Blueprint("sent_mails", __name__)

SHOWN = 50


@bp.get("/<mailed:module>/<int:record_id>/emails")
def index(module: Module, record_id: int) -> Response:
    """The mails about a document; to a customer all mails, whatever they are about. And what is not sent yet."""
    record = load(module, record_id, "view")
    return respond("emails/index.html", "emails", module=module, record=record, **_mails_on(record))


@bp.get("/<mailed:module>/<int:record_id>/emails/<int:email_id>")
def show(module: Module, record_id: int, email_id: int) -> Response:
    """A mail as it went out, or will."""
    record = load(module, record_id, "view")
    email = _found(record, email_id)
    body = Markup(
        clean(email.body_html)
    )  # it was cleaned when it was written; what cleans may know more by now
    context = {"record": record, "email": email, "body": body, "to_be_made": list(_to_be_made(email))}
    return respond("emails/show.html", module=module, **context)


@bp.post("/<mailed:module>/<int:record_id>/emails/<int:email_id>/again")
def again(module: Module, record_id: int, email_id: int) -> Response:
    """Try a failed mail again, or send one of unknown fate once more."""
    record = load(module, record_id, "email")
    email = _found(record, email_id, lock=True)
    (email.resend if email.can_be_resent else email.retry)(actor())
    toast(_("It will be sent again."))
    return go(_page_of_mails(module, record))


@bp.post("/<mailed:module>/<int:record_id>/emails/<int:email_id>/cancel")
def cancel(module: Module, record_id: int, email_id: int) -> Response:
    """Do not send a mail that waits for its time."""
    record = load(module, record_id, "email")
    _found(record, email_id, lock=True).cancel(actor())
    toast(_("The mail was cancelled. It will not be sent."))
    return go(_page_of_mails(module, record))


@bp.get("/<mailed:module>/<int:record_id>/emails/<int:email_id>/files/<int:position>")
def attached(module: Module, record_id: int, email_id: int, position: int) -> Response:
    """A file that went with a mail, as it went: also when the document would look different today."""
    document = load(module, record_id, "view")
    file = db.session.scalar(
        select(StoredFile)
        .join(EmailAttachment, EmailAttachment.file_id == StoredFile.id)
        .join(Email, Email.id == EmailAttachment.email_id)
        .where(Email.id == email_id, of_record(document), EmailAttachment.position == position)
    )
    if file is None:
        raise Missing()
    return send_file(files().open(file.digest), file.media_type, download_name=file.name)


def _found(record: Any, email_id: int, lock: bool = False) -> Email:
    """The mail about this record; with `lock`, others are kept off it."""
    query = select(Email).where(Email.id == email_id, of_record(record))
    email = db.session.scalar(query.with_for_update(of=Email) if lock else query)
    if email is None:
        raise Missing()
    return email


def _to_be_made(email: Email) -> Iterator[Words]:
    """The papers that will go along, and are not printed yet."""
    made = {attachment.position for attachment in email.attachments}
    for place, wanted, label in (
        (DOCUMENT, email.attach_pdf and email.document_id, _("PDF")),
        (STATEMENT, email.statement, _("Statement")),
        (UNPAID, email.attach_unpaid, _("Unpaid invoices")),
    ):
        if wanted and place not in made and not email.sent_at:
            yield label


def _page_of_mails(module: Module, record: Any) -> str:
    """Where somebody sees what becomes of a mail: a customer's mails have a page of their own."""
    endpoint = "sent_mails.index" if module.key == CUSTOMERS else "records.show"
    return url_for(endpoint, module=module, record_id=record.id)


def _mails_on(record: Any) -> dict[str, Any]:
    """The mails that the page shows, and the drafts of whoever looks at it, if they may mail."""
    if not isinstance(record, Party):
        drafts = drafts_about(record, actor()) if may(f"{record.MODULE}.email") else []
        return {"emails": emails_about(record), "drafts": drafts, "older": None}
    readable = [kind.key for kind in MAIL_KINDS.values() if may(f"{kind.module}.view")]
    found = emails_to(record, readable, before=as_id(request.args.get("before", "")), limit=SHOWN + 1)
    drafts = [each for each in drafts_to(record, actor()) if may(f"{each.about.MODULE}.email")]
    older = found[SHOWN - 1].id if len(found) > SHOWN else None
    return {"emails": found[:SHOWN], "drafts": drafts, "older": older}
