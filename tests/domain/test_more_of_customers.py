"""What a customer's own form says of the primary contact person; and the credit limit."""

import pytest

from domain import records
from domain.db import db
from domain.errors import Refused
from domain.modules import ALL
from domain.modules.listing import Listing
from tests.cast import Cast
from tests.factories import contact_person, customer, invoice


def test_the_names_on_the_form_make_the_primary_contact_person(cast: Cast) -> None:
    made = customer(email="keiri@example.com", primary_last_name="佐藤", primary_department="経理課")
    [person] = made.contact_persons
    assert (person.last_name, person.department, person.email) == ("佐藤", "経理課", "keiri@example.com")
    assert person.is_primary
    assert made.primary_last_name == "佐藤"


def test_without_a_name_there_is_no_contact_person(cast: Cast) -> None:
    made = customer(email="keiri@example.com", primary_last_name="")
    assert made.contact_persons == []
    assert made.primary_last_name == ""


def test_the_names_on_the_form_change_the_person_who_is_primary(cast: Cast) -> None:
    made = customer()
    person = contact_person(made, last_name="Sato", email="sato@example.com")
    contact_person(made, last_name="Mori")
    version = made.version
    records.update(made, {"primary_last_name": "Kato"}, cast.staff)
    assert (person.last_name, person.email) == ("Kato", "sato@example.com")
    assert made.version == version + 1, "so that whoever edits it at the same time is told"


def test_a_person_without_name_and_address_is_refused_at_the_field(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        customer(primary_designation="CFO")
    assert set(refusal.value.fields) == {"primary_last_name"}


def test_customers_are_found_by_the_name_of_their_primary_contact_person(cast: Cast) -> None:
    found = customer(primary_last_name="Dubois")
    contact_person(found, last_name="Martin")
    customer()
    module = ALL["books.customers"]
    for name, rows in (("dub", [found]), ("martin", [])):
        listing = Listing.from_args(module, {"primary_last_name__contains": name})
        assert list(listing.page(cast.admin).rows) == rows


def test_more_open_than_the_limit_allows_is_above_it(cast: Cast) -> None:
    made = customer(credit_limit_minor=1500)
    invoice(made, issued=True)
    db.session.expire_all()
    assert not made.is_over_limit
    assert made.is_over_limit_with(501)
    assert not made.is_over_limit_with(500)
    invoice(made, issued=True)
    db.session.expire_all()
    assert made.is_over_limit
    listing = Listing.from_args(ALL["books.customers"], {"is_over_limit": "1"})
    customer()
    assert list(listing.page(cast.admin).rows) == [made]


def test_without_a_limit_nobody_is_above_it(cast: Cast) -> None:
    assert not customer().is_over_limit_with(10**12)


def test_a_limit_is_not_negative(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        customer(credit_limit_minor=-1)
    assert set(refusal.value.fields) == {"credit_limit_minor"}
