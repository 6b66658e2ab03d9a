"""The kinds of value: how each is read from what somebody typed, and how it can be asked for in a filter.

One row a kind; how it is shown is a function in `blueprints/cells.py`, its input `templates/_kinds/<kind>.html`. This
table serves forms and filters.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.numbers import NumberFormatError, parse_decimal
from sqlalchemy import ColumnElement

from domain.db import PICO
from domain.errors import Refused
from domain.modules.operators import OPERATORS, Operator
from domain.search_index import found_in
from domain.search_text import escaped, fold
from domain.words import _

__all__ = ("KINDS", "OPERATORS", "Kind", "Operator")

LIMIT = Decimal(10) ** 12
"""Larger numbers than this are a slip of the finger."""

# Not NFKC: that would make 52 of 5².
NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x2212: "-"}
"""What a Japanese keyboard types in full width, and the minus sign, as numbers and dates are written."""

MOST_WORTH = Decimal(9_000_000)
"""What one unit of a currency can be worth: more does not fit beside twelve decimal places."""


@dataclass(frozen=True)
class Kind:
    """A kind of value."""

    key: str
    parse: Callable[[str, str], Any]
    """(typed text, language) -> value; raises Refused with one sentence."""
    operators: tuple[str, ...]
    is_number: bool = False
    searches: bool = False
    """Whether a filter compares folded text."""


# --- reading what was typed -----------------------------------------------------------------------------------


def parse_text(text: str, language: str = "en") -> str:
    """One line, trimmed; control characters are refused."""
    return _line(text, 500)


def parse_long_text(text: str, language: str = "en") -> str:
    """Several lines, with ordinary line ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > 20_000:
        raise Refused(_("This is longer than 20,000 characters."))
    if "\x00" in text:
        raise Refused(_("This holds characters that can't be kept."))
    return text


def parse_email(text: str, language: str = "en") -> str:
    """A mail address, or nothing."""
    text = _line(text, 254)
    if text and not re.fullmatch(
        r"[^@\s<>,;:\"()\[\]\\]+@[^@\s<>,;:\"()\[\]\\.]+(\.[^@\s<>,;:\"()\[\]\\.]+)+", text
    ):
        raise Refused(_("“%(text)s” is not a mail address.", text=text))
    return text


def parse_url(text: str, language: str = "en") -> str:
    """A web address; `https://` is added when it is missing, other schemes are refused."""
    text = _line(text, 500)
    if text and "://" not in text:
        text = f"https://{text}"
    if text and not re.fullmatch(r"https?://[^\s/?#@:]+(:\d+)?([/?#]\S*)?", text):
        raise Refused(_("“%(text)s” is not a web address.", text=text))
    return text


def parse_number(text: str, language: str = "en") -> Decimal | None:
    """A number as it is written in the language, with at most six decimal places."""
    number = _number(text, language)
    if number is not None and number != round(number, 6):
        raise Refused(_("“%(text)s” has more than six decimal places.", text=text))
    return number


def parse_exchange_rate(text: str, language: str = "en") -> Decimal | None:
    """What one unit is worth: a number that may be as small as a weak currency is."""
    number = _number(text, language)
    if number is not None and number != round(number, PICO):
        raise Refused(_("“%(text)s” has more than twelve decimal places.", text=text))
    if number is not None and number > MOST_WORTH:
        raise Refused(_("“%(text)s” is too large.", text=text))
    return number


def _number(text: str, language: str) -> Decimal | None:
    plain = text.translate(NARROW).replace(" ", "").replace("\u202f", "").replace("\u00a0", "").strip()
    if not plain:
        return None
    number = _decimal(plain, language)
    if number is None or not number.is_finite():
        raise Refused(_("“%(text)s” is not a number.", text=text))
    if abs(number) > LIMIT:
        raise Refused(_("“%(text)s” is too large.", text=text))
    return number


def parse_percent(text: str, language: str = "en") -> Decimal | None:
    """A percentage from 0 to 100; a percent sign may stand behind it."""
    number = parse_number(text.strip().rstrip("%％"), language)
    if number is not None and not 0 <= number <= 100:
        raise Refused(_("A percentage lies between 0 and 100."))
    return number


def parse_integer(text: str, language: str = "en") -> int | None:
    """A whole number, not negative."""
    number = parse_number(text, language)
    if number is None:
        return None
    if number != int(number) or number < 0 or number > 2_000_000_000:
        raise Refused(_("“%(text)s” is not a whole number.", text=text))
    return int(number)


