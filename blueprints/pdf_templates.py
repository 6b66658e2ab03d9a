"""Settings ▸ Document templates: how documents look on paper, and templates of an organization's own."""

from io import BytesIO

from flask import Blueprint, Response, request, send_file, url_for

from blueprints.customer_templates import customer_in_mind, give
from blueprints.language import t
from blueprints.loading import actor, require
from blueprints.records import once, version
from blueprints.respond import go, respond
from blueprints.template_form import (
    KINDS,
    again,
    edit_page,
    found,
    posted,
    sheet_for,
    show,
    try_out,
    unsaved,
    values_of_form,
)
from blueprints.toasts import toast
from delivery.pdf import PdfFailed
from delivery.previews import page_of, preview_of
from domain.books import pdf_templates
from domain.books.associated_templates import customers_with
from domain.books.pdf_templates import LONGEST_NAME, LOOKS, PdfTemplate
from domain.errors import Missing, Refused, Stale
from domain.modules.kinds import as_id
from domain.words import _

bp = Blueprint("pdf_templates", __name__)


@bp.get("/settings/templates")
def index() -> Response:
    """The gallery of a kind of document."""
    require("settings.templates.view")
    kind = _kind(request.args.get("kind", "invoice"))
    return respond(
        "settings/templates.html",
        "gallery",
        kind=kind,
        kinds=KINDS,
        looks=LOOKS,
        templates=pdf_templates.templates_of(kind),
    )


@bp.get("/settings/templates/picture")
def picture() -> Response:
    """The first page of a look, or of a template, with the latest real document."""
    require("settings.templates.view")
    template = _template(request.args.get("template", ""))
    if template is None:
        template = unsaved(_kind(request.args.get("kind", "invoice")), {"look": _look()})
    try:
        return _page(preview_of(sheet_for(template)).key, 0)
    except PdfFailed as error:
        raise Missing() from error


@bp.get("/settings/templates/pages/<key>/<int:position>")
def page(key: str, position: int) -> Response:
    """A page that was drawn for a preview."""
    require("settings.templates.view")
    return _page(key, position)


@bp.get("/settings/templates/new")
def new() -> Response:
    """A copy of a look or of another template, to be changed and saved."""
    require("settings.templates.edit")
    original = _template(request.args.get("copy", ""))
    if original:
        copied = pdf_templates.copied(original) | {"name": t(_("%(name)s, copy", name=original.name))}
        return edit_page(unsaved(original.kind, copied), None)
    look, customer = _look(), customer_in_mind()
    name = customer.display_name[:LONGEST_NAME] if customer else t(LOOKS[look])
    return edit_page(unsaved(_kind(request.args.get("kind", "invoice")), {"look": look, "name": name}), None)


@bp.post("/settings/templates/new")
def create() -> Response:
    """Keep it; the customer for whom it was made has it at once."""
    require("settings.templates.edit")
    kind, customer = _kind(request.form.get("kind", "")), customer_in_mind()
    try:
        values = values_of_form()
        try_out(kind, values)
        template = once(PdfTemplate, lambda key: pdf_templates.make_template(kind, values, actor(), key))
    except Refused as refusal:
        return again(kind, None, refusal)
    toast(_("%(name)s was saved.", name=template.name))
    return give(customer, template) if customer else go(url_for("pdf_templates.index", kind=kind))


@bp.get("/settings/templates/<int:pdf_template_id>/edit")
def edit(pdf_template_id: int) -> Response:
    """A template of one's own."""
    require("settings.templates.edit")
    template = found(pdf_template_id)
    return edit_page(template, template)


@bp.post("/settings/templates/<int:pdf_template_id>/edit")
def update(pdf_template_id: int) -> Response:
    """Save it; documents that were issued with it keep it as it was."""
    require("settings.templates.edit")
    template = found(pdf_template_id)
    if version() != template.version:
        raise Stale(template)
    kind = template.kind
    try:
        values = values_of_form()
        try_out(kind, values)
        saved = pdf_templates.change_template(template, values, actor())
    except Refused as refusal:
        return again(kind, pdf_template_id, refusal)
    toast(_("%(name)s was saved.", name=saved.name))
    return go(url_for("pdf_templates.index", kind=kind))


@bp.post("/settings/templates/preview")
def preview() -> Response:
    """What stands in the form, on paper; nothing is saved."""
    require("settings.templates.edit")
    kind = _kind(request.form.get("kind", ""))
    template = _template(request.form.get("template", ""))
    try:
        tried = unsaved(kind, values_of_form(is_to_be_saved=False))
        tried.check_looks()
    except Refused as refusal:
        return show(kind, template, posted(refusal), None, 422, "preview", refusal)
    return show(kind, template, posted(), tried, 200, "preview")


@bp.post("/settings/templates/<int:pdf_template_id>/default")
def make_default(pdf_template_id: int) -> Response:
    """Print with it from now on."""
    require("settings.templates.edit")
    template = found(pdf_template_id)
    pdf_templates.make_default(template, actor())
    toast(_("%(name)s is the default now. What was issued stays as it is.", name=template.name))
    return go(url_for("pdf_templates.index", kind=template.kind))


@bp.post("/settings/templates/default")
def no_default() -> Response:
    """Print with the plain look again."""
    require("settings.templates.edit")
    kind = _kind(request.form.get("kind", ""))
    pdf_templates.no_default(kind, actor())
    toast(_("The plain look is the default now. What was issued stays as it is."))
    return go(url_for("pdf_templates.index", kind=kind))


@bp.get("/settings/templates/<int:pdf_template_id>/delete")
def confirm_delete(pdf_template_id: int) -> Response:
    """Ask before deleting."""
    require("settings.templates.edit")
    template = found(pdf_template_id)
    customers = customers_with(template)
    return respond("settings/template_delete.html", "form", saved=template, customers=customers, message=None)


@bp.post("/settings/templates/<int:pdf_template_id>/delete")
def destroy(pdf_template_id: int) -> Response:
    """Take it out of the gallery."""
    require("settings.templates.edit")
    template = found(pdf_template_id)
    kind, name = template.kind, template.name
    try:
        pdf_templates.delete_template(template, actor())
    except Refused as refusal:
        context = {"saved": template, "customers": 0, "message": refusal.message}
        return respond("settings/template_delete.html", "form", status=422, **context)
    toast(_("%(name)s was deleted.", name=name))
    return go(url_for("pdf_templates.index", kind=kind))


# --- finding --------------------------------------------------------------------------------------------------


def _kind(name: str) -> str:
    if name not in KINDS:
        raise Missing()
    return name


def _look() -> str:
    look = request.args.get("look", "plain")
    return look if look in LOOKS else "plain"


def _template(text: str) -> PdfTemplate | None:
    """The template that an address or a form names, if it names one."""
    return found(as_id(text) or 0) if text else None


def _page(key: str, number: int) -> Response:
    content = page_of(key, number)
    if content is None:
        raise Missing()
    return send_file(BytesIO(content), "image/png")
