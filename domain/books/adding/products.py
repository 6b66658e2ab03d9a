"""A product becomes an item, with its price in the organization's own currency."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select

from domain import records
from domain.books.adding.joining import OFFERED, free_name, is_linked, join
from domain.books.currencies import rate_on
from domain.books.items import Item
from domain.crm.products import Product
from domain.db import db
from domain.errors import Refused
from domain.locking import lock
from domain.money import EXACT, exponent
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.search_text import fold
from domain.words import _


def candidates(product: Product, actor: Member | None = None) -> Sequence[Item]:
    """Items that may be this product: of the same name or number, however they are written."""
    wanted = {fold(text) for text in (product.name, product.code) if text}
    holds = or_(*(Item.search_text.contains(text, autoescape=True) for text in wanted))
    query = select(Item).where(holds, ~is_linked(Item)).order_by(Item.name, Item.id)
    found = db.session.scalars(query.limit(10 * OFFERED)).all()
    return [item for item in found if {fold(item.name), fold(item.sku)} & wanted][:OFFERED]


def add_product(product: Product, actor: Member | None, chosen: Item | None = None) -> Item:
    """The item that it now is: the one given, or a new one. A second click finds the first's."""
    lock(product)
    if product.books_id is not None:
        return db.session.get_one(Item, product.books_id)
    joined: Item = join(product, chosen, lambda: _item_from(product, actor), _agreed(product), actor)
    return joined


def _item_from(product: Product, actor: Member | None) -> Item:
    taken = product.code and db.session.scalar(select(Item.id).where(Item.sku == product.code))
    values = {
        "name": free_name(Item.name, product.name),
        "sku": "" if taken else product.code,
        "item_type": product.product_type,
        "unit": product.unit,
        "rate": _in_our_currency(product),
        "tax_id": product.tax_id if product.is_taxable else None,
        "description": product.description,
        "vendor_id": product.vendor.books_id if product.vendor else None,
        "is_active": product.is_active,
    }
    item: Item = records.create(Item, values, actor)
    return item


def _in_our_currency(product: Product) -> Decimal:
    ours = current_organization().currency
    if product.currency == ours:
        return product.unit_price
    rate = rate_on(product.currency, current_organization().today)
    if rate is None:
        raise Refused(
            _(
                "There is no rate of exchange for %(code)s. Please give one in the settings.",
                code=product.currency,
            )
        )
    return round(EXACT.multiply(product.unit_price, rate), exponent(ours))


def _agreed(product: Product) -> dict[str, Any]:
    """The fields that both sides have, as they are when the link is made."""
    return {
        "name": product.name,
        "code": product.code,
        "unit": product.unit,
        "price": str(product.unit_price),
        "currency": product.currency,
        "description": product.description,
    }
