"""The first page after signing in: what waits, and where one may go."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from blueprints.addresses import list_url, modules_in
from blueprints.loading import actor, may, require
from blueprints.respond import go, respond
from blueprints.sync_state import waiting_everywhere
from domain.crm.deal_stages import OPEN
from domain.crm.pipeline import Stage, by_stage
from domain.errors import Refused
from domain.modules import ALL
from domain.modules.listing import Listing, Page
from domain.modules.module import Args
from domain.organizations.users import Member
from domain.words import LANGUAGES, Words, _

bp = Blueprint("home", __name__)

WAITING: tuple[tuple[Words, str, Args], ...] = (
    (_("Overdue invoices"), "bad", {"state": "overdue", "sort": "due_on"}),
    (_("Unpaid invoices"), "", {"state": "unpaid"}),
    (_("Drafts to send"), "", {"state": "draft"}),
)

SHOWN = 5
"""How many rows of a list the first page shows."""


@dataclass(frozen=True)
class Glance:
    """A few rows of a list on the first page."""

    label: Words
    module: str
    args: Callable[[Member], Args]
    columns: tuple[str, ...]

    def listing(self, member: Member) -> Listing:
        """The list behind it."""
        return Listing.from_args(ALL[self.module], self.args(member), size=SHOWN, columns=self.columns)


GLANCES: tuple[Glance, ...] = (
    Glance(
        _("Overdue, longest first"),
        "books.invoices",
        lambda member: {"state": "overdue", "sort": "due_on"},
        ("number", "party", "due_on", "balance_minor"),
    ),
    Glance(
        _("Drafts to send"),
        "books.invoices",
        lambda member: {"state": "draft"},
        ("number", "party", "date", "total_minor"),
    ),
    Glance(
        _("My deals, next to close"),
        "crm.deals",
        lambda member: {"owner": str(member.id), "outcome": "open", "sort": "closing_on"},
        ("name", "account", "closing_on", "amount_minor"),
    ),
    Glance(
        _("My accounts"),
        "crm.accounts",
        lambda member: {"owner": str(member.id)},
        ("name", "phone", "industry"),
    ),
)


@bp.get("/")
def show() -> Response:
    """What is overdue, unpaid or unsent, and where one stands; in an empty organization, the first steps."""
    glances = [(glance, listing, page) for glance, listing, page in _glances() if page.rows]
    return respond(
        "home.html",
        module=ALL["books.invoices"],
        counts=_counts(),
        glances=glances,
        stages=_open_stages(),
        syncs=waiting_everywhere() if may("settings.integrations.view") else [],
    )


def _open_stages() -> list[Stage]:
    """The stages in which deals are still open, with what they come to."""
    module = ALL["crm.deals"]
    if not may(module.permission("view")):
        return []
    found = by_stage(Listing(module).conditions(actor()))
    return [each for each in found if each.stage.kind == OPEN] if any(each.count for each in found) else []


def _counts() -> list[tuple[Words, str, Args, int]]:
    module = ALL["books.invoices"]
    if not may(module.permission("view")):
        return []
    return [
        (label, tone, args, Listing.from_args(module, args).count(actor())) for label, tone, args in WAITING
    ]


def _glances() -> Iterator[tuple[Glance, Listing, Page]]:
    for glance in GLANCES:
        if may(ALL[glance.module].permission("view")):
            listing = glance.listing(actor())
            yield glance, listing, listing.page(actor())


@bp.get("/crm", defaults={"area": "crm"})
@bp.get("/books", defaults={"area": "books"})
def area(area: str) -> Response:
    """The first list of an area that one may see."""
    modules = modules_in(area) or [module for module in ALL.values() if module.area == area]
    require(modules[0].permission("view"))
    return go(list_url(modules[0]))


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
