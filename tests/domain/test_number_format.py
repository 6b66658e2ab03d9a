"""Document numbers: what a prefix may say, and when a yearly series begins again."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.number_format import MAX_PREFIX, check_prefix, format_number, restart_period

APRIL = 4
MARCH_2026, APRIL_2026 = date(2026, 3, 31), date(2026, 4, 1)


# What a number looks like


@pytest.mark.parametrize(
    ("prefix", "number", "width", "printed"),
    [
        ("INV-", 7, 5, "INV-00007"),
        ("INV-", 123456, 5, "INV-123456"),
        ("", 7, 0, "7"),
        ("", 7, 1, "7"),
        ("請求書-", 12, 4, "請求書-0012"),
        ("Nr. ", 1, 3, "Nr. 001"),
        ("A/{YY}/", 1, 3, "A/26/001"),
        ("100%-", 1, 2, "100%-01"),
    ],
)
def test_a_number_is_prefix_and_counter_filled_up_with_noughts(prefix, number, width, printed):
    assert format_number(prefix, number, width, MARCH_2026) == printed


@pytest.mark.parametrize(
    ("placeholder", "march", "april"),
    [
        ("{YYYY}", "2026", "2026"),
        ("{YY}", "26", "26"),
        ("{MM}", "03", "04"),
        ("{DD}", "31", "01"),
        ("{FY}", "2025", "2026"),
        ("{FYE}", "2026", "2027"),
    ],
)
def test_a_placeholder_takes_the_date_of_the_document(placeholder, march, april):
    assert format_number(placeholder, 1, 0, MARCH_2026, APRIL) == march + "1"
    assert format_number(placeholder, 1, 0, APRIL_2026, APRIL) == april + "1"


def test_a_prefix_may_have_several_placeholders():
    assert format_number("INV-{FY}-{FYE}/{MM}-", 7, 4, MARCH_2026, APRIL) == "INV-2025-2026/03-0007"


def test_a_fiscal_year_that_is_the_calendar_year_begins_and_ends_in_it():
    assert format_number("{FY}-{FYE}-", 1, 2, MARCH_2026, 1) == "2026-2026-01"


@pytest.mark.parametrize("prefix", ["{WEEK}-", "{yyyy}", "{", "}{", "{{YY}}", "{0}", "%(x)s", "{}"])
def test_issuing_never_fails_over_a_prefix(prefix):
    assert format_number(prefix, 1, 3, MARCH_2026).endswith("001")


@given(st.text(max_size=20), st.integers(1, 10**9), st.integers(0, 12), st.dates())
def test_the_counter_always_ends_the_number(prefix, number, width, on):
    assert format_number(prefix, number, width, on, APRIL).endswith(str(number).rjust(width, "0"))


# Which prefixes may be set


@pytest.mark.parametrize("prefix", ["", "INV-", "INV-{YYYY}-", "{FY}/{MM}/{DD}/", "請求書{YY}-", "a b "])
def test_a_sensible_prefix_is_accepted(prefix):
    assert check_prefix(prefix) is None


@pytest.mark.parametrize(
    ("prefix", "complaint"),
    [
        ("{WEEK}-", "{WEEK} has no meaning in a prefix. You can use {YYYY}, {YY}, {MM}, {DD}, {FY}, {FYE}."),
        ("{yyyy}-", "{yyyy} has no meaning"),
        ("{}-", "{} has no meaning"),
        ("{YY-", "no partner"),
        ("YY}-", "no partner"),
        ("{{YY}}", "no partner"),
        ("INV\n", "line breaks"),
        ("INV\u200b", "invisible"),
        ("INV\u2028", "line breaks"),
        ("x" * (MAX_PREFIX + 1), f"at most {MAX_PREFIX} characters"),
    ],
)
def test_a_prefix_that_would_print_nonsense_is_explained(prefix, complaint):
    assert complaint in str(check_prefix(prefix))


@pytest.mark.parametrize(
    ("prefix", "start_month", "is_accepted"),
    [
        ("INV-", 1, False),
        ("INV-{MM}-", 1, False),
        ("INV-{YYYY}-", 1, True),
        ("INV-{YY}-", 1, True),
        ("INV-{FY}-", 1, True),
        ("INV-{FY}-", APRIL, True),
        ("INV-{FYE}-", APRIL, True),
        ("INV-{YYYY}-", APRIL, False),
        ("INV-{YYYY}{MM}-", APRIL, True),
    ],
)
def test_a_yearly_series_must_name_its_year(prefix, start_month, is_accepted):
    complaint = check_prefix(prefix, restarts_yearly=True, fiscal_year_start_month=start_month)
    assert (complaint is None) is is_accepted


@given(
    st.lists(st.sampled_from(["INV-", "{YYYY}", "{YY}", "{MM}", "{DD}", "{FY}", "{FYE}"]), max_size=4),
    st.integers(1, 12),
    st.dates(date(2001, 1, 1), date(2098, 1, 1)),
    st.integers(1, 800),
)
def test_an_accepted_yearly_prefix_gives_no_number_twice(parts, start_month, on, days_later):
    prefix, later = "".join(parts), on + timedelta(days=days_later)
    if check_prefix(prefix, restarts_yearly=True, fiscal_year_start_month=start_month):
        return
    if restart_period(on, start_month) != restart_period(later, start_month):
        first, second = (format_number(prefix, 1, 4, day, start_month) for day in (on, later))
        assert first != second


# When a series begins again


@pytest.mark.parametrize(
    ("on", "start_month", "period"),
    [
        (MARCH_2026, APRIL, 2025),
        (APRIL_2026, APRIL, 2026),
        (date(2026, 12, 31), APRIL, 2026),
        (date(2026, 1, 1), 1, 2026),
        (date(2026, 12, 31), 1, 2026),
        (date(2026, 11, 30), 12, 2025),
        (date(2026, 12, 1), 12, 2026),
    ],
)
def test_a_period_is_named_by_the_year_in_which_it_starts(on, start_month, period):
    assert restart_period(on, start_month) == period


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 12))
def test_a_period_changes_on_the_first_of_its_month_and_on_no_other_day(on, start_month):
    before, after = restart_period(on - timedelta(days=1), start_month), restart_period(on, start_month)
    assert after - before == int((on.month, on.day) == (start_month, 1))
