"""Whom the large demo knows: as many companies and people as asked for, Japanese, French and English.

Nothing is kept: the company of a place in the row is made anew whenever it is asked for, and is always the same.
"""

from dataclasses import dataclass
from functools import lru_cache

from demo.companies import abroad, france, japan
from domain.addresses import Address


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PLACES = _words(
    "青葉 旭 朝日 伊吹 稲荷 大池 桜木 春日 上町 北浜 熊野 小倉 栄 下田 白金 城北 "
    "住吉 高砂 竹園 玉川 千歳 常盤 中央 花園 浜町 日吉 藤原 松原 緑 若宮"
)
FAMILIES = _words(
    "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 "
    "井上 木村 林 斎藤 清水 山崎 森 池田 橋本 阿部 石川 山下 中島 石井 小川 前田 "
    "岡田 長谷川 藤田 後藤 近藤 村上 遠藤 青木 坂本"
)
GIVEN = _words(
    "花子 健一 美咲 浩二 陽子 大輔 由美 翔太 恵 誠 さくら 拓也 直美 剛 彩 隆 真由美 "
    "亮 智子 修 葵 和也 明美 学"
)
TRADES = _words(
    "製作所 商事 商店 食品 印刷 工業 電機 建設 運輸 化学 紙業 物産 繊維 木材 水産 "
    "農園 酒造 書店 薬局 旅館 ガーデン デザイン システム メディカル フーズ テクノ 設計 "
    "陶器 家具 茶園"
)
FORMS = ("株式会社{}", "{}株式会社", "有限会社{}", "合同会社{}")

NOMS = _words(
    "Lefèvre Moreau Girard Fontaine Chevalier Dubois Lambert Roussel Blanchard Garnier Faure "
    "Mercier Barbier Renault Gauthier Perrin Marchand Dufour Meunier Brunet Schmitt Colin "
    "Vidal Aubert Rey Picard Roche Noël"
)
PRENOMS = _words("Camille Louis Chloé Hugo Inès Jules Manon Léo Élise Théo Anaïs Paul Zoé Rémi Maud Éric")
MÉTIERS = (
    "Maison {}", "Établissements {}", "{} & Fils", "Ateliers {}", "Boulangerie {}", "Imprimerie {}", "{} Frères",
    "Librairie {}", "Menuiserie {}", "Transports {}", "Cabinet {}", "Domaine {}", "Épicerie {}", "Société {}",
)  # fmt: skip
VILLES = (
    ("69002", "Lyon"), ("13006", "Marseille"), ("31000", "Toulouse"), ("44000", "Nantes"), ("67000", "Strasbourg"),
    ("33000", "Bordeaux"), ("59800", "Lille"), ("35000", "Rennes"), ("21000", "Dijon"), ("75011", "Paris"),
    ("37000", "Tours"), ("29200", "Brest"), ("06300", "Nice"), ("38000", "Grenoble"), ("14000", "Caen"),
)  # fmt: skip

SURNAMES = _words(
    "Whitfield Harper Coleman Bennett Foster Hayes Porter Walsh Bryant Ellis Marsh Webb "
    "Palmer Stone Barker Dunn Holland Fletcher Page Cross Hart Wells Lane Frost Reeves Pike "
    "Rowe Tate"
)
FIRST = _words("Oliver Emma James Grace Henry Alice Samuel Nora Jack Ruth Leo Clara Owen Ivy Adam June")
LINES_OF_BUSINESS = _words(
    "Trading Foods Tools Books Interiors Logistics Ceramics Textiles Coffee Garden Design "
    "Supplies Hotels Press Kitchens Motors Labs Timber"
)
ENDINGS = ("{} Ltd.", "{} Inc.", "{} LLC", "{} & Co.", "{} Group", "{} Partners")
CITIES = (
    ("Boston", "MA", "02108"), ("Portland", "OR", "97204"), ("Austin", "TX", "78701"), ("Denver", "CO", "80202"),
    ("Chicago", "IL", "60601"), ("Seattle", "WA", "98101"), ("Savannah", "GA", "31401"), ("Tucson", "AZ", "85701"),
)  # fmt: skip

