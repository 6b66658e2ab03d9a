"""All settings on a page, and the mail catcher."""

from pathlib import Path

from flask import Blueprint, Response, current_app, send_file
from sqlalchemy import Select, select

from blueprints.loading import actor, may, require
from blueprints.respond import respond
from delivery import catcher
from delivery.account_mails import ADDRESSES
from domain.access import visible
from domain.db import db
from domain.emails import Email
from domain.errors import Missing

bp = Blueprint("settings", __name__)

SHOWN = 100
"""How many caught mails one page shows."""

MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
"""A caught mail is shown with its own looks and nothing else: no script, no form, no request to anywhere."""


@bp.get("/settings")
def index() -> Response:
    """All settings on a page."""
    require("settings.organization.view")
    return respond("settings/index.html")


@bp.get("/settings/mail-catcher")
def mail_catcher() -> Response:
    """The mails that were caught, newest first."""
    require("settings.mail-catcher.view")
    return respond("settings/mail_catcher.html", messages=_messages(), message=None)


@bp.get("/settings/mail-catcher/<key>")
def caught(key: str) -> Response:
    """One of them: headers, text, attachments."""
    require("settings.mail-catcher.view")
    return respond("settings/mail_catcher.html", messages=_messages(), message=_message(key))


@bp.get("/settings/mail-catcher/<key>/body")
def body(key: str) -> Response:
    """Its HTML, for a frame that may do nothing."""
    require("settings.mail-catcher.view")
    response = Response(_message(key).html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response


@bp.get("/settings/mail-catcher/<key>/attachments/<int:position>")
def attachment(key: str, position: int) -> Response:
    """A file that came along."""
    require("settings.mail-catcher.view")
    files = _message(key).files
    if position >= len(files):
        raise Missing()
    found = files[position]
    inline = found.media_type == "application/pdf"
    return send_file(found.stream(), found.media_type, as_attachment=not inline, download_name=found.name)


def _messages() -> list[catcher.Caught]:
    """The caught mails of this organization: those whose Message-ID is one of its own."""
    messages = catcher.newest(_mailbox(), SHOWN)
    ours = set(db.session.scalars(_seen([message.message_id for message in messages])))
    return [message for message in messages if message.message_id in ours]


def _message(key: str) -> catcher.Message:
    message = catcher.read(_mailbox(), key)
    if message is None:
        raise Missing()
    if db.session.scalar(_seen([message.message_id])) is None:
        raise Missing()
    return message


def _seen(message_ids: list[str]) -> Select[str]:
    """Those of the mails that this person may read: the link of an invitation is for administrators only."""
    query = select(Email.message_id).where(Email.message_id.in_(message_ids), visible(actor(), Email))
    return query if may("settings.users.edit") else query.where(Email.notice.not_in(ADDRESSES))


def _mailbox() -> Path:
    folder: Path = current_app.config["SETTINGS"].data_dir / "mail-catcher"
    return folder
