"""The pipeline of deals: side by side on a board, and moved from stage to stage."""

from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, Response, request, url_for

from blueprints.loading import actor, load, require
from blueprints.records import page_of, version
from blueprints.references import find
from blueprints.respond import changed, respond
from blueprints.toasts import toast
from domain.crm.deal_stages import DealStage
from domain.crm.pipeline import pipeline
from domain.errors import Refused, Stale
from domain.modules import ALL
from domain.modules.custom_fields import customized
from domain.modules.kinds import parse_id
from domain.modules.listing import Listing
from domain.modules.module import Module
from domain.words import _

bp = Blueprint("deals", __name__)


@bp.get("/crm/deals/board")
def board() -> Response:
    """All deals by stage, with the sums of each; the same filters as the list's narrow it."""
    deals = _deals()
    require(deals.permission("view"))
    given = {name: value for name, value in request.args.items() if value}  # a select says "" for all
    return respond("crm/deals/board.html", "board", **_board(Listing.from_args(deals, given)))


@bp.post("/crm/deals/<int:record_id>/stage")
def move(record_id: int) -> Response:
    """Bring a deal to another stage, unless somebody else changed it in the meantime."""
    deals = _deals()
    try:
        deal = load(deals, record_id, "edit", version=version(), lock=True)
    except Stale as stale:
        return _somebody_was_faster(deals, stale)
    deal.move(_chosen_stage(deals), actor())
    toast(_("%(name)s: %(state)s", name=deal.name, state=deal.stage.name))
    if _is_on_board():
        listing = _listing(deals)
        return changed(_board_url(listing), "crm/deals/board.html", "board", **_board(listing))
    url = url_for("records.show", module=deals, record_id=deal.id)
    context = page_of(deals, deal)
    return changed(url, "records/show.html", "header", "body", "summary", "timeline", **context)


def _deals() -> Module:
    return customized(ALL["crm.deals"])


def _chosen_stage(deals: Module) -> DealStage:
    stage_id = parse_id(request.form.get("stage", ""))
    stage: DealStage | None = find(deals.by_name["stage"], stage_id) if stage_id else None
    if stage is None:
        raise Refused(_("Please choose from the list."))
    return stage


def _is_on_board() -> bool:
    return request.form.get("on") == "board"


def _listing(deals: Module) -> Listing:
    """The filters of the board from which the move was made."""
    return Listing.from_args(deals, dict(parse_qsl(request.form.get("listing", "")[:2000])))


def _board_url(listing: Listing) -> str:
    return url_for("deals.board", **listing.to_args())


def _board(listing: Listing) -> dict[str, Any]:
    """What the board shows."""
    columns = pipeline(listing.conditions(actor()))
    return {"module": listing.module, "listing": listing, "columns": columns}


def _somebody_was_faster(deals: Module, stale: Stale) -> Response:
    """The board as it is now, and why nothing moved."""
    if not _is_on_board():
        raise stale
    toast(
        _("Somebody else changed %(name)s in the meantime. Here it is as it is now.", name=stale.record.name),
        "bad",
    )
    return respond("crm/deals/board.html", "board", status=409, **_board(_listing(deals)))
