"""Composing a mail about a document or a payment: from a template, to the party's people, now or later."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, url_for

from blueprints import forms
from blueprints.language import zone
from blueprints.loading import actor, load, may, require
from blueprints.records import once
from blueprints.respond import go, respond
from blueprints.toasts import toast
from delivery import compose, placeholders
from delivery.clean_html import body_of
from domain import records
from domain.attachments import attachments_of
from domain.books.contact_persons import ContactPerson
from domain.books.document import Document
from domain.books.payments import Payment
from domain.books.statements import Period, usual_period
from domain.db import db
from domain.emails import Email, consequence_of_sending, send_email
from domain.errors import Missing, Refused
from domain.files import StoredFile
from domain.mail_addresses import same_address
from domain.mail_kinds import MailKind, kind_of
from domain.modules.module import Field, Module
from domain.recipients import known_addresses
from domain.words import Words, _, _p

bp = Blueprint("emails", __name__)

Mailed = Document | Payment

PERSON = (
    Field("person_last_name", _("Last name"), longest=100),
    Field("person_first_name", _("First name"), longest=100),
    Field("person_email", _("Email"), "email", required=True),
)
"""A contact person added on the spot."""

PERIOD = (
    Field("statement_from", _p("period", "From"), "date", required=True),
    Field("statement_to", _p("period", "To"), "date", required=True),
)
"""Of the statement that goes along."""


@bp.get("/<mailed:module>/<int:record_id>/emails/new")
def new(module: Module, record_id: int) -> Response:
    """Compose a mail: from the template, to the party's people."""
    document = _found(module, record_id)
    written, period = compose.draft(document, actor()), usual_period()
    typed = {
        "template": written.template,
        "subject": written.subject,
        "message": written.text,
        "attach_pdf": "1",
        "statement_from": period.first.isoformat(),
        "statement_to": period.last.isoformat(),
    }
    to = [person["address"] for person in known_addresses(document.party)[:1]]
    return _page(module, document, forms.Form(typed), to=to, cc=[])


@bp.post("/<mailed:module>/<int:record_id>/emails/new")
def create(module: Module, record_id: int) -> Response:
    """Send, or change the form first. The answer comes at once; the worker renders and sends."""
    document = _found(module, record_id)
    if "insert" in request.form:
        return _with_placeholder(module, document)
    if request.form.get("do") in CHANGES:
        return CHANGES[request.form["do"]](module, document)
    if _unknown(document) and request.form.get("anyway") != ",".join(_unknown(document)):
        return _typed_again(module, document, forms.as_posted(request.form), status=422)
    try:
        email = once(Email, lambda key: _send(document, key))
    except Refused as refusal:
        return _again(module, document, refusal)
    names = ", ".join(request.form.getlist("to"))
    scheduled, sent = _("The mail to %(names)s is scheduled."), _("The mail to %(names)s is on its way.")
    toast(Words((scheduled if email.send_at else sent).text, {"names": names}))
    return go(url_for("records.show", module=module, record_id=document.id))


def _found(module: Module, record_id: int) -> Mailed:
    record: Mailed = load(module, record_id, "email")
    if kind_of(record) is None:
        raise Missing()
    return record


def _kind(record: Mailed) -> MailKind:
    kind = kind_of(record)
    assert kind is not None, "it was asked when it was loaded"
    return kind


def _send(document: Mailed, key: str) -> Email:
    kind = _kind(document)
    return send_email(
        document,
        to=request.form.getlist("to"),
        cc=request.form.getlist("cc"),
        bcc=request.form.get("bcc", "").split(","),
        subject=request.form.get("subject", ""),
        body=body_of(request.form.get("message", "")),
        attach_pdf=kind.has_pdf and (kind.attach is None or "attach_pdf" in request.form),
        statement=_period() if _offers_statement(document) and "attach_statement" in request.form else None,
        files=_chosen_files(document),
        actor=actor(),
        form_key=key,
        values=compose.values,
        send_at=_moment(request.form.get("send_at", "")),
    )


def _chosen_files(document: Mailed) -> list[StoredFile]:
    """The document's attachments that were ticked."""
    ticked = request.form.getlist("attach")
    return [each.file for each in attachments_of(document) if str(each.id) in ticked]


def _offers_statement(document: Mailed) -> bool:
    """A statement says all that the customer's page does."""
    return _kind(document).statement and may(f"{document.party.MODULE}.view")


