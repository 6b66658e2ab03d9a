"""Accounts and customers kept in step."""

from sqlalchemy import func, select

from domain import records
from domain.books.customers import Customer
from domain.books.vendors import Vendor
from domain.crm.accounts import Account
from domain.db import db
from domain.links import books_id_of, link_of
from tests.sync.conftest import rows_of


def count(model):
    return db.session.scalar(select(func.count(model.id)))


def test_an_account_becomes_a_business_customer_with_its_contacts_one_of_them_primary(sync, factories):
    account = factories.account(name="Minato", phone="045-555-0100")
    factories.contact(account_id=account.id, last_name="Tanaka", first_name="Hana", email="h@minato.example")
    factories.contact(account_id=account.id, last_name="Sato", email="s@minato.example")
    run = sync()
    assert (run.state, run.error) == ("done", "")
    customer = db.session.scalars(select(Customer)).one()
    assert (customer.display_name, customer.company_name, customer.phone) == (
        "Minato",
        "Minato",
        "045-555-0100",
    )
    assert customer.customer_type == "business"
    people = [(person.last_name, person.is_primary) for person in customer.contact_persons]
    assert people == [("Tanaka", True), ("Sato", False)]
    assert [(outcome, side) for outcome, side, _title in rows_of(run)] == [("created", "books")] * 3


def test_a_run_right_after_a_run_changes_nothing(sync, factories):
    account = factories.account(name="Minato")
    factories.contact(account_id=account.id)
    factories.customer(display_name="Sagami")
    sync()
    again = sync()
    assert rows_of(again) == []
    assert again.counts == {"seen": 0}
    assert (count(Account), count(Customer)) == (2, 2)


def test_a_change_goes_to_the_other_side_in_either_direction(sync, factories, cast):
    account = factories.account(name="Minato", phone="1")
    sync()
    customer = db.session.get(Customer, link_of("crm.accounts", account.id).books_id)
    records.update(customer, {"phone": "2"}, cast.staff)
    sync()
    assert db.session.get(Account, account.id).phone == "2"
    records.update(db.session.get(Account, account.id), {"website": "https://minato.example"}, cast.sales)
    sync()
    assert db.session.get(Customer, customer.id).website == "https://minato.example"


def test_an_address_of_a_private_customer_or_a_vendor_reaches_the_crm(sync, settings, factories, cast):
    settings().with_loose = True
    contact = factories.contact(last_name="Tanaka")
    vendor = factories.crm_vendor(name="Kiln")
    sync()
    sync("vendors")
    for model, module, record in ((Customer, "crm.contacts", contact), (Vendor, "crm.vendors", vendor)):
        party = db.session.get(model, books_id_of(module, record.id, model.MODULE))
        records.update(party, {"billing_city": "Kobe"}, cast.staff)
    customer = db.session.scalars(select(Customer)).one()
    records.update(customer, {"shipping_city": "Nara"}, cast.staff)
    sync()
    sync("vendors")
    db.session.expire_all()
    assert (contact.mailing_city, contact.other_city, vendor.mailing_city) == ("Kobe", "Nara", "Kobe")