def parse_date(text: str, language: str = "en") -> date | None:
    """A date; browsers send 2026-11-21, people also type 21/11/2026 (French) or 2026/11/21."""
    text = text.strip()
    if not text:
        return None
    try:
        found = _date(text.translate(NARROW))
    except ValueError as error:
        raise Refused(_("“%(text)s” is not a date.", text=text)) from error
    if not 1900 <= found.year <= 2999:
        raise Refused(_("“%(text)s” is not a date of our time.", text=text))
    return found


def parse_boolean(text: str, language: str = "en") -> bool:
    """Whether the box was ticked."""
    return text.strip().lower() in ("1", "on", "true", "yes")


def parse_id(text: str, language: str = "en") -> int | None:
    """The id of a referenced record."""
    text = text.strip()
    if text and as_id(text) is None:
        raise Refused(_("Please choose from the list."))
    return as_id(text)


def as_id(text: str) -> int | None:
    """The id that a text says; None when it says none, or one larger than any database has."""
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def _line(text: str, longest: int) -> str:
    text = " ".join(text.split())
    if len(text) > longest:
        raise Refused(_("This is longer than %(n)d characters.", n=longest))
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise Refused(_("This holds characters that can't be kept."))
    return text


def _decimal(text: str, language: str) -> Decimal | None:
    # A plain number with a point is what number inputs send in every language; only then the language is asked.
    if re.fullmatch(r"[+-]?\d{1,30}(\.\d{1,30})?", text):
        return Decimal(text)
    if re.search(r"[A-Za-z_]", text):  # Python takes 1e9 and 1_000 for numbers
        return None
    try:
        return parse_decimal(text, locale=language, strict=True)
    except (NumberFormatError, InvalidOperation, ValueError):
        return None


def _date(text: str) -> date:
    if found := re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text):
        year, month, day = found.groups()
    elif found := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", text):
        day, month, year = found.groups()
    else:
        raise ValueError(text)
    return date(int(year), int(month), int(day))


# --- asking for it --------------------------------------------------------------------------------------------


_TEXT = ("contains", "lacks", "is", "not", "starts", "ends", "empty", "filled")
_CHOICE = ("is", "not", "in")
_AMOUNT = ("is", "not", "gt", "min", "lt", "max", "between")
_NUMBER = (*_AMOUNT, "empty", "filled")
_DATE = ("is", "period", "last", "next", "before", "to", "from", "after", "between", "empty", "filled")

KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind("text", parse_text, _TEXT),
        Kind("long_text", parse_long_text, ("contains", "lacks", "empty", "filled")),
        Kind("email", parse_email, _TEXT),
        Kind("phone", parse_text, _TEXT),
        Kind("url", parse_url, _TEXT),
        Kind("choice", parse_text, _CHOICE),
        Kind("status", parse_text, _CHOICE),
        Kind("template", parse_text, _TEXT),
        Kind("currency", parse_text, _CHOICE),
        Kind("country", parse_text, ("is", "not", "empty", "filled")),
        Kind("boolean", parse_boolean, ("is",)),
        Kind("number", parse_number, _NUMBER, is_number=True),
        Kind("integer", parse_integer, _NUMBER, is_number=True),
        Kind("percent", parse_percent, _NUMBER, is_number=True),
        Kind("exchange_rate", parse_exchange_rate, _NUMBER, is_number=True),
        Kind("money", parse_number, _AMOUNT, is_number=True),
        Kind("date", parse_date, _DATE),
        Kind("reference", parse_id, ("is", "not", "none", "some")),
        Kind("member", parse_id, ("is", "mine", "not", "none", "some")),
    )
}


def search(model: Any, text: str) -> ColumnElement[bool]:
    """Records in whose names, addresses and numbers all words of the text stand, in every script and width.

    The short lists of the settings keep no folded text: there the name (of a currency its code) is looked at.
    """
    if hasattr(model, "search_text"):
        return found_in(model, text)
    named = next(getattr(model, name) for name in ("name", "code", "currency_code") if hasattr(model, name))
    wanted = fold(text).replace("\x00", "")  # which PostgreSQL takes for an error
    return named.ilike(f"%{escaped(wanted)}%", escape="\\")