STEP = 7_368_787
"""Shares no factor with the lengths of the tables: neighbours differ in every part of their names."""


@dataclass(frozen=True, slots=True)
class Someone:
    """A person at a company."""

    last: str
    first: str
    mail: str


@dataclass(frozen=True, slots=True)
class Known:
    """A company or a private person."""

    name: str
    language: str
    currency: str
    phone: str
    address: Address
    people: tuple[Someone, ...]
    is_private: bool

    @property
    def mail(self) -> str:
        """Where its papers go."""
        return self.people[0].mail

    @property
    def website(self) -> str:
        """Where its pages are; a private person has none."""
        return "" if self.is_private else f"https://www.{self.mail.partition('@')[2]}"


@lru_cache(4096)
def known(place: int) -> Known:
    """Who stands at that place of the row: of twenty, twelve are Japanese, five French and three English."""
    kind, number = place % 20, place // 20
    if kind < 12:
        return _japanese(place, number * 12 + kind)
    if kind < 17:
        return _french(place, number * 5 + kind - 12)
    return _english(place, number * 3 + kind - 17)


def _japanese(place: int, number: int) -> Known:
    is_private = number % 12 == 7
    district, family, trade, form = _parts(number, PLACES, FAMILIES, TRADES, FORMS)
    people = _people(place, FAMILIES, GIVEN, is_private)
    name = f"{people[0].last} {people[0].first}" if is_private else form.format(f"{district}{family}{trade}")
    street = f"{district}町{place % 9 + 1}-{place % 23 + 1}-{place % 17 + 1}"
    address = japan(f"{100 + place % 800}-{place % 10_000:04d}", "東京都", f"{district}区", street)
    name = _once(name, number, 0 if is_private else 144_000)
    return Known(
        name,
        "",
        "JPY",
        f"03-5550-{place % 10_000:04d}",
        address,
        people,
        is_private,
    )


def _french(place: int, number: int) -> Known:
    is_private = number % 12 == 7
    trade, name, town = _parts(number, MÉTIERS, NOMS, VILLES)
    people = _people(place, NOMS, PRENOMS, is_private)
    called = f"{people[0].first} {people[0].last}" if is_private else f"{trade.format(name)} {town[1]}"
    address = france(f"{place % 90 + 1} rue {NOMS[place % len(NOMS)]}", *town)
    phone = f"+33 1 99 00 {place // 100 % 100:02d} {place % 100:02d}"
    return Known(
        _once(called, number, 0 if is_private else 5_880), "fr", "EUR", phone, address, people, is_private
    )


def _english(place: int, number: int) -> Known:
    name, business, ending, city = _parts(number, SURNAMES, LINES_OF_BUSINESS, ENDINGS, CITIES)
    people = _people(place, SURNAMES, FIRST, False)
    address = abroad(f"{place % 900 + 1} {name} Street", *city, "US")
    called = _once(ending.format(f"{name} {business}"), number, 3_024)
    return Known(called, "en", "USD", f"+1 617-555-{place % 10_000:04d}", address, people, False)


def _parts(number: int, *tables: tuple) -> list:  # type: ignore[type-arg]
    """One entry of each table; every number gives another combination, as long as there are any."""
    parts, left = [], number * STEP
    for table in tables:
        left, at = divmod(left, len(table))
        parts.append(table[at])
    return parts


def _once(name: str, number: int, different: int) -> str:
    """So many names are different; after that the place in the row tells them apart."""
    return name if number < different else f"{name} {number}"


def _people(
    place: int, families: tuple[str, ...], given: tuple[str, ...], alone: bool
) -> tuple[Someone, ...]:
    count = 1 if alone else 1 + place % 2 + (place % 7 == 0)
    return tuple(
        Someone(*_parts(place * 3 + n, families, given), f"p{n + 1}@k{place:06d}.example")
        for n in range(count)
    )
