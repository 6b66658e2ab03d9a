"""Amounts, rounding and sharing out, down to the last yen."""

from decimal import Decimal, localcontext

import pytest
from babel.core import get_global
from babel.numbers import list_currencies
from hypothesis import given
from hypothesis import strategies as st

from domain.money import (
    CURRENCIES,
    CurrencyMismatch,
    Money,
    Rounding,
    UnknownCurrency,
    allocate,
    exponent,
    in_minor,
    is_currency,
    round_minor,
)

amounts = st.integers(-(10**15), 10**15)


# Currencies


@pytest.mark.parametrize(
    ("places", "currencies"),
    [(0, "JPY KRW VND CLP ISK XOF"), (2, "EUR USD GBP CHF INR HUF TWD"), (3, "TND KWD BHD JOD OMR IQD LYD")],
)
def test_a_currency_has_the_decimals_of_iso_4217(places, currencies):
    assert {exponent(code) for code in currencies.split()} == {places}


def test_the_unit_of_account_of_chile_has_four_decimals():
    assert exponent("CLF") == 4


def test_every_currency_is_a_currency_to_babel_too():
    assert set(CURRENCIES) <= set(list_currencies())


def test_every_currency_in_use_somewhere_is_known():
    tenders = get_global("territory_currencies").values()
    in_use = {
        code
        for territory in tenders
        for code, _from, until, is_tender in territory
        if is_tender and not until
    }
    assert len(in_use) > 140
    assert in_use <= set(CURRENCIES)


@pytest.mark.parametrize("code", ["", "eur", "EURO", "XXX", "XAU", "DEM", "¥"])
def test_what_is_no_currency_is_refused(code):
    assert not is_currency(code)
    with pytest.raises(UnknownCurrency):
        exponent(code)
    with pytest.raises(UnknownCurrency):
        Money(1, code)


# Money


def test_money_adds_subtracts_and_turns_its_sign():
    ten, three = Money(1000, "EUR"), Money(300, "EUR")
    assert ten + three == Money(1300, "EUR")
    assert three - ten == Money(-700, "EUR")
    assert -ten == Money(-1000, "EUR")


def test_money_sums_from_nothing_in_its_currency():
    assert sum([Money(10, "USD")] * 3, Money(0, "USD")) == Money(30, "USD")


def test_money_of_one_currency_has_an_order():
    small, large = Money(-5, "JPY"), Money(7, "JPY")
    assert small < large and small <= large and large > small and large >= small
    assert max(small, large) is large


@pytest.mark.parametrize("meet", ["__add__", "__sub__", "__lt__", "__le__", "__gt__", "__ge__"])
def test_unlike_currencies_cannot_be_added_or_ordered(meet):
    with pytest.raises(CurrencyMismatch):
        getattr(Money(1, "EUR"), meet)(Money(1, "JPY"))


def test_a_currency_mismatch_is_a_type_error():
    with pytest.raises(TypeError):
        Money(1, "EUR") + Money(1, "USD")


def test_no_amount_of_euros_equals_an_amount_of_yen():
    assert Money(0, "EUR") != Money(0, "JPY")
    assert len({Money(0, "EUR"), Money(0, "JPY"), Money(0, "JPY")}) == 2


def test_money_cannot_meet_a_bare_number():
    with pytest.raises(TypeError):
        Money(1, "EUR") + 1
    with pytest.raises(TypeError):
        Money(1, "EUR") < 1  # noqa: B015
    assert Money(1, "EUR") != 1


@pytest.mark.parametrize("wrong", [1.0, True, Decimal(1), "1", None])
def test_minor_units_are_whole_numbers(wrong):
    with pytest.raises(TypeError):
        Money(wrong, "EUR")


def test_money_cannot_be_made_from_a_binary_fraction():
    with pytest.raises(TypeError):
        Money.of(0.1, "EUR")


def test_money_cannot_be_changed():
    with pytest.raises(AttributeError):
        Money(1, "EUR").amount_minor = 2


def test_only_nothing_is_falsy():
    assert not Money(0, "JPY")
    assert Money(1, "JPY") and Money(-1, "JPY")


@pytest.mark.parametrize(
    ("written", "currency", "minor"),
    [
        ("12.50", "EUR", 1250),
        ("1250", "JPY", 1250),
        ("12.345", "TND", 12345),
        ("1.005", "EUR", 101),
        ("-1.005", "EUR", -101),
        ("0.4", "JPY", 0),
        ("-0.4", "JPY", 0),
        ("1000000000000", "KWD", 10**15),
    ],
)
def test_money_is_made_from_what_people_write(written, currency, minor):
    assert Money.of(Decimal(written), currency) == Money.of(written, currency) == Money(minor, currency)


