"""The primary contact person of a party, as far as it is typed on the party's own form."""

from typing import Any

from sqlalchemy import inspect

from domain.db import now
from domain.errors import Refused
from domain.words import _


class OfPrimary:
    """An attribute of the primary contact person, read and written through the party; the first name makes one."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, party: Any, _owner: Any = None) -> Any:
        if party is None:
            return self
        person = party.primary_contact
        return getattr(person, self.name) if person else ""

    def __set__(self, party: Any, value: str) -> None:
        # here and not at the top: contact persons refer to parties
        from domain.books.contact_persons import ContactPerson

        person = party.primary_contact
        if person is None and not value:
            return
        if person is None:
            person = ContactPerson(is_primary=True)
            party.contact_persons.append(person)
        setattr(person, self.name, value)
        party.updated_at = now()  # so that two people who edit the name at once are told


class WithPrimaryContact:
    """A party whose form names its primary contact person."""

    primary_salutation = OfPrimary("salutation")
    primary_last_name = OfPrimary("last_name")
    primary_first_name = OfPrimary("first_name")
    primary_designation = OfPrimary("designation")
    primary_department = OfPrimary("department")
    primary_email = OfPrimary("email")

    def check_primary_contact(self) -> None:
        """A new person is reached at the party's address; one without name and address is refused."""
        party: Any = self
        if party.id is not None and "contact_persons" in inspect(party).unloaded:
            return  # nobody spoke of them
        person = party.primary_contact
        if person is None:
            return
        if person.id is None and not person.email:
            person.email, person.phone = party.email, party.phone
        if not (person.last_name or person.first_name or person.email):
            raise Refused(primary_last_name=_("Please give a name or a mail address."))
