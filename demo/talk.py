"""What the demo's people say to each other about customers, and the files they hang on them."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from sqlalchemy import select

from delivery import attached
from demo.clock import in_tokyo
from demo.companies import ADMIN, SALES, STAFF
from demo.trading import Shop, Step
from domain import comments
from domain.attachments import attach
from domain.crm.accounts import Account
from domain.db import db

# account, days ago, hour, who, what
SAID = (
    ("株式会社みなと製作所", 12, 10, SALES, "来月から工場が一つ増えるそうです。見積もりの依頼が来ます。"),
    (
        "株式会社みなと製作所",
        5,
        15,
        STAFF,
        "@高橋さん 支払いが遅れているので、次の納品の前に確認をお願いします。\n\n"
        "先方の窓口: https://www.minato-seisakusho.example/contact",
    ),
    ("株式会社さくら印刷", 9, 11, STAFF, "請求書の宛名は「総務部」でお願いしますとのこと。"),
    ("株式会社さくら印刷", 8, 9, ADMIN, "@中村さん 了解しました。次回から変えてください。"),
)

PRICES = "品名,単位,単価\r\nほうじ茶ティーバッグ,袋,720\r\n美濃焼 抹茶碗,個,3900\r\n"
NOTES = "打ち合わせ\r\n・納品は毎月第二火曜日\r\n・荷受けは裏口、午前中\r\n"

FILES = (
    ("株式会社みなと製作所", 11, SALES, "価格表.csv", PRICES),
    ("株式会社みなと製作所", 4, STAFF, "打ち合わせメモ.txt", NOTES),
)


def talk(shop: Shop, today: date) -> Iterator[Step]:
    """Every remark and every file with its moment."""
    for name, days, hour, person, text in SAID:
        moment = in_tokyo(today - timedelta(days=days), hour, 20)
        yield moment, partial(_say, name, text, person, shop)
    for name, days, person, file, text in FILES:
        moment = in_tokyo(today - timedelta(days=days), 16, 5)
        yield moment, partial(_attach, name, file, text, person, shop)


def _say(name: str, text: str, person: str, shop: Shop) -> None:
    """Nobody is mailed: the demo owes nothing to anybody."""
    comments.say(_account(name), text, shop.cast.people[person], in_portal=False, form_key=None)


def _attach(name: str, file: str, text: str, person: str, shop: Shop) -> None:
    kept = attached.kept(text.encode("utf-8-sig"), file)
    attach(_account(name), kept, shop.cast.people[person], in_portal=False)


def _account(name: str) -> Account:
    return db.session.scalars(select(Account).where(Account.name == name)).one()
