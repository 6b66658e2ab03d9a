"""The form of a template, and what is drawn beside it: a real document as the template would print it."""

from typing import Any

from flask import Response, request
from sqlalchemy import select

from blueprints import forms
from blueprints.customer_templates import customer_in_mind
from blueprints.language import language
from blueprints.loading import may
from blueprints.respond import respond
from delivery.pdf import PdfFailed
from delivery.previews import Preview, preview_of
from delivery.sample import sample_sheet
from delivery.style import layout_of
from delivery.wording import HEADINGS, sheet_of
from domain.books.document import Document
from domain.books.layouts import COLOURS, PARTS
from domain.books.pdf_templates import COLUMNS, LABELS, LONGEST_LABEL, LOOKS, PAPERS, PdfTemplate
from domain.db import db
from domain.errors import Missing, Refused
from domain.modules import ALL
from domain.modules.kinds import as_id
from domain.modules.module import Choice, Field, Module
from domain.organizations.organizations import current_organization
from domain.printing import is_long
from domain.words import Words, _

KINDS: dict[str, Module] = {
    module.model.__mapper__.polymorphic_identity: module for module in ALL.values() if module.is_document
}

FIELDS = {
    field.name: field
    for field in (
        Field("name", _("Name"), required=True, longest=100),
        Field("look", _("Look"), "choice", required=True, choices=tuple(map(Choice, LOOKS, LOOKS.values()))),
        Field(
            "paper", _("Paper"), "choice", required=True, choices=tuple(map(Choice, PAPERS, PAPERS.values()))
        ),
        Field("margin_top", _("Upper margin, mm"), "integer", required=True),
        Field("margin_bottom", _("Lower margin, mm"), "integer", required=True),
        Field("margin_left", _("Left margin, mm"), "integer", required=True),
        Field("margin_right", _("Right margin, mm"), "integer", required=True),
        Field("accent", _("Colour of titles"), required=True, longest=7),
        Field("ink", _("Colour of the text"), required=True, longest=7),
        Field("shows_logo", _("Show the logo"), "boolean"),
        Field(
            "footer",
            _("Footer"),
            hint=_("Left empty, the organization's name. The document's number follows."),
        ),
        Field("html", _("HTML"), "long_text"),
        Field(
            "css",
            _("CSS"),
            "long_text",
            hint=_("Added to the stylesheet of the look; {{ accent }} and {{ ink }} are the colours."),
        ),
    )
}

DOCUMENTS_SHOWN = 8


def found(template_id: int) -> PdfTemplate:
    """A template in the gallery."""
    template = db.session.get(PdfTemplate, template_id)
    if template is None or template.is_replaced:
        raise Missing()
    return template


def values_of_form(is_to_be_saved: bool = True) -> dict[str, Any]:
    """What the form says; Refused, at the fields, for what it can't. Only what is saved needs a name."""
    fields = [field for field in FIELDS.values() if is_to_be_saved or field.name != "name"]
    values, errors = forms.parse(fields, request.form, PdfTemplate)
    labels = {name: request.form.get(f"label_{name}", "").replace("\x00", "").strip() for name in LABELS}
    errors |= {
        f"label_{name}": _("At most %(n)d characters.", n=LONGEST_LABEL)
        for name, text in labels.items()
        if len(text) > LONGEST_LABEL
    }
    if errors:
        raise Refused(**errors)
    chosen = request.form.getlist("columns")
    values["columns"] = [name for name in COLUMNS if name in chosen]
    values["labels"] = {name: text for name, text in labels.items() if text}
    values["accent"], values["ink"] = values["accent"].lower(), values["ink"].lower()
    if values["html"] in _layouts():
        values["html"] = ""
    return values


def _layouts() -> set[str]:
    """The layouts of all looks: what the form showed and nobody changed is no layout of one's own."""
    return {layout_of(look, each).strip() for look in LOOKS for each in ("ja", "en")}


