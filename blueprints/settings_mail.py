"""Settings ▸ Mail: from whom mails come, through which server, and whether they arrive."""

from flask import Blueprint, Response, current_app, request, url_for
from sqlalchemy import select

from blueprints import forms
from blueprints.loading import actor, require
from blueprints.organization_form import save
from blueprints.respond import go, respond
from blueprints.toasts import toast
from delivery.mailer import Server
from delivery.notices import send_test
from domain.db import db
from domain.emails import Email
from domain.errors import Refused
from domain.mail_addresses import is_address
from domain.modules.kinds import parse_email
from domain.modules.module import Field
from domain.notices import TEST
from domain.organizations import particulars
from domain.organizations.organizations import current_organization
from domain.words import Words, _

bp = Blueprint("mail_settings", __name__)

FIELDS = (
    Field(
        "mail_sender_name", _("Sender's name"), hint=_("Left empty, mails come in the organization's name.")
    ),
    Field(
        "mail_sender_address",
        _("Sender's address"),
        "email",
        hint=_("Left empty, mails come from the organization's address. The mail server must allow it."),
    ),
    Field(
        "mail_reply_to",
        _("Answers go to"),
        "email",
        hint=_("Left empty, answers go to whoever wrote the mail."),
    ),
    Field(
        "mail_signature",
        _("Signature"),
        "long_text",
        hint=_("Stands below every new mail, to be changed there."),
    ),
)

TESTS_SHOWN = 5


@bp.get("/settings/mail")
def edit() -> Response:
    """From whom mails come, and through which server."""
    require("settings.mail.view")
    return _page(forms.of_record(FIELDS, current_organization()))


@bp.post("/settings/mail")
def update() -> Response:
    """Save it, unless somebody else did so since the form was opened."""
    require("settings.mail.edit")
    if refused := save(FIELDS, particulars.change_mail, _page):
        return refused
    toast(_("The mail settings were saved."))
    return go(url_for("mail_settings.edit"))


@bp.post("/settings/mail/test")
def test() -> Response:
    """Send a test mail; what becomes of it is shown here and under Activity."""
    require("settings.mail.edit")
    try:
        address = _address(request.form.get("to", ""))
    except Refused as refusal:
        form = forms.of_record(FIELDS, current_organization())
        return _page(form, 422, "test", test_error=refusal.message)
    send_test(address, actor())
    toast(_("The mail to %(names)s is on its way.", names=address))
    return go(url_for("mail_settings.edit", _anchor="test"))


def _address(text: str) -> str:
    address = parse_email(text)
    if not is_address(address):
        raise Refused(_("Please type a mail address."))
    return address


def _page(
    form: forms.Form, status: int = 200, region: str = "form", test_error: Words | None = None
) -> Response:
    smtp_url = current_app.config["SETTINGS"].smtp_url
    context = {
        "organization": current_organization(),
        "fields": FIELDS,
        "form": form,
        "server": Server.from_url(smtp_url) if smtp_url else None,
        "test_error": test_error,
        "test_to": request.form.get("to", actor().user.email).replace("\x00", ""),
        "tests": _latest_tests(),
    }
    if region == "test":
        return respond("settings/mail.html", "test", status=status, **context)
    return respond("settings/mail.html", "form", status=status, **context)


def _latest_tests() -> list[Email]:
    query = select(Email).where(Email.notice == TEST).order_by(Email.id.desc()).limit(TESTS_SHOWN)
    return list(db.session.scalars(query))
