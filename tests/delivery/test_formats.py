"""Money, numbers and dates, as an accountant of each language expects to read them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from delivery import formats
from domain.money import Money

NARROW, SPACE = "\u202f", "\u00a0"
"""What French puts between thousands, and before a sign of its own."""


@pytest.mark.parametrize(
    ("minor", "currency", "english", "japanese", "french"),
    [
        (1284800, "JPY", "¥1,284,800", "¥1,284,800", "1_284_800 ¥"),
        (123450, "EUR", "€1,234.50", "€1,234.50", "1_234,50 €"),
        (-500, "USD", "-$5.00", "-$5.00", "-5,00 $US"),
        (1657750, "TND", "TND 1,657.750", "TND 1,657.750", "1_657,750 TND"),
        (0, "CHF", "CHF 0.00", "CHF 0.00", "0,00 CHF"),
    ],
)
def test_money_has_its_symbol_and_the_decimals_of_its_currency(minor, currency, english, japanese, french):
    assert formats.money(minor, currency, "en") == english.replace(" ", SPACE)
    assert formats.money(minor, currency, "ja") == japanese.replace(" ", SPACE)
    assert formats.money(minor, currency, "fr") == french.replace(" ", SPACE).replace("_", NARROW)


def test_an_amount_under_a_heading_needs_no_symbol():
    assert formats.amount(1284800, "JPY", "ja") == "1,284,800"
    assert formats.amount(123450, "EUR", "fr") == f"1{NARROW}234,50"


def test_a_rate_shows_the_decimals_that_it_has():
    assert formats.rate(Decimal("12.5"), "EUR", "en") == "12.50"
    assert formats.rate(Decimal("0.0125"), "JPY", "ja") == "0.0125"
    assert formats.rate(Decimal("12.125"), "EUR", "fr") == "12,125"


def test_a_number_has_no_more_decimals_than_it_needs():
    assert formats.number(Decimal("1234.500000"), "en") == "1,234.5"
    assert formats.number(Decimal("1234.500000"), "fr") == f"1{NARROW}234,5"
    assert formats.number(None, "ja") == ""


def test_a_percent_sign_stands_apart_in_french_only():
    assert [formats.percent(Decimal("5.5"), x) for x in ("en", "ja")] == ["5.5%", "5.5%"]
    assert formats.percent(Decimal("5.5"), "fr") == f"5,5{SPACE}%"
    assert formats.percent(None, "en") == ""


def test_dates_in_tables_are_short():
    day = date(2026, 2, 1)
    assert [formats.short_date(day, x) for x in ("en", "ja", "fr")] == [
        "2026-02-01",
        "2026/02/01",
        "01/02/2026",
    ]


def test_dates_in_letters_are_written_out():
    day = date(2026, 11, 21)
    assert formats.long_date(day, "en") == "21 November 2026"
    assert formats.long_date(day, "ja") == "2026年11月21日"
    assert formats.long_date(day, "fr") == "21 novembre 2026"


def test_the_first_of_a_french_month_is_the_first():
    assert formats.long_date(date(2026, 2, 1), "fr") == "1er février 2026"


def test_a_moment_is_told_by_the_clock_on_the_wall():
    moment = datetime(2026, 11, 21, 20, 30, tzinfo=UTC)
    assert formats.moment(moment, "ja", "Asia/Tokyo") == "2026/11/22 05:30"
    assert formats.moment(moment, "fr", "Europe/Paris") == "21/11/2026 21:30"


def test_what_stands_in_a_sentence_is_written_as_its_kind_is():
    assert formats.written(Money(1005, "JPY"), "ja") == "¥1,005"
    assert formats.written(date(2026, 11, 21), "fr") == "21/11/2026"
    assert formats.written("Aozora", "fr") == "Aozora"


def test_names_and_addresses_are_asked_for_in_the_order_in_which_a_language_writes_them():
    names = ("salutation", "last_name", "first_name", "email", "billing_street", "billing_city")
    names += ("billing_state", "billing_postal_code")
    assert formats.in_local_order(names, "ja") == [
        *("salutation", "last_name", "first_name", "email"),
        *("billing_postal_code", "billing_state", "billing_city", "billing_street"),
    ]
    assert formats.in_local_order(names, "fr") == [
        *("salutation", "first_name", "last_name", "email"),
        *("billing_street", "billing_postal_code", "billing_city", "billing_state"),
    ]
