"""Related lists: another module's listing on a record's page, and a page of its own without JavaScript."""

from typing import Any

from flask import Blueprint, Response, request

from blueprints.loading import actor, load, may, require
from blueprints.respond import respond
from domain.errors import Missing
from domain.modules import ALL
from domain.modules.custom_fields import customized
from domain.modules.listing import PANEL, Listing
from domain.modules.module import Module, Related

bp = Blueprint("related", __name__)


@bp.get("/<module:module>/<int:record_id>/related/<name>")
def show(module: Module, record_id: int, name: str) -> Response:
    """One related list: the panel under HTMX, a page without."""
    related = module.related_to(name)
    if related is None:
        raise Missing()
    target = ALL[related.module]
    require(target.permission("view"))
    record = load(module, record_id, "view")
    return respond("records/related.html", "panel", **panel(module, record, related))


def panel(module: Module, record: Any, related: Related) -> dict[str, Any]:
    """What a related list shows: its rows, or that the record is not in the books yet."""
    target = customized(ALL[related.module])
    narrowing = related.through(record)
    listing = page = None
    if narrowing is not None:
        listing = Listing.from_args(target, request.args, size=PANEL, columns=related.columns).narrowed(
            narrowing
        )
        page = listing.page(actor())
    return {
        "module": module,
        "record": record,
        "related": related,
        "target": target,
        "listing": listing,
        "page": page,
        "narrowing": narrowing,
    }


def panels_of(module: Module) -> list[tuple[Related, Module]]:
    """The related lists that the person may see at all; without the right there is no list."""
    return [(r, ALL[r.module]) for r in module.related if may(ALL[r.module].permission("view"))]
