"""One more condition on a list: the "Add filter" form becomes an address."""

from datetime import date
from decimal import Decimal
from urllib.parse import parse_qsl

from flask import Blueprint, Response, redirect, request, url_for

from blueprints.language import language
from blueprints.loading import require
from domain.errors import Refused
from domain.modules.kinds import KINDS
from domain.modules.listing import Listing
from domain.modules.module import Field, Module

bp = Blueprint("filters", __name__)


@bp.get("/<module:module>/filter")
def add(module: Module) -> Response:
    """The list with the condition added; one that makes no sense is refused there."""
    require(module.permission("view"))
    args = dict(parse_qsl(request.args.get("listing", "")))
    name, operator = request.args.get("field", ""), request.args.get("operator", "is")
    value = _as_addresses_say(module.by_name.get(name), operator, request.args.get("value", ""))
    args[name if operator == "is" else f"{name}__{operator}"] = value
    listing = Listing.from_args(module, args)
    return redirect(url_for("records.index", module=module, **listing.to_args()), 303)


def _as_addresses_say(field: Field | None, operator: str, typed: str) -> str:
    """An address means the same to everybody: 1 000,50 typed in French is 1000.50 there."""
    if field is None or operator in ("contains", "starts"):
        return typed
    try:
        value = KINDS[field.kind].parse(typed, language())
    except Refused:
        return typed  # the list says what is wrong with it
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else typed
