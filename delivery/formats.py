"""Money, numbers and dates as people write them in each language."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal

from domain.money import exponent

_SHORT = {"en": "yyyy-MM-dd", "ja": "yyyy/MM/dd", "fr": "dd/MM/yyyy"}


@cache
def locale_of(language: str) -> Locale:
    """Babel's locale for one of our languages."""
    return Locale.parse(language)


def money(amount_minor: int, currency: str, language: str) -> str:
    """An amount with its symbol and exactly the currency's decimal places; the yen sign is the narrow one."""
    places = exponent(currency)
    value = Decimal(amount_minor).scaleb(-places)
    text = format_currency(
        value, currency, _pattern(language, places), locale_of(language), currency_digits=False
    )
    return text.replace("￥", "¥").replace("JP¥", "¥").replace("JPY", "¥")


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
    return "" if value is None else format_decimal(value, "#,##0.######", locale_of(language))


def short_date(value: date | None, language: str) -> str:
    """A date for tables: 2026-11-21, 2026/11/21, 21/11/2026."""
    return "" if value is None else format_date(value, _SHORT[language], locale_of(language))


def long_date(value: date | None, language: str) -> str:
    """A date for letters and documents: 21 November 2026, 2026年11月21日, 21 novembre 2026."""
    if value is None:
        return ""
    return format_date(value, "d MMMM yyyy" if language == "en" else "long", locale_of(language))


def moment(value: datetime | None, language: str, zone: str) -> str:
    """A moment as wall-clock time in a time zone."""
    if value is None:
        return ""
    return format_datetime(value, _SHORT[language] + " HH:mm", ZoneInfo(zone), locale_of(language))


@cache
def _pattern(language: str, places: int) -> str:
    digits = "#,##0" + ("." + "0" * places if places else "")
    return f"{digits}\u00a0¤" if language == "fr" else f"¤{digits}"
