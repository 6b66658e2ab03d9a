"""What sales people of the demo offer and whose it is: products and CRM vendors, and the price lists."""

from decimal import Decimal

from sqlalchemy import select

from demo.cast import Cast
from demo.companies import ADMIN, STAFF, Company
from demo.goods import GOODS, PRICE_LISTS, VENDORS, Good, price
from domain import records
from domain.books.adding.products import add_product
from domain.books.adding.vendors import add_vendor
from domain.books.items import Item
from domain.books.price_lists import PriceList, PriceListRate
from domain.books.vendors import Vendor
from domain.crm.products import Product
from domain.crm.vendors import CrmVendor
from domain.db import db

FROM = {
    "TE": "有限会社宇治茶園たかみ",
    "TX": "株式会社今治みずいろタオル",
    "TW": "合名会社樽窯",
    "KT": "株式会社堺打刃物ほそかわ",
    "OA": "東都製紙販売株式会社",
    "SV": "株式会社ひかり運輸",
}
"""By the first letters of a number: who makes it."""

CATEGORIES = {
    "OA": "用紙",
    "ST": "文具",
    "KT": "台所用品",
    "TW": "食器",
    "TX": "布製品",
    "TE": "茶",
    "FD": "菓子",
    "SV": "サービス",
}

PLANNED = (
    ("KT-3025", "南部鉄器 風鈴", "個", 3200, "KT"),
    ("ST-2020", "活版印刷ポストカード（8枚組）", "組", 960, "ST"),
    ("TW-4015", "有田焼 豆皿 干支", "枚", 1100, "TW"),
)
"""Products that are offered and not in the books yet: number, name, unit, price, first letters."""


def lay_out(cast: Cast, items: dict[str, Item]) -> None:
    """The CRM's vendors and products, most of them in the books; and what some customers pay."""
    vendors = {company.name: _meet(company, cast) for company in VENDORS}
    for good in GOODS:
        _offer(good, items[good.sku], vendors, cast)
    for code, name, unit, yen, letters in PLANNED:
        _make(cast, vendors, letters, name=name, code=code, unit=unit, unit_price=Decimal(yen))
    _price(cast, items)


def _meet(company: Company, cast: Cast) -> CrmVendor:
    vendor: CrmVendor = records.create(
        CrmVendor,
        {
            "name": company.name,
            "phone": company.phone,
            "email": company.email,
            "website": company.website,
            "category": company.industry,
            "mailing_street": company.address.street,
            "mailing_city": company.address.city,
            "mailing_state": company.address.state,
            "mailing_postal_code": company.address.postal_code,
            "mailing_country": company.address.country,
            "owner_id": cast.people[STAFF].id,
            "description": company.remarks,
        },
        cast.people[STAFF],
    )
    known = db.session.scalars(select(Vendor).where(Vendor.display_name == company.name)).one()
    add_vendor(vendor, cast.people[ADMIN], known)
    return vendor


def _offer(good: Good, item: Item, vendors: dict[str, CrmVendor], cast: Cast) -> None:
    product = _make(
        cast,
        vendors,
        good.sku[:2],
        name=good.name,
        code=good.sku,
        unit=good.unit,
        unit_price=Decimal(good.rate),
        product_type="service" if good.is_service else "goods",
        description=good.description,
        tax_id=item.tax_id,
    )
    add_product(product, cast.people[ADMIN], item)
    item.is_bought = good.cost > 0
    item.vendor_id = product.vendor.books_id if product.vendor else None


def _make(cast: Cast, vendors: dict[str, CrmVendor], letters: str, **values: object) -> Product:
    vendor = vendors.get(FROM.get(letters, ""))
    common = {
        "category": CATEGORIES[letters],
        "currency": "JPY",
        "vendor_id": vendor.id if vendor else None,
        "manufacturer": vendor.name if vendor else "",
    }
    product: Product = records.create(Product, common | values, cast.people[STAFF])
    return product


def _price(cast: Cast, items: dict[str, Item]) -> None:
    """A discount for wholesale, and a list of our own in each foreign currency."""
    admin = cast.people[ADMIN]
    wholesale = {
        "name": "卸売価格（15%引き）",
        "kind": "markdown",
        "percent": Decimal(15),
        "round_to": Decimal(10),
    }
    records.create(PriceList, wholesale, admin)
    for currency in (code for code in PRICE_LISTS if code != "JPY"):
        values = {"name": f"輸出価格表 {currency}", "kind": "rates", "currency": currency}
        price_list = records.create(PriceList, values, admin)
        db.session.add_all(
            PriceListRate(price_list_id=price_list.id, item_id=items[good.sku].id, rate=price(good, currency))
            for good in GOODS
        )
    db.session.flush()
