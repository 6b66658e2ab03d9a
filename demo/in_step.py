"""The demo's CRM and books, kept in step for a month: runs of all sorts, and three things that wait for a person."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from demo.clock import in_tokyo
from demo.companies import ADMIN, SALES, STAFF
from demo.trading import Shop, Step
from domain import records
from domain.books.items import Item
from domain.crm.accounts import Account
from domain.crm.contacts import Contact
from domain.crm.products import Product
from domain.db import db
from domain.modules.saved_views import SavedView, save_view
from domain.organizations.users import Member
from domain.sync.connections import SyncConnection, SyncModule
from domain.sync.runs import SyncRun
from sync import run as runs
from sync.lanes import COMPANIES, FieldPair
from sync.setting_up import configure
from sync.walk import Walk

VIEW = "販売先（会計に連携）"
"""Which accounts are brought over: prospects come into the books when somebody adds them there."""

UNDECIDED = "ハルカゼ"
"""In the CRM with 株式会社 before its name, in the books behind it, and by now under another number."""

AT_ODDS = "株式会社さくら印刷"

PHONES = {
    "株式会社道後の湯": "089-555-0121",
    "天神デザイン株式会社": "092-555-0147",
    "つくばバイオ株式会社": "029-555-0162",
}
WEBSITES = {"旅館松風荘": "https://yoyaku.shofuso.example", "料亭 一期": "https://www.ichigo.example"}
NEWCOMERS = {"旅館松風荘": ("大野", "美咲", "仲居頭"), "料亭 一期": ("三浦", "航", "料理長補佐")}
PRICES = {"KT-3001": "9200", "TW-4004": "2450", "TX-5001": "1380"}
MIXED_UP = ("TE-6004", "宇治煎茶 100g")
"""A product that somebody gave the name of another one."""


def in_step(shop: Shop) -> Iterator[Step]:
    """The administrator sets it up; colleagues work on both sides; every evening the two say the same again."""
    day = partial(_evening, shop.today)
    yield day(30), partial(_set_up, shop)
    yield day(30, 5), partial(_run, "customers", shop, ADMIN)
    yield day(30, 9), partial(_run, "products", shop, ADMIN)
    for ago, work, module in (
        (21, _call_back, "customers"),
        (16, _look_up, "customers"),
        (11, _meet_people, "customers"),
        (8, _raise_prices, "products"),
        (2, _leave_questions, "customers"),
    ):
        yield day(ago), partial(work, shop)
        yield day(ago, 30), partial(_run, module, shop)
    yield day(2, 31), partial(_run, "products", shop)


def _evening(today: date, ago: int, minute: int = 0) -> Any:
    return in_tokyo(today - timedelta(days=ago), 17, minute)


# --- how it is set up, and how it runs ---------------------------------------------------------------------------


def _set_up(shop: Shop) -> None:
    """Customers with their people, and products; of vendors nobody has thought yet."""
    admin = shop.cast.people[ADMIN]
    view = SavedView(module="crm.accounts", member_id=admin.id)
    save_view(view, VIEW, True, {"account_type": "customer"})
    db.session.add(view)
    db.session.flush()
    pairs = [_asking(pair) if pair.books == "phone" else pair for pair in COMPANIES.pairs]
    customers = {"records": f"view-{view.id}", "interval": "2h"}
    configure(_settings("customers"), customers, {"companies": pairs}, admin)
    configure(_settings("products"), {"records": "created", "interval": "2h"}, {}, admin)


def _asking(pair: FieldPair) -> FieldPair:
    return FieldPair(pair.crm, pair.books, wins="ask")


def _settings(key: str) -> SyncModule:
    query = select(SyncModule).join(SyncConnection).where(SyncModule.key == key)
    return db.session.scalars(query).one()


def _run(key: str, shop: Shop, person: str = "") -> None:
    """A whole run at once: it is history, and no worker is asked."""
    actor = shop.cast.people[person] if person else None
    run = SyncRun(module=_settings(key), cause="hand" if person else "schedule", actor=actor)
    db.session.add(run)
    db.session.flush()
    walk = Walk(run)
    while not walk.is_through:
        walk.batch(walk.fetch())
    runs.finish(run)


# --- what colleagues do in between -------------------------------------------------------------------------------


def _call_back(shop: Shop) -> None:
    for name, phone in PHONES.items():
        records.update(_account(name), {"phone": phone}, _sales(shop))


def _look_up(shop: Shop) -> None:
    for name, website in WEBSITES.items():
        records.update(shop.customers[name], {"website": website}, shop.cast.people[STAFF])


def _meet_people(shop: Shop) -> None:
    for name, (last, first, position) in NEWCOMERS.items():
        account = _account(name)
        said = {"last_name": last, "first_name": first, "job_title": position, "account_id": account.id}
        records.create(Contact, said, _sales(shop))


def _raise_prices(shop: Shop) -> None:
    for sku, rate in PRICES.items():
        item = db.session.scalars(select(Item).where(Item.sku == sku)).one()
        records.update(item, {"rate": rate}, shop.cast.people[STAFF])


def _leave_questions(shop: Shop) -> None:
    """Somebody to recognise, two edits of one field, and a name that another item has."""
    known = db.session.scalars(select(Account).where(Account.name.contains(UNDECIDED))).one()
    records.update(known, {"account_type": "customer", "phone": "03-5550-0199"}, _sales(shop))
    records.update(_account(AT_ODDS), {"phone": "06-5550-0141"}, _sales(shop))
    records.update(shop.customers[AT_ODDS], {"phone": "06-5550-0114"}, shop.cast.people[STAFF])
    code, name = MIXED_UP
    product = db.session.scalars(select(Product).where(Product.code == code)).one()
    records.update(product, {"name": name}, _sales(shop))


def _account(name: str) -> Account:
    return db.session.scalars(select(Account).where(Account.name == name)).one()


def _sales(shop: Shop) -> Member:
    return shop.cast.people[SALES]
