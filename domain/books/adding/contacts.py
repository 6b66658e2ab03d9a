"""A contact without an account becomes a customer: an individual, with themselves as the one to whom mail goes."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from domain import records
from domain.books.adding.accounts import customers_like
from domain.books.adding.joining import as_person, free_name, join, person_from
from domain.books.customers import Customer
from domain.crm.contacts import Contact
from domain.db import db
from domain.errors import Refused
from domain.locking import lock
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.words import _


def candidates(contact: Contact, actor: Member | None = None) -> Sequence[Customer]:
    """Customers that may be this person: of the same name, or with the same mail address."""
    return customers_like(contact.name, [contact.email] if contact.email else [], actor)


def add_contact(contact: Contact, actor: Member | None, customer: Customer | None = None) -> Customer:
    """The customer that the contact now is: the one given, or a new one. A second click finds the first's."""
    lock(contact)
    if contact.account_id is not None:
        raise Refused(
            _("%(name)s belongs to an account. Please add the account to the books.", name=contact.name)
        )
    if contact.customer_id is not None:
        return db.session.get_one(Customer, contact.customer_id)
    joined: Customer = join(
        contact, customer, lambda: _customer_from(contact, actor), _agreed(contact), actor
    )
    return joined


def _customer_from(contact: Contact, actor: Member | None) -> Customer:
    values = {
        "display_name": free_name(Customer.display_name, contact.name),
        "customer_type": "individual",
        "currency": current_organization().currency,
        "email": contact.email,
        "phone": contact.phone,
        "mobile": contact.mobile,
        "fax": contact.fax,
        "owner_id": contact.owner_id,
        "billing_address": contact.mailing_address,
        "shipping_address": contact.mailing_address,
    }
    customer: Customer = records.create(Customer, values, actor)
    person_from(contact, customer, actor)
    db.session.expire(customer, ["contact_persons"])
    return customer


def _agreed(contact: Contact) -> dict[str, Any]:
    """The fields that both sides have, as they are when the link is made."""
    return {**as_person(contact), "billing": asdict(contact.mailing_address)}
