"""Related lists: another module's listing on a record's page, and a page of its own without JavaScript."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, request

from blueprints.loading import actor, load, may, require, sees_customer_of
from blueprints.respond import respond
from domain.errors import Missing
from domain.modules import ALL
from domain.modules.custom_fields import customized
from domain.modules.listing import PANEL, Listing
from domain.modules.module import Figure, Kept, Module, Related

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
        "kept": kept_of(module, record),
    }


def kept_of(module: Module, record: Any) -> Mapping[str, Sequence[Kept]]:
    """What the headings say of the record's documents, for those who may see them."""
    sees_any = any(related.kind for related, _target in panels_of(module))
    return module.kept(record, actor()) if module.kept and sees_any and sees_customer_of(record) else {}


def figures_of(module: Module, record: Any) -> list[Figure]:
    """The band of a record page: each figure for those who may see the list that it leads to."""
    figures = module.band(record) if module.band and sees_customer_of(record) else None
    return [figure for figure in figures or () if may(ALL[figure.module].permission("view"))]


def panels_of(module: Module) -> list[tuple[Related, Module]]:
    """The related lists that the person may see at all; without the right there is no list."""
    return [(r, ALL[r.module]) for r in module.related if may(ALL[r.module].permission("view"))]
