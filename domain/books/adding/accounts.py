"""An account becomes a customer, and its contacts the contact persons there."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import func, or_, select

from domain import records
from domain.books.adding.joining import add_people, free_name, join, unlinked
from domain.books.contact_persons import ContactPerson
from domain.books.customers import Customer
from domain.books.parties import name_key_of
from domain.crm.accounts import Account
from domain.crm.contacts import Contact
from domain.db import db, of_this_organization
from domain.locking import lock
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member


def candidates(account: Account, actor: Member | None = None) -> Sequence[Customer]:
    """Customers that may be this account: of the same name, or with a mail address of one of its contacts.

    Only those that the actor sees, and none that belongs to another account.
    """
    return customers_like(account.name, [contact.email for contact in _with_mail(account)], actor)


def customers_like(name: str, addresses: list[str], actor: Member | None) -> Sequence[Customer]:
    """Customers of that name or with one of those mail addresses, that nobody in the CRM is linked to."""
    addresses = [address.lower() for address in addresses]
    people = select(ContactPerson.party_id).where(
        of_this_organization(ContactPerson), func.lower(ContactPerson.email).in_(addresses)
    )
    alike = or_(
        Customer.name_key == name_key_of(name),
        func.lower(Customer.email).in_(addresses),
        Customer.id.in_(people),
    )
    return unlinked(Customer, alike, actor)


def add_account(account: Account, actor: Member | None, customer: Customer | None = None) -> Customer:
    """The customer that the account now is: the one given, or a new one. A second click finds the first's."""
    lock(account)
    if account.customer_id is not None:
        return db.session.get_one(Customer, account.customer_id)
    joined: Customer = join(
        account, customer, lambda: _customer_from(account, actor), _agreed(account), actor
    )
    add_people(_with_mail(account), joined, actor)
    return joined


def _customer_from(account: Account, actor: Member | None) -> Customer:
    values = {
        "display_name": free_name(Customer.display_name, account.name),
        "company_name": account.name,
        "customer_type": "business",
        "currency": account.currency or current_organization().currency,
        "phone": account.phone,
        "fax": account.fax,
        "website": account.website,
        "owner_id": account.owner_id,
        "billing_address": account.billing_address,
        "shipping_address": account.shipping_address,
    }
    customer: Customer = records.create(Customer, values, actor)
    return customer


def _with_mail(account: Account) -> Sequence[Contact]:
    query = select(Contact).where(Contact.account_id == account.id, Contact.email != "")
    return db.session.scalars(query.order_by(Contact.id)).all()


def _agreed(account: Account) -> dict[str, Any]:
    """The fields that both sides have, as they are when the link is made."""
    return {
        "name": account.name,
        "phone": account.phone,
        "website": account.website,
        "billing": asdict(account.billing_address),
        "shipping": asdict(account.shipping_address),
    }
