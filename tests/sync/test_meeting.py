"""The first meeting of records that both sides have: joined, asked about, left apart; deletions and merges."""

import pytest
from sqlalchemy import func, select

from domain import records
from domain.books import merging
from domain.books.contact_persons import ContactPerson
from domain.books.customers import Customer
from domain.books.items import Item
from domain.crm.accounts import Account
from domain.crm.contacts import Contact
from domain.crm.products import Product
from domain.db import db
from domain.links import link_of
from domain.sync.questions import Question
from sync.answers import sync_record
from tests.sync.conftest import rows_of, work_off


def count(model):
    return db.session.scalar(select(func.count(model.id)))


def questions(kind):
    return list(db.session.scalars(select(Question).where(Question.kind == kind)))


def test_records_of_one_name_are_joined_and_what_is_empty_is_filled_in(sync, factories):
    account = factories.account(name="株式会社ﾐﾅﾄ", phone="045-555-0100")
    customer = factories.customer(display_name="株式会社ミナト", website="https://minato.example")
    run = sync()
    assert [row[0] for row in rows_of(run)] == ["updated", "updated", "joined"]
    assert link_of("crm.accounts", account.id).books_id == customer.id
    db.session.expire_all()
    assert (account.website, customer.phone) == ("https://minato.example", "045-555-0100")
    assert (account.name, customer.display_name) == ("株式会社ﾐﾅﾄ", "株式会社ミナト")
    assert rows_of(sync()) == []


@pytest.mark.parametrize(
    ("duplicates", "customers", "phone"),
    [("overwrite", 1, "1"), ("clone", 2, "2"), ("skip", 1, "2"), ("join", 1, "1")],
)
def test_a_duplicate_is_overwritten_cloned_or_skipped(
    sync, settings, factories, duplicates, customers, phone
):
    settings().duplicates = duplicates
    customer = factories.customer(display_name="Minato", phone="2", notes="Old")
    factories.account(name="Minato", phone="1")
    sync()
    db.session.expire_all()
    assert (count(Customer), customer.phone) == (customers, phone)
    assert customer.notes == ("" if duplicates == "overwrite" else "Old")
    assert rows_of(sync()) == []


def test_somebody_who_may_be_meant_is_asked_about_before_anything_is_made(sync, factories):
    factories.account(name="Minato Inc.")
    customer = factories.customer(display_name="Minato Ltd")
    run = sync()
    assert rows_of(run) == [("asked", "", "Minato Inc.")]
    (asked,) = questions("match")
    assert asked.detail["candidates"] == [str(customer.id)]
    assert (count(Customer), count(Account)) == (1, 1)
    assert rows_of(sync()) == []


def test_asked_for_again_while_it_waits_it_is_the_same_question(sync, connection, factories, cast):
    account = factories.account(name="Minato Works", phone="03-1111-2222")
    factories.customer(display_name="Something Else", phone="03-1111-2222")
    sync()
    [asked] = questions("match")
    factories.customer(display_name="A third", phone="03-1111-2222")
    sync_record(connection, "companies", "crm", str(account.id), cast.admin)
    db.session.commit()
    work_off()
    db.session.expire_all()
    assert questions("match") == [asked] and len(asked.detail["candidates"]) == 2


def test_two_accounts_of_one_name_and_one_customer_are_a_question(sync, factories):
    for _ in range(2):
        factories.account(name="Minato")
    factories.customer(display_name="Minato")
    sync()
    assert len(questions("match")) == 2
    assert (count(Customer), count(Account)) == (1, 2)


def test_two_accounts_of_one_name_become_two_customers_and_stay_two(sync, factories):
    for _ in range(2):
        factories.account(name="Minato")
    sync()
    names = sorted(db.session.scalars(select(Customer.display_name)))
    assert names == ["Minato", "Minato (2)"]
    assert rows_of(sync()) == []


def test_contacts_without_account_come_along_only_if_that_is_wanted(sync, settings, factories):
    factories.contact(last_name="Tanaka", first_name="Hana", email="h@example.com")
    sync()
    assert count(Customer) == 0
    settings().with_loose = True
    sync()
    customer = db.session.scalars(select(Customer)).one()
    assert (customer.customer_type, customer.email) == ("individual", "h@example.com")
    assert [(p.last_name, p.email) for p in customer.contact_persons] == [("Tanaka", "h@example.com")]
    assert (rows_of(sync()), count(Contact)) == ([], 1)


def test_a_deletion_on_one_side_is_a_question_on_the_other(sync, factories, cast):
    account = factories.account(name="Minato")
    sync()
    records.delete(account, cast.admin)
    sync()
    (asked,) = questions("gone")
    assert (asked.title, asked.detail["deleted"]) == ("Minato", "crm")
    assert (count(Customer), count(Account)) == (1, 0)


