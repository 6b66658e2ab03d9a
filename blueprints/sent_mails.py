"""The mails about a document or payment that went out, or wait for their time: what became of them, and once more."""

from typing import Any

from flask import Blueprint, Response, send_file, url_for
from sqlalchemy import select

from blueprints.loading import actor, load
from blueprints.respond import go, respond
from blueprints.toasts import toast
from delivery.files import files
from domain.db import db
from domain.emails import Email, EmailAttachment, emails_about, of_record
from domain.errors import Missing
from domain.files import StoredFile
from domain.modules.module import Module
from domain.words import _

bp = Blueprint("sent_mails", __name__)


@bp.get("/<mailed:module>/<int:record_id>/emails")
def index(module: Module, record_id: int) -> Response:
    """The mails that went out with this document."""
    document = load(module, record_id, "view")
    return respond(
        "emails/index.html", "emails", module=module, record=document, emails=emails_about(document)
    )


@bp.post("/<mailed:module>/<int:record_id>/emails/<int:email_id>/again")
def again(module: Module, record_id: int, email_id: int) -> Response:
    """Try a failed mail again, or send one of unknown fate once more."""
    document = load(module, record_id, "email")
    email = _found(document, email_id)
    (email.resend if email.can_be_resent else email.retry)(actor())
    toast(_("It will be sent again."))
    return go(url_for("records.show", module=module, record_id=document.id))


@bp.post("/<mailed:module>/<int:record_id>/emails/<int:email_id>/cancel")
def cancel(module: Module, record_id: int, email_id: int) -> Response:
    """Do not send a mail that waits for its time."""
    document = load(module, record_id, "email")
    _found(document, email_id).cancel(actor())
    toast(_("The mail was cancelled. It will not be sent."))
    return go(url_for("records.show", module=module, record_id=document.id))


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


def _found(document: Any, email_id: int) -> Email:
    """The mail, with others kept off it."""
    query = select(Email).where(Email.id == email_id, of_record(document))
    email = db.session.scalar(query.with_for_update(of=Email))
    if email is None:
        raise Missing()
    return email
