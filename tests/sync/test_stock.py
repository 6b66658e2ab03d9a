"""Stock, price and tax of the books on the products of the CRM: read there, never kept there twice."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from domain import records
from domain.books.items import Item
from domain.crm.products import Product
from domain.db import db
from domain.errors import Refused
from tests.factories import add_to_books
from tests.pages import see
from tests.sync.conftest import rows_of

SECTION = '//*[@id="in_books"]'


def test_goods_have_a_stock_and_services_have_none(session, factories):
    assert factories.item(stock_on_hand=Decimal("12.5"), reorder_level=Decimal(3)).stock_on_hand == 12.5
    with pytest.raises(Refused) as refused:
        factories.item(item_type="service", stock_on_hand=Decimal(0))
    assert set(refused.value.fields) == {"stock_on_hand"}
    with pytest.raises(Refused):
        records.create_many(Item, [{"name": "Kettle", "stock_on_hand": Decimal(-1)}], None)


def test_a_product_shows_what_the_books_say_of_it_as_it_is_now(client_of, cast, factories):
    product, tax = factories.product(name="Teapot"), factories.tax(name="Standard")
    item = add_to_books(product)
    records.update(item, {"stock_on_hand": Decimal(12), "rate": Decimal(850), "tax_id": tax.id}, cast.admin)
    db.session.commit()
    said = see(client_of(cast.admin), f"/crm/products/{product.id}").words(SECTION)
    assert "Finance information" in said
    assert [part for part in ("Stock on hand12", "850", "Standard") if part not in said] == [], said
    records.update(item, {"stock_on_hand": Decimal(11)}, cast.admin)
    db.session.commit()
    assert "Stock on hand11" in see(client_of(cast.admin), f"/crm/products/{product.id}").words(SECTION)
    assert db.session.get(Product, product.id).in_stock is None


def test_who_may_not_see_items_sees_nothing_of_them_on_the_product(client_of, cast, factories):
    product = factories.product(name="Teapot")
    records.update(add_to_books(product), {"stock_on_hand": Decimal(12)}, cast.admin)
    db.session.commit()
    page = see(client_of(cast.sales), f"/crm/products/{product.id}")
    assert not page.has(SECTION)


def test_sync_leaves_the_stock_where_it_is_counted(sync, factories):
    product = factories.product(name="Teapot", in_stock=Decimal(3))
    sync("products")
    item = db.session.scalars(select(Item)).one()
    assert item.stock_on_hand is None
    records.update(item, {"stock_on_hand": Decimal(12)}, None)
    assert rows_of(sync("products")) == []
    assert db.session.get(Product, product.id).in_stock == 3
