"""Changes of state without input: a document's `POST …/status` with the step's name, a record's `POST …/active`."""

from flask import Blueprint, Response, request, url_for

from blueprints.loading import actor, load, require
from blueprints.records import page_of
from blueprints.respond import changed, go
from blueprints.toasts import toast
from domain import records
from domain.modules.module import Module
from domain.words import _

bp = Blueprint("status", __name__)


@bp.post("/<document:module>/<int:record_id>/status")
def change(module: Module, record_id: int) -> Response:
    """Take the step, if it is offered from where the document stands."""
    document = load(module, record_id, "view", lock=True)
    transition = document.STATUS.transition(request.form.get("transition", ""))
    require(module.permission(transition.permission))
    document.step(transition.name, actor(), reason=request.form.get("reason", "").replace("\x00", ""))
    toast(_("%(name)s: %(state)s", name=document.title, state=document.shown_state.label))
    url = url_for("records.show", module=module, record_id=document.id)
    return changed(
        url,
        "records/show.html",
        "header",
        "band",
        "body",
        "timeline",
        showing=lambda: page_of(module, document),
    )


@bp.post("/<switched:module>/<int:record_id>/active")
def switch(module: Module, record_id: int) -> Response:
    """Offer a record for new documents no more, or again; what exists is untouched."""
    record = load(module, record_id, "edit", lock=True)
    is_active = request.form.get("to") == "active"
    records.update(record, {"is_active": is_active}, actor())
    said = _("%(name)s is active.", name=record.title), _("%(name)s is inactive.", name=record.title)
    toast(said[not is_active])
    return go(url_for("records.show", module=module, record_id=record_id))
