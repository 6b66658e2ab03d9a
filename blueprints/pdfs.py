"""A document as PDF, shown in the browser under its own name. A long one is made by a worker meanwhile."""

from io import BytesIO

from flask import Blueprint, Response, request, send_file, url_for

from blueprints.loading import actor, load
from blueprints.respond import changed, leave, respond, wants_fragment
from delivery import documents
from domain.books.document import Document
from domain.modules.module import Module
from domain.printing import ask_for_pdf, asked_for, is_long

bp = Blueprint("pdfs", __name__)


@bp.get("/<document:module>/<int:record_id>/pdf")
def show(module: Module, record_id: int) -> Response:
    """The PDF, in the party's language; `?download=1` saves it instead of showing it."""
    document = load(module, record_id, "view", module.model.party)
    content = documents.kept_pdf(document)
    if content is None and is_long(document):
        return respond("pdfs/making.html", "making", **_making(module, document))
    if wants_fragment():  # somebody waited for it
        return leave(request.full_path)
    return send_file(
        BytesIO(content or documents.pdf(document)),
        "application/pdf",
        as_attachment="download" in request.args,
        download_name=documents.file_name(document),
    )


@bp.post("/<document:module>/<int:record_id>/pdf")
def make(module: Module, record_id: int) -> Response:
    """Let a worker make it."""
    document = load(module, record_id, "view", module.model.party)
    ask_for_pdf(document, actor())
    here = url_for("pdfs.show", module=module, record_id=record_id)
    return changed(here, "pdfs/making.html", "making", **_making(module, document))


def _making(module: Module, document: Document) -> dict[str, object]:
    asked = asked_for(document)
    return {"module": module, "record": document, "asked": asked, "is_under_way": asked and not asked.done_at}
