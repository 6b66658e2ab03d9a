"""Deals: what may be sold, how likely it is, and when."""

from typing import Any

from sqlalchemy import select

from domain.crm.deal_stages import DealStage, first_stage_id, stages
from domain.crm.deals import Deal
from domain.db import of_this_organization
from domain.modules.books.in_context import SALES, lists_of, of_party
from domain.modules.figures import customer_band, kept_of_deal
from domain.modules.module import Args, Choice, Field, Module, Section, View
from domain.modules.parts import LEAD_SOURCES, OWNER
from domain.organizations.organizations import current_organization
from domain.words import _, _p

TYPES = (
    Choice("", _("Not said")),
    Choice("new_business", _("New business")),
    Choice("existing_business", _("Existing business")),
)

OUTCOMES = (
    Choice("open", _p("deal", "Open")),
    Choice("won", _p("deal", "Won")),
    Choice("lost", _p("deal", "Lost")),
)


def _outcome() -> Any:
    """The kind of a deal's stage, as SQL."""
    return (
        select(DealStage.kind)
        .where(of_this_organization(DealStage), DealStage.id == Deal.stage_id)
        .correlate(Deal)
        .scalar_subquery()
    )


def _of_deal_and_customer(deal: Deal) -> Args:
    """What a new document of a deal starts with."""
    return {"deal": str(deal.id), **(of_party(deal.customer_id) or {})}


DEALS = Module(
    key="crm.deals",
    label=_("Deals"),
    label_one=_("Deal"),
    new=_("New deal"),
    icon="briefcase",
    model=Deal,
    fields=(
        Field("name", _("Deal name"), required=True, sortable=True),
        Field("account", _("Account"), "reference", to="crm.accounts"),
        Field("contact", _("Contact"), "reference", to="crm.contacts"),
        Field(
            "stage",
            _p("deal", "Stage"),
            "reference",
            to="settings.deal-stages",
            required=True,
            default=first_stage_id,
        ),
        Field("outcome", _("Outcome"), "choice", choices=OUTCOMES, sql=_outcome, editable=False),
        Field("amount_minor", _("Amount"), "money", currency="currency", sortable=True),
        Field(
            "currency",
            _("Currency"),
            "currency",
            required=True,
            default=lambda: current_organization().currency,
        ),
        Field(
            "probability",
            _("Probability"),
            "percent",
            sortable=True,
            hint=_("Left empty, it is that of the stage."),
        ),
        Field(
            "expected_minor",
            _("Expected revenue"),
            "money",
            currency="currency",
            sortable=True,
            editable=False,
        ),
        Field("closing_on", _("Closing date"), "date", required=True, sortable=True),
        Field("deal_type", _("Type"), "choice", choices=TYPES),
        Field("lead_source", _("Lead source"), "choice", choices=LEAD_SOURCES),
        Field("next_step", _("Next step")),
        OWNER,
        Field("description", _p("record", "Description"), "long_text"),
    ),
    list_columns=("name", "account", "stage", "amount_minor", "probability", "closing_on", "owner"),
    summary=(
        "stage",
        "amount_minor",
        "probability",
        "expected_minor",
        "closing_on",
        "account",
        "contact",
        "deal_type",
        "lead_source",
        "next_step",
        "owner",
        "description",
    ),
    sections=(
        Section(
            _("Deal"),
            (
                "name",
                "stage",
                "account",
                "contact",
                "amount_minor",
                "currency",
                "probability",
                "closing_on",
                "deal_type",
                "lead_source",
                "next_step",
                "owner",
            ),
        ),
        Section(_p("section", "More"), ("description",)),
    ),
    sort="closing_on",
    views=(
        View(_p("deals", "Open"), {"outcome": "open"}),
        View(_p("deals", "All"), {}),
        View(_p("deals", "Won"), {"outcome": "won"}),
        View(_p("deals", "Lost"), {"outcome": "lost"}),
    ),
    band=lambda deal: customer_band(deal.customer_id),
    kept=lambda deal, member: kept_of_deal(deal.id, member),
    parts=lambda deal: {"stages": stages()},
    related=lists_of(SALES, lambda deal: {"deal": str(deal.id)}, _of_deal_and_customer),
    empty=_(
        "Deals are what you hope to sell: an amount, a stage, a date. The board shows them side by side."
    ),
)
