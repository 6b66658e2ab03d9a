"""Customers and Bigin: who is not here yet is brought over for a document, one is refreshed, their deals are read."""

from flask import Blueprint, Response, request, url_for

from blueprints import in_bigin
from blueprints.associating import offered_there, remote_deal_of
from blueprints.documents import counted, in_hand
from blueprints.drafts import Draft, greet
from blueprints.in_bigin import Choice
from blueprints.loading import actor, load, require
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain.errors import Missing, NotAllowed, Refused
from domain.modules import ALL
from domain.modules.kinds import as_id
from domain.modules.module import Module
from domain.words import _
from sync import asking
from sync import run as runs
from sync.connectors.bigin_joining import connection_in_force

bp = Blueprint("bigin_customers", __name__)
bp.add_app_template_global(remote_deal_of)


# --- on the form of a document --------------------------------------------------------------------------------


@bp.post("/<sold:module>/bigin")
def look(module: Module) -> Response:
    """How far the search has come, or the bringing over: what the tab In Bigin asks again and again."""
    return _tab(_draft_with_tab(module))


@bp.post("/<sold:module>/bigin/search")
def search(module: Module) -> Response:
    """Let a worker look for the name that stands in the form."""
    draft = _draft_with_tab(module)
    try:
        in_bigin.look_for(draft)
    except Refused as refusal:
        draft.form.errors |= refusal.fields
        return counted(draft, status=422)
    return _tab(draft)


@bp.post("/<sold:module>/bigin/<lane>/<remote_id>")
def bring(module: Module, lane: str, remote_id: str) -> Response:
    """Bring over whom the search has found, and keep the form for them; who is here already is simply chosen."""
    draft = _draft_with_tab(module)
    if lane not in asking.LANES:
        raise Missing()
    try:
        in_bigin.bring(draft, Choice(lane, remote_id))
    except Refused as refusal:
        draft.message = refusal.message
        return counted(draft, status=422)
    if draft.in_bigin and draft.in_bigin.is_here:
        draft.party = in_bigin.arrived(draft.party_field, Choice(lane, remote_id), "")
        greet(draft, chosen=True)
    return counted(draft)


@bp.post("/<sold:module>/deals")
def look_at_deals(module: Module) -> Response:
    """How far the question for the customer's deals has come."""
    return _deals(_draft_with_deals(module))


@bp.post("/<sold:module>/deals/search")
def ask_for_deals(module: Module) -> Response:
    """Let a worker ask for the deals of the customer who is chosen in the form."""
    draft = _draft_with_deals(module)
    if draft.deals_in_bigin:
        draft.deals_in_bigin.ask()
    return _deals(draft)


def _draft_with_tab(module: Module) -> Draft:
    """The form in hand, for who sees all customers and may make them."""
    require("books.customers.create")
    if actor().is_assigned_only:
        raise NotAllowed()
    draft = in_hand(module)
    if draft.in_bigin is None:
        raise Missing()
    draft.form.errors.pop("party", None)
    return draft


def _draft_with_deals(module: Module) -> Draft:
    """The form in hand of a customer who is in Bigin, for who may see deals and all customers."""
    require("crm.deals.view")
    draft = in_hand(module)
    if draft.deals_in_bigin is None:
        raise Missing()
    draft.form.errors.pop("party", None)
    return draft


def _tab(draft: Draft) -> Response:
    return counted(draft, "in_bigin")


def _deals(draft: Draft) -> Response:
    return counted(draft, "deals_in_bigin")


# --- on the customer's page -----------------------------------------------------------------------------------


@bp.post("/books/customers/<int:record_id>/bigin")
def resync(record_id: int) -> Response:
    """Bring one customer up to date from Bigin, and nobody else."""
    customer = load(ALL["books.customers"], record_id, "edit")
    connection = connection_in_force()
    link = asking.link_of_customer(connection, customer.id) if connection else None
    if connection is None or link is None:
        raise Refused(_("%(name)s is not joined to anybody in Bigin.", name=customer.title))
    scope = {"lane": asking.lane_of(link), "crm": link.remote_id}
    runs.start(asking.settings_of_customers(connection), "record", actor(), scope=scope)
    toast(_("%(name)s will be brought up to date in a moment.", name=customer.title))
    return go(url_for("records.show", module="books.customers", record_id=customer.id))


@bp.get("/books/customers/<int:record_id>/bigin/deals")
def deals(record_id: int) -> Response:
    """The customer's deals in Bigin, as they were when they were asked for."""
    customer = load(ALL["books.customers"], record_id, "view")
    row = asking.asked(actor(), "deals", as_id(request.args.get("asked", "")) or 0)
    found = [offered_there(each) for each in asking.deals_in(row)]
    return respond("integrations/bigin_deals.html", "deals", record=customer, row=row, deals=found)


@bp.post("/books/customers/<int:record_id>/bigin/deals")
def ask_for_deals_of(record_id: int) -> Response:
    """Let a worker ask for the deals."""
    customer = load(ALL["books.customers"], record_id, "view")
    require("books.invoices.create")
    require("crm.deals.view")
    if actor().is_assigned_only:
        raise NotAllowed()
    connection = connection_in_force()
    link = asking.link_of_customer(connection, customer.id) if connection else None
    if link is None:
        raise Refused(_("%(name)s is not joined to anybody in Bigin.", name=customer.title))
    row_id = asking.ask_for_deals(actor(), link)
    return go(url_for("bigin_customers.deals", record_id=customer.id, asked=row_id))
