"""Stretches of time that people speak of: today, last month, next quarter."""

from datetime import date, timedelta

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


def ends_of(period: str, today: date) -> tuple[date, date]:
    """The first and the last day of a period; weeks begin on Monday, years in January."""
    if period in _DAYS:
        day = today + timedelta(days=_DAYS[period])
        return day, day
    which, _line, unit = period.partition("_")
    if unit == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=_STEPS[which])
        return monday, monday + timedelta(days=6)
    length = _MONTHS[unit]
    first = today.year * 12 + (today.month - 1) // length * length + _STEPS[which] * length
    return _first_of(first), _first_of(first + length) - timedelta(days=1)


def _first_of(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)
