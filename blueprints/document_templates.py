"""More ▸ PDF template: with which template one document is printed, whatever its customer has."""

from flask import Blueprint, Response, request, url_for

from blueprints.loading import actor, load
from blueprints.records import version
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain.books.document import Document
from domain.books.document_templates import choose_template
from domain.books.pdf_templates import PdfTemplate, templates_of
from domain.errors import Refused
from domain.modules.kinds import as_id
from domain.modules.module import Module
from domain.words import Words, _

bp = Blueprint("document_templates", __name__)


@bp.get("/<document:module>/<int:record_id>/template")
def form(module: Module, record_id: int) -> Response:
    """The gallery of its kind, as a list."""
    return _page(module, load(module, record_id, "edit"))


@bp.post("/<document:module>/<int:record_id>/template")
def save(module: Module, record_id: int) -> Response:
    """Print it with that one from now on."""
    document = load(module, record_id, "edit", version=version(), lock=True)
    try:
        choose_template(document, _chosen(document, request.form.get("template", "")), actor())
    except Refused as refusal:
        return _page(module, document, next(iter(refusal.fields.values()), refusal.message))
    toast(_("The template was saved."))
    return go(url_for("records.show", module=module, record_id=record_id))


def _chosen(document: Document, text: str) -> PdfTemplate | None:
    """The template that was chosen; an older one stays where it is kept."""
    if not text:
        return None
    offered = [*templates_of(document.kind), document.pdf_template]
    found = next((each for each in offered if each and each.id == as_id(text)), None)
    if found is None:
        raise Refused(template=_("Please choose from the list."))
    return found


def _page(module: Module, document: Document, error: Words | None = None) -> Response:
    templates = list(templates_of(document.kind))
    if document.pdf_template and document.pdf_template not in templates:
        templates.insert(0, document.pdf_template)
    return respond(
        "documents/template.html",
        "form",
        status=422 if error else 200,
        module=module,
        record=document,
        templates=templates,
        error=error,
    )