def unsaved(kind: str, values: dict[str, Any]) -> PdfTemplate:
    """A template that is only looked at."""
    return PdfTemplate(**({"kind": kind, "name": "", "columns": list(COLUMNS), "labels": {}} | values))


def try_out(kind: str, values: dict[str, Any]) -> None:
    """Refuse HTML and CSS that can't be printed, before anything is saved."""
    tried = unsaved(kind, values)
    if not tried.is_edited:
        return
    tried.check_looks()
    try:
        preview_of(sample_sheet(kind, language(), tried))
    except PdfFailed as error:
        raise Refused(**{"html" if tried.html else "css": error.message}) from error


def sheet_for(template: PdfTemplate, chosen: Document | None = None) -> Any:
    """A real document as the template prints it, or a made-up one where there is none."""
    document = chosen or next(iter(_documents(template.kind)), None)
    if document is None or is_long(document):
        return sample_sheet(template.kind, language(), template)
    return sheet_of(document, template)


def _documents(kind: str) -> list[Document]:
    """The latest documents of a kind, of which one can be chosen for the preview."""
    module = KINDS[kind]
    if not may(module.permission("view")):
        return []
    query = select(module.model).order_by(module.model.id.desc()).limit(DOCUMENTS_SHOWN)
    return list(db.session.scalars(query))


def edit_page(template: PdfTemplate, saved: PdfTemplate | None) -> Response:
    """The form of a template that is saved already, or of a copy that is not."""
    form = forms.of_record(FIELDS.values(), template)
    form.typed["html"] = template.html or layout_of(template.look, current_organization().language)
    form.typed |= {f"label_{name}": text for name, text in template.labels.items()}
    form.typed |= {f"column_{name}": "1" for name in template.columns}
    return show(template.kind, saved, form, template)


def posted(refusal: Refused | None = None) -> forms.Form:
    """The form as somebody sent it."""
    form = forms.as_posted(request.form, dict(refusal.fields) if refusal else None)
    form.typed |= {f"column_{name}": "1" for name in request.form.getlist("columns") if name in COLUMNS}
    return form


def again(kind: str, template_id: int | None, refusal: Refused) -> Response:
    """The form once more: what is wrong, and all that was typed."""
    form = posted(refusal)
    db.session.rollback()
    template = found(template_id) if template_id else None
    return show(kind, template, form, None, 422, "form", refusal)


def show(
    kind: str,
    saved: PdfTemplate | None,
    form: forms.Form,
    shown: PdfTemplate | None,
    status: int = 200,
    region: str = "form",
    refusal: Refused | None = None,
) -> Response:
    """The page, or the region that was asked for."""
    documents = _documents(kind)
    wanted = as_id(request.values.get("document", ""))
    chosen = next((each for each in documents if each.id == wanted), None)
    picture, failure = drawn(shown, chosen)
    context = {
        "kind": kind,
        "customer": customer_in_mind(),
        "module": KINDS[kind],
        "saved": saved,
        "form": form,
        "fields": FIELDS,
        "labels": LABELS,
        "columns": {name: HEADINGS[name] for name in COLUMNS},
        "parts": PARTS,
        "colours": COLOURS,
        "documents": documents,
        "chosen": chosen,
        "preview": picture,
        "failure": failure or (_first_of(refusal) if refusal else None),
        "message": refusal.message if refusal and not refusal.fields else None,
    }
    if region == "preview":
        return respond("settings/template.html", "preview", status=status, **context)
    return respond("settings/template.html", "form", "preview", status=status, **context)


def _first_of(refusal: Refused) -> Words:
    return next(iter(refusal.fields.values()), refusal.message)


def drawn(template: PdfTemplate | None, chosen: Document | None) -> tuple[Preview | None, Words | None]:
    """The preview, or why there is none."""
    if template is None:
        return None, None
    try:
        return preview_of(sheet_for(template, chosen)), None
    except PdfFailed as error:
        return None, error.message
