"""Settings ▸ Mail templates: what mails begin with, by kind of document and language; the program's can be cloned."""

from typing import Any, NamedTuple

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from blueprints import forms
from blueprints.customer_templates import customer_in_mind, give
from blueprints.language import t
from blueprints.loading import actor, may, require
from blueprints.records import once, version
from blueprints.respond import go, respond
from blueprints.toasts import toast
from delivery import compose, mail_gallery, placeholders
from delivery.mail_gallery import Template
from domain import records
from domain.access import visible
from domain.books.associated_templates import customers_with
from domain.books.statements import usual_period
from domain.db import db
from domain.errors import Missing, Refused
from domain.mail_kinds import MAIL_KINDS, MAILED_FROM_LISTS, STATEMENT, MailKind
from domain.mail_templates import LONGEST_BODY, LONGEST_SUBJECT, MailTemplate, all_templates
from domain.modules import ALL
from domain.modules.kinds import as_id
from domain.modules.module import Field
from domain.modules.parts import LANGUAGE_CHOICES
from domain.organizations.organizations import current_organization
from domain.recipients import name_of
from domain.words import LANGUAGES, _

bp = Blueprint("mail_templates", __name__)

NAME = Field("name", _("Name"), required=True, longest=100)
SUBJECT = Field("subject", _("Subject"), required=True, longest=LONGEST_SUBJECT)
BODY = Field("body", _("Message"), "long_text", required=True, longest=LONGEST_BODY)
FIELDS = (NAME, SUBJECT, BODY)

LATEST = 10
"""Documents with which a template can be looked at."""


class Shelf(NamedTuple):
    """The templates of one kind of mail: the organization's, the program's, and which one is in use."""

    kind: MailKind
    templates: list[Template]
    in_use: str


class Preview(NamedTuple):
    """What a template makes of a document."""

    subject: str
    text: str
    unknown: list[str]
    document: Any


@bp.get("/settings/mail-templates")
def index() -> Response:
    """All templates of one language, kind by kind."""
    require("settings.mail-templates.view")
    language = _language()
    ours = [each for each in all_templates() if each.language == language]
    return respond(
        "mail_templates/index.html",
        shelves=[_shelf(kind, language, ours) for kind in MAIL_KINDS.values()],
        language_of_page=language,
        languages=[choice for choice in LANGUAGE_CHOICES if choice.key],
    )


@bp.get("/settings/mail-templates/new")
def new() -> Response:
    """The form of a new template: empty, or a clone of another one."""
    require("settings.mail-templates.create")
    kind, language, customer = _kind(), _language(), customer_in_mind()
    wanted = mail_gallery.usual(kind.key, language).key if customer else request.args.get("from")
    source = next((each for each in mail_gallery.choices(kind.key, language) if each.key == wanted), None)
    typed = {"subject": source.subject, "body": source.body} if source else {}
    typed |= {"name": customer.display_name[:100]} if customer else {}
    return _show(None, kind, language, forms.Form(typed))


@bp.post("/settings/mail-templates/new")
def create() -> Response:
    """Make a template; the customer for whom it was made has it at once."""
    require("settings.mail-templates.create")
    kind, language, customer = _kind(), _language(), customer_in_mind()
    if _changes_form():
        return _show(None, kind, language, _with_placeholder(kind))
    try:
        made = {**forms.read(FIELDS), "kind": kind.key, "language": language}
        template = once(MailTemplate, lambda key: records.create(MailTemplate, made, actor(), key))
    except Refused as refusal:
        return _show(None, kind, language, forms.refused(refusal), 422)
    if customer:
        toast(_("%(name)s was saved.", name=template.name))
        return give(customer, template)
    return _saved(template)


@bp.get("/settings/mail-templates/<int:template_id>/edit")
def edit(template_id: int) -> Response:
    """The form of a template."""
    require("settings.mail-templates.edit")
    template = _found(template_id)
    form = forms.of_record(FIELDS, template)
    return _show(template, MAIL_KINDS[template.kind], template.language, form)


@bp.post("/settings/mail-templates/<int:template_id>/edit")
def update(template_id: int) -> Response:
    """Save a template."""
    require("settings.mail-templates.edit")
    template = _found(template_id)
    kind = MAIL_KINDS[template.kind]
    if _changes_form():
        return _show(template, kind, template.language, _with_placeholder(kind))
    if version() != template.version:
        return _show(template, kind, template.language, forms.conflicting(FIELDS, template), 409)
    try:
        records.update(template, forms.read(FIELDS), actor())
    except Refused as refusal:
        form = forms.refused(refusal)
        found = _found(template_id)
        return _show(found, kind, found.language, form, 422)
    return _saved(template)


@bp.post("/settings/mail-templates/preview")
def preview() -> Response:
    """What was typed so far, with a document filled in."""
    if not may("settings.mail-templates.create"):
        require("settings.mail-templates.edit")
    kind, language, form = _kind(), _language(), forms.as_posted(request.form)
    return respond("mail_templates/edit.html", "preview", **_context(None, kind, language, form))


