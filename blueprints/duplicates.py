"""Customers that are likely there twice, in pairs: to be merged, or told apart for good."""

from flask import Blueprint, Response, request, url_for

from blueprints.loading import actor, require
from blueprints.merging import all_seen
from blueprints.respond import changed, respond
from blueprints.toasts import toast
from domain.books.customers import Customer
from domain.books.different_customers import take_back, tell_apart
from domain.books.duplicates import likely_pairs, told_apart
from domain.books.merging import PERMISSION
from domain.errors import Missing
from domain.modules import ALL
from domain.modules.kinds import as_id
from domain.words import _

bp = Blueprint("duplicates", __name__)


@bp.get("/books/customers/duplicates")
def index() -> Response:
    """Those who have something in common, and those who were told apart."""
    require("books.customers.view")
    return respond("merging/duplicates.html", "pairs", **_shown())


@bp.post("/books/customers/duplicates/different")
def different() -> Response:
    """They are two: not offered any more."""
    require(PERMISSION)
    one, other = _pair()
    tell_apart(one, other)
    toast(_("%(one)s and %(other)s are two customers.", one=one.title, other=other.title))
    return _again()


@bp.post("/books/customers/duplicates/perhaps")
def perhaps() -> Response:
    """They may be one after all."""
    require(PERMISSION)
    one, other = _pair()
    take_back(one, other)
    toast(_("%(one)s and %(other)s may be the same again.", one=one.title, other=other.title))
    return _again()


def _pair() -> list[Customer]:
    ids = {each for name in ("one", "other") if (each := as_id(request.form.get(name, "")))}
    if len(ids) < 2:
        raise Missing()
    return all_seen(list(ids))


def _again() -> Response:
    return changed(url_for("duplicates.index"), "merging/duplicates.html", "pairs", showing=_shown)


def _shown() -> dict[str, object]:
    after, before = (as_id(request.args.get(name, "")) for name in ("after", "before"))
    page = likely_pairs(actor(), after, before)
    return {"module": ALL["books.customers"], "page": page, "apart": told_apart(actor())}
