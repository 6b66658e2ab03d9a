"""Add to books: an account becomes a customer, or is linked to one that is there. It asks, never guesses."""

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select

from blueprints.loading import actor, load, require
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain.access import visible
from domain.books import adding
from domain.books.customers import Customer
from domain.db import db
from domain.errors import Missing, Refused
from domain.modules import ALL
from domain.modules.kinds import parse_id
from domain.modules.module import Module
from domain.words import _

bp = Blueprint("adding", __name__)

NEW = "new"


@bp.get("/<module:module>/<int:record_id>/books")
def form(module: Module, record_id: int) -> Response:
    """Which customer is it: one of those that look alike, or a new one?"""
    account = _load(module, record_id)
    if account.customer_id:
        return go(url_for("records.show", module="books.customers", record_id=account.customer_id))
    return respond("adding/form.html", "form", module=module, record=account, candidates=_candidates(account))


@bp.post("/<module:module>/<int:record_id>/books")
def add(module: Module, record_id: int) -> Response:
    """Link the account to the chosen customer, or make one from it."""
    account = _load(module, record_id)
    chosen = request.form.get("customer", "")
    candidates = _candidates(account)
    try:
        customer = None if chosen == NEW or not (chosen or candidates) else _chosen(chosen)
        customer = adding.add_account(account, actor(), customer)
    except Refused as refusal:
        context = {"module": module, "record": account, "candidates": candidates, "refusal": refusal.message}
        return respond("adding/form.html", "form", status=422, **context)
    toast(_("%(name)s is in the books now.", name=customer.title))
    return go(url_for("records.show", module=module, record_id=account.id))


def _load(module: Module, record_id: int):  # type: ignore[no-untyped-def]
    if module.key != "crm.accounts":
        raise Missing()
    require(ALL["books.customers"].permission("create"))
    return load(module, record_id, "edit")


def _candidates(account) -> list[Customer]:  # type: ignore[no-untyped-def]
    """Those that look alike and may be seen by this person."""
    ids = [customer.id for customer in adding.candidates(account)]
    query = select(Customer).where(Customer.id.in_(ids), visible(actor(), Customer)).order_by(Customer.id)
    return list(db.session.scalars(query)) if ids else []


def _chosen(chosen: str) -> Customer:
    customer_id = parse_id(chosen)
    if customer_id is None:
        raise Refused(_("Please say which customer it is."))
    return load(ALL["books.customers"], customer_id, "edit")
