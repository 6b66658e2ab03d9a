"""Stretches of time that people speak of begin and end where the organization's weeks and years do."""

from datetime import date

import pytest

from domain.periods import ends_of, week_start_in

SUNDAY = 6


@pytest.mark.parametrize(
    ("period", "today", "week_start", "year_start", "ends"),
    [
        ("today", "2026-11-22", 0, 1, ("2026-11-22", "2026-11-22")),
        ("yesterday", "2026-01-01", 0, 1, ("2025-12-31", "2025-12-31")),
        ("this_week", "2026-11-22", 0, 1, ("2026-11-16", "2026-11-22")),
        ("this_week", "2026-11-22", SUNDAY, 1, ("2026-11-22", "2026-11-28")),
        ("last_week", "2026-11-21", SUNDAY, 1, ("2026-11-08", "2026-11-14")),
        ("last_month", "2026-01-31", 0, 4, ("2025-12-01", "2025-12-31")),
        ("this_month", "2028-02-29", 0, 1, ("2028-02-01", "2028-02-29")),
        ("this_quarter", "2026-11-22", 0, 1, ("2026-10-01", "2026-12-31")),
        ("this_quarter", "2026-11-22", 0, 3, ("2026-09-01", "2026-11-30")),
        ("last_quarter", "2026-02-01", 0, 2, ("2025-11-01", "2026-01-31")),
        ("this_year", "2026-03-31", 0, 4, ("2025-04-01", "2026-03-31")),
        ("last_year", "2026-04-01", 0, 4, ("2025-04-01", "2026-03-31")),
        ("next_year", "2026-12-31", 0, 1, ("2027-01-01", "2027-12-31")),
    ],
)
def test_a_period_begins_and_ends_there(period, today, week_start, year_start, ends):
    found = ends_of(period, date.fromisoformat(today), week_start, year_start)
    assert tuple(day.isoformat() for day in found) == ends


@pytest.mark.parametrize(
    ("country", "first"), [("JP", SUNDAY), ("US", SUNDAY), ("FR", 0), ("", 0), ("QQ", 0), ("../x", 0)]
)
def test_weeks_begin_as_in_the_country_and_on_mondays_where_nobody_knows(country, first):
    assert week_start_in(country) == first
