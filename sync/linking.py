"""Links as a lane has them: where each side's ids and versions stand, which pairs changed, who is joined to nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, or_, select, true

from domain.books.contact_persons import ContactPerson
from domain.books.customers import Customer
from domain.books.items import Item
from domain.books.vendors import Vendor
from domain.crm.accounts import Account
from domain.crm.contacts import Contact
from domain.crm.products import Product
from domain.crm.vendors import CrmVendor
from domain.db import db, now, of_this_organization
from domain.links import BOOKS, Link
from domain.modules import ALL
from domain.names import full_name
from domain.sync.questions import Question
from sync.connectors.base import Record
from sync.decide import Snapshot
from sync.lanes import Lane

Side = str
"""crm or books."""


@dataclass(frozen=True)
class Links:
    """The links of one lane with one system."""

    system: str
    lane: Lane

    @property
    def is_built_in(self) -> bool:
        """Whether both sides are in this database."""
        return self.system == BOOKS

    def is_here(self, side: Side) -> bool:
        """Whether that side's records are in this database."""
        return self.is_built_in or side == "books"

    def module(self, side: Side) -> str:
        """The module of that side."""
        return self.lane.crm if side == "crm" else self.lane.books

    def model(self, side: Side) -> Any:
        """The model of a module of ours."""
        return ALL[self.module(side)].model

    # --- where things stand -----------------------------------------------------------------------------------

    def _leads(self, side: Side) -> bool:
        """Whether a link calls that side's record its own, and the other one the remote one."""
        return (side == "crm") == self.is_built_in

    def module_column(self, side: Side) -> Any:
        """Where the module of that side is kept."""
        return Link.module if self._leads(side) else Link.remote_module

    def id_column(self, side: Side) -> Any:
        """Where the id of that side is kept, as a number where it is ours."""
        return Link.record_id if self._leads(side) else Link.books_id if self.is_built_in else Link.remote_id

    def version_column(self, side: Side) -> Any:
        """Where the version is kept that the record had when it was last looked at."""
        if self._leads(side):
            return Link.record_version
        return Link.books_version if self.is_built_in else Link.remote_version

    def id_of(self, link: Link, side: Side) -> str:
        """The id of the record on that side."""
        return str(getattr(link, self.id_column(side).key))

    def version_of(self, link: Link, side: Side) -> str:
        """The version that it had; nothing if it was never looked at."""
        version = getattr(link, self.version_column(side).key)
        return "" if version is None else str(version)

    @cached_property
    def of_lane(self) -> ColumnElement[bool]:
        """That a link is one of these."""
        return and_(
            Link.system == self.system,
            self.module_column("crm") == self.lane.crm,
            self.module_column("books") == self.lane.books,
        )

    # --- asking -----------------------------------------------------------------------------------------------

    def changed(self, after: int, limit: int, also_failed: bool) -> list[Link]:
        """Links of which a record of ours changed since, or that wait for another attempt; in their order."""
        query = select(Link).where(self.of_lane, Link.id > after)
        signs: list[ColumnElement[bool]] = []
        for side in ("crm", "books"):
            if self.is_here(side):
                model = self.model(side)
                query = query.join(model, model.id == self.id_column(side)).where(of_this_organization(model))
                signs.append(model.version.is_distinct_from(self.version_column(side)))
        if self.lane.parents and self.is_built_in:
            query = query.where(self._people())
        if also_failed:
            signs.append(Link.state == "failed")
        query = query.where(or_(*signs), Link.state != "making")
        return list(db.session.scalars(query.order_by(Link.id).limit(limit)))

    def promised(self, after: int, limit: int) -> list[Link]:
        """Links to records that the other system was asked for, and of which nothing was heard; in their order."""
        query = select(Link).where(self.of_lane, Link.id > after, Link.state == "making")
        return list(db.session.scalars(query.order_by(Link.id).limit(limit)))

    def of(self, side: Side, ids: Sequence[str]) -> dict[str, Link]:
        """The links of these records of one side, by their ids."""
        wanted: list[Any] = [int(each) for each in ids] if self.is_here(side) else list(ids)
        query = select(Link).where(self.of_lane, self.id_column(side).in_(wanted)).order_by(Link.id.desc())
        return {self.id_of(link, side): link for link in db.session.scalars(query)}

    def elders(self, links: Sequence[Link]) -> dict[str, int]:
        """By id of a record of the books: the oldest of the links that lead to it, which alone is synced."""
        column = self.id_column("books")
        ids = [getattr(link, column.key) for link in links]
        query = select(column, func.min(Link.id)).where(self.of_lane, column.in_(ids)).group_by(column)
        return {str(books_id): link_id for books_id, link_id in db.session.execute(query)}

    def parents_of(self, side: Side, ids: Sequence[str]) -> dict[str, str]:
        """Of companies of one side: their ids on the other, as far as they are joined."""
        companies, other = self._companies, "books" if side == "crm" else "crm"
        return {
            each: companies.id_of(link, other)
            for each, link in companies.of(side, ids).items()
            if link.state != "making"
        }

    def unlinked(
        self, side: Side, after: int, limit: int, wanted: ColumnElement[bool] | None = None
    ) -> list[int]:
        """The ids of records of ours that are joined to nobody and held by no question, in their order."""
        model = self.model(side)
        query = select(model.id).where(
            model.id > after,
            self._belongs(side),
            ~self._is_linked(side),
            ~self._is_held(side),
            true() if wanted is None else wanted,
        )
        return list(db.session.scalars(query.order_by(model.id).limit(limit)))

    def still_unlinked(self, side: Side, ids: Sequence[str]) -> set[str]:
        """Of these records of ours, those that are joined to nobody."""
        model = self.model(side)
        query = select(model.id).where(model.id.in_([int(each) for each in ids]), ~self._is_linked(side))
        return {str(each) for each in db.session.scalars(query)}

    def signs(self, side: Side, parents: Sequence[str] | None) -> list[tuple[str, ...]]:
        """Id, company, name, mail address, telephone and number of everybody of ours who is joined to nobody.

        Of people only those at these companies.
        """
        model = self.model(side)
        company = self._parent_column(side) if self.lane.parents else _NONE
        columns = model.id, company, *_SIGNS[self.module(side)]
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
        conditions = [_MEMBERS[self.lane.key, side]()] if (self.lane.key, side) in _MEMBERS else []
        if self.lane.parents:
            companies = self._companies
            own, other = self._parent_column(side), companies.id_column(side)
            conditions.append(
                exists(select(Link.id).where(of_this_organization(Link), companies.of_lane, other == own))
            )
        return and_(true(), *conditions)

    @cached_property
    def _companies(self) -> "Links":
        module = ("crm.accounts", "books.customers")
        module = ("crm.vendors", "books.vendors") if self.lane.parents == "vendors" else module
        crm = module[0] if self.is_built_in else "Accounts"
        return Links(self.system, Lane(self.lane.parents, "", self.lane.label, crm, module[1], ()))

    def _parent_column(self, side: Side) -> Any:
        if side == "books":
            return ContactPerson.party_id
        return Contact.account_id if self.lane.parents == "companies" else Contact.vendor_id

    def _people(self) -> ColumnElement[bool]:
        """Whoever has an account is looked at with the accounts, whoever has only a vendor with the vendors."""
        of_a_vendor = and_(Contact.account_id.is_(None), Contact.vendor_id.is_not(None))
        return of_a_vendor if self.lane.parents == "vendors" else ~of_a_vendor

    def _is_linked(self, side: Side) -> ColumnElement[bool]:
        model = self.model(side)
        return exists(
            select(Link.id).where(
                of_this_organization(Link),
                Link.system == self.system,
                self.module_column(side) == self.module(side),
                self.id_column(side) == model.id,
            )
        )

    def _is_held(self, side: Side) -> ColumnElement[bool]:
        model = self.model(side)
        column = Question.crm_id if side == "crm" else Question.books_id
        return exists(
            select(Question.id).where(
                of_this_organization(Question),
                Question.system == self.system,
                Question.lane == self.lane.key,
                Question.holds,
                column == cast(model.id, String),
            )
        )

    # --- writing ----------------------------------------------------------------------------------------------

    def join(self, crm: Record, books: Record, snapshot: Snapshot) -> Link:
        """A new link between two records, with what they agree on."""
        link = Link(system=self.system, snapshot={})
        for side, record in (("crm", crm), ("books", books)):
            setattr(link, self.module_column(side).key, self.module(side))
            if self._leads(side):
                link.record_id = int(record.id)
            else:
                link.remote_id = record.id
                link.books_id = int(record.id) if self.is_built_in else None
        self.write(link, crm, books, snapshot)
        db.session.add(link)
        return link

    def promise(self, books: Record, key: str) -> Link:
        """A link to a record that the other system is about to be asked for; the key stands for its id until then."""
        link = Link(
            system=self.system, state="making", snapshot={}, remote_id=key, remote_module=self.lane.crm
        )
        link.module, link.record_id, link.record_version = self.lane.books, int(books.id), int(books.version)
        db.session.add(link)
        return link

    def fulfil(self, link: Link, crm: Record) -> None:
        """The record that it was promised to is there."""
        if link.state == "making":
            link.remote_id = crm.id

    def write(
        self, link: Link, crm: Record, books: Record, snapshot: Snapshot, state: str = "linked"
    ) -> None:
        """What both sides say now, and in which versions."""
        link.snapshot, link.state, link.synced_at = dict(snapshot), state, now()
        self.note_versions(link, crm, books)

    def note_versions(self, link: Link, crm: Record | None, books: Record | None) -> None:
        """They were looked at: only another change makes them worth a look again."""
        for side, record in (("crm", crm), ("books", books)):
            if record is not None:
                column = self.version_column(side).key
                setattr(link, column, record.version if column == "remote_version" else int(record.version))


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
