"""Statements to many customers: one period for all, and who is left out and why."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import selectinload
from sqlalchemy.sql.base import ExecutableOption

from domain.books.customers import Customer
from domain.books.ledger import ALL, OUTSTANDING
from domain.books.statements import PRESET, PRESETS, Period, check_order, period_called
from domain.modules.module import Choice, Field, Module
from domain.recipients import first_address
from domain.words import Words, _, _p

MOST = 25
"""So many statements go out, or into one file, at once."""

PERIOD = (
    Field("start", _("Start date"), "date", required=True),
    Field("end", _("End date"), "date", required=True),
)

SHOW = Field(
    "show",
    _("What is shown"),
    "choice",
    required=True,
    choices=(Choice(ALL, _("All transactions")), Choice(OUTSTANDING, _p("statement", "Outstanding"))),
)

TO_PRINT = (*PERIOD, SHOW)

ASKED = (
    *PERIOD,
    Field("only_owed", _("Leave out who owes nothing"), "boolean"),
    Field("with_unpaid", _("Attach list of unpaid invoices"), "boolean"),
)

OFFERED = ("this_month", "last_month", "this_quarter", "last_quarter", "this_year", "last_year")
"""Periods to be had with one click."""


def offers() -> dict[str, Words]:
    """The periods that are offered, in words."""
    return {key: PRESETS[key] for key in OFFERED}


def begins(offer: str) -> dict[str, str]:
    """What stands in the fields of the period before anybody typed, or once somebody took an offer."""
    period = period_called(offer if offer in OFFERED else PRESET)
    return {"start": period.first.isoformat(), "end": period.last.isoformat(), "show": ALL}


def check(values: Mapping[str, Any]) -> None:
    """Refuse a period that ends before it begins."""
    check_order(Period(values["start"], values["end"]), "end")


def period_of(values: Mapping[str, Any]) -> Period:
    """The period of a run, from what it kept."""
    return Period(date.fromisoformat(values["start"]), date.fromisoformat(values["end"]))


def why_left_out(customer: Customer, values: Mapping[str, Any]) -> Words | None:
    """Why a customer gets no statement by mail; None for one who does."""
    if customer.merge_id:
        return _("It was merged into another customer.")
    if not first_address(customer):
        return _("%(name)s has no mail address.", name=customer.display_name)
    if values.get("only_owed") and customer.owed_minor <= 0:
        return _("Owes nothing.")
    return None


def along(_module: Module) -> tuple[ExecutableOption, ...]:
    """What is read with the customers, so that nothing more is asked for each."""
    return (selectinload(Customer.contact_persons),)


def too_many(count: int) -> Words:
    """The sentence that refuses more than go out at once."""
    return _(
        "At most %(most)d statements are sent at once; you chose %(count)d customers.", most=MOST, count=count
    )


def too_many_to_print(count: int) -> Words:
    """The same for one file."""
    return _(
        "At most %(most)d statements go into one file; you chose %(count)d customers.", most=MOST, count=count
    )
