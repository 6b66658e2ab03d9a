"""Which field is which: the usual pairs, vendors of products, terms of payment, currencies, fields of one's own."""

import pytest
from sqlalchemy import select

from domain import records
from domain.books.customers import Customer
from domain.books.items import Item
from domain.books.payment_terms import PaymentTerms
from domain.books.vendors import Vendor
from domain.crm.accounts import Account
from domain.crm.contacts import Contact
from domain.crm.products import Product
from domain.custom_fields import CustomField, fields_changed
from domain.db import db
from domain.errors import Refused
from domain.links import link_of
from sync import mapping
from sync.lanes import COMPANIES, FieldPair
from sync.opening import sides_of
from tests.factories import add_to_books
from tests.pages import see
from tests.sync.conftest import rows_of


@pytest.fixture
def own_field(session):
    """Fixture: `own_field(module, key, kind, choices)`: the organization adds a field."""

    def add(module: str, key: str, kind: str = "text", choices: tuple[str, ...] = ()) -> str:
        made = CustomField(module=module, key=key, label=key.title(), kind=kind, choices=[], position=1)
        made.offer(list(choices))
        db.session.add(made)
        fields_changed()
        return f"cf_{key}"

    return add


@pytest.fixture
def paired(settings):
    """Fixture: `paired(FieldPair(…))`: accounts are paired by these besides the name."""

    def pair(*pairs: FieldPair) -> None:
        settings().mapping = {"companies": mapping.as_kept((FieldPair("name", "display_name"), *pairs))}

    return pair


def test_fax_numbers_go_over_of_companies_vendors_and_people_without_a_company(sync, settings, factories):
    settings().with_loose = True
    factories.account(name="Minato", fax="1")
    factories.contact(last_name="Sato", fax="2")
    factories.crm_vendor(name="Kiln", fax="3")
    sync()
    sync("vendors")
    assert [(each.display_name, each.fax) for each in db.session.scalars(select(Customer))] == [
        ("Minato", "1"),
        ("Sato", "2"),
    ]
    vendor = db.session.scalars(select(Vendor)).one()
    assert vendor.fax == "3"
    for each in (*db.session.scalars(select(Customer)), vendor):
        records.update(each, {"fax": "9"}, None)
    assert len(rows_of(sync()) + rows_of(sync("vendors"))) == 3
    assert db.session.scalars(select(Contact.fax)).one() == "9"
    assert rows_of(sync()) == []


# --- vendors of products --------------------------------------------------------------------------------------------


def test_the_vendor_of_a_product_is_the_preferred_one_of_its_item(sync, factories, client_of, cast):
    kiln, potter = factories.crm_vendor(name="Kiln"), factories.crm_vendor(name="Potter")
    product = factories.product(vendor_id=kiln.id)
    sync("vendors")
    run = sync("products")
    page = see(client_of(cast.admin), f"/integrations/crm/runs/{run.id}")
    assert "Preferred vendor Kiln" in page.words()
    item = db.session.scalars(select(Item)).one()
    assert item.vendor_id == kiln.books_id is not None
    records.update(item, {"vendor_id": potter.books_id}, None)
    assert [(row[0], row[1]) for row in rows_of(sync("products"))] == [("updated", "crm")]
    assert product.vendor_id == potter.id
    records.update(product, {"vendor_id": None}, None)
    sync("products")
    assert item.vendor_id is None
    assert rows_of(sync("products")) == []


@pytest.mark.parametrize("how", ["sync", "by hand"])
def test_a_vendor_who_is_not_there_yet_follows_once_they_are(sync, factories, cast, how):
    kiln, shop = factories.crm_vendor(name="Kiln"), factories.vendor(display_name="Shop")
    factories.product(name="Teapot", vendor_id=kiln.id)
    cup = factories.item(name="Cup", vendor_id=shop.id)
    assert {row[0] for row in rows_of(sync("products"))} == {"created"}
    assert rows_of(sync("products")) == []
    if how == "sync":
        sync("vendors")
    else:
        add_to_books(kiln, actor=cast.admin)
        add_to_books(factories.crm_vendor(name="Shop"), shop)
    sync("products")
    teapot = db.session.scalars(select(Item).where(Item.name == "Teapot")).one()
    assert teapot.vendor_id == kiln.books_id is not None
    product = db.session.scalars(select(Product).where(Product.name == "Cup")).one()
    assert product.vendor.name == "Shop" and cup.vendor_id == shop.id
    assert rows_of(sync("products")) == []


