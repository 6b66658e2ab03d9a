"""A vendor of the CRM becomes a vendor of the books, and its contacts the contact persons there."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import func, or_, select

from domain import records
from domain.books.adding.joining import add_people, free_name, join, unlinked
from domain.books.parties import name_key_of
from domain.books.vendors import Vendor
from domain.crm.contacts import Contact
from domain.crm.products import look_again_at_products_of
from domain.crm.vendors import CrmVendor
from domain.db import db
from domain.locking import lock
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member


def candidates(vendor: CrmVendor, actor: Member | None = None) -> Sequence[Vendor]:
    """Vendors of the books that may be this one: of the same name or mail address, and not linked yet."""
    same_mail = func.lower(Vendor.email) == vendor.email.lower() if vendor.email else Vendor.id.is_(None)
    alike = or_(Vendor.name_key == name_key_of(vendor.name), same_mail)
    return unlinked(Vendor, alike, actor)


def add_vendor(vendor: CrmVendor, actor: Member | None, chosen: Vendor | None = None) -> Vendor:
    """The vendor that it now is in the books: the one given, or a new one. A second click finds the first's."""
    lock(vendor)
    if vendor.books_id is not None:
        return db.session.get_one(Vendor, vendor.books_id)
    joined: Vendor = join(vendor, chosen, lambda: _vendor_from(vendor, actor), _agreed(vendor), actor)
    add_people(_with_mail(vendor), joined, actor)
    look_again_at_products_of([vendor.id], [joined.id])
    return joined


def _vendor_from(vendor: CrmVendor, actor: Member | None) -> Vendor:
    values = {
        "display_name": free_name(Vendor.display_name, vendor.name),
        "company_name": vendor.name,
        "currency": current_organization().currency,
        "email": vendor.email,
        "phone": vendor.phone,
        "fax": vendor.fax,
        "website": vendor.website,
        "owner_id": vendor.owner_id,
        "billing_address": vendor.mailing_address,
    }
    made: Vendor = records.create(Vendor, values, actor)
    return made


def _with_mail(vendor: CrmVendor) -> Sequence[Contact]:
    """Its contacts, but for those who stand for an account of their own."""
    query = select(Contact).where(
        Contact.vendor_id == vendor.id, Contact.account_id.is_(None), Contact.email != ""
    )
    return db.session.scalars(query.order_by(Contact.id)).all()


def _agreed(vendor: CrmVendor) -> dict[str, Any]:
    """The fields that both sides have, as they are when the link is made."""
    return {
        "name": vendor.name,
        "email": vendor.email,
        "phone": vendor.phone,
        "website": vendor.website,
        "billing": asdict(vendor.mailing_address),
    }
