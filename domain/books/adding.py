"""Add to books: making an account a customer, or saying which customer it is. Asked, never guessed."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select, true

from domain import records
from domain.access import visible
from domain.books.contact_persons import ContactPerson
from domain.books.customers import Customer
from domain.books.parties import name_key_of
from domain.crm.accounts import Account
from domain.crm.contacts import Contact
from domain.db import db, of_this_organization
from domain.errors import Refused
from domain.links import BOOKS, Link, link, link_of
from domain.locking import lock
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.timeline import record_event
from domain.words import _

_OFFERED = 10


def candidates(account: Account, actor: Member | None = None) -> Sequence[Customer]:
    """Customers that may be this account: of the same name, or with a mail address of one of its contacts.

    Only those that the actor sees, and none that belongs to another account.
    """
    addresses = [contact.email.lower() for contact in _with_mail(account)]
    people = select(ContactPerson.party_id).where(
        of_this_organization(ContactPerson), func.lower(ContactPerson.email).in_(addresses)
    )
    alike = or_(
        Customer.name_key == name_key_of(account.name),
        func.lower(Customer.email).in_(addresses),
        Customer.id.in_(people),
    )
    seen = visible(actor, Customer) if actor else true()
    query = select(Customer).where(alike, seen, ~_is_linked()).order_by(Customer.display_name, Customer.id)
    return db.session.scalars(query.limit(_OFFERED)).all()


def add_account(account: Account, actor: Member | None, customer: Customer | None = None) -> Customer:
    """The customer that the account now is: the one given, or a new one. A second click finds the first's."""
    lock(account)
    if account.customer_id is not None:
        return db.session.get_one(Customer, account.customer_id)
    verb = "linked_to_books" if customer else "added_to_books"
    if customer is None:
        customer = _customer_from(account, actor)
    else:
        _refuse_linked(customer)
    link(BOOKS, account, customer, _agreed(account))
    _add_people(account, customer, actor)
    record_event(account, verb, actor, title=customer.display_name)
    return customer


def _customer_from(account: Account, actor: Member | None) -> Customer:
    values = {
        "display_name": _free_name(account.name),
        "company_name": account.name,
        "customer_type": "business",
        "currency": current_organization().currency,
        "phone": account.phone,
        "website": account.website,
        "owner_id": account.owner_id,
        "billing_address": account.billing_address,
        "shipping_address": account.shipping_address,
    }
    customer: Customer = records.create(Customer, values, actor)
    return customer


def _free_name(name: str) -> str:
    """The name, with a number behind it when another customer has it."""
    free, count = name, 1
    while db.session.scalar(select(Customer.id).where(Customer.display_name == free)):
        count += 1
        free = f"{name} ({count})"
    return free


def _add_people(account: Account, customer: Customer, actor: Member | None) -> None:
    known = {person.email.lower(): person for person in customer.contact_persons if person.email}
    for contact in _with_mail(account):
        if link_of(contact.MODULE, contact.id):
            continue
        address = contact.email.lower()
        person = known.get(address) or _person_from(contact, customer, actor)
        if address not in known or not _has_link(person):
            link(BOOKS, contact, person, _person_agreed(contact))
        known[address] = person
    db.session.expire(customer, ["contact_persons"])


def _person_from(contact: Contact, customer: Customer, actor: Member | None) -> ContactPerson:
    values = {**_person_agreed(contact), "party_id": customer.id}
    person: ContactPerson = records.create(ContactPerson, values, actor)
    return person


def _with_mail(account: Account) -> Sequence[Contact]:
    query = select(Contact).where(Contact.account_id == account.id, Contact.email != "")
    return db.session.scalars(query.order_by(Contact.id)).all()


def _is_linked() -> ColumnElement[bool]:
    return exists(
        select(Link.id).where(
            of_this_organization(Link),
            Link.system == BOOKS,
            Link.remote_module == Customer.MODULE,
            Link.books_id == Customer.id,
        )
    )


def _refuse_linked(customer: Customer) -> None:
    lock(customer)
    if _has_link(customer):
        raise Refused(_("%(name)s belongs to another account already.", name=customer.display_name))


def _has_link(record: Customer | ContactPerson) -> bool:
    query = select(Link.id).where(
        Link.system == BOOKS, Link.remote_module == record.MODULE, Link.books_id == record.id
    )
    return db.session.scalar(query) is not None


def _agreed(account: Account) -> dict[str, Any]:
    """The fields that both sides have, as they are when the link is made."""
    return {
        "name": account.name,
        "phone": account.phone,
        "website": account.website,
        "billing": asdict(account.billing_address),
        "shipping": asdict(account.shipping_address),
    }


def _person_agreed(contact: Contact) -> dict[str, Any]:
    return {
        "salutation": contact.salutation,
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "email": contact.email,
        "phone": contact.phone,
        "mobile": contact.mobile,
        "designation": contact.job_title,
        "department": contact.department,
    }
