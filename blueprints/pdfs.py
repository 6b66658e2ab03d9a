"""A document as PDF, shown in the browser under its own name."""

from io import BytesIO

from flask import Blueprint, Response, request, send_file

from blueprints.loading import load
from delivery import documents
from domain.modules.module import Module

bp = Blueprint("pdfs", __name__)


@bp.get("/<document:module>/<int:record_id>/pdf")
def show(module: Module, record_id: int) -> Response:
    """The PDF, in the party's language; `?download=1` saves it instead of showing it."""
    document = load(module, record_id, "view", module.model.party)
    return send_file(
        BytesIO(documents.pdf(document)),
        "application/pdf",
        as_attachment="download" in request.args,
        download_name=documents.file_name(document),
    )
