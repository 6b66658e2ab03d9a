"""What all ways into the books have in common: linked once, never to what is linked already, under a free name."""

from collections.abc import Callable, Container, Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, select, true

from domain import records
from domain.access import visible
from domain.books.contact_persons import ContactPerson
from domain.books.parties import Party
from domain.crm.contacts import Contact
from domain.db import db, of_this_organization
from domain.errors import Refused
from domain.links import BOOKS, Link, link, link_of
from domain.locking import lock
from domain.organizations.users import Member
from domain.timeline import record_event
from domain.words import _

OFFERED = 10
"""So many that look alike are shown."""

_TAKEN = {
    "books.customers": _("%(name)s belongs to another account already."),
    "books.vendors": _("%(name)s is linked to another vendor already."),
    "books.items": _("%(name)s is linked to another product already."),
}


def join(
    record: Any,
    chosen: Any,
    make: Callable[[], Any],
    agreed: dict[str, Any],
    actor: Member | None,
) -> Any:
    """Link a record of the CRM to the chosen one or to a new one, and write it down."""
    verb = "linked_to_books" if chosen else "added_to_books"
    if chosen:
        _refuse_linked(chosen)
    counterpart = chosen or make()
    link(BOOKS, record, counterpart, agreed)
    record_event(record, verb, actor, title=counterpart.title)
    return counterpart


def is_linked(model: Any) -> ColumnElement[bool]:
    """Whether a record of the books belongs to one of the CRM, as SQL."""
    return exists(
        select(Link.id).where(
            of_this_organization(Link),
            Link.system == BOOKS,
            Link.remote_module == model.MODULE,
            Link.books_id == model.id,
        )
    )


def unlinked(model: type[Party], alike: ColumnElement[bool], actor: Member | None) -> Sequence[Any]:
    """The first few that are alike, that the actor sees, and that nobody in the CRM is linked to."""
    seen = visible(actor, model) if actor else true()
    query = select(model).where(alike, seen, ~is_linked(model))
    return db.session.scalars(query.order_by(model.display_name, model.id).limit(OFFERED)).all()


def free_name(column: Any, name: str, taken: Container[str] = ()) -> str:
    """The name, with a number behind it when a record of the books has it in that column, or is about to."""
    free, count = name, 1
    while free in taken or db.session.scalar(select(column.class_.id).where(column == free)):
        count += 1
        free = f"{name} ({count})"
    return free


def add_people(contacts: Sequence[Contact], party: Party, actor: Member | None) -> None:
    """Contacts become contact persons, once for each mail address."""
    known = {person.email.lower(): person for person in party.contact_persons if person.email}
    for contact in contacts:
        if link_of(contact.MODULE, contact.id):
            continue
        address = contact.email.lower()
        person = known.get(address) or person_from(contact, party, actor)
        if address not in known or not has_link(person):
            link(BOOKS, contact, person, as_person(contact))
        known[address] = person
    db.session.expire(party, ["contact_persons"])


def person_from(contact: Contact, party: Party, actor: Member | None) -> ContactPerson:
    """A contact person who is this contact."""
    values = {**as_person(contact), "party_id": party.id}
    person: ContactPerson = records.create(ContactPerson, values, actor)
    return person


def as_person(contact: Contact) -> dict[str, Any]:
    """What a contact and a contact person have in common."""
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


def has_link(record: Any) -> bool:
    """Whether a record of the books belongs to one of the CRM."""
    query = select(Link.id).where(
        Link.system == BOOKS, Link.remote_module == record.MODULE, Link.books_id == record.id
    )
    return db.session.scalar(query) is not None


def _refuse_linked(chosen: Any) -> None:
    lock(chosen)
    if has_link(chosen):
        raise Refused(_(_TAKEN[chosen.MODULE].text, name=chosen.title))
