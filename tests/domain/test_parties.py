"""Customers, vendors and the people at them."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from domain import records
from domain.access import visible
from domain.addresses import Address
from domain.books.contact_persons import ContactPerson
from domain.books.customers import Customer
from domain.books.parties import Party
from domain.books.vendors import Vendor
from domain.db import db, scoped_to
from domain.errors import Refused
from domain.timeline import entries_for
from tests.cast import Cast
from tests.factories import contact_person, currency, customer, exchange_rate, invoice, vendor


def primary_of(party: Party) -> list[str]:
    """Who is primary, by name, as it stands in the database."""
    query = select(ContactPerson).where(ContactPerson.party_id == party.id, ContactPerson.is_primary)
    return [person.name for person in db.session.scalars(query)]


# --- customers and vendors ----------------------------------------------------------------------------------


def test_two_customers_cannot_have_the_same_display_name(cast: Cast) -> None:
    customer(display_name="Minato")
    with pytest.raises(Refused) as refusal:
        customer(display_name="Minato")
    assert str(refusal.value.fields["display_name"]) == "There is already a customer called Minato."


def test_a_vendor_may_be_called_like_a_customer(cast: Cast) -> None:
    customer(display_name="Minato")
    assert vendor(display_name="Minato").id


def test_another_organization_may_have_the_same_customer(cast: Cast) -> None:
    customer(display_name="Minato")
    with scoped_to(cast.stranger.organization_id):
        assert customer(display_name="Minato").id


def test_customers_and_vendors_share_one_sequence_of_ids(cast: Cast) -> None:
    ids = [customer().id, vendor().id, customer().id]
    assert len(set(ids)) == 3
    assert db.session.get(Customer, ids[1]) is None
    assert isinstance(db.session.get(Party, ids[1]), Vendor)


def test_a_customer_keeps_to_the_organizations_currencies(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        customer(currency="CHF")
    assert set(refusal.value.fields) == {"currency"}
    currency("CHF")
    assert customer(currency="CHF").currency == "CHF"


def test_the_currency_is_fixed_once_there_is_a_document(cast: Cast) -> None:
    exchange_rate("EUR", Decimal(160))
    buyer = customer()
    records.update(buyer, {"currency": "EUR"}, cast.staff)
    invoice(buyer)
    with pytest.raises(Refused) as refusal:
        records.update(buyer, {"currency": "JPY"}, cast.staff)
    assert set(refusal.value.fields) == {"currency"}


def test_a_customer_with_documents_cannot_be_deleted_but_made_inactive(cast: Cast) -> None:
    buyer = customer(display_name="Minato")
    invoice(buyer)
    with pytest.raises(Refused, match="mark it as inactive instead"):
        records.destroy(buyer, cast.staff)
    buyer.deactivate(cast.staff)
    buyer.deactivate(cast.staff)
    buyer.activate(cast.staff)
    assert [entry.verb for entry in entries_for(buyer.MODULE, buyer.id)] == [
        "activated",
        "deactivated",
        "created",
    ]


def test_a_deleted_customer_takes_its_people_along(cast: Cast) -> None:
    buyer = customer()
    contact_person(buyer)
    contact_person(buyer)
    invoice(buyer).delete(cast.staff)
    records.destroy(buyer, cast.staff)
    assert db.session.scalar(select(func.count(ContactPerson.id))) == 0
    assert db.session.get(Customer, buyer.id) is None


def test_assigned_staff_see_their_customers_and_every_vendor(cast: Cast) -> None:
    mine, seller = customer(owner_id=cast.assigned.id), vendor()
    customer()
    assert list(db.session.scalars(select(Customer).where(visible(cast.assigned, Customer)))) == [mine]
    assert list(db.session.scalars(select(Vendor).where(visible(cast.assigned, Vendor)))) == [seller]


def test_a_customer_made_by_assigned_staff_is_theirs(cast: Cast) -> None:
    assert customer(cast.assigned, owner_id=cast.staff.id).owner_id == cast.assigned.id
    assert customer(cast.staff).owner_id is None


def test_the_people_at_a_customer_are_seen_by_whoever_sees_the_customer(cast: Cast) -> None:
    mine = contact_person(customer(owner_id=cast.assigned.id))
    contact_person(customer())
    theirs = contact_person(vendor())
    seen = db.session.scalars(select(ContactPerson).where(visible(cast.assigned, ContactPerson)))
    assert set(seen) == {mine, theirs}


# --- contact persons ----------------------------------------------------------------------------------------


def test_the_first_person_is_the_primary_one(cast: Cast) -> None:
    buyer = customer()
    contact_person(buyer, last_name="First")
    contact_person(buyer, last_name="Second")
    assert primary_of(buyer) == ["First"]


def test_making_somebody_primary_relieves_the_one_before(cast: Cast) -> None:
    buyer = customer()
    contact_person(buyer, last_name="First")
    second = contact_person(buyer, last_name="Second")
    records.update(second, {"is_primary": True}, cast.staff)
    assert primary_of(buyer) == ["Second"]
    contact_person(buyer, last_name="Third", is_primary=True)
    assert primary_of(buyer) == ["Third"]
    assert buyer.primary_contact is not None and buyer.primary_contact.last_name == "Third"


def test_somebody_is_always_primary(cast: Cast) -> None:
    person = contact_person(customer())
    with pytest.raises(Refused) as refusal:
        records.update(person, {"is_primary": False}, cast.staff)
    assert set(refusal.value.fields) == {"is_primary"}


def test_the_primary_person_cannot_be_deleted_while_there_are_others(cast: Cast) -> None:
    buyer = customer()
    first, second = contact_person(buyer), contact_person(buyer)
    with pytest.raises(Refused, match="Make somebody else primary first"):
        records.destroy(first, cast.staff)
    records.destroy(second, cast.staff)
    records.destroy(first, cast.staff)
    assert primary_of(buyer) == []


def test_a_person_needs_a_name_or_an_address(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        contact_person(customer(), last_name="", email="")
    assert set(refusal.value.fields) == {"last_name"}
    assert contact_person(customer(), last_name="", email="a@example.com").title == "a@example.com"


# --- names and addresses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("Mr", "John", "Smith"), "Mr John Smith"),
        (("", "花子", "佐藤"), "佐藤 花子"),
        (("", "Zoé", "Dupont"), "Zoé Dupont"),
        (("", "", "Smith"), "Smith"),
        (("", "ハナコ", ""), "ハナコ"),
    ],
)
def test_a_name_is_written_in_the_order_of_its_script(cast: Cast, parts: tuple, name: str) -> None:
    salutation, first_name, last_name = parts
    person = ContactPerson(salutation=salutation, first_name=first_name, last_name=last_name)
    assert person.name == name


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        (
            Address("", "丸の内1-1-1\nビル3階", "千代田区", "東京都", "100-0005", "JP"),
            ["〒100-0005", "東京都千代田区丸の内1-1-1", "ビル3階"],
        ),
        (Address("", "1 rue de la Paix", "Paris", "", "75002", "FR"), ["1 rue de la Paix", "75002 Paris"]),
        (
            Address("Ann", "1 Main St", "Austin", "TX", "78701", "US"),
            ["Ann", "1 Main St", "Austin, TX 78701"],
        ),
        (Address("", "1 High St", "Leeds", "", "LS1 1AA", "GB"), ["1 High St", "Leeds", "LS1 1AA"]),
        (Address(), []),
    ],
)
def test_an_address_is_written_as_in_its_country(address: Address, lines: list[str]) -> None:
    assert address.lines("") == lines


def test_an_address_that_names_no_country_is_written_as_at_home() -> None:
    address = Address("", "1-2-3 Kaigan", "Minato", "Tokyo", "105-0022")
    assert address.lines("JP") == ["〒105-0022", "TokyoMinato1-2-3 Kaigan"]
    assert address.written("en", "JP") == address.lines("JP")
    assert address.lines("FR") == ["1-2-3 Kaigan", "105-0022 Minato", "Tokyo"]


def test_abroad_the_country_is_named_in_the_readers_language() -> None:
    address = Address(street="1 rue de la Paix", city="Paris", postal_code="75002", country="FR")
    assert address.written("ja", "JP")[-1] == "フランス"
    assert address.written("en", "FR") == address.lines("FR")
