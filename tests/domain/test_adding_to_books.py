"""Add to books: an account becomes a customer, or is said to be one that is there."""

import pytest
from sqlalchemy import func, select

from domain.books.adding import add_account, candidates
from domain.books.customers import Customer
from domain.db import db
from domain.errors import Refused
from domain.links import Link, books_id_of, link_of, linked_from
from domain.timeline import entries_for
from tests.cast import Cast
from tests.factories import account, contact, contact_person, customer


def test_a_new_customer_takes_over_what_the_account_knows(cast: Cast) -> None:
    company = account(
        cast.sales,
        name="Minato Works",
        phone="045-1",
        website="https://minato.example",
        billing_city="Yokohama",
    )
    buyer = add_account(company, cast.staff)
    assert (buyer.display_name, buyer.customer_type, buyer.currency) == ("Minato Works", "business", "JPY")
    assert (buyer.phone, buyer.website, buyer.billing_city) == ("045-1", "https://minato.example", "Yokohama")
    assert buyer.owner_id == cast.sales.id
    assert company.customer_id == buyer.id


def test_contacts_with_mail_become_contact_persons_and_the_first_is_primary(cast: Cast) -> None:
    company = account()
    first = contact(account_id=company.id, last_name="Sato", email="sato@example.com", job_title="CFO")
    contact(account_id=company.id, last_name="Mori")
    contact(account_id=company.id, last_name="Kato", email="kato@example.com")
    buyer = add_account(company, cast.staff)
    assert [(person.last_name, person.is_primary) for person in buyer.contact_persons] == [
        ("Sato", True),
        ("Kato", False),
    ]
    assert buyer.contact_persons[0].designation == "CFO"
    assert linked_from("books.contact-persons", buyer.contact_persons[0].id, "crm.contacts") == [first.id]


def test_adding_twice_finds_the_customer_of_the_first_time(cast: Cast) -> None:
    company = account()
    assert add_account(company, cast.staff) is add_account(company, cast.staff)
    assert db.session.scalar(select(func.count(Customer.id))) == 1


def test_linking_adds_only_the_people_who_are_missing(cast: Cast) -> None:
    company, buyer = account(), customer()
    known = contact_person(buyer, email="Sato@Example.com")
    same = contact(account_id=company.id, email="sato@example.com")
    contact(account_id=company.id, email="new@example.com")
    add_account(company, cast.staff, buyer)
    assert [person.email for person in buyer.contact_persons] == ["Sato@Example.com", "new@example.com"]
    assert books_id_of("crm.contacts", same.id, "books.contact-persons") == known.id


def test_two_contacts_with_one_address_are_one_person(cast: Cast) -> None:
    company = account()
    for _twice in range(2):
        contact(account_id=company.id, email="info@example.com")
    assert len(add_account(company, cast.staff).contact_persons) == 1


def test_candidates_have_the_same_name_or_an_address_of_a_contact(cast: Cast) -> None:
    company = account(name="ミナト製作所")
    contact(account_id=company.id, email="sato@example.com")
    alike = customer(display_name="ﾐﾅﾄ製作所")
    by_own_mail = customer(email="SATO@example.com")
    by_person = customer()
    contact_person(by_person, email="Sato@example.com")
    customer(display_name="Somebody else")
    assert set(candidates(company)) == {alike, by_own_mail, by_person}


def test_a_customer_of_another_account_is_no_candidate_and_cannot_be_taken(cast: Cast) -> None:
    first, second = account(name="Minato"), account(name="Minato")
    buyer = add_account(first, cast.staff)
    assert candidates(second) == []
    with pytest.raises(Refused, match="belongs to another account already"):
        add_account(second, cast.staff, buyer)


def test_assigned_staff_are_offered_their_own_customers_only(cast: Cast) -> None:
    company = account(name="Minato")
    buyer = customer(display_name="MINATO")
    assert candidates(company, cast.assigned) == []
    assert candidates(company, cast.staff) == [buyer]


def test_a_second_account_of_the_same_name_gets_a_customer_of_its_own(cast: Cast) -> None:
    names = [add_account(account(name="Minato"), cast.staff).display_name for _twice in range(2)]
    assert names == ["Minato", "Minato (2)"]


def test_what_both_sides_agreed_on_is_remembered(cast: Cast) -> None:
    company = account(name="Minato", phone="045-1")
    add_account(company, cast.staff)
    link = link_of("crm.accounts", company.id)
    assert isinstance(link, Link)
    assert (link.snapshot["name"], link.snapshot["phone"]) == ("Minato", "045-1")
    assert [entry.verb for entry in entries_for(company.MODULE, company.id)] == ["added_to_books", "created"]
