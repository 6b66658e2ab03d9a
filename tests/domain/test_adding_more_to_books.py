"""Add to books, for contacts without an account, vendors and products: asked, never guessed, and once."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from domain.books.adding import WAYS
from domain.books.customers import Customer
from domain.books.items import Item
from domain.books.vendors import Vendor
from domain.db import db
from domain.errors import Refused
from tests.cast import Cast
from tests.factories import (
    account,
    add_to_books,
    contact,
    contact_person,
    crm_vendor,
    currency,
    customer,
    exchange_rate,
    item,
    product,
    tax,
    vendor,
)


def alike(record: object, actor: object = None) -> list[object]:
    return list(WAYS[record.MODULE].candidates(record, actor))  # type: ignore[attr-defined,arg-type]


def count(model: type) -> int:
    return db.session.scalar(select(func.count(model.id))) or 0  # type: ignore[attr-defined]


# --- contacts -----------------------------------------------------------------------------------------------


def test_a_contact_without_account_becomes_an_individual_to_whom_mail_goes(cast: Cast) -> None:
    person = contact(last_name="佐藤", first_name="花子", email="hanako@example.com", mailing_city="横浜市")
    made = add_to_books(person)
    assert (made.display_name, made.customer_type, made.email) == (
        "佐藤 花子",
        "individual",
        "hanako@example.com",
    )
    assert made.billing_city == "横浜市"
    assert [each.email for each in made.contact_persons] == ["hanako@example.com"]
    assert person.customer_id == made.id


def test_a_contact_of_an_account_goes_with_it(cast: Cast) -> None:
    with pytest.raises(Refused, match="belongs to an account"):
        add_to_books(contact(account_id=account().id))


def test_customers_of_the_same_name_or_address_may_be_the_contact(cast: Cast) -> None:
    person = contact(last_name="Dubois", first_name="Claire", email="claire@example.com")
    same_name = customer(display_name="CLAIRE DUBOIS")
    same_mail = customer(email="Claire@Example.com")
    by_person = customer()
    contact_person(by_person, email="claire@example.com")
    customer()
    assert set(alike(person)) == {same_name, same_mail, by_person}
    assert alike(person, cast.assigned) == []


# --- vendors ------------------------------------------------------------------------------------------------


def test_a_vendor_comes_with_its_contacts_but_not_with_those_of_accounts(cast: Cast) -> None:
    supplier = crm_vendor(name="Takami Tea", email="info@takami.example", phone="0774", mailing_city="宇治市")
    contact(vendor_id=supplier.id, last_name="Takami", email="shoichi@takami.example")
    contact(vendor_id=supplier.id, account_id=account().id, email="other@example.com")
    made = add_to_books(supplier)
    assert isinstance(made, Vendor)
    assert (made.display_name, made.email, made.billing_city) == (
        "Takami Tea",
        "info@takami.example",
        "宇治市",
    )
    assert [each.last_name for each in made.contact_persons] == ["Takami"]
    assert supplier.books_id == made.id


def test_vendors_of_the_same_name_or_address_may_be_meant_and_customers_never(cast: Cast) -> None:
    supplier = crm_vendor(name="ﾀｶﾐ", email="info@takami.example")
    same_name, same_mail = vendor(display_name="タカミ"), vendor(email="INFO@takami.example")
    customer(display_name="タカミ")
    vendor()
    assert set(alike(supplier)) == {same_name, same_mail}


# --- products -----------------------------------------------------------------------------------------------


def test_a_product_becomes_an_item_with_its_price_tax_and_vendor(cast: Cast) -> None:
    supplier = crm_vendor()
    bought_from = add_to_books(supplier)
    bears = tax()
    teapot = product(name="Teapot", code="T-1", unit="pc", tax_id=bears.id, vendor_id=supplier.id)
    made = add_to_books(teapot)
    assert (made.name, made.sku, made.unit, made.rate) == ("Teapot", "T-1", "pc", 1000)
    assert (made.tax_id, made.vendor_id) == (bears.id, bought_from.id)
    assert teapot.books_id == made.id


def test_a_product_without_tax_bears_none(cast: Cast) -> None:
    assert add_to_books(product(tax_id=tax().id, is_taxable=False)).tax_id is None


def test_a_foreign_price_is_put_into_our_currency_and_refused_without_a_rate(cast: Cast) -> None:
    currency("EUR")
    teapot = product(unit_price=Decimal("10.50"), currency="EUR")
    with pytest.raises(Refused, match="no rate of exchange for EUR"):
        add_to_books(teapot)
    exchange_rate("EUR", "160.25")
    assert add_to_books(teapot).rate == 1683


def test_items_of_the_same_name_or_number_may_be_the_product(cast: Cast) -> None:
    teapot = product(name="ｷｭｳｽ", code="KT-1")
    same_name, same_number = item(name="キュウス"), item(sku="kt-1")
    item(name="キュウス 大"), item(sku="KT-10")
    assert set(alike(teapot)) == {same_name, same_number}


def test_an_item_that_has_the_number_or_name_leaves_the_new_one_without(cast: Cast) -> None:
    item(name="Teapot", sku="T-1")
    made = add_to_books(product(name="Teapot", code="T-1"))
    assert (made.name, made.sku) == ("Teapot (2)", "")


# --- all of them --------------------------------------------------------------------------------------------

THREE = pytest.mark.parametrize(
    ("make", "counterpart", "model"),
    [(contact, customer, Customer), (crm_vendor, vendor, Vendor), (product, item, Item)],
    ids=["contact", "vendor", "product"],
)


@THREE
def test_adding_twice_finds_what_the_first_time_made(cast, make, counterpart, model) -> None:  # type: ignore[no-untyped-def]
    record = make()
    assert add_to_books(record) is add_to_books(record)
    assert count(model) == 1


@THREE
def test_the_chosen_one_is_linked_and_nobody_else_can_be(cast, make, counterpart, model) -> None:  # type: ignore[no-untyped-def]
    chosen, first, second = counterpart(), make(), make()
    assert add_to_books(first, chosen) is chosen
    with pytest.raises(Refused, match="already"):
        add_to_books(second, chosen)
    assert count(model) == 1


@THREE
def test_what_is_deleted_in_the_crm_stays_in_the_books(cast, make, counterpart, model) -> None:  # type: ignore[no-untyped-def]
    from domain import records

    record = make()
    made = add_to_books(record)
    records.destroy(record, cast.admin)
    assert db.session.get(model, made.id) is made
    assert add_to_books(make(), made) is made, "and is free again"
