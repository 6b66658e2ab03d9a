"""One more condition on a list: the "Add filter" form becomes an address."""

from urllib.parse import parse_qsl

from flask import Blueprint, Response, redirect, request, url_for

from blueprints.loading import require
from domain.modules.listing import Listing
from domain.modules.module import Module

bp = Blueprint("filters", __name__)


@bp.get("/<module:module>/filter")
def add(module: Module) -> Response:
    """The list with the condition added; one that makes no sense is refused there."""
    require(module.permission("view"))
    args = dict(parse_qsl(request.args.get("listing", "")))
    name, operator = request.args.get("field", ""), request.args.get("operator", "is")
    args[name if operator == "is" else f"{name}__{operator}"] = request.args.get("value", "")
    listing = Listing.from_args(module, args)
    return redirect(url_for("records.index", module=module, **listing.to_args()), 303)
