"""Due dates: month ends, leap years, and closing days as they are usual in Japan."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.books.terms_of_payment import USUAL, TermsKind, due_date, end_of_month, terms_label

NET, MONTH, NEXT_MONTH = TermsKind

days_of_the_calendar = st.dates(date(1990, 1, 1), date(2100, 12, 31))


def due(written: str, *terms: object, **more: int) -> str:
    return due_date(date.fromisoformat(written), *terms, **more).isoformat()


# Days after the document


def test_without_days_it_is_due_on_its_date():
    assert due("2026-01-31", NET) == "2026-01-31"


@pytest.mark.parametrize(
    ("written", "days", "expected"),
    [
        ("2026-01-31", 30, "2026-03-02"),
        ("2028-01-31", 30, "2028-03-01"),
        ("2026-12-15", 30, "2027-01-14"),
        ("2028-02-28", 1, "2028-02-29"),
        ("2027-02-28", 1, "2027-03-01"),
        ("2026-01-01", 365, "2027-01-01"),
    ],
)
def test_net_counts_calendar_days(written, days, expected):
    assert due(written, NET, days) == expected


@given(days_of_the_calendar, st.integers(0, 365))
def test_net_is_that_many_days_later(on, days):
    assert due_date(on, NET, days) - on == timedelta(days=days)


# Month ends


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-01-01", "2026-01-31"),
        ("2026-01-31", "2026-01-31"),
        ("2026-02-01", "2026-02-28"),
        ("2028-02-10", "2028-02-29"),
        ("2100-02-10", "2100-02-28"),
        ("2026-04-30", "2026-04-30"),
        ("2026-12-31", "2026-12-31"),
    ],
)
def test_end_of_month_is_the_last_day_of_the_documents_month(written, expected):
    assert due(written, MONTH) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-01-31", "2026-02-28"),
        ("2028-01-31", "2028-02-29"),
        ("2026-03-01", "2026-04-30"),
        ("2026-11-30", "2026-12-31"),
        ("2026-12-01", "2027-01-31"),
        ("2026-12-31", "2027-01-31"),
    ],
)
def test_closing_at_month_end_and_paying_at_the_next_month_end(written, expected):
    """月末締め翌月末払い"""
    assert due(written, NEXT_MONTH) == expected


def test_days_are_counted_from_the_end_of_the_month():
    assert due("2026-01-05", MONTH, 10) == "2026-02-10"
    assert due("2026-01-05", NEXT_MONTH, 10) == "2026-03-10"


# Closing days


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-01-20", "2026-02-28"),
        ("2026-01-21", "2026-03-31"),
        ("2026-12-20", "2027-01-31"),
        ("2026-12-21", "2027-02-28"),
        ("2026-11-21", "2027-01-31"),
    ],
)
def test_closing_on_the_20th_and_paying_at_the_next_month_end(written, expected):
    """20日締め翌月末払い"""
    assert due(written, NEXT_MONTH, closing_day=20) == expected


@pytest.mark.parametrize(
    ("written", "expected"), [("2026-01-15", "2026-02-10"), ("2026-01-16", "2026-03-10")]
)
def test_closing_on_the_15th_and_paying_on_the_10th_of_the_next_month(written, expected):
    """15日締め翌月10日払い"""
    assert due(written, MONTH, 10, closing_day=15) == expected


@pytest.mark.parametrize("closing_day", [28, 29, 30, 31])
def test_a_month_shorter_than_the_closing_day_closes_on_its_last_day(closing_day):
    assert due("2026-02-28", NEXT_MONTH, closing_day=closing_day) == "2026-03-31"


def test_a_closing_day_means_nothing_to_days_after_the_document():
    assert due("2026-01-25", NET, 10, closing_day=20) == "2026-02-04"


@pytest.mark.parametrize("wrong", [{"days": -1}, {"closing_day": 0}, {"closing_day": 32}])
def test_terms_that_cannot_be_are_an_error(wrong):
    with pytest.raises(ValueError, match="no terms of payment"):
        due_date(date(2026, 1, 1), NET, **wrong)


# What holds for all


@given(days_of_the_calendar, st.sampled_from(TermsKind), st.integers(0, 365), st.integers(1, 31))
def test_nothing_is_due_before_it_is_written(on, kind, days, closing_day):
    assert due_date(on, kind, days, closing_day) >= on


@given(days_of_the_calendar, st.integers(1, 31), st.sampled_from([MONTH, NEXT_MONTH]))
def test_a_month_end_is_followed_by_a_first(on, closing_day, kind):
    assert (due_date(on, kind, 0, closing_day) + timedelta(days=1)).day == 1


@given(days_of_the_calendar, st.sampled_from(TermsKind), st.integers(1, 31))
def test_a_later_document_is_never_due_earlier(on, kind, closing_day):
    later = due_date(on + timedelta(days=1), kind, 0, closing_day)
    assert later >= due_date(on, kind, 0, closing_day)


@given(days_of_the_calendar, st.integers(0, 48))
def test_month_ends_lie_the_asked_number_of_months_apart(on, months):
    end = end_of_month(on, months)
    assert (end.year - on.year) * 12 + end.month - on.month == months


# Words


@pytest.mark.parametrize(
    ("kind", "days", "words"),
    [
        (NET, 0, "Due on receipt"),
        (NET, 30, "Net 30"),
        (MONTH, 0, "Due end of month"),
        (NEXT_MONTH, 0, "Due end of next month"),
        (MONTH, 1, "End of month plus 1 day"),
        (MONTH, 10, "End of month plus 10 days"),
        (NEXT_MONTH, 10, "End of next month plus 10 days"),
    ],
)
def test_terms_have_a_name(kind, days, words):
    assert str(terms_label(kind, days)) == words


def test_the_number_of_days_survives_translation():
    japanese = SimpleNamespace(gettext={"Net %(n)s": "%(n)s日以内"}.get)
    assert terms_label(NET, 30).translated(japanese) == "30日以内"


def test_the_usual_terms_have_different_names_and_every_kind_a_label():
    assert len({str(terms_label(*terms)) for terms in USUAL}) == len(USUAL)
    assert all(str(kind.label) for kind in TermsKind)


def test_a_kind_is_stored_as_its_key():
    assert TermsKind("end_of_next_month") is NEXT_MONTH
    assert NET == "net"
