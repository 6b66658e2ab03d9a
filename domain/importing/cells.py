"""What a cell says, brought into the one way in which forms are filled in: numbers with a point, dates as ISO.

From there on a cell is read by the same table of kinds, and held to the same rules, as what somebody types.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cache

from babel import Locale

from domain.errors import Refused
from domain.importing.plans import Plan
from domain.importing.synonyms import CHOICES
from domain.modules.module import Field
from domain.modules.values import countries_in
from domain.search_text import fold
from domain.words import LANGUAGES, Words, _

Cell = str | int | Decimal
Said = Callable[[Words | str], Iterable[str]]
"""All ways to say some words: in every language of the program."""


YES = frozenset(
    map(fold, ("1", "yes", "y", "true", "on", "x", "✓", "✔", "○", "◯", "〇", "はい", "有", "有り", "有効"))
)
NO = frozenset(
    map(fold, ("0", "no", "n", "false", "off", "-", "×", "✕", "いいえ", "無", "無し", "なし", "無効"))
)
YES |= {"oui", "vrai", "actif", "active", "真"}
NO |= {"non", "faux", "inactif", "inactive", "偽"}

COUNTRIES = {
    "usa": "US",
    "u.s.a.": "US",
    "u.s.": "US",
    "america": "US",
    "アメリカ": "US",
    "米国": "US",
    "uk": "GB",
    "u.k.": "GB",
    "england": "GB",
    "great britain": "GB",
    "イギリス": "GB",
    "英国": "GB",
    "grande-bretagne": "GB",
    "日本国": "JP",
    "韓国": "KR",
    "south korea": "KR",
    "corée": "KR",
    "台湾": "TW",
    "香港": "HK",
    "hong kong": "HK",
    "中国": "CN",
    "ベトナム": "VN",
    "czech republic": "CZ",
    "holland": "NL",
    "hollande": "NL",
}
"""What people call countries beside their proper names."""

CURRENCIES = {
    "¥": "JPY",
    "円": "JPY",
    "日本円": "JPY",
    "yen": "JPY",
    "€": "EUR",
    "euros": "EUR",
    "$": "USD",
    "us$": "USD",
    "ドル": "USD",
    "£": "GBP",
}

ERAS = {"令和": 2018, "r": 2018, "平成": 1988, "h": 1988, "昭和": 1925, "s": 1925}
"""Japanese eras, by the year before their first."""

Reader = Callable[[Field, Cell, Plan, Said], str]


def typed(field: Field, cell: Cell, plan: Plan, said: Said) -> str:
    """The cell as one would type it into a form; raises Refused where it makes no sense."""
    return _READERS.get(field.kind, _text)(field, cell, plan, said)


def is_empty(cell: Cell) -> bool:
    """Whether a cell says nothing."""
    return isinstance(cell, str) and not cell.strip()


def plain_text(cell: Cell) -> str:
    """A cell as text; what an export put before a formula to disarm it is taken off again."""
    text = cell if isinstance(cell, str) else _without_exponent(cell)
    return text[1:] if re.match(r"'\s*[=+\-@＝＋－＠\t\r\n]", text) else text


def _without_exponent(number: int | Decimal) -> str:
    return format(Decimal(number), "f")


def _text(field: Field, cell: Cell, plan: Plan, said: Said) -> str:
    return plain_text(cell)


def _narrow(field: Field, cell: Cell, plan: Plan, said: Said) -> str:
    """Addresses and phone numbers are often typed in wide letters: ０３－１２３４."""
    return unicodedata.normalize("NFKC", plain_text(cell)).strip()


def _as_number(field: Field, cell: Cell, plan: Plan, said: Said) -> str:
    if not isinstance(cell, str):
        return _without_exponent(cell)
    text = unicodedata.normalize("NFKC", plain_text(cell)).translate(SPACES)
    text = re.sub(r"^[△▲−]", "-", re.sub(r"[¥€$£円%]|[A-Z]{3}", "", text))
    number = re.fullmatch(_NUMBERS[plan.decimal], text)
    if number is None:
        raise Refused(_("“%(text)s” is not a number.", text=str(cell)[:100]))
    thousands = "," if plan.decimal == "." else "."
    return text.replace(thousands, "").replace(plan.decimal, ".")


SPACES = {ord(each): None for each in "  \u202f\u00a0\u2009'’"}

_NUMBERS = {
    ".": r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?",
    ",": r"[+-]?(\d{1,3}(\.\d{3})+|\d+)?(,\d+)?",
}


def _as_percent(field: Field, cell: Cell, plan: Plan, said: Said) -> str:
    """A cell that shows 10 % holds 0.1."""
    if not isinstance(cell, str) and 0 < cell < 1:
        return format(Decimal(cell) * 100, "f")
    return _as_number(field, cell, plan, said)


def _as_date(field: Field, cell: Cell, plan: Plan, said: Said) -> str:
    text = unicodedata.normalize("NFKC", plain_text(cell)).strip()
    year, month, day = _year_first(text) or _era(text) or _in_order(text, plan.dates) or ("", "", "")
    if not year:
        raise Refused(_("“%(text)s” is not a date.", text=text[:100]))
    return f"{int(year):04d}-{int(month):02d}-{int(day):02d}"


def _year_first(text: str) -> tuple[str, ...] | None:
    clock = r"([ T]\d{1,2}:\d\d(:\d\d(\.\d+)?)?)?"
    found = re.fullmatch(rf"(\d{{4}})[-/.年] ?(\d{{1,2}})[-/.月] ?(\d{{1,2}})日?{clock}", text)
    found = found or re.fullmatch(r"(\d{4})(\d\d)(\d\d)", text)
    return found.groups()[:3] if found else None


def _era(text: str) -> tuple[str, ...] | None:
    found = re.fullmatch(
        r"(令和|平成|昭和|[rhs])(\d{1,2}|元)[年./-](\d{1,2})[月./-](\d{1,2})日?", text.lower()
    )
    if found is None:
        return None
    era, year, month, day = found.groups()
    return str(ERAS[era] + (1 if year == "元" else int(year))), month, day


def _in_order(text: str, order: str) -> tuple[str, ...] | None:
    long = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text)
    short = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{1,2})", text)
    if long:
        first, second, year = long.groups()
        return (year, first, second) if order == "mdy" else (year, second, first)
    if short is None:
        return None
    parts = dict(zip(order, short.groups(), strict=True))
    return str(2000 + int(parts["y"]) - (100 if int(parts["y"]) > 69 else 0)), parts["m"], parts["d"]


def _as_boolean(field: Field, cell: Cell, plan: Plan, said: Said) -> str:
    text = plain_text(cell)
    word = fold(text)
    if word in YES or word in _folded(said, [field.label, _("Yes")]):
        return "1"
    if word in NO or word in _folded(said, [_("No")]):
        return ""
    raise Refused(_("“%(text)s” is neither yes nor no.", text=text[:100]))


def _folded(said: Said, words: Iterable[Words | str]) -> set[str]:
    return {fold(each) for one in words for each in said(one)}


def _as_choice(field: Field, cell: Cell, plan: Plan, said: Said) -> str:
    text = plain_text(cell)
    for choice in field.choices:
        others = {fold(each.strip()) for each in CHOICES.get(choice.key, "").split(",")} - {""}
        if fold(text) in {fold(choice.key), *_folded(said, [choice.label]), *others}:
            return choice.key
    names = ", ".join(str(choice.label) for choice in field.choices if choice.key)
    raise Refused(_("“%(text)s” is none of these: %(names)s.", text=text[:100], names=names))


def _as_country(field: Field, cell: Cell, plan: Plan, said: Said) -> str:
    return country_named(plain_text(cell))


def _as_currency(field: Field, cell: Cell, plan: Plan, said: Said) -> str:
    return _of_table(_currency_names(), cell, _("“%(text)s” is not a currency."))


def country_named(text: str) -> str:
    """The two letters of a country, whatever language names it."""
    return _of_table(_country_names(), text, _("“%(text)s” is not a country."))


def _of_table(table: Mapping[str, str], cell: Cell, otherwise: Words) -> str:
    text = plain_text(cell)
    if found := table.get(fold(text)):
        return found
    raise Refused(Words(otherwise.text, {"text": text[:100]}))


@cache
def _country_names() -> dict[str, str]:
    proper = {name: code for language in LANGUAGES for code, name in countries_in(language).items()}
    codes = {code: code for code in countries_in("en")}
    return {fold(name): code for name, code in (proper | COUNTRIES | codes).items()}


@cache
def _currency_names() -> dict[str, str]:
    tables = [Locale.parse(language).currencies for language in LANGUAGES]
    proper = {name: code for table in reversed(tables) for code, name in table.items()}
    codes = {code: code for code in tables[0]}
    return {fold(name): code for name, code in (proper | CURRENCIES | codes).items()}


_READERS: dict[str, Reader] = {
    "email": _narrow,
    "phone": _narrow,
    "url": _narrow,
    "number": _as_number,
    "integer": _as_number,
    "money": _as_number,
    "exchange_rate": _as_number,
    "percent": _as_percent,
    "date": _as_date,
    "boolean": _as_boolean,
    "choice": _as_choice,
    "country": _as_country,
    "currency": _as_currency,
}
