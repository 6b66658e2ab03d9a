"""Money, numbers and dates as people write them in each language."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, get_currency_symbol

from domain.money import Money, exponent

_SHORT = {"en": "yyyy-MM-dd", "ja": "yyyy/MM/dd", "fr": "dd/MM/yyyy"}
_LONG = {"en": "d MMMM yyyy", "ja": "y年M月d日", "fr": "d MMMM yyyy"}

_PARTS = {
    "en": (("first_name", "last_name"), ("attention", "street", "city", "state", "postal_code", "country")),
    "ja": (("last_name", "first_name"), ("postal_code", "state", "city", "street", "attention", "country")),
    "fr": (("first_name", "last_name"), ("attention", "street", "postal_code", "city", "state", "country")),
}
"""The parts of a name and of an address, in the order in which they are written down."""


@cache
def locale_of(language: str) -> Locale:
    """Babel's locale for one of our languages."""
    return Locale.parse(language)


@lru_cache(8192)
def money(amount_minor: int, currency: str, language: str) -> str:
    """An amount with its symbol and exactly the currency's decimal places; the yen sign is the narrow one."""
    places = exponent(currency)
    value = Decimal(amount_minor).scaleb(-places)
    pattern = _pattern(currency, language, places)
    text = format_currency(value, currency, pattern, locale_of(language), currency_digits=False)
    return text.replace("￥", "¥").replace("JP¥", "¥").replace("JPY", "¥")


def written(value: Any, language: str) -> Any:
    """What stands in a sentence: money and dates as the language writes them, all else as it is."""
    if isinstance(value, Money):
        return money(value.amount_minor, value.currency, language)
    return short_date(value, language) if isinstance(value, date) else value


def amount(amount_minor: int, currency: str, language: str) -> str:
    """The same without its symbol, for columns that name the currency at their head."""
    places = exponent(currency)
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return format_decimal(Decimal(amount_minor).scaleb(-places), pattern, locale_of(language))


def rate(value: Decimal, currency: str, language: str) -> str:
    """A price per unit: at least the currency's decimal places, more where the price has them."""
    places = exponent(currency)
    pattern = "#,##0." + "0" * places + "#" * (6 - places)
    return format_decimal(value, pattern, locale_of(language))


def number(value: Decimal | int | None, language: str) -> str:
    """A number with its own decimal places; nothing for None."""
    return "" if value is None else format_decimal(value, "#,##0.############", locale_of(language))


def percent(value: Decimal | None, language: str) -> str:
    """A percentage: 10%, in French 10 %."""
    return "" if value is None else number(value, language) + ("\u00a0%" if language == "fr" else "%")


def file_size(size: int, language: str) -> str:
    """A number of bytes as people say it; French counts in octets."""
    unit = "o" if language == "fr" else "B"
    if size < 1_000_000:
        return f"{number(max(size // 1000, 1), language)}\u00a0k{unit}"
    return f"{number(round(Decimal(size) / 1_000_000, 1), language)}\u00a0M{unit}"


@lru_cache(4096)
def short_date(value: date | None, language: str) -> str:
    """A date for tables: 2026-11-21, 2026/11/21, 21/11/2026."""
    return "" if value is None else format_date(value, _SHORT[language], locale_of(language))


def long_date(value: date | None, language: str) -> str:
    """A date for letters and documents: 21 November 2026, 2026年11月21日, 1er décembre 2026."""
    if value is None:
        return ""
    pattern = "d'er' MMMM yyyy" if language == "fr" and value.day == 1 else _LONG[language]
    return format_date(value, pattern, locale_of(language))


def moment(value: datetime | None, language: str, zone: str) -> str:
    """A moment as wall-clock time in a time zone."""
    if value is None:
        return ""
    return format_datetime(value, _SHORT[language] + " HH:mm", ZoneInfo(zone), locale_of(language))


def in_local_order(names: Sequence[str], language: str) -> list[str]:
    """Fields of a form by name: those of a name or an address as one writes them, the others where they are."""
    ordered = list(names)
    for parts in _PARTS[language]:
        rank = {
            name: at for name in names for at, part in enumerate(parts) if f"_{name}".endswith(f"_{part}")
        }
        places = [place for place, name in enumerate(names) if name in rank]
        for place, name in zip(places, sorted(rank, key=rank.__getitem__), strict=True):
            ordered[place] = name
    return ordered


@cache
def _pattern(currency: str, language: str, places: int) -> str:
    digits = "#,##0" + ("." + "0" * places if places else "")
    if language == "fr":
        return f"{digits}\u00a0¤"
    ends_in_a_letter = get_currency_symbol(currency, locale_of(language))[-1].isalpha()
    return f"¤\u00a0{digits}" if ends_in_a_letter and currency != "JPY" else f"¤{digits}"
