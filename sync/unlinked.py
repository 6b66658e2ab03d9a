"""Records of ours that are joined to nobody: which of them a lane is about, and what they are recognised by."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, literal, select, true

from domain.books.contact_persons import ContactPerson
from domain.books.customers import Customer
from domain.books.items import Item
from domain.books.vendors import Vendor
from domain.crm.accounts import Account
from domain.crm.contacts import Contact
from domain.crm.products import Product
from domain.crm.vendors import CrmVendor
from domain.db import db, of_this_organization
from domain.links import Link
from domain.names import full_name
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
        free = self._belongs(side), ~self._is_linked(side), ~self._is_held(side)
        return select(model.id).where(*free, true() if wanted is None else wanted)

    def still(self, side: Side, ids: Sequence[str]) -> set[str]:
        """Of these records of ours, those that are joined to nobody."""
        model = self.links.model(side)
        query = select(model.id).where(model.id.in_([int(each) for each in ids]), ~self._is_linked(side))
        return {str(each) for each in db.session.scalars(query)}

    def signs(self, side: Side, parents: Sequence[str] | None) -> list[tuple[str, ...]]:
        """Id, company, name, mail address, telephone and number of everybody of ours who is joined to nobody.

        Of people only those at these companies.
        """
        model = self.links.model(side)
        company = self._parent_column(side) if self.links.lane.parents else _NONE
        columns = model.id, company, *_SIGNS[self.links.module(side)]
        query = select(*columns).where(self._belongs(side), ~self._is_linked(side))
        if parents is not None:
            query = query.where(company.in_([int(each) for each in parents]))
        return [
            (str(row[0]), str(row[1]), _named(row[2]), *(str(each or "") for each in row[3:]))
            for row in db.session.execute(query)
        ]

    # --- conditions -------------------------------------------------------------------------------------------

    def _belongs(self, side: Side) -> ColumnElement[bool]:
        """That a record of ours is one of this lane's, and its company is joined already."""
        conditions = (
            [_MEMBERS[self.links.lane.key, side]()] if (self.links.lane.key, side) in _MEMBERS else []
        )
        if self.links.lane.parents:
            companies = self.links.companies
            own, other = self._parent_column(side), companies.id_column(side)
            conditions.append(
                exists(select(Link.id).where(of_this_organization(Link), companies.of_lane, other == own))
            )
        return and_(true(), *conditions)

    def _parent_column(self, side: Side) -> Any:
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


_BETWEEN = "\x1f"
"""Stands between the two parts of a name until they are put in the order of its script."""


def _named(name: Any) -> str:
    last, _between, first = str(name or "").partition(_BETWEEN)
    return full_name(first, last)


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


def _person_name(model: Any) -> Any:
    return model.last_name + _BETWEEN + model.first_name


_NONE = literal("")

_SIGNS: dict[str, tuple[Any, ...]] = {
    "crm.accounts": (Account.name, _NONE, Account.phone, _NONE),
    "crm.contacts": (_person_name(Contact), Contact.email, Contact.phone, _NONE),
    "crm.vendors": (CrmVendor.name, CrmVendor.email, CrmVendor.phone, _NONE),
    "crm.products": (Product.name, _NONE, _NONE, Product.code),
    "books.customers": (Customer.display_name, Customer.email, Customer.phone, Customer.tax_registration),
    "books.vendors": (Vendor.display_name, Vendor.email, Vendor.phone, Vendor.tax_registration),
    "books.contact-persons": (_person_name(ContactPerson), ContactPerson.email, ContactPerson.phone, _NONE),
    "books.items": (Item.name, _NONE, _NONE, Item.sku),
}
"""What records are recognised by: name, mail address, telephone, number."""
