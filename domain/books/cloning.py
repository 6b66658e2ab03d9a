"""Cloning a customer: one more with the same details and contact persons, but without documents and balance."""

from typing import Any

from domain import records
from domain.books.adding.joining import free_name
from domain.books.associated_templates import SLOTS
from domain.books.contact_persons import ContactPerson
from domain.books.customers import Customer
from domain.db import db
from domain.errors import Refused
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.portal import has_portal, invite, why_not
from domain.timeline import record_event

OF_A_PERSON = (
    "salutation",
    "first_name",
    "last_name",
    "email",
    "phone",
    "mobile",
    "designation",
    "department",
)


def name_for_clone(original: Customer) -> str:
    """A display name that nobody has yet."""
    return free_name(Customer.display_name, original.display_name)[:200]


def may_have_portal(original: Customer) -> bool:
    """Whether a clone may be let into the portal at once: a mail address has access to it once."""
    return current_organization().portal_is_open and not has_portal(original)


def clone(
    original: Customer,
    values: dict[str, Any],
    actor: Member,
    form_key: str | None = None,
    with_portal: bool = False,
) -> Customer:
    """A new customer with these values, and with the contact persons and the templates of the original."""
    own = {name: name_in for name in SLOTS if (name_in := getattr(original, name))}
    made: Customer = records.create(Customer, own | values, actor, form_key)
    first, others = original.primary_contact, original.contact_persons[1:]
    if first and made.primary_contact and made.primary_contact.name == first.name:
        for name in ("email", "phone", "mobile"):
            setattr(made.primary_contact, name, getattr(first, name))
    for person in others:
        taken = {name: getattr(person, name) for name in OF_A_PERSON} | {"custom": dict(person.custom)}
        records.create(ContactPerson, taken | {"party_id": made.id}, actor)
    db.session.expire(made, ["contact_persons"])
    record_event(made, "cloned", actor, name=original.display_name)
    if with_portal and may_have_portal(original):
        _let_in(made, actor)
    return made


def _let_in(made: Customer, actor: Member) -> None:
    if reason := why_not(made.primary_contact):
        raise Refused(reason)
    assert made.primary_contact is not None, "nobody would have been a reason"
    invite(made.primary_contact, actor)
