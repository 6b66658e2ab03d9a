"""Records of ours that are joined to nobody: which of them a lane is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, select, true

from domain.books.contact_persons import ContactPerson
from domain.books.customers import Customer
from domain.books.items import Item
from domain.books.vendors import Vendor
from domain.crm.contacts import Contact
from domain.db import db, of_this_organization
from domain.links import Link
from domain.sync.questions import Question
from sync.linking import Links, Side


@dataclass(frozen=True)
class Unlinked:
    """Those whom no link of a lane leads to."""

    links: Links

    # --- asking -----------------------------------------------------------------------------------------------

    def ids(self, side: Side, after: int, limit: int, wanted: ColumnElement[bool] | None = None) -> list[int]:
        """The ids of records of ours that are joined to nobody and held by no question, in their order."""
        model = self.links.model(side)
        query = self._free(side, wanted).where(model.id > after)
        return list(db.session.scalars(query.order_by(model.id).limit(limit)))

    def last_ids(self, side: Side, limit: int, wanted: ColumnElement[bool] | None = None) -> list[int]:
        """Those that were made last."""
        newest = self.links.model(side).id.desc()
        return list(db.session.scalars(self._free(side, wanted).order_by(newest).limit(limit)))

    def _free(self, side: Side, wanted: ColumnElement[bool] | None) -> Select[int]:
        model = self.links.model(side)
        free = self.is_free(side), ~self._is_held(side)
        return select(model.id).where(*free, true() if wanted is None else wanted)

    def still(self, side: Side, ids: Sequence[str]) -> set[str]:
        """Of these records of ours, those that are joined to nobody."""
        model = self.links.model(side)
        query = select(model.id).where(model.id.in_([int(each) for each in ids]), ~self._is_linked(side))
        return {str(each) for each in db.session.scalars(query)}

    def is_anybody(self, side: Side) -> bool:
        """Whether there is anybody at all who could be recognised."""
        return (
            db.session.scalar(select(self.links.model(side).id).where(self.is_free(side)).limit(1))
            is not None
        )

    # --- conditions -------------------------------------------------------------------------------------------

    def is_free(self, side: Side) -> ColumnElement[bool]:
        """That a record of ours is one of this lane's, and joined to nobody."""
        return and_(self._belongs(side), ~self._is_linked(side))

    def _belongs(self, side: Side) -> ColumnElement[bool]:
        """That a record of ours is one of this lane's, and its company is joined already."""
        conditions = (
            [_MEMBERS[self.links.lane.key, side]()] if (self.links.lane.key, side) in _MEMBERS else []
        )
        if self.links.lane.parents:
            companies = self.links.companies
            own, other = self.parent_column(side), companies.id_column(side)
            conditions.append(
                exists(select(Link.id).where(of_this_organization(Link), companies.of_lane, other == own))
            )
        return and_(true(), *conditions)

    def parent_column(self, side: Side) -> Any:
        """Where a person of ours says to which company they belong."""
        if side == "books":
            return ContactPerson.party_id
        return Contact.account_id if self.links.lane.parents == "companies" else Contact.vendor_id

    def _is_linked(self, side: Side) -> ColumnElement[bool]:
        model = self.links.model(side)
        return exists(
            select(Link.id).where(
                of_this_organization(Link),
                Link.system == self.links.system,
                self.links.module_column(side) == self.links.module(side),
                self.links.id_column(side) == model.id,
            )
        )

    def _is_held(self, side: Side) -> ColumnElement[bool]:
        model = self.links.model(side)
        column = Question.crm_id if side == "crm" else Question.books_id
        return exists(
            select(Question.id).where(
                of_this_organization(Question),
                Question.system == self.links.system,
                Question.lane == self.links.lane.key,
                Question.holds,
                column == cast(model.id, String),
            )
        )


_MEMBERS: dict[tuple[str, Side], Any] = {
    ("companies", "books"): lambda: and_(
        Customer.customer_type == "business", Customer.is_active, Customer.merge_id.is_(None)
    ),
    ("loose", "crm"): lambda: and_(Contact.account_id.is_(None), Contact.vendor_id.is_(None)),
    ("loose", "books"): lambda: and_(
        Customer.customer_type == "individual", Customer.is_active, Customer.merge_id.is_(None)
    ),
    ("vendors", "books"): lambda: and_(Vendor.is_active, Vendor.merge_id.is_(None)),
    ("people", "crm"): lambda: Contact.account_id.is_not(None),
    ("vendor-people", "crm"): lambda: Contact.account_id.is_(None),
    ("products", "books"): lambda: Item.is_active,
}
"""Which records of a module are in a lane, where not all are."""
