"""Files on a record: upload, look at, show in the portal, delete. What may not be shown is only handed over."""

from io import BytesIO

from flask import Blueprint, Response, request, send_file, url_for
from werkzeug.datastructures import FileStorage

from blueprints.loading import actor, load
from blueprints.respond import changed, go, respond
from blueprints.talk import files_on
from blueprints.toasts import toast
from delivery import attached
from delivery.files import files
from domain import attachments
from domain.attachments import MAX_BYTES, PICTURES
from domain.db import db
from domain.errors import Missing, Refused
from domain.modules.module import Module
from domain.words import _, _n

bp = Blueprint("attachments", __name__)

ALONE = "default-src 'none'; sandbox"
"""Whatever the file holds: opened by itself it runs nothing, asks for nothing and is nobody's page."""
AS_PDF = "default-src 'none'; frame-ancestors 'self'"
"""A browser's own PDF viewer does not work in a sandbox."""


@bp.get("/<module:module>/<int:record_id>/attachments")
def index(module: Module, record_id: int) -> Response:
    """The files on the record."""
    return _page(module, load(module, record_id, "view"))


@bp.post("/<module:module>/<int:record_id>/attachments/new")
def create(module: Module, record_id: int) -> Response:
    """Add files, all or none."""
    record = load(module, record_id, "edit", lock=True)
    uploaded = [each for each in request.files.getlist("files") if each.filename]
    try:
        if not uploaded:
            raise Refused(files=_("Please choose a file."))
        attachments.room_for(record, len(uploaded))
        for kept in [attached.kept(_read(each), each.filename or "") for each in uploaded]:
            attachments.attach(record, kept, actor(), in_portal=request.form.get("in_portal") == "1")
    except Refused as refusal:
        db.session.rollback()
        return _page(module, load(module, record_id, "edit"), 422, refusal)
    toast(_n("%(n)s file was attached.", "%(n)s files were attached.", n=len(uploaded)))
    return _changed(module, record)


@bp.get("/<module:module>/<int:record_id>/attachments/<int:attachment_id>")
def show(module: Module, record_id: int, attachment_id: int) -> Response:
    """The file: pictures and PDFs in the browser, everything else as a download."""
    attachment = attachments.attachment_on(load(module, record_id, "view"), attachment_id)
    inline = attachment.opens_inline and "download" not in request.args
    response = send_file(
        files().open(attachment.file.digest),
        attachment.file.media_type,
        as_attachment=not inline,
        download_name=attachment.name,
    )
    is_pdf = attachment.file.media_type == "application/pdf"
    response.headers["Content-Security-Policy"] = AS_PDF if is_pdf and inline else ALONE
    return response


@bp.get("/<module:module>/<int:record_id>/attachments/<int:attachment_id>/thumbnail")
def thumbnail(module: Module, record_id: int, attachment_id: int) -> Response:
    """A picture, small."""
    attachment = attachments.attachment_on(load(module, record_id, "view"), attachment_id)
    small = attached.thumbnail(attachment.file.digest) if attachment.file.media_type in PICTURES else None
    if small is None:
        raise Missing()
    return send_file(BytesIO(small), "image/png")


@bp.post("/<module:module>/<int:record_id>/attachments/<int:attachment_id>/portal")
def portal(module: Module, record_id: int, attachment_id: int) -> Response:
    """Show it in the portal, or no longer."""
    record = load(module, record_id, "edit")
    attachment = attachments.attachment_on(record, attachment_id)
    attachments.show_in_portal(record, attachment, request.form.get("in_portal") == "1", actor())
    return _changed(module, record)


@bp.get("/<module:module>/<int:record_id>/attachments/<int:attachment_id>/delete")
def confirm_delete(module: Module, record_id: int, attachment_id: int) -> Response:
    """Ask before deleting."""
    record = load(module, record_id, "edit")
    attachment = attachments.attachment_on(record, attachment_id)
    return respond("attachments/delete.html", "form", module=module, record=record, attachment=attachment)


@bp.post("/<module:module>/<int:record_id>/attachments/<int:attachment_id>/delete")
def destroy(module: Module, record_id: int, attachment_id: int) -> Response:
    """Delete it."""
    record = load(module, record_id, "edit")
    attachment = attachments.attachment_on(record, attachment_id)
    attachments.take_off(record, attachment, actor())
    toast(_("%(name)s was deleted.", name=attachment.name))
    return go(url_for("records.show", module=module, record_id=record.id))


def _read(uploaded: FileStorage) -> bytes:
    """The bytes, and one more than may be, so that too much is noticed without being read."""
    return uploaded.stream.read(MAX_BYTES + 1)


def _page(module: Module, record, status: int = 200, refusal: Refused | None = None) -> Response:  # type: ignore[no-untyped-def]
    return respond(
        "attachments/index.html",
        "attachments",
        status=status,
        **files_on(module, record),
        error=(refusal.fields.get("files") or refusal.message) if refusal else None,
    )


def _changed(module: Module, record) -> Response:  # type: ignore[no-untyped-def]
    url = url_for("records.show", module=module, record_id=record.id, _anchor="attachments")
    return changed(url, "attachments/index.html", "attachments", **files_on(module, record))
