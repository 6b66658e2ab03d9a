"""Accounts and contacts: who looks after them, who sees them, what their deletion leaves."""

from sqlalchemy import select

from domain import records
from domain.access import visible
from domain.books.adding import add_account
from domain.crm.accounts import Account
from domain.crm.contacts import Contact
from domain.db import db, scoped_to
from domain.links import Link
from tests.cast import Cast
from tests.factories import account, contact, customer


def seen_by(member: object, model: type) -> set[object]:
    """The records that somebody sees."""
    return set(db.session.scalars(select(model).where(visible(member, model))))


def test_whoever_makes_an_account_looks_after_it(cast: Cast) -> None:
    assert account(cast.sales).owner_id == cast.sales.id
    assert account(cast.sales, owner_id=cast.staff.id).owner_id == cast.staff.id
    assert contact(cast.sales).owner_id == cast.sales.id


def test_assigned_staff_see_the_accounts_they_own_and_those_whose_customer_is_theirs(cast: Cast) -> None:
    own, linked, other = account(cast.assigned), account(cast.sales), account(cast.sales)
    add_account(linked, cast.staff, customer(owner_id=cast.assigned.id))
    add_account(other, cast.staff, customer(owner_id=cast.staff.id))
    assert seen_by(cast.assigned, Account) == {own, linked}
    assert seen_by(cast.sales, Account) == {own, linked, other}


def test_assigned_staff_see_the_contacts_they_own_and_those_of_the_accounts_they_see(cast: Cast) -> None:
    own = contact(cast.assigned)
    at_theirs = contact(cast.sales, account_id=account(cast.assigned).id)
    contact(cast.sales, account_id=account(cast.sales).id)
    contact(cast.sales)
    assert seen_by(cast.assigned, Contact) == {own, at_theirs}


def test_a_stranger_sees_nothing_of_it(cast: Cast) -> None:
    account(), contact()
    db.session.flush()
    with scoped_to(cast.stranger.organization_id):
        assert seen_by(cast.stranger, Account) == seen_by(cast.stranger, Contact) == set()


def test_a_deleted_account_leaves_its_contacts_and_its_customer(cast: Cast) -> None:
    company = account(cast.sales)
    person = contact(cast.sales, account_id=company.id)
    buyer = add_account(company, cast.staff)
    records.destroy(company, cast.sales)
    db.session.expire_all()
    assert person.account_id is None
    assert buyer.display_name
    assert db.session.scalar(select(Link).where(Link.module == "crm.accounts")) is None


def test_a_contacts_customer_is_that_of_its_account(cast: Cast) -> None:
    company = account()
    person, loner = contact(account_id=company.id), contact()
    assert (person.customer_id, loner.customer_id) == (None, None)
    buyer = add_account(company, cast.staff)
    assert (person.customer_id, loner.customer_id) == (buyer.id, None)