def test_customers_that_were_merged_leave_two_accounts_and_a_proposal(sync, factories, cast):
    one, other = factories.account(name="Minato"), factories.account(name="Minato Port")
    sync()
    customers = list(db.session.scalars(select(Customer).order_by(Customer.id)))
    merging.merge(customers[0], customers[1:], {}, cast.admin)
    records.update(other, {"phone": "9"}, cast.admin)
    sync()
    db.session.expire_all()
    assert (customers[0].phone, one.phone) == ("", "")
    assert [asked.crm_id for asked in questions("merged")] == [str(other.id)]
    assert (rows_of(sync()), count(Account)) == ([], 2)


def test_a_contact_who_moves_to_another_account_moves_in_the_books(sync, factories, cast):
    old, new = factories.account(name="Old"), factories.account(name="New")
    contact = factories.contact(account_id=old.id, last_name="Tanaka")
    factories.contact(account_id=old.id, last_name="Sato")
    sync()
    records.update(contact, {"account_id": new.id}, cast.admin)
    sync()
    people = {
        p.last_name: (p.party.display_name, p.is_primary) for p in db.session.scalars(select(ContactPerson))
    }
    assert people == {"Tanaka": ("New", True), "Sato": ("Old", True)}
    assert rows_of(sync()) == []


def test_an_edit_of_both_sides_goes_by_the_winner_or_is_asked_about(sync, settings, factories, cast):
    pairs = [{"crm": "name", "books": "display_name"}, {"crm": "phone", "books": "phone", "wins": "ask"}]
    settings().mapping = {"companies": pairs}
    account = factories.account(name="Minato", phone="1")
    sync()
    customer = db.session.scalars(select(Customer)).one()
    records.update(account, {"phone": "2", "name": "Minato A"}, cast.admin)
    records.update(customer, {"phone": "3", "display_name": "Minato B"}, cast.admin)
    run = sync()
    db.session.expire_all()
    assert ("conflicted", "", "Minato B") in rows_of(run)
    (asked,) = questions("conflict")
    assert asked.detail["fields"] == {"phone=phone": ["2", "3", "1", "1"]}
    assert (account.phone, customer.phone) == ("2", "3")
    assert (account.name, customer.display_name) == ("Minato B", "Minato B")
    records.update(customer, {"phone": "2"}, cast.admin)
    sync()
    assert [asked.answer for asked in questions("conflict")] == ["agreed"]


def test_what_is_fetched_only_is_never_written_back(sync, settings, factories, cast):
    settings().direction = "fetch"
    account = factories.account(name="Minato", phone="1")
    factories.customer(display_name="Sagami")
    sync()
    customer = db.session.get(Customer, link_of("crm.accounts", account.id).books_id)
    records.update(customer, {"phone": "2"}, cast.admin)
    sync()
    assert (db.session.get(Account, account.id).phone, count(Account)) == ("1", 1)


def test_a_record_that_is_refused_fails_alone_and_is_tried_again(sync, factories, cast):
    account = factories.account(name="Minato")
    factories.account(name="Sagami")
    sync()
    taken = factories.customer(display_name="Shonan")
    taken.is_active = False
    records.update(account, {"name": "Shonan"}, cast.admin)
    run = sync()
    assert [(row[0], row[2]) for row in rows_of(run)] == [("failed", "Shonan")]
    records.update(taken, {"display_name": "Shonan (old)"}, cast.admin)
    assert [(row[0], row[1]) for row in rows_of(sync())] == [("updated", "books")]


def test_products_become_items_of_their_type_with_their_price(sync, factories):
    factories.product(name="Advice", code="A-1", product_type="service", unit_price=1200)
    factories.item(name="Paper")
    sync("products")
    item = db.session.scalars(select(Item).where(Item.name == "Advice")).one()
    assert (item.item_type, item.sku, item.rate) == ("service", "A-1", 1200)
    product = db.session.scalars(select(Product).where(Product.name == "Paper")).one()
    assert (product.unit_price, product.currency) == (1000, "JPY")
    assert rows_of(sync("products")) == []


def test_vendors_become_vendors_with_their_people(sync, factories):
    vendor = factories.crm_vendor(name="Mill", email="mill@example.com")
    factories.contact(vendor_id=vendor.id, last_name="Miller")
    sync("vendors")
    person = db.session.scalars(select(ContactPerson)).one()
    assert (person.party.display_name, person.party.email) == ("Mill", "mill@example.com")
    assert rows_of(sync("vendors")) == []
