"""What a document number looks like, and in which year a yearly series begins again.

A number is a prefix and a counter: `INV-{FY}-` and 7 with a width of 5 give INV-2026-00007.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from domain.words import Words, _

MAX_PREFIX = 40

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

# What may stand in braces, from the document's date and the first month of the fiscal year.
_PLACEHOLDERS: dict[str, Callable[[date, int], str]] = {
    "YYYY": lambda on, _start: f"{on.year:04d}",
    "YY": lambda on, _start: f"{on.year % 100:02d}",
    "MM": lambda on, _start: f"{on.month:02d}",
    "DD": lambda on, _start: f"{on.day:02d}",
    "FY": lambda on, start: f"{restart_period(on, start):04d}",
    "FYE": lambda on, start: f"{_fiscal_year_end(on, start):04d}",
}


def format_number(prefix: str, number: int, width: int, on: date, fiscal_year_start_month: int = 1) -> str:
    """The number as it is printed. It never fails: braces that mean nothing stay as they were typed."""
    return f"{_filled(prefix, on, fiscal_year_start_month)}{number:0{width}d}"


def check_prefix(
    prefix: str, *, restarts_yearly: bool = False, fiscal_year_start_month: int = 1
) -> Words | None:
    """What is wrong with a prefix, in words for the settings page; None when it can be used."""
    if len(prefix) > MAX_PREFIX:
        return _("A prefix has at most %(count)s characters.", count=MAX_PREFIX)
    if any(_is_invisible(character) for character in prefix):
        return _("A prefix cannot contain line breaks or invisible characters.")
    return _wrong_braces(prefix) or _repeats(prefix, restarts_yearly, fiscal_year_start_month)


def restart_period(on: date, fiscal_year_start_month: int = 1) -> int:
    """The fiscal year of a date, by the year in which it starts: the period a yearly series counts in."""
    return on.year if on.month >= fiscal_year_start_month else on.year - 1


def _is_invisible(character: str) -> bool:
    """Control and format characters, line and paragraph separators; an ordinary space is none of them."""
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def _fiscal_year_end(on: date, start_month: int) -> int:
    return restart_period(on, start_month) + (0 if start_month == 1 else 1)


def _filled(prefix: str, on: date, start_month: int) -> str:
    def value(match: re.Match[str]) -> str:
        meaning = _PLACEHOLDERS.get(match[1])
        return meaning(on, start_month) if meaning else match[0]

    return _PLACEHOLDER.sub(value, prefix)


def _wrong_braces(prefix: str) -> Words | None:
    names = set(_PLACEHOLDER.findall(prefix))
    if unknown := sorted(names - _PLACEHOLDERS.keys()):
        known = ", ".join(f"{{{name}}}" for name in _PLACEHOLDERS)
        return _(
            "{%(name)s} has no meaning in a prefix. You can use %(known)s.", name=unknown[0], known=known
        )
    if set("{}") & set(_PLACEHOLDER.sub("", prefix)):
        return _("A brace in the prefix has no partner.")
    return None


def _repeats(prefix: str, restarts_yearly: bool, start_month: int) -> Words | None:
    """A series that begins again must say in which year, or a number would come twice.

    The calendar year alone says so only if the fiscal year is the same: April 2026 and March 2026 share a
    calendar year, but between them a Japanese series has begun again.
    """
    names = set(_PLACEHOLDER.findall(prefix))
    has_year = bool(names & {"YYYY", "YY"})
    if not restarts_yearly or names & {"FY", "FYE"} or (has_year and (start_month == 1 or "MM" in names)):
        return None
    return _("Numbers that begin again every year need the year in their prefix, such as {FY}.")
