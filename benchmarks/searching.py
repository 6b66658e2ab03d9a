"""Row 5: finding two Japanese characters among very many records."""

import random
import time
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, insert, select, text

from benchmarks.bench import Bench
from benchmarks.installation import Installation, installation
from benchmarks.lines import Allowed, Line
from domain import search
from domain.crm.accounts import Account
from domain.crm.contacts import Contact
from domain.db import db, now
from domain.search_grams import for_tsvector, grams_of
from domain.search_index import SearchEntry
from domain.search_text import searched

FULL, SMALL = 1_000_000, 10_000
CHUNK = 10_000
RUNS = 15

PLACES = (
    "札幌",
    "青森",
    "仙台",
    "秋田",
    "福島",
    "水戸",
    "千葉",
    "新宿",
    "横浜",
    "鎌倉",
    "新潟",
    "金沢",
    "福井",
    "長野",
)
PLACES += (
    "静岡",
    "名古屋",
    "大津",
    "京都",
    "大阪",
    "神戸",
    "奈良",
    "鳥取",
    "岡山",
    "広島",
    "高松",
    "福岡",
    "長崎",
    "那覇",
)
TRADES = (
    "商事",
    "物産",
    "製作所",
    "工業",
    "建設",
    "食品",
    "印刷",
    "運輸",
    "電機",
    "薬品",
    "繊維",
    "酒造",
    "水産",
    "旅館",
)
FAMILIES = (
    "佐藤",
    "鈴木",
    "高橋",
    "田中",
    "伊藤",
    "渡辺",
    "山本",
    "中村",
    "小林",
    "加藤",
    "吉田",
    "山田",
    "清水",
)
GIVEN = ("花子", "太郎", "一郎", "美咲", "翔太", "陽菜", "結衣", "大輔", "直樹", "さくら")

ASKED = {
    "one in thirty (京都)": "京都",
    "in most of them (株式)": "株式",
    "in three of them (鷲羽)": "鷲羽",
    "in none (魑魅)": "魑魅",
}


def two_characters(bench: Bench) -> Iterator[Line]:
    """What the box in the bar asks while somebody types, over all modules, with the records that it shows."""
    rows = bench.of(FULL, SMALL)
    with installation(bench) as ours:
        _fill(ours, rows)
        for what, typed in ASKED.items():
            runs = _runs(ours, typed)
            job = f"two Japanese characters, {what}"
            yield Line(5, job, "ms", runs, Allowed(most=50), [], rows, bench.database)


def _runs(ours: Installation, typed: str) -> list[float]:
    with ours.working() as admin:
        for _ in range(2):
            search.everything(admin, typed)
        return [_timed(admin, typed) for _ in range(RUNS)]


def _timed(admin: Any, typed: str) -> float:
    db.session.rollback()
    db.session.expunge_all()
    admin = db.session.merge(admin, load=True)
    began = time.perf_counter()
    search.everything(admin, typed)
    return (time.perf_counter() - began) * 1000


# --- records ------------------------------------------------------------------------------------------------------


def _fill(ours: Installation, rows: int) -> None:
    """Half accounts, half contacts, with what they are found by: as the program writes them, but in bulk."""
    chance = random.Random(5)
    with ours.working():
        is_sqlite = db.engine.dialect.name == "sqlite"
        if not is_sqlite:
            db.session.execute(text("DROP INDEX ix_search_index_grams"))
        for first in range(1, rows // 2 + 1, CHUNK):
            numbers = range(first, min(first + CHUNK, rows // 2 + 1))
            _write(
                ours,
                Account,
                [_account(chance, n) for n in numbers],
                ("name", "phone", "billing_city"),
                is_sqlite,
            )
            _write(
                ours,
                Contact,
                [_contact(chance, n) for n in numbers],
                ("last_name", "email", "phone"),
                is_sqlite,
            )
            db.session.commit()
        if not is_sqlite:
            db.session.execute(text("CREATE INDEX ix_search_index_grams ON search_index USING gin (grams)"))
            db.session.commit()
        db.session.execute(text("ANALYZE"))
        assert db.session.scalar(select(func.count(SearchEntry.id))) >= rows // 2 * 2


def _write(
    ours: Installation, model: Any, records: Sequence[dict[str, Any]], names: Sequence[str], is_sqlite: bool
) -> None:
    organization_id = ours.organization_id
    shared = {"organization_id": organization_id, "created_at": now(), "updated_at": now(), "version": 1}
    texts = [searched(record[name] for name in names) for record in records]
    rows = [shared | record | {"search_text": found} for record, found in zip(records, texts, strict=True)]
    entries = [
        {
            "organization_id": organization_id,
            "module": model.MODULE,
            "record_id": record["id"],
            "text": found,
            "grams": None if is_sqlite else for_tsvector(grams_of(organization_id, model.MODULE, found)),
        }
        for record, found in zip(records, texts, strict=True)
    ]
    db.session.connection().execute(insert(model.__table__), rows)
    db.session.connection().execute(insert(SearchEntry.__table__), entries)


def _account(chance: random.Random, number: int) -> dict[str, Any]:
    place = chance.choice(PLACES)
    kind = "株式会社" if chance.random() < 0.6 else "有限会社"
    name = f"{kind}{place}{chance.choice(TRADES)}{number}"
    if number in (77, 777, 3777):
        name = f"鷲羽{name}"
    return {"id": number, "name": name, "phone": _phone(chance), "billing_city": f"{chance.choice(PLACES)}市"}


def _contact(chance: random.Random, number: int) -> dict[str, Any]:
    return {
        "id": number,
        "last_name": chance.choice(FAMILIES),
        "first_name": chance.choice(GIVEN),
        "email": f"person{number}@example.com",
        "phone": _phone(chance),
    }


def _phone(chance: random.Random) -> str:
    return f"0{chance.randint(3, 99)}-{chance.randint(100, 9999)}-{chance.randint(1000, 9999)}"
