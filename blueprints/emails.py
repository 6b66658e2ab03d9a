"""Mailing a document: compose, send, and what became of it."""

from typing import Any

from flask import Blueprint, Response, request, send_file, url_for
from sqlalchemy import select

from blueprints import forms
from blueprints.loading import actor, load, require
from blueprints.records import once
from blueprints.respond import go, respond
from blueprints.toasts import toast
from delivery import compose
from delivery.clean_html import body_of
from delivery.files import files
from domain import records
from domain.attachments import attachments_of
from domain.books.contact_persons import ContactPerson
from domain.books.document import Document
from domain.db import db
from domain.emails import Email, EmailAttachment, emails_about, send_email
from domain.errors import Missing, Refused
from domain.files import StoredFile
from domain.mail_addresses import same_address
from domain.modules.module import Field, Module
from domain.recipients import known_addresses
from domain.words import Words, _

bp = Blueprint("emails", __name__)

PERSON = (
    Field("person_last_name", _("Last name"), longest=100),
    Field("person_first_name", _("First name"), longest=100),
    Field("person_email", _("Email"), "email", required=True),
)
"""A contact person added on the spot."""


@bp.get("/<document:module>/<int:record_id>/emails")
def index(module: Module, record_id: int) -> Response:
    """The mails that went out with this document."""
    document = load(module, record_id, "view")
    return respond(
        "emails/index.html", "emails", module=module, record=document, emails=emails_about(document)
    )


@bp.get("/<document:module>/<int:record_id>/emails/new")
def new(module: Module, record_id: int) -> Response:
    """Compose a mail: from the template, to the customer's people."""
    document = load(module, record_id, "email")
    draft = compose.draft(document, actor())
    typed = {"subject": draft.subject, "message": draft.text, "attach_pdf": "1", "bcc": ""}
    to = [person["address"] for person in known_addresses(document.party)[:1]]
    return _page(module, document, forms.Form(typed), to=to, cc=[])


@bp.post("/<document:module>/<int:record_id>/emails/new")
def create(module: Module, record_id: int) -> Response:
    """Send, or add a contact person first. The answer comes at once; the worker renders and sends."""
    document = load(module, record_id, "email")
    if request.form.get("do") == "add_person":
        return _add_person(module, document)
    try:
        once(Email, lambda key: _send(document, key))
    except Refused as refusal:
        return _again(module, document, refusal)
    toast(_("The mail to %(names)s is on its way.", names=", ".join(request.form.getlist("to"))))
    return go(url_for("records.show", module=module, record_id=document.id))


@bp.post("/<document:module>/<int:record_id>/emails/<int:email_id>/again")
def again(module: Module, record_id: int, email_id: int) -> Response:
    """Try a failed mail again, or send one of unknown fate once more."""
    document = load(module, record_id, "email")
    email = db.session.scalar(
        select(Email).where(Email.id == email_id, Email.document_id == document.id).with_for_update(of=Email)
    )
    if email is None:
        raise Missing()
    (email.resend if email.can_be_resent else email.retry)(actor())
    toast(_("It will be sent again."))
    return go(url_for("records.show", module=module, record_id=document.id))


@bp.get("/<document:module>/<int:record_id>/emails/<int:email_id>/files/<int:position>")
def attached(module: Module, record_id: int, email_id: int, position: int) -> Response:
    """A file that went with a mail, as it went: also when the document would look different today."""
    document = load(module, record_id, "view")
    file = db.session.scalar(
        select(StoredFile)
        .join(EmailAttachment, EmailAttachment.file_id == StoredFile.id)
        .join(Email, Email.id == EmailAttachment.email_id)
        .where(Email.id == email_id, Email.document_id == document.id, EmailAttachment.position == position)
    )
    if file is None:
        raise Missing()
    return send_file(files().open(file.digest), file.media_type, download_name=file.name)


def _send(document: Document, key: str) -> Email:
    return send_email(
        document,
        to=request.form.getlist("to"),
        cc=request.form.getlist("cc"),
        bcc=request.form.get("bcc", "").split(","),
        subject=request.form.get("subject", ""),
        body=body_of(request.form.get("message", "")),
        attach_pdf="attach_pdf" in request.form,
        files=_chosen_files(document),
        actor=actor(),
        form_key=key,
        values=compose.values,
    )


def _chosen_files(document: Document) -> list[StoredFile]:
    """The document's attachments that were ticked."""
    ticked = request.form.getlist("attach")
    return [each.file for each in attachments_of(document) if str(each.id) in ticked]


def _add_person(module: Module, document: Document) -> Response:
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


def _known(document: Document, address: str) -> str | None:
    """The address as it is known already: whoever adds somebody twice chooses them."""
    known = (person["address"] for person in known_addresses(document.party))
    return next((each for each in known if same_address(each) == same_address(address)), None)


def _person(document: Document, values: dict[str, Any]) -> ContactPerson:
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


def _again(module: Module, document: Document, refusal: Refused) -> Response:
    form = forms.as_posted(request.form, forms.at_fields(refusal))
    message = None if refusal.fields else refusal.message
    db.session.rollback()
    document = load(module, document.id, "email")
    return _page(
        module,
        document,
        form,
        to=request.form.getlist("to"),
        cc=request.form.getlist("cc"),
        message=message,
        status=422,
    )


def _page(
    module: Module,
    document: Document,
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
        form=form,
        to=to,
        cc=cc,
        people=known_addresses(document.party),
        person_fields=PERSON,
        attachments=attachments_of(document),
        attached=request.form.getlist("attach"),
        unknown=compose.unknown_in(form.text("subject"), form.text("message")),
        message=message,
    )
