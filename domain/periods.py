"""Stretches of time that people speak of: today, last month, next quarter."""

from datetime import date, timedelta
from functools import cache

from babel import Locale, UnknownLocaleError

from domain.words import Words, _

PERIODS: dict[str, Words] = {
    "today": _("today"),
    "yesterday": _("yesterday"),
    "tomorrow": _("tomorrow"),
    "this_week": _("this week"),
    "last_week": _("last week"),
    "next_week": _("next week"),
    "this_month": _("this month"),
    "last_month": _("last month"),
    "next_month": _("next month"),
    "this_quarter": _("this quarter"),
    "last_quarter": _("last quarter"),
    "next_quarter": _("next quarter"),
    "this_year": _("this year"),
    "last_year": _("last year"),
    "next_year": _("next year"),
}

_STEPS = {"last": -1, "this": 0, "next": 1}
_DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def ends_of(period: str, today: date, week_start: int = 0, year_start: int = 1) -> tuple[date, date]:
    """The first and the last day of a period; weeks begin on that weekday (0: Monday), years in that month."""
    if period in _DAYS:
        day = today + timedelta(days=_DAYS[period])
        return day, day
    which, _line, unit = period.partition("_")
    if unit == "week":
        begun = today - timedelta(days=(today.weekday() - week_start) % 7)
        first_day = begun + timedelta(weeks=_STEPS[which])
        return first_day, first_day + timedelta(days=6)
    length = _MONTHS[unit]
    since = (today.year * 12 + today.month - year_start) // length * length + year_start - 1
    first = since + _STEPS[which] * length
    return _first_of(first), _first_of(first + length) - timedelta(days=1)


@cache
def week_start_in(country: str) -> int:
    """The weekday with which weeks begin there, 0 for Monday: in Japan and America it is Sunday."""
    try:
        return Locale.parse(f"und_{country}").first_week_day if country else 0
    except (ValueError, UnknownLocaleError):  # no country that the language data knows
        return 0


def _first_of(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)
