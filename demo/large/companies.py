"""The rows of a company: its account with contacts, its customer with contact persons, and what joins them."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from demo.large.finding import write_found
from demo.large.ground import Ground
from demo.large.names import Known, Someone, known
from demo.large.writing import Ids, Row, Writer
from domain.books.parties import name_key_of
from domain.links import BOOKS
from domain.names import full_name
from domain.search_text import searched

Ready = tuple[str, Row]


class Companies:
    """Writes companies one after the other."""

    def __init__(self, ground: Ground, ids: dict[str, Ids], began: datetime) -> None:
        self._ground = ground
        self._ids = ids
        self._began = began
        self._always = {"organization_id": ground.organization.id}

    def write(self, writer: Writer, places: range) -> None:
        """The companies of these places; the n-th has the n-th id of all customers."""
        for place in places:
            write_found(writer, self._ids["search_index"], self._rows(place))

    def _rows(self, place: int) -> Iterator[Ready]:
        company = known(place)
        since = self._began + timedelta(minutes=place % 1440)
        owner = self._ground.people[owner_of(place)].id
        always = {**self._always, "created_at": since, "updated_at": since}
        customer_id = self._ids["parties"].take()
        account_id = None if company.is_private else self._ids["accounts"].take()
        if account_id:
            yield "accounts", always | _account(company, owner) | {"id": account_id}
        yield "parties", always | self._customer(place, company, owner) | {"id": customer_id}
        if account_id:
            ours, theirs = ("crm.accounts", account_id), ("books.customers", customer_id)
            yield "links", self._link(ours, theirs, _agreed(company), since)
        for n, person in enumerate(company.people):
            in_books = {"party_id": customer_id, "is_primary": n == 0}
            in_crm = {"account_id": account_id, "owner_id": owner}
            yield from self._person(company, person, in_books, in_crm, always)
        yield "timeline", self._created("books.customers", customer_id, since)

    def _customer(self, place: int, company: Known, owner: int) -> Row:
        return {
            "kind": "customer",
            "display_name": company.name,
            "name_key": name_key_of(company.name),
            "company_name": "" if company.is_private else company.name,
            "customer_type": "individual" if company.is_private else "business",
            "email": company.mail,
            "phone": company.phone,
            "website": company.website,
            "currency": company.currency,
            "language": company.language,
            "payment_terms_id": terms_of(place, self._ground)[0],
            "owner_id": owner,
            **_address("billing", company),
            **_address("shipping", company),
            "search_text": searched((company.name, company.mail, company.phone, company.address.city)),
        }

    def _person(
        self, company: Known, person: Someone, in_books: Row, in_crm: Row, always: Row
    ) -> Iterator[Ready]:
        """A contact and a contact person, and their link; a private person's contact is linked to the customer."""
        names = {
            "last_name": person.last,
            "first_name": person.first,
            "email": person.mail,
            "phone": company.phone,
        }
        found = searched((full_name(person.first, person.last), person.mail, company.phone))
        person_id, contact_id = self._ids["contact_persons"].take(), self._ids["contacts"].take()
        theirs = always | names | {"search_text": found}
        yield "contact_persons", theirs | in_books | {"id": person_id}
        yield "contacts", theirs | in_crm | {"id": contact_id}
        target: tuple[str, int] = ("books.contact-persons", person_id)
        agreed = {**names, "salutation": "", "mobile": "", "designation": "", "department": ""}
        if company.is_private:
            target, agreed = (
                ("books.customers", in_books["party_id"]),
                {"name": company.name, "email": person.mail},
            )
        yield "links", self._link(("crm.contacts", contact_id), target, agreed, always["created_at"])

    def _link(self, ours: tuple[str, int], theirs: tuple[str, int], snapshot: Any, at: datetime) -> Row:
        return self._always | {
            "id": self._ids["links"].take(),
            "system": BOOKS,
            "module": ours[0],
            "record_id": ours[1],
            "remote_module": theirs[0],
            "remote_id": str(theirs[1]),
            "books_id": theirs[1],
            "snapshot": json.dumps(snapshot, ensure_ascii=False),
            "synced_at": at,
        }

    def _created(self, module: str, record_id: int, at: datetime) -> Row:
        actor = self._ground.people[0]
        return self._always | {
            "id": self._ids["timeline"].take(),
            "module": module,
            "record_id": record_id,
            "verb": "created",
            "detail": "{}",
            "actor_id": actor.id,
            "actor_name": actor.name,
            "at": at,
        }


def owner_of(place: int) -> int:
    """Who looks after a company: the administrator, staff, and of every hundredth the one with few customers."""
    return 2 if place % 100 == 0 else place % 2


def terms_of(place: int, ground: Ground) -> tuple[int, int]:
    """Id and days of a customer's terms."""
    return ground.terms[place % len(ground.terms)]


def _account(company: Known, owner: int) -> Row:
    return {
        "name": company.name,
        "phone": company.phone,
        "website": company.website,
        "account_type": "customer",
        "owner_id": owner,
        **_address("billing", company),
        **_address("shipping", company),
        "search_text": searched((company.name, company.phone, company.website, company.address.city)),
    }


def _agreed(company: Known) -> dict[str, Any]:
    address = asdict(company.address)
    return {
        "name": company.name,
        "phone": company.phone,
        "website": company.website,
        "billing": address,
        "shipping": address,
    }


def _address(kind: str, company: Known) -> Row:
    return {f"{kind}_{part}": value for part, value in asdict(company.address).items()}
