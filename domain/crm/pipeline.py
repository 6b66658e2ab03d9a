"""The pipeline: deals stage by stage, with what they come to in the organization's own currency."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from domain.books.currencies import rates_on
from domain.crm.deal_stages import OPEN, DealStage, stages
from domain.crm.deals import Deal
from domain.db import db
from domain.money import EXACT, Money
from domain.organizations.organizations import current_organization

SHOWN = 20
"""How many deals a stage shows; the list has all of them."""


@dataclass
class Stage:
    """A stage of the pipeline: how many deals are in it, their sums, and the first of them."""

    stage: DealStage
    count: int = 0
    amount: Money = field(default_factory=lambda: Money(0, current_organization().currency))
    expected: Money = field(default_factory=lambda: Money(0, current_organization().currency))
    apart: list[Money] = field(default_factory=list)
    """Amounts in currencies for which there is no rate of exchange: said beside the sum, never left out."""
    deals: list[Deal] = field(default_factory=list)


def pipeline(condition: ColumnElement[bool]) -> list[Stage]:
    """Every active stage, and those with deals in them, in their order; four statements.

    Open deals stand in the order in which they are to be closed, others with the latest first.
    """
    found = {each.stage.id: each for each in by_stage(condition)}
    for deal in _first_deals(condition, found.values()):
        found[deal.stage_id].deals.append(deal)
    return list(found.values())


def by_stage(condition: ColumnElement[bool]) -> list[Stage]:
    """The same stages with their counts and sums only, without any deal; three statements."""
    found = {stage.id: Stage(stage) for stage in stages()}
    _count(found, condition)
    return [each for each in found.values() if each.stage.is_active or each.count]


def _count(found: dict[int, Stage], condition: ColumnElement[bool]) -> None:
    sums = db.session.execute(
        select(
            Deal.stage_id,
            Deal.currency,
            func.count(),
            func.sum(Deal.amount_minor),
            func.sum(Deal.expected_minor),
        )
        .where(condition)
        .group_by(Deal.stage_id, Deal.currency)
        .order_by(Deal.currency)
    ).all()
    rates = rates_on({currency for _stage, currency, *_rest in sums}, current_organization().today)
    for stage_id, currency, count, amount, expected in sums:
        each = found[stage_id]
        each.count += count
        if currency not in rates:
            each.apart.append(Money(int(amount), currency))
            continue
        each.amount += _ours(Money(int(amount), currency), rates[currency])
        each.expected += _ours(Money(int(expected), currency), rates[currency])


def _ours(money: Money, rate: Decimal) -> Money:
    return Money.of(EXACT.multiply(money.decimal, rate), current_organization().currency)


def _first_deals(condition: ColumnElement[bool], found: Iterable[Stage]) -> list[Deal]:
    is_open = [each.stage.id for each in found if each.stage.kind == OPEN]
    ranked = (
        select(
            Deal.id,
            Deal.stage_id,
            _place(Deal.closing_on, Deal.id).label("place"),
            _place(Deal.closing_on.desc(), Deal.id.desc()).label("from_the_end"),
        )
        .where(condition)
        .subquery()
    )
    first = or_(
        ranked.c.stage_id.in_(is_open) & (ranked.c.place <= SHOWN),
        ranked.c.stage_id.not_in(is_open) & (ranked.c.from_the_end <= SHOWN),
    )
    deals = db.session.scalars(
        select(Deal)
        .join(ranked, ranked.c.id == Deal.id)
        .where(first)
        .order_by(ranked.c.place)
        .options(joinedload(Deal.account), joinedload(Deal.contact), joinedload(Deal.owner))
    ).all()
    still_open = [deal for deal in deals if deal.stage_id in is_open]
    return still_open + [deal for deal in reversed(deals) if deal.stage_id not in is_open]


def _place(*order: Any) -> ColumnElement[int]:
    """Where a deal stands within its stage."""
    return func.row_number().over(partition_by=Deal.stage_id, order_by=order)