def test_the_direction_of_rounding_can_be_chosen():
    assert Money.of("1.999", "EUR", Rounding.DOWN) == Money(199, "EUR")
    assert Money.of("1.991", "EUR", Rounding.UP) == Money(200, "EUR")


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [
        (1250, "EUR", "12.50"),
        (1250, "JPY", "1250"),
        (5, "TND", "0.005"),
        (-5, "USD", "-0.05"),
        (0, "EUR", "0.00"),
    ],
)
def test_money_is_written_with_all_its_decimals(minor, currency, written):
    assert str(Money(minor, currency).decimal) == written


@given(amounts, st.sampled_from(CURRENCIES))
def test_writing_and_reading_an_amount_changes_nothing(minor, currency):
    money = Money(minor, currency)
    assert Money.of(money.decimal, currency) == money


def test_a_product_longer_than_the_default_precision_is_not_rounded_twice():
    exact = Decimal("123456789012345678901234567890.4999999999")
    assert round_minor(exact) == 123456789012345678901234567890
    assert str(in_minor(exact, "EUR")) == "12345678901234567890123456789049.99999999"


def test_another_part_of_the_program_cannot_change_the_precision():
    with localcontext() as context:
        context.prec = 3
        assert Money.of("123456.785", "EUR").decimal == Decimal("123456.79")


# Rounding


@pytest.mark.parametrize(
    ("value", "down", "half_up", "up"),
    [
        ("2.5", 2, 3, 3),
        ("3.5", 3, 4, 4),
        ("2.4", 2, 2, 3),
        ("2.0", 2, 2, 2),
        ("0.0001", 0, 0, 1),
        ("-2.5", -2, -3, -3),
        ("-2.4", -2, -2, -3),
        ("-0.0001", 0, 0, -1),
    ],
)
def test_rounding_looks_at_the_size_and_not_at_the_sign(value, down, half_up, up):
    rounded = [round_minor(Decimal(value), rounding) for rounding in Rounding]
    assert rounded == [down, half_up, up]


@given(st.decimals(-(10**12), 10**12, places=6), st.sampled_from(Rounding))
def test_a_negative_amount_rounds_to_the_mirror_image(value, rounding):
    assert round_minor(-value, rounding) == -round_minor(value, rounding)


@given(st.decimals(-(10**12), 10**12, places=6))
def test_rounding_half_up_is_never_more_than_half_a_unit_away(value):
    assert abs(round_minor(value) - value) <= Decimal("0.5")


def test_minus_nothing_is_never_the_result():
    assert str(round_minor(Decimal("-0.2"))) == "0"
    assert str(Money.of("-0.001", "EUR").decimal) == "0.00"
    assert str((-Money(0, "EUR")).decimal) == "0.00"


# Sharing out


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (5, [3, 7], [2, 3]),
        (10, [0, 5, 0, 5], [0, 5, 0, 5]),
        (1, [0, 1, 0], [0, 1, 0]),
        (7, [0, 0, 0], [3, 2, 2]),
        (7, [5, -5], [4, 3]),
        (0, [3, 4], [0, 0]),
        (0, [], []),
        (1, [1, 99], [0, 1]),
        (80, [1000, -200], [100, -20]),
        (-80, [-1000, 200], [-100, 20]),
    ],
)
def test_a_total_is_shared_out_by_largest_remainder(total, weights, parts):
    assert allocate(total, weights) == parts


def test_a_total_with_nobody_to_take_it_is_an_error():
    with pytest.raises(ValueError, match="nobody"):
        allocate(1, [])


def test_sharing_out_leaves_the_weights_alone():
    weights = [0, 0]
    allocate(3, weights)
    assert weights == [0, 0]


@given(amounts, st.lists(amounts, min_size=1, max_size=20))
def test_sharing_out_loses_nothing_and_invents_nothing(total, weights):
    assert sum(allocate(total, weights)) == total


@given(amounts, st.lists(st.integers(0, 10**12), min_size=1, max_size=20).filter(any))
def test_every_part_is_within_one_unit_of_its_exact_share(total, weights):
    for part, weight in zip(allocate(total, weights), weights, strict=True):
        assert abs(part * sum(weights) - total * weight) < sum(weights)


@given(amounts, st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any))
def test_a_weight_of_nothing_gets_nothing(total, weights):
    assert all(
        part == 0 for part, weight in zip(allocate(total, weights), weights, strict=True) if not weight
    )


@given(amounts, st.lists(amounts, min_size=1, max_size=20))
def test_a_negative_total_is_shared_as_the_mirror_image(total, weights):
    assert allocate(-total, weights) == [-part for part in allocate(total, weights)]


@given(st.integers(0, 10**9), st.integers(1, 10**6), st.integers(1, 20))
def test_equal_weights_are_served_from_the_left(total, weight, count):
    parts = allocate(total, [weight] * count)
    assert parts == sorted(parts, reverse=True)