def _period() -> Period:
    values, errors = forms.parse(PERIOD, request.form)
    if errors:
        raise Refused(**errors)
    return Period(values["statement_from"], values["statement_to"])


def _moment(text: str) -> datetime | None:
    """What a field for date and time says, in the organization's time zone."""
    if not text.strip():
        return None
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=ZoneInfo(zone())).astimezone(UTC)
    except (ValueError, OverflowError) as wrong:
        raise Refused(send_at=_("Please type a date and a time.")) from wrong


def _unknown(document: Mailed) -> list[str]:
    """Placeholders in what was typed that would go out as they stand."""
    form = request.form
    return compose.unknown_in(_kind(document).key, form.get("subject", ""), form.get("message", ""))


# --- changing the form before it is sent ----------------------------------------------------------------------


def _with_template(module: Module, document: Mailed) -> Response:
    """Begin the text again from another template; all else stays as it was typed."""
    written = compose.draft(document, actor(), request.form.get("template", ""))
    text = {"subject": written.subject, "message": written.text, "template": written.template}
    return _typed_again(module, document, forms.as_posted({**request.form, **text}))


def _with_placeholder(module: Module, document: Mailed) -> Response:
    """Without JavaScript a placeholder goes to the end of the message."""
    name = request.form.get("insert", "")
    known = name in placeholders.names_of(_kind(document).key)
    message = request.form.get("message", "") + (f" %{name}%" if known else "")
    return _typed_again(module, document, forms.as_posted({**request.form, "message": message}))


def _typed_again(module: Module, document: Mailed, form: forms.Form, status: int = 200) -> Response:
    to, cc = request.form.getlist("to"), request.form.getlist("cc")
    return _page(module, document, form, to=to, cc=cc, status=status)


def _add_person(module: Module, document: Mailed) -> Response:
    """A contact person made on the spot is chosen at once."""
    require("books.contact-persons.create")
    values, errors = forms.parse(PERSON, request.form)
    try:
        if errors:
            raise Refused(**errors)
        address = _known(document, values["person_email"]) or _person(document, values).email
    except Refused as refusal:
        return _again(module, document, refusal)
    db.session.refresh(document.party, ["contact_persons"])
    typed = {name: value for name, value in request.form.items() if not name.startswith("person_")}
    to = [*request.form.getlist("to"), address]
    return _page(module, document, forms.as_posted(typed), to=to, cc=request.form.getlist("cc"))


def _known(document: Mailed, address: str) -> str | None:
    """The address as it is known already: whoever adds somebody twice chooses them."""
    known = (person["address"] for person in known_addresses(document.party))
    return next((each for each in known if same_address(each) == same_address(address)), None)


def _person(document: Mailed, values: dict[str, Any]) -> ContactPerson:
    person: ContactPerson = records.create(
        ContactPerson,
        {
            "party_id": document.party_id,
            "last_name": values["person_last_name"],
            "first_name": values["person_first_name"],
            "email": values["person_email"],
        },
        actor(),
    )
    return person


def _again(module: Module, document: Mailed, refusal: Refused) -> Response:
    form = forms.as_posted(request.form, forms.at_fields(refusal))
    message = None if refusal.fields else refusal.message
    db.session.rollback()
    document = _found(module, document.id)
    return _page(
        module,
        document,
        form,
        to=request.form.getlist("to"),
        cc=request.form.getlist("cc"),
        message=message,
        status=422,
    )


CHANGES = {"add_person": _add_person, "template": _with_template}
"""Buttons that change the form instead of sending it."""


def _page(
    module: Module,
    document: Mailed,
    form: forms.Form,
    *,
    to: list[str],
    cc: list[str],
    message: Words | None = None,
    status: int = 200,
) -> Response:
    return respond(
        "emails/new.html",
        "form",
        status=status,
        module=module,
        record=document,
        kind=_kind(document),
        form=form,
        to=to,
        cc=cc,
        people=known_addresses(document.party),
        person_fields=PERSON,
        period_fields=PERIOD if _offers_statement(document) else (),
        templates=compose.templates_for(document),
        placeholders=placeholders.offered(_kind(document).key),
        attachments=attachments_of(document),
        attached=request.form.getlist("attach"),
        unknown=compose.unknown_in(_kind(document).key, form.text("subject"), form.text("message")),
        consequence=consequence_of_sending(document),
        zone=zone(),
        message=message,
    )
