"""What a customer or vendor has to their credit: what is unused of payments and credit notes."""

from flask import Blueprint, Response

from blueprints.loading import load, may, require
from blueprints.respond import respond
from domain.books.credits import sources_of
from domain.modules import ALL

bp = Blueprint("unused_credits", __name__)


@bp.get("/books/customers/<int:record_id>/credits")
def of_customer(record_id: int) -> Response:
    """What is unused of what came from a customer, and of what was credited to them."""
    require("books.payments.view")
    return _page("books.customers", record_id)


@bp.get("/books/vendors/<int:record_id>/credits")
def of_vendor(record_id: int) -> Response:
    """What is unused of what was paid to a vendor."""
    require("books.payments.view")
    return _page("books.vendors", record_id)


def _page(key: str, record_id: int) -> Response:
    module = ALL[key]
    party = load(module, record_id, "view")
    sources = [each for each in sources_of(party.id) if may(ALL[each.MODULE].permission("view"))]
    return respond("payments/unused.html", module=module, record=party, sources=sources)
