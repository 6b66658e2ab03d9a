"""Whom a record may be: those of the other side who are joined to nobody, looked up by what they are recognised by.

Their signs are kept (`domain.sync.signs`), or a run would have to hold everybody in memory and begin anew with every
slice. They are taken from a record once for each of its versions. People are looked up by their company instead.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal, select, union
from sqlalchemy.dialects import postgresql, sqlite

from domain.books.contact_persons import ContactPerson
from domain.books.customers import Customer
from domain.books.items import Item
from domain.books.vendors import Vendor
from domain.crm.accounts import Account
from domain.crm.contacts import Contact
from domain.crm.products import Product
from domain.crm.vendors import CrmVendor
from domain.db import current_organization_id, db, of_this_organization
from domain.names import full_name
from domain.sync.signs import SIGNS, KeptSigns
from sync.linking import Side
from sync.match import Pool, Signs
from sync.unlinked import Unlinked


@dataclass(frozen=True)
class Recognising:
    """Those of both sides whom no link of a lane leads to, by their signs."""

    unlinked: Unlinked

    # --- keeping signs ----------------------------------------------------------------------------------------

    def keep(self, side: Side, after: int, limit: int) -> int | None:
        """Keep the signs of the next records that changed since; gives the last one's id if there may be more."""
        module, model = self._of(side)
        query = self._select(side, model.version).where(model.id > after, ~self._is_kept(side))
        found = db.session.execute(query.order_by(model.id).limit(limit)).all()
        stamps = {"organization_id": current_organization_id(), "module": module}
        self._write(
            [{**stamps, "record_id": row[0], "version": row[1], **asdict(_signs(row[2:]))} for row in found]
        )
        return found[-1][0] if len(found) == limit else None

    def _write(self, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            dialect: Any = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
            insert = dialect.insert(KeptSigns)
            new = {name: insert.excluded[name] for name in ("version", *SIGNS)}
            key = [KeptSigns.organization_id, KeptSigns.module, KeptSigns.record_id]
            db.session.execute(insert.on_conflict_do_update(index_elements=key, set_=new), rows)

    def _is_kept(self, side: Side) -> ColumnElement[bool]:
        module, model = self._of(side)
        return exists(
            select(KeptSigns.id).where(
                of_this_organization(KeptSigns),
                KeptSigns.module == module,
                KeptSigns.record_id == model.id,
                KeptSigns.version == model.version,
            )
        )

    # --- looking up -------------------------------------------------------------------------------------------

    def alike(self, side: Side, signs: Iterable[Signs]) -> Pool:
        """Those of a side who share a sign with one of these."""
        wanted = {sign: {getattr(each, sign) for each in signs} - {""} for sign in SIGNS}
        theirs = of_this_organization(KeptSigns), KeptSigns.module == self._of(side)[0]
        shares = [
            select(KeptSigns.record_id).where(*theirs, getattr(KeptSigns, sign).in_(sorted(values)))
            for sign, values in wanted.items()
            if values
        ]
        if not shares:
            return Pool()
        columns = (KeptSigns.record_id, *(getattr(KeptSigns, sign) for sign in SIGNS))
        # each sign by its index; with OR instead, databases read everybody
        query = self._kept(side, select(*columns)).where(self._of(side)[1].id.in_(union(*shares)))
        found = sorted(db.session.execute(query).all(), key=lambda row: row[0])
        return Pool((str(row[0]), Signs(*row[1:])) for row in found)

    def named(self, side: Side, signs: Iterable[Signs]) -> Counter[str]:
        """How many of a side have the name of one of these."""
        names = {each.name for each in signs}
        query = self._kept(side, select(KeptSigns.name, func.count()))
        query = query.where(KeptSigns.name.in_(sorted(names))).group_by(KeptSigns.name)
        return Counter({row[0]: row[1] for row in db.session.execute(query)})

    def people(self, side: Side, companies: Sequence[str]) -> dict[str, Pool]:
        """By company: those of its people who are joined to nobody."""
        company = self.unlinked.parent_column(side)
        pools = {each: Pool() for each in companies}
        query = self._select(side, company).where(company.in_([int(each) for each in companies]))
        for row in db.session.execute(query):
            pools[str(row[1])].add(str(row[0]), _signs(row[2:]))
        return pools

    def _kept(self, side: Side, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        module, model = self._of(side)
        return query.join(model, model.id == KeptSigns.record_id).where(
            KeptSigns.module == module,
            KeptSigns.version == model.version,
            of_this_organization(model),
            self.unlinked.is_free(side),
        )

    def _select(self, side: Side, *more: Any) -> Select[Any]:
        module, model = self._of(side)
        return select(model.id, *more, *_SAID[module]).where(self.unlinked.is_free(side))

    def _of(self, side: Side) -> tuple[str, Any]:
        return self.unlinked.links.module(side), self.unlinked.links.model(side)


_BETWEEN = "\x1f"
"""Stands between the two parts of a name until they are put in the order of its script."""


def _signs(said: Sequence[Any]) -> Signs:
    name, *others = said
    last, _between, first = str(name or "").partition(_BETWEEN)
    return Signs.of(full_name(first, last), *(str(each or "") for each in others))


def _person_name(model: Any) -> Any:
    return model.last_name + _BETWEEN + model.first_name


_NONE = literal("")

_SAID: dict[str, tuple[Any, ...]] = {
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
