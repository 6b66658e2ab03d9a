"""Add to books: a record of the CRM becomes one of the books, or is linked to one. It asks, never guesses."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from blueprints.loading import actor, load, require
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain.books.adding import WAYS, Way
from domain.errors import Missing, Refused
from domain.modules import ALL
from domain.modules.kinds import parse_id
from domain.modules.module import Module
from domain.words import _

bp = Blueprint("adding", __name__)

NEW = "new"


@bp.get("/<module:module>/<int:record_id>/books")
def form(module: Module, record_id: int) -> Response:
    """Which one is it: one of those that look alike, or a new one?"""
    way, record = _load(module, record_id)
    if record.books_id:
        return go(url_for("records.show", module=way.target, record_id=record.books_id))
    if account_id := getattr(record, "account_id", None):
        return go(url_for("adding.form", module="crm.accounts", record_id=account_id))
    return _ask(module, way, record)


@bp.post("/<module:module>/<int:record_id>/books")
def add(module: Module, record_id: int) -> Response:
    """Link the record to the chosen one, or make one from it."""
    way, record = _load(module, record_id)
    chosen = request.form.get("counterpart", "")
    try:
        is_new = chosen == NEW or not (chosen or way.candidates(record, actor()))
        counterpart = way.add(record, actor(), None if is_new else _chosen(way, chosen))
    except Refused as refusal:
        return _ask(module, way, record, refusal, status=422)
    toast(_("%(name)s is in the books now.", name=counterpart.title))
    return go(url_for("records.show", module=module, record_id=record.id))


def _load(module: Module, record_id: int) -> tuple[Way, Any]:
    way = WAYS.get(module.key)
    if way is None:
        raise Missing()
    require(ALL[way.target].permission("create"))
    return way, load(module, record_id, "edit")


def _ask(
    module: Module, way: Way, record: Any, refusal: Refused | None = None, status: int = 200
) -> Response:
    return respond(
        "adding/form.html",
        "form",
        status=status,
        module=module,
        record=record,
        way=way,
        target=ALL[way.target],
        candidates=way.candidates(record, actor()),
        refusal=refusal.message if refusal else None,
    )


def _chosen(way: Way, chosen: str) -> Any:
    record_id = parse_id(chosen)
    if record_id is None:
        raise Refused(_("Please say which one it is."))
    return load(ALL[way.target], record_id, "edit")
