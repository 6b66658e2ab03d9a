"""Customers that are likely there twice: two that have a name, mail, telephone or tax number in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal, literal_column, or_, select, union_all
from sqlalchemy.orm import aliased, joinedload

from domain.access import visible
from domain.books.alike import ALIKE
from domain.books.customers import Customer
from domain.books.different_customers import DifferentCustomers
from domain.db import db, of_this_organization
from domain.organizations.users import Member
from domain.words import Words

PAGE = 50
TOLD = 50
"""So many pairs that were told apart are shown, those of the latest customers."""

Earlier: Any = aliased(Customer, name="earlier")


@dataclass(frozen=True)
class Pair:
    """Two customers that may be one, and what they have in common."""

    earlier: Customer
    later: Customer
    reasons: Sequence[Words]

    @property
    def can_be_merged(self) -> bool:
        """Whether a merge would not be refused for their currencies."""
        return self.earlier.currency == self.later.currency


@dataclass(frozen=True)
class Page:
    """Some pairs, and where the pages around them begin; None where there is none."""

    pairs: Sequence[Pair]
    before: int | None
    after: int | None


def likely_pairs(member: Member, after: int | None = None, before: int | None = None) -> Page:
    """A page of pairs that somebody sees, in the order in which the later one came; three statements."""
    ids, more = _later_ones(member, after, before)
    found = _partners(ids, member)
    customers = _customers({each for pair in found for each in pair})
    pairs = [
        Pair(customers[earlier], customers[later], [ALIKE[column] for column in columns])
        for (later, earlier), columns in sorted(found.items())
        if earlier in customers and later in customers
    ]
    has_before = more if before is not None else after is not None
    has_after = more if before is None else True
    return Page(pairs, ids[0] if ids and has_before else None, ids[-1] if ids and has_after else None)


def told_apart(member: Member) -> Sequence[DifferentCustomers]:
    """Pairs of whom somebody said that they are two, and whom this person sees."""
    earlier, later = aliased(Customer), aliased(Customer)
    query = select(DifferentCustomers).join(earlier, DifferentCustomers.earlier)
    query = query.join(later, DifferentCustomers.later)
    query = query.where(visible(member, earlier), visible(member, later))
    query = query.options(joinedload(DifferentCustomers.earlier), joinedload(DifferentCustomers.later))
    order = DifferentCustomers.later_id.desc(), DifferentCustomers.earlier_id.desc()
    return db.session.scalars(query.order_by(*order).limit(TOLD)).all()


def _later_ones(member: Member, after: int | None, before: int | None) -> tuple[list[int], bool]:
    """Who has something in common with somebody who was there before, and whether there are more of them."""
    query = select(Customer.id).where(Customer.is_active, visible(member, Customer))
    query = query.where(or_(*(exists(_earlier(column, member)) for column in ALIKE)))
    if before is not None:
        query = query.where(Customer.id < before).order_by(Customer.id.desc())
    else:
        query = query.where(Customer.id > (after or 0)).order_by(Customer.id)
    found = list(db.session.scalars(query.limit(PAGE + 1)))
    return sorted(found[:PAGE]), len(found) > PAGE


def _partners(ids: Sequence[int], member: Member) -> dict[tuple[int, int], list[str]]:
    """The first who has the same, for each of these and each thing in common: columns by later and earlier."""
    queries = [
        select(Customer.id.label("later"), func.min(Earlier.id), literal(column))
        .join(Earlier, _same(column, member))
        .where(of_this_organization(Customer), Customer.id.in_(ids))
        .group_by(Customer.id)
        for column in ALIKE
    ]
    found: dict[tuple[int, int], list[str]] = {}
    for later, earlier, column in db.session.execute(union_all(*queries)):
        found.setdefault((later, earlier), []).append(column)
    return found


def _earlier(column: str, member: Member) -> Any:
    return select(Earlier.id).where(_same(column, member)).correlate(Customer)


def _same(column: str, member: Member) -> ColumnElement[bool]:
    """That an active customer who was there before has the same in a column."""
    nothing: Any = literal_column("''")  # as it stands in the index: a parameter would not let SQLite use it
    mine, theirs = getattr(Customer, column), getattr(Earlier, column)
    return and_(
        of_this_organization(Earlier),
        theirs == mine,
        theirs != nothing,
        Earlier.id < Customer.id,
        Earlier.is_active,
        visible(member, Earlier),
        ~_are_two(),
    )


def _are_two() -> ColumnElement[bool]:
    """That somebody told them apart."""
    said = DifferentCustomers
    pair = said.earlier_id == Earlier.id, said.later_id == Customer.id
    return exists(
        select(said.earlier_id).where(of_this_organization(said), *pair).correlate(Earlier, Customer)
    )


def _customers(ids: set[int]) -> dict[int, Customer]:
    found = db.session.scalars(select(Customer).where(Customer.id.in_(ids)))
    return {customer.id: customer for customer in found}