@bp.post("/settings/mail-templates/<int:template_id>/default")
def choose(template_id: int) -> Response:
    """Let new mails begin with it, or with the program's own again."""
    require("settings.mail-templates.edit")
    template = _found(template_id)
    if request.form.get("stop") == "1":
        template.be_default_no_more(actor())
        toast(_("New mails begin with the program's own template again."))
    else:
        template.make_default(actor())
        toast(_("New mails begin with %(name)s.", name=template.name))
    return _back(template)


@bp.get("/settings/mail-templates/<int:template_id>/delete")
def confirm_delete(template_id: int) -> Response:
    """Ask before deleting."""
    require("settings.mail-templates.delete")
    template = _found(template_id)
    context = {"customers": customers_with(template), "back": _list_of(template)}
    return respond("mail_templates/delete.html", record=template, **context)


@bp.post("/settings/mail-templates/<int:template_id>/delete")
def destroy(template_id: int) -> Response:
    """Delete a template; mails that were written with it stay as they are."""
    require("settings.mail-templates.delete")
    template = _found(template_id)
    back = _list_of(template)
    records.destroy(template, actor())
    toast(_("%(name)s was deleted.", name=template.name))
    return go(back)


# --- reading the request --------------------------------------------------------------------------------------


def _found(template_id: int) -> MailTemplate:
    template = db.session.get(MailTemplate, template_id)
    if template is None or template.kind not in MAIL_KINDS:
        raise Missing()
    return template


def _kind() -> MailKind:
    kind = MAIL_KINDS.get(request.values.get("kind", ""))
    if kind is None:
        raise Missing()
    return kind


def _language() -> str:
    """The language of the template; the organization's own unless the address or form says another."""
    language = request.values.get("language", "")
    return language if language in LANGUAGES else current_organization().language


def _changes_form() -> bool:
    return "insert" in request.form or request.form.get("do") == "preview"


def _with_placeholder(kind: MailKind) -> forms.Form:
    """The form as it was typed; without JavaScript a placeholder goes to the end of the message."""
    name = request.form.get("insert", "")
    known = name in placeholders.names_of(kind.key)
    body = request.form.get("body", "") + (f" %{name}%" if known else "")
    return forms.as_posted({**request.form, "body": body})


# --- answers --------------------------------------------------------------------------------------------------


def _shelf(kind: MailKind, language: str, ours: list[MailTemplate]) -> Shelf:
    own = [each for each in ours if each.kind == kind.key]
    samples = mail_gallery.samples_for(kind.key, language)
    in_use = next((each.key for each in own if each.is_default), samples[0].key)
    return Shelf(kind, [*own, *samples], in_use)


def _saved(template: MailTemplate) -> Response:
    toast(_("%(name)s was saved.", name=template.name))
    return _back(template)


def _back(template: MailTemplate) -> Response:
    return go(_list_of(template))


def _list_of(template: MailTemplate) -> str:
    return url_for("mail_templates.index", language=template.language, _anchor=template.kind)


def _show(
    template: MailTemplate | None, kind: MailKind, language: str, form: forms.Form, status: int = 200
) -> Response:
    context = _context(template, kind, language, form)
    return respond("mail_templates/edit.html", "form", status=status, **context)


def _context(
    template: MailTemplate | None, kind: MailKind, language: str, form: forms.Form
) -> dict[str, Any]:
    return {
        "record": template,
        "customer": customer_in_mind(),
        "form": form,
        "kind": kind,
        "language_of_page": language,
        "language_name": next(each.label for each in LANGUAGE_CHOICES if each.key == language),
        "fields": {each.name: each for each in FIELDS},
        "placeholders": placeholders.offered(kind.key),
        "documents": {each.id: _called(each) for each in _documents(kind)},
        "preview": _preview(kind, language, form),
    }


def _documents(kind: MailKind) -> list[Any]:
    """The latest documents of this kind that the person may see."""
    module = ALL[kind.module]
    if not may(module.permission("view")):
        return []
    query = select(module.model).where(visible(actor(), module.model))
    if kind.module in MAILED_FROM_LISTS:
        query = query.options(joinedload(module.model.party))
    return list(db.session.scalars(query.order_by(module.model.id.desc()).limit(LATEST)))


def _called(document: Any) -> str:
    """What a document is called where one is chosen: with its party, unless it is the party."""
    title, party = t(document.title), name_of(document)
    return title if title == party else f"{title} · {party}"


def _preview(kind: MailKind, language: str, form: forms.Form) -> Preview:
    """What was typed with the chosen document filled in; without any document the placeholders stand."""
    subject, body = form.text("subject"), form.text("body")
    documents, chosen = _documents(kind), as_id(request.values.get("document", ""))
    document = next((each for each in documents if each.id == chosen), documents[0] if documents else None)
    if document is not None:
        period = usual_period() if kind.key == STATEMENT else None
        known = placeholders.values(document, actor(), language, kind.key, period)
        subject, body = compose.filled(known, subject), compose.filled(known, body)
    unknown = compose.unknown_in(kind.key, form.text("subject"), form.text("body"))
    return Preview(subject, body, unknown, document)
