"""Which columns a list shows, and in which order; the choice becomes part of its address."""

from urllib.parse import parse_qsl

from flask import Blueprint, Response, redirect, request, url_for

from blueprints.loading import require
from blueprints.respond import respond
from domain.modules.listing import Listing
from domain.modules.module import Module

bp = Blueprint("columns", __name__)


@bp.get("/<module:module>/columns")
def choose(module: Module) -> Response:
    """All fields to choose from; the buttons move one up or down, and the last one shows the list."""
    require(module.permission("view"))
    listing = Listing.from_args(module, dict(parse_qsl(request.args.get("listing", ""))))
    names = _moved(_in_order(module, listing))
    chosen = request.args.getlist("show") if "order" in request.args else [f.name for f in listing.shown]
    if "apply" in request.args:
        listing = listing.showing([name for name in names if name in chosen] or module.list_columns)
        return redirect(url_for("records.index", module=module, **listing.at().to_args()), 303)
    fields = [module.by_name[name] for name in names]
    return respond(
        "records/columns.html", "columns", module=module, listing=listing, fields=fields, chosen=chosen
    )


def _in_order(module: Module, listing: Listing) -> list[str]:
    """The columns shown first, then all other fields; or as the form has them."""
    given = request.args.getlist("order") or [field.name for field in listing.shown]
    known = [name for name in dict.fromkeys(given) if name in module.by_name]
    return known + [field.name for field in module.fields if field.name not in known]


def _moved(names: list[str]) -> list[str]:
    for button, step in (("up", -1), ("down", 1)):
        name = request.args.get(button, "")
        if name in names:
            at = names.index(name)
            to = min(max(at + step, 0), len(names) - 1)
            names[at], names[to] = names[to], names[at]
    return names
