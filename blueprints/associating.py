"""The deal that a document's form belongs to: one of the CRM, or one of Bigin, which is read there and never copied.

A form has at most one. The buttons of the panel name it: `12` is a deal here, `bigin:4150` one in Bigin.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from blueprints.addresses import record_url
from blueprints.forms import Form
from blueprints.language import date, money, number
from blueprints.loading import actor, may
from blueprints.references import find
from domain.books.document_columns import REMOTE_DEAL
from domain.books.parties import Party
from domain.crm.deals import Deal, deals_of
from domain.errors import Refused
from domain.links import Link
from domain.modules import ALL
from domain.modules.kinds import as_id
from domain.modules.module import Field
from domain.money import in_minor, is_currency, round_minor
from domain.outbox import OutboxRow
from domain.sync.connections import SyncConnection
from domain.words import _
from sync import asking
from sync.asking import RemoteDeal
from sync.connectors.bigin_joining import connection_in_force

DEAL = "deal"

KEPT = tuple(Field(name, _("Deal in Bigin")) for name in REMOTE_DEAL)
"""What a form keeps of a deal in Bigin, in hidden fields."""

HERE, THERE = "deal_id", "remote_deal_id"

ASKED = "deals_asked"
"""A hidden field: the question to Bigin whose answer the panel shows."""

REMOTE = "bigin:"


@dataclass(frozen=True)
class Offered:
    """A deal as the panel shows it."""

    key: str
    name: str
    stage: str
    amount: str
    closing: str
    state: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Associated:
    """The deal that a form or document belongs to, and its page."""

    key: str
    name: str
    url: str
    is_remote: bool = False


@dataclass
class InBigin:
    """The deals that a customer has in Bigin, as far as somebody has asked."""

    connection: SyncConnection
    link: Link
    form: Form

    @cached_property
    def row(self) -> OutboxRow | None:
        """What was asked about this customer, with what came of it so far."""
        row = asking.asked(actor(), "deals", as_id(self.form.text(ASKED)) or 0)
        return row if row is not None and row.payload.get("id") == self.link.remote_id else None

    @cached_property
    def deals(self) -> list[Offered]:
        """What the answer holds."""
        return [offered_there(each) for each in asking.deals_in(self.row)]

    @property
    def title(self) -> str:
        """What the other side calls itself."""
        return self.connection.title or "Bigin"

    def ask(self) -> None:
        """Let a worker ask."""
        self.form.typed[ASKED] = str(asking.ask_for_deals(actor(), self.link))


def in_bigin(party: Party | None, form: Form) -> InBigin | None:
    """The deals of a customer in Bigin, for who may see deals and all customers."""
    if party is None or actor().is_assigned_only or not may("crm.deals.view"):
        return None
    connection = connection_in_force()
    link = asking.link_of_customer(connection, party.id) if connection else None
    return InBigin(connection, link, form) if connection and link else None


def offered_of(party: Party | None) -> list[Offered]:
    """The deals of a customer here that this person sees."""
    deals: Sequence[Deal] = deals_of(party.id, actor()) if party else ()
    return [
        Offered(
            str(each.id),
            each.name,
            each.stage.name,
            money(each.amount_minor, each.currency),
            date(each.closing_on),
            each.stage.kind,
            each.stage.tone,
        )
        for each in deals
    ]


def offered_there(deal: RemoteDeal) -> Offered:
    """A deal of Bigin in our words."""
    closing = date(deal.closing_on) if deal.closing_on else ""
    return Offered(f"{REMOTE}{deal.id}", deal.name, deal.stage, _amount(deal), closing)


def _amount(deal: RemoteDeal) -> str:
    if deal.amount is None:
        return ""
    if not is_currency(deal.currency):
        return f"{number(deal.amount)} {deal.currency}".strip()
    return money(round_minor(in_minor(deal.amount, deal.currency)), deal.currency)


def deal_here(form: Form) -> Deal | None:
    """The deal of the CRM that a form belongs to."""
    chosen = as_id(form.text(HERE))
    found: Deal | None = find(_reference(), chosen) if chosen else None
    return found


def associated(form: Form) -> Associated | None:
    """The deal that a form belongs to."""
    if deal := deal_here(form):
        return Associated(str(deal.id), deal.name, record_url(deal))
    system, remote_id, name = (form.text(each) for each in REMOTE_DEAL)
    if not remote_id:
        return None
    return Associated(f"{REMOTE}{remote_id}", name, asking.address_of_deal(system, remote_id), is_remote=True)


def associate(form: Form, chosen: str, there: InBigin | None) -> None:
    """Tie a form to a deal, or to none; it is kept when the document is saved."""
    part(form)
    if not chosen.startswith(REMOTE):
        deal = find(_reference(), as_id(chosen) or 0)
        form.typed[HERE] = str(deal.id) if deal else ""
        return
    deals = asking.deals_in(there.row) if there else []
    deal_there = next((each for each in deals if f"{REMOTE}{each.id}" == chosen), None)
    if there is None or deal_there is None:
        raise Refused(_("Please ask for the deals again."))
    form.typed |= dict(
        zip(REMOTE_DEAL, (there.connection.system, deal_there.id, deal_there.name), strict=True)
    )


def part(form: Form) -> None:
    """Tie a form to no deal."""
    form.typed |= dict.fromkeys((HERE, *REMOTE_DEAL), "")


def _reference() -> Field:
    return ALL["books.estimates"].by_name[DEAL]


def remote_deal_of(document: Any) -> Associated | None:
    """The deal in Bigin that a document is associated with."""
    if not document.remote_deal_id:
        return None
    url = asking.address_of_deal(document.remote_deal_system, document.remote_deal_id)
    return Associated(REMOTE + document.remote_deal_id, document.remote_deal_name, url, is_remote=True)