# --- terms of payment -----------------------------------------------------------------------------------------------


def test_terms_of_payment_are_paired_with_a_choice_of_the_crm_and_go_back_where_it_has_them(
    sync, paired, own_field, factories
):
    net = {days: factories.payment_terms(name=f"Within {days}", days=days).id for days in (17, 47, 67)}
    name = own_field("crm.accounts", "terms", "choice", ("17", "WITHIN 67"))
    paired(FieldPair(name, "payment_terms"))
    account = factories.account(name="Minato", **{name: "17"})
    sync()
    customer = db.session.scalars(select(Customer)).one()
    assert customer.payment_terms_id == net[17]
    records.update(customer, {"payment_terms_id": net[67]}, None)
    sync()
    assert getattr(account, name) == "WITHIN 67"
    records.update(customer, {"payment_terms_id": net[47]}, None)
    assert rows_of(sync()) == [], "the CRM has no such choice, and that is no failure"
    assert (getattr(account, name), customer.payment_terms_id) == ("WITHIN 67", net[47])
    records.update(account, {name: "17"}, None)
    sync()
    assert customer.payment_terms_id == net[17]
    assert rows_of(sync()) == []


def test_terms_that_the_books_do_not_have_are_told(sync, paired, own_field, factories):
    name = own_field("crm.accounts", "terms", "choice", ("7",))
    paired(FieldPair(name, "payment_terms"))
    assert db.session.scalar(select(PaymentTerms).where(PaymentTerms.days == 7)) is None
    factories.account(name="Minato", **{name: "7"})
    [(outcome, _side, _title)] = rows_of(sync())
    assert outcome == "failed"


# --- currencies -----------------------------------------------------------------------------------------------------


def test_a_currency_is_said_once_when_the_other_record_is_made(sync, factories):
    factories.currency("USD")
    account = factories.account(name="Minato", currency="USD")
    customer = factories.customer(display_name="Sagami", currency="USD")
    factories.account(name="Shonan")
    sync()
    made = {each.display_name: each.currency for each in db.session.scalars(select(Customer))}
    assert made == {"Minato": "USD", "Sagami": "USD", "Shonan": "JPY"}
    assert {each.name: each.currency for each in db.session.scalars(select(Account))}["Sagami"] == "USD"
    records.update(account, {"currency": "JPY"}, None)
    assert rows_of(sync()) == []
    books = db.session.get(Customer, link_of("crm.accounts", account.id).books_id)
    assert (books.currency, customer.currency) == ("USD", "USD")


# --- fields of one's own --------------------------------------------------------------------------------------------


def test_a_field_of_ones_own_is_offered_once_it_is_there_and_checked_for_its_kind(
    connection, sync, paired, own_field, factories
):
    def offered() -> dict:
        return {each.name: each for each in sides_of(connection, COMPANIES)[1].fields("books.customers")}

    assert "cf_floor" not in offered()
    number, day = own_field("books.customers", "floor", "number"), own_field("books.customers", "day", "date")
    assert offered()[number].is_custom
    crm, books = sides_of(connection, COMPANIES)
    known = crm.fields("crm.accounts"), books.fields("books.customers")
    name = FieldPair("name", "display_name")
    with pytest.raises(Refused):
        mapping.check([name, FieldPair("employees", day)], *known, COMPANIES)
    with pytest.raises(Refused):
        mapping.check([name, FieldPair("industry", number)], *known, COMPANIES)
    mapping.check([name, FieldPair("employees", number)], *known, COMPANIES)
    paired(FieldPair("employees", number))
    factories.account(name="Minato", employees=12)
    sync()
    assert getattr(db.session.scalars(select(Customer)).one(), number) == 12


@pytest.mark.parametrize(("wins", "kept"), [("crm", "2"), ("books", "3"), ("newest", "3")])
def test_per_field_it_is_said_whose_value_is_kept(sync, paired, factories, wins, kept):
    paired(FieldPair("phone", "phone", wins=wins))
    account = factories.account(name="Minato", phone="1")
    sync()
    customer = db.session.scalars(select(Customer)).one()
    records.update(account, {"phone": "2"}, None)
    records.update(customer, {"phone": "3"}, None)
    sync()
    assert (account.phone, customer.phone) == (kept, kept)
    assert rows_of(sync()) == []
