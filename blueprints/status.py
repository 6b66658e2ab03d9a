"""One address for every change of state that needs no input: `POST …/status` with the transition's name."""

from flask import Blueprint, Response, request, url_for

from blueprints.loading import actor, load, require
from blueprints.records import page_of
from blueprints.respond import changed
from blueprints.toasts import toast
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
