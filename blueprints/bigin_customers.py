"""Customers and Bigin: who is not here yet is brought over, one is brought up to date, their deals are read."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select

from blueprints.loading import actor, load, require
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain.books.customers import Customer
from domain.db import db
from domain.errors import Missing, NotAllowed, Refused
from domain.modules import ALL
from domain.modules.kinds import as_id
from domain.sync.connections import SyncConnection, SyncModule
from domain.words import _
from sync import asking
from sync import run as runs
from sync.connectors.bigin_joining import connection_in_force

bp = Blueprint("bigin_customers", __name__)

FOR = ("estimates", "sales-orders", "invoices")
"""The documents for which somebody may be brought over."""


@bp.app_template_global()
def bigin_title() -> str:
    """What the Bigin is called from which somebody may be brought over; nothing where there is none."""
    connection = None if actor().is_assigned_only else connection_in_force()
    return (connection.title or "Bigin") if connection else ""


@bp.get("/integrations/bigin/customers")
def index() -> Response:
    """Who is in Bigin: a search, and what it has found."""
    connection = _connection()
    row = asking.asked(actor(), "customers", as_id(request.args.get("asked", "")) or 0)
    return respond(
        "integrations/bigin_customers.html",
        "found",
        connection=connection,
        row=row,
        document=_document(request.args),
        known=_known(connection, row),
    )


@bp.post("/integrations/bigin/customers")
def search() -> Response:
    """Let a worker look."""
    _connection()
    text = " ".join(request.form.get("q", "").replace("\x00", "").split())[:100]
    if not text:
        raise Refused(_("Please type a name."))
    row_id = asking.ask(actor(), "customers", text=text)
    return go(url_for("bigin_customers.index", asked=row_id, **{"for": _document(request.form)}))


@bp.post("/integrations/bigin/customers/<lane>/<remote_id>")
def bring(lane: str, remote_id: str) -> Response:
    """Bring one over: a run for this record alone."""
    connection = _connection(lane)
    if not asking.customers_linked_to(connection, [remote_id]):
        runs.start(_settings(connection), "record", actor(), scope={"lane": lane, "crm": remote_id[:100]})
    document = _document(request.form)
    return go(url_for("bigin_customers.wait", lane=lane, remote_id=remote_id, **{"for": document}))


@bp.get("/integrations/bigin/customers/<lane>/<remote_id>")
def wait(lane: str, remote_id: str) -> Response:
    """As soon as they are here, the document begins."""
    connection = _connection(lane)
    customer_id = asking.customers_linked_to(connection, [remote_id]).get(remote_id)
    document = _document(request.args)
    if customer_id is None:
        run = _run(connection, lane, remote_id)
        context = {"lane": lane, "remote_id": remote_id, "document": document, "run": run}
        return respond("integrations/bigin_bringing.html", "bringing", **context)
    if document:
        return go(url_for("documents.new", module=f"books.{document}", party=customer_id))
    return go(url_for("records.show", module="books.customers", record_id=customer_id))


@bp.post("/books/customers/<int:record_id>/bigin")
def resync(record_id: int) -> Response:
    """Bring one customer up to date from Bigin, and nobody else."""
    customer = load(ALL["books.customers"], record_id, "edit")
    connection = connection_in_force()
    link = asking.link_of_customer(connection, customer.id) if connection else None
    if connection is None or link is None:
        raise Refused(_("%(name)s is not joined to anybody in Bigin.", name=customer.title))
    scope = {"lane": asking.lane_of(link), "crm": link.remote_id}
    runs.start(_settings(connection), "record", actor(), scope=scope)
    toast(_("%(name)s will be brought up to date in a moment.", name=customer.title))
    return go(url_for("records.show", module="books.customers", record_id=customer.id))


@bp.get("/books/customers/<int:record_id>/bigin/deals")
def deals(record_id: int) -> Response:
    """The customer's deals in Bigin, as they were when they were asked for."""
    customer = load(ALL["books.customers"], record_id, "view")
    row = asking.asked(actor(), "deals", as_id(request.args.get("asked", "")) or 0)
    return respond("integrations/bigin_deals.html", "deals", record=customer, row=row)


@bp.post("/books/customers/<int:record_id>/bigin/deals")
def ask_for_deals(record_id: int) -> Response:
    """Let a worker ask for the deals."""
    customer = load(ALL["books.customers"], record_id, "view")
    require("books.invoices.create")
    connection = _connection()
    link = asking.link_of_customer(connection, customer.id)
    if link is None:
        raise Refused(_("%(name)s is not joined to anybody in Bigin.", name=customer.title))
    of = "Account_Name" if asking.lane_of(link) == "companies" else "Contact_Name"
    row_id = asking.ask(actor(), "deals", id=link.remote_id, of=of)
    return go(url_for("bigin_customers.deals", record_id=customer.id, asked=row_id))


def _connection(lane: str = "companies") -> SyncConnection:
    """The Bigin that the books are joined to, for who sees all customers and may make them."""
    require("books.customers.create")
    if actor().is_assigned_only:
        raise NotAllowed()
    connection = connection_in_force()
    if connection is None or lane not in asking.LANES:
        raise Missing()
    return connection


def _settings(connection: SyncConnection) -> SyncModule:
    return next(each for each in connection.modules if each.key == "customers")


def _document(given: Any) -> str:
    wanted = given.get("for", "")
    return wanted if wanted in FOR else ""


def _known(connection: SyncConnection, row: Any) -> dict[str, Customer]:
    """Those found who are here already, by their ids there."""
    found = (row.result or {}).get("found", []) if row else []
    ids = asking.customers_linked_to(connection, [each["id"] for each in found])
    query = select(Customer).where(Customer.id.in_(ids.values()))
    by_id = {customer.id: customer for customer in db.session.scalars(query)}
    return {remote: by_id[each] for remote, each in ids.items() if each in by_id}


def _run(connection: SyncConnection, lane: str, remote_id: str) -> runs.SyncRun | None:
    """The latest run for this record."""
    query = select(runs.SyncRun).where(
        runs.SyncRun.module_id == _settings(connection).id, runs.SyncRun.cause == "record"
    )
    latest = db.session.scalars(query.order_by(runs.SyncRun.id.desc()).limit(20))
    wanted = {"lane": lane, "crm": remote_id}
    return next((run for run in latest if run.scope == wanted), None)
