"""The first page after signing in: what waits, and where one may go."""

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from blueprints.language import LANGUAGES
from blueprints.loading import actor, may
from blueprints.respond import go, respond
from domain.errors import Refused
from domain.modules import ALL
from domain.modules.listing import Listing
from domain.modules.module import Args
from domain.words import Words, _

bp = Blueprint("home", __name__)

WAITING: tuple[tuple[Words, str, Args], ...] = (
    (_("Overdue invoices"), "bad", {"state": "overdue"}),
    (_("Unpaid invoices"), "", {"balance_minor__gt": "0", "state__not": "draft"}),
    (_("Drafts to send"), "", {"state": "draft"}),
)


@bp.get("/")
def show() -> Response:
    """What is overdue, unpaid or unsent; for whoever has nothing to do with money, the CRM."""
    module = ALL["books.invoices"]
    counts = []
    if may(module.permission("view")):
        counts = [
            (label, tone, args, Listing.from_args(module, args).count(actor()))
            for label, tone, args in WAITING
        ]
    return respond("home.html", module=module, counts=counts)


@bp.post("/language")
def language() -> Response:
    """Speak another language to this person from now on."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        raise Refused(_("Please choose from the list."))
    current_user.member.user.language = chosen
    return go(request.referrer if _is_ours(request.referrer) else url_for("home.show"))


def _is_ours(address: str | None) -> bool:
    return bool(address) and address.startswith(request.host_url)
