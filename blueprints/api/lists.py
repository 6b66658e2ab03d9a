"""Lists as JSON, for programs: the same listing, filters, order and rights as the page."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for

from blueprints.language import t
from blueprints.loading import actor, require
from domain.modules.listing import Listing
from domain.modules.module import Field, Module
from domain.money import Money
from domain.words import Words

bp = Blueprint("api", __name__)


@bp.get("/<module:module>.json")
def index(module: Module) -> Response:
    """One page of a list, and where the next one is; filters and order as on the page."""
    require(module.permission("view"))
    listing = Listing.from_args(module, request.args)
    page = listing.page(actor())
    return jsonify(
        module=module.key,
        records=[_record(listing, row) for row in page.rows],
        next=_address(module, listing.at(after=page.after)) if page.after else None,
        previous=_address(module, listing.at(before=page.before)) if page.before else None,
    )


def _address(module: Module, listing: Listing) -> str:
    return url_for("api.index", module=module, _external=True, **listing.to_args())


def _record(listing: Listing, row: Any) -> dict[str, Any]:
    own = {"id": row.id, "title": t(row.title)}
    return own | {field.name: _value(field, row) for field in listing.shown}


def _value(field: Field, row: Any) -> Any:
    """A value as programs read it: numbers plain, dates ISO, amounts with their currency, references by id."""
    value = getattr(row, field.name)
    if value is None:
        return None
    if field.kind == "money":
        currency = getattr(row, field.currency)
        return {"amount": str(Money(value, currency).decimal), "currency": currency}
    if field.kind == "member":
        return {"id": value.id, "name": value.name}
    if field.kind == "reference":
        return {"id": value.id, "title": t(value.title)}
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return t(value) if isinstance(value, Words) else str(value) if isinstance(value, Decimal) else value
