"""Whom a mail goes to: people whom the party knows, and whoever shall have a copy unseen."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from domain.books.parties import Party
from domain.errors import Refused
from domain.mail_addresses import one_line, parse_address, same_address
from domain.words import _

MAX_RECIPIENTS = 50

Recipient = dict[str, str]
"""`name` (may be empty) and `address`."""


def party_of(record: Any) -> Party:
    """To whom a mail about a record goes: the customer itself, or whom the document or payment is from or for."""
    party: Party = record if isinstance(record, Party) else record.party
    return party


def name_of(record: Any) -> str:
    """What the party is called in a mail about a record: as a document has it, which may be an earlier name."""
    name: str = record.display_name if isinstance(record, Party) else record.party_name
    return name


def known_addresses(party: Party) -> list[Recipient]:
    """Whom a mail to this party can be addressed to: its contact persons, and the address of its own."""
    people = [
        {"name": person.name, "address": person.email} for person in party.contact_persons if person.email
    ]
    own = [{"name": party.display_name, "address": party.email}] if party.email else []
    return list({same_address(each["address"]): each for each in reversed([*people, *own])}.values())[::-1]


def first_address(party: Party) -> str:
    """Where a mail goes that nobody addresses by hand: to the primary contact person; empty where there is none."""
    return next((each["address"] for each in known_addresses(party)), "")


def chosen(
    party: Party, to: Iterable[str], cc: Iterable[str], bcc: Iterable[str]
) -> dict[str, list[Recipient]]:
    """Everybody a mail goes to, by field; raises Refused at the field that is wrong."""
    known = {same_address(each["address"]): each for each in known_addresses(party)}
    recipients = {
        "to": _among(known, "to", to),
        "cc": _among(known, "cc", cc),
        "bcc": [_person("bcc", text) for text in _given(bcc)],
    }
    if not recipients["to"]:
        raise Refused(to=_("Please choose who the mail goes to."))
    if sum(map(len, recipients.values())) > MAX_RECIPIENTS:
        raise Refused(to=_("A mail goes to at most %(count)s people.", count=MAX_RECIPIENTS))
    return recipients


def listed(recipients: Iterable[Recipient]) -> str:
    """Their addresses in one line."""
    return ", ".join(recipient["address"] for recipient in recipients)


def _among(known: dict[str, Recipient], field: str, addresses: Iterable[str]) -> list[Recipient]:
    """The people of these addresses; only known ones, lest a customer's papers go to a look-alike."""
    people = []
    for address in (_person(field, text)["address"] for text in _given(addresses)):
        if same_address(address) not in known:
            stranger = _("%(address)s is not a contact person of this customer.", address=address)
            raise Refused(**{field: stranger})
        people.append(known[same_address(address)])
    return people


def _given(addresses: Iterable[str]) -> list[str]:
    """What was typed, without empty fields and with nobody twice."""
    texts = (unicodedata.normalize("NFKC", address).strip() for address in addresses)
    return list({same_address(text): text for text in texts if text}.values())


def _person(field: str, text: str) -> Recipient:
    parsed = parse_address(text)
    if parsed is None:
        wrong = _("“%(address)s” is not a mail address.", address=one_line(text)[:100])
        raise Refused(**{field: wrong})
    return {"name": parsed[0], "address": parsed[1]}
