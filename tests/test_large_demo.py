"""The large demo: however many rows are written at once, they are what the program would have written one by one."""

from collections import Counter

import pytest
from sqlalchemy import func, select

from demo import large
from domain.access import can
from domain.books.check import differences
from domain.books.contact_persons import ContactPerson
from domain.books.customers import Customer
from domain.books.estimates import Estimate
from domain.books.invoices import Invoice
from domain.books.purchase_orders import PurchaseOrder
from domain.books.sales_orders import SalesOrder
from domain.books.totals import add_up
from domain.crm.accounts import Account
from domain.db import db, everywhere, scoped_to
from domain.money import Rounding
from domain.organizations.sign_ins import sign_in, signed_in
from domain.search_index import SearchEntry, rebuild

CUSTOMERS, INVOICES = 60, 840


@pytest.fixture
def filled(session):
    """Fixture: a small large demo, in whose organization one works."""
    assert large.fill(CUSTOMERS, INVOICES)
    member = signed_in(sign_in(large.EMAIL, "demo-password", "127.0.0.1")).member
    with scoped_to(member.organization_id):
        yield member


def test_the_large_demo_is_whole_and_its_books_are_right(filled):
    assert differences() == []
    assert db.session.scalar(select(func.count(Customer.id))) == CUSTOMERS
    assert db.session.scalar(select(func.count(Invoice.id))) == INVOICES
    primary = select(func.count(ContactPerson.id)).where(ContactPerson.is_primary)
    assert db.session.scalar(primary) == CUSTOMERS
    assert all(account.customer_id for account in db.session.scalars(select(Account)))
    assert can(filled, "books.invoices.create")
    assert not large.fill(1, 1), "it is founded once"


def test_every_state_and_every_language_is_there(filled):
    invoices = db.session.scalars(select(Invoice)).all()
    assert {each.state for each in invoices} == {key for key, _label in Invoice.states()}
    assert set(Counter(customer.language for customer in db.session.scalars(select(Customer)))) == {
        "",
        "fr",
        "en",
    }


def test_estimates_and_orders_stand_beside_the_invoices(filled):
    for model, count in ((Estimate, 280), (SalesOrder, 210), (PurchaseOrder, 84)):
        found = db.session.scalars(select(model)).all()
        assert len(found) == count
        stored = {each.key for each in model.STATUS.states if not each.derived}
        assert {each.status for each in found} == stored
        assert {each.number for each in found} >= {found[0].number, found[-1].number} - {""}
        assert model.create({"party_id": found[0].party_id}, found[0].typed_lines, filled).number


def test_each_invoice_comes_to_what_its_lines_come_to(filled):
    for invoice in db.session.scalars(select(Invoice).limit(40)):
        sums = add_up(invoice.lines, invoice.currency, tax_rounding=Rounding.DOWN)
        assert [line.net_minor for line in invoice.lines] == [each.net_minor for each in sums.lines]
        assert (invoice.tax_minor, invoice.total_minor) == (sums.tax_minor, sums.total_minor)


def test_it_is_found_as_if_it_had_been_saved_record_by_record(filled):
    found = select(SearchEntry.module, SearchEntry.record_id, SearchEntry.text)
    before = set(db.session.execute(found).all())
    with everywhere():
        list(rebuild())
    assert set(db.session.execute(found).all()) == before
