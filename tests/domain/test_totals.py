"""What documents come to: the examples that must hold, and what holds for all documents."""

from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.books.totals import JAPANESE_WITHHOLDING, LineSum, TaxLine, TaxRate, Withholding, add_up
from domain.money import Rounding

TEN = TaxRate(1, "10 %", Decimal(10))
EIGHT = TaxRate(2, "8 % reduced", Decimal(8))
EXEMPT = TaxRate(3, "Exempt", Decimal(0))
VAT = TaxRate(4, "VAT", Decimal("19.6"))


@dataclass(frozen=True)
class Line:
    """A line by itself, without a document."""

    quantity: Decimal
    rate: Decimal
    discount_percent: Decimal = Decimal(0)
    discount_minor: int = 0
    tax: TaxRate | None = None


def line(quantity, rate, tax=None, **discount):
    return Line(Decimal(quantity), Decimal(rate), tax=tax, **discount)


def taxes(sums):
    return [(tax.name, tax.base_minor, tax.tax_minor) for tax in sums.tax_lines]


# The examples that must hold


@pytest.mark.parametrize("lines", [[line(2, 1005, TEN)], [line(1, 1005, TEN)] * 2])
def test_two_at_1005_yen_bear_201_yen_of_tax(lines):
    sums = add_up(lines, "JPY")
    assert (sums.subtotal_minor, sums.tax_minor, sums.total_minor) == (2010, 201, 2211)


@pytest.mark.parametrize("lines", [[line(10, 15, TEN)], [line(1, 15, TEN)] * 10])
def test_ten_at_15_yen_bear_15_yen_of_tax(lines):
    assert add_up(lines, "JPY").tax_minor == 15


def test_two_rates_are_taxed_each_once_with_the_higher_one_first():
    lines = [line(3, 105, EIGHT), line(1, 1005, TEN), line(1, 333, EIGHT), line(1, 500)]
    sums = add_up(lines, "JPY")
    assert sums.tax_lines == (
        TaxLine("10 %", Decimal(10), 1005, 101, key=1),
        TaxLine("8 % reduced", Decimal(8), 648, 52, key=2),
    )
    assert (sums.subtotal_minor, sums.tax_minor, sums.total_minor) == (2153, 153, 2306)


def test_a_dinar_has_three_decimals():
    sums = add_up([line("1.5", "10.333", TaxRate(5, "TVA", Decimal(19)))], "TND")
    assert (sums.subtotal_minor, sums.tax_minor, sums.total_minor) == (15500, 2945, 18445)


def test_a_million_millions_fit():
    sums = add_up([line(10**6, 10**6, TEN)], "KWD", prices_include_tax=True)
    assert sums.total_minor == 10**15
    assert taxes(sums) == [("10 %", 909_090_909_090_909, 90_909_090_909_091)]


def test_the_longest_quantity_and_rate_are_multiplied_exactly():
    quantity, rate = Decimal("999999999999.999999"), Decimal("999999999999.999999")
    exact = Fraction(quantity) * Fraction(rate) * 100
    assert add_up([Line(quantity, rate)], "EUR").subtotal_minor == int(exact + Fraction(1, 2))


def test_minus_nothing_is_never_shown():
    sums = add_up([line("-0.001", 1, TEN)], "JPY", discount_percent=Decimal(10), adjustment_minor=0)
    amounts = [sums.subtotal_minor, sums.discount_minor, sums.tax_minor, sums.total_minor, sums.due_minor]
    assert [str(amount) for amount in amounts] == ["0"] * 5


def test_an_empty_document_comes_to_nothing():
    sums = add_up([], "EUR", discount_minor=500, discount_percent=Decimal(10))
    assert (sums.lines, sums.tax_lines, sums.discount_minor, sums.total_minor) == ((), (), 0, 0)


# Lines


def test_each_line_is_rounded_once_and_then_only_added():
    assert add_up([line(1, "0.125")] * 3, "EUR").subtotal_minor == 39


def test_a_line_shows_gross_discount_and_net_that_add_up():
    sums = add_up([line(3, "33.35", discount_percent=Decimal(15))], "EUR")
    assert sums.lines == (
        LineSum(gross_minor=10005, discount_minor=1501, net_minor=8504, charged_minor=8504),
    )


def test_the_net_is_rounded_from_the_exact_product_and_not_from_the_rounded_gross():
    (sums,) = add_up([line(1, "0.145", discount_percent=Decimal(10))], "EUR").lines
    assert (sums.gross_minor, sums.net_minor) == (15, 13)
    (sums,) = add_up([line(1, "0.105", discount_percent=Decimal(5))], "EUR").lines
    assert (sums.gross_minor, sums.net_minor, sums.discount_minor) == (11, 10, 1)


def test_a_line_discount_can_be_an_amount():
    assert add_up([line(2, 50, TEN, discount_minor=1000)], "EUR").total_minor == 9900


def test_a_line_discounted_by_all_of_it_comes_to_nothing():
    sums = add_up([line(7, "9.99", TEN, discount_percent=Decimal(100))], "EUR")
    assert (sums.subtotal_minor, sums.total_minor) == (0, 0)


def test_a_returned_line_lowers_base_and_tax():
    sums = add_up([line(5, 100, TEN), line(-2, 100, TEN)], "JPY")
    assert taxes(sums) == [("10 %", 300, 30)]


def test_a_rate_may_be_finer_than_the_minor_unit():
    assert add_up([line(1000, "0.0125")], "EUR").subtotal_minor == 1250


# The document's discount


def test_the_documents_discount_is_taken_off_before_tax():
    sums = add_up([line(1, 1000, TEN)], "JPY", discount_percent=Decimal(10))
    assert (sums.subtotal_minor, sums.discount_minor, sums.tax_minor, sums.total_minor) == (
        1000,
        100,
        90,
        990,
    )


def test_the_documents_discount_is_shared_among_the_rates_in_proportion():
    sums = add_up([line(1, 1000, TEN), line(1, 500, EIGHT)], "JPY", discount_minor=100)
    assert taxes(sums) == [("10 %", 933, 93), ("8 % reduced", 467, 37)]
    assert [each.charged_minor for each in sums.lines] == [933, 467]


def test_the_share_of_the_discount_is_not_shown_as_the_lines_own():
    (first, _) = add_up([line(1, 100), line(1, 100)], "JPY", discount_minor=50).lines
    assert first == LineSum(gross_minor=100, discount_minor=0, net_minor=100, charged_minor=75)


def test_among_equal_lines_the_upper_one_takes_the_last_unit():
    sums = add_up([line(1, 10, TEN)] * 3, "JPY", discount_minor=10)
    assert [each.charged_minor for each in sums.lines] == [6, 7, 7]


@pytest.mark.parametrize("rates", [(TEN, EIGHT), (EIGHT, TEN)])
def test_with_equal_claims_the_higher_rate_takes_the_last_unit_wherever_its_line_stands(rates):
    sums = add_up([line(1, 15, rate) for rate in rates], "JPY", discount_minor=1)
    assert taxes(sums) == [("10 %", 14, 1), ("8 % reduced", 15, 1)]


def test_with_equal_claims_a_taxed_line_takes_the_last_unit_before_an_untaxed_one():
    sums = add_up([line(1, 15), line(1, 15, TEN)], "JPY", discount_minor=1)
    assert taxes(sums) == [("10 %", 14, 1)]


@pytest.mark.parametrize("prices", [(15, 5), (5, 15)])
def test_with_equal_claims_at_one_rate_the_larger_line_takes_the_last_unit(prices):
    sums = add_up([line(1, price, TEN) for price in prices], "JPY", discount_minor=2)
    assert sorted(each.charged_minor for each in sums.lines) == [5, 13]


@pytest.mark.parametrize("prices", [(5, -5, 2), (-5, 5, 2)])
def test_with_equal_claims_a_returned_line_takes_the_last_unit_wherever_it_stands(prices):
    sums = add_up([line(1, price, TEN) for price in prices], "JPY", discount_minor=1)
    assert sorted(each.charged_minor for each in sums.lines) == [-3, 1, 3]


def test_a_documents_discount_may_be_percentage_and_amount():
    sums = add_up([line(1, 1000)], "JPY", discount_percent=Decimal("2.5"), discount_minor=5)
    assert (sums.discount_minor, sums.total_minor) == (30, 970)


def test_the_discount_leaves_shipping_alone():
    sums = add_up([line(1, 100, TEN)], "JPY", discount_percent=Decimal(100), shipping_minor=50)
    assert sums.total_minor == 50


# Shipping and adjustment


def test_shipping_has_its_own_tax():
    sums = add_up([line(1, 1000, EIGHT)], "JPY", shipping_minor=500, shipping_tax=TEN)
    assert taxes(sums) == [("10 %", 500, 50), ("8 % reduced", 1000, 80)]
    assert sums.total_minor == 1630


def test_shipping_at_the_rate_of_the_lines_is_taxed_together_with_them():
    sums = add_up([line(1, 1005, TEN)], "JPY", shipping_minor=1005, shipping_tax=TEN)
    assert taxes(sums) == [("10 %", 2010, 201)]


def test_shipping_without_tax_is_only_added():
    sums = add_up([line(1, 1000, TEN)], "JPY", shipping_minor=500)
    assert (sums.tax_minor, sums.total_minor) == (100, 1600)


def test_shipping_for_nothing_adds_no_tax_line():
    assert add_up([line(1, 100, EIGHT)], "JPY", shipping_tax=TEN).tax_lines[0].name == EIGHT.name


def test_the_adjustment_is_not_taxed():
    sums = add_up([line(1, 1003, TEN)], "JPY", adjustment_minor=-3)
    assert (sums.tax_minor, sums.adjustment_minor, sums.total_minor) == (100, -3, 1100)


# Tax


@pytest.mark.parametrize(
    ("rounding", "tax"), [(Rounding.DOWN, 100), (Rounding.HALF_UP, 101), (Rounding.UP, 101)]
)
def test_the_direction_of_rounding_of_tax_is_a_choice(rounding, tax):
    assert add_up([line(1, 1005, TEN)], "JPY", tax_rounding=rounding).tax_minor == tax


def test_rounding_up_touches_only_fractions():
    assert add_up([line(1, 1010, TEN)], "JPY", tax_rounding=Rounding.UP).tax_minor == 101
    assert add_up([line(1, 1001, TEN)], "JPY", tax_rounding=Rounding.UP).tax_minor == 101


def test_tax_per_line_is_the_other_choice():
    assert add_up([line(1, 1005, TEN)] * 2, "JPY", tax_per_line=True).tax_minor == 202
    assert add_up([line(1, 15, TEN)] * 10, "JPY", tax_per_line=True).tax_minor == 20
    assert (
        add_up([line(1, 15, TEN)] * 10, "JPY", tax_per_line=True, tax_rounding=Rounding.DOWN).tax_minor == 10
    )


def test_a_rate_of_nothing_has_its_line_and_no_rate_has_none():
    assert taxes(add_up([line(1, 100, EXEMPT), line(1, 100)], "JPY")) == [("Exempt", 100, 0)]


def test_a_percentage_may_have_decimals():
    assert add_up([line(1, "100.03", VAT)], "EUR").tax_minor == 1961


def test_two_taxes_of_one_percentage_stay_two_lines():
    lines = [line(1, 15, TEN), line(1, 15, replace(TEN, key=9, name="Import 10 %"))]
    assert taxes(add_up(lines, "JPY")) == [("10 %", 15, 2), ("Import 10 %", 15, 2)]


def test_percentages_that_are_written_differently_are_one_rate():
    lines = [line(1, 1005, TEN), line(1, 1005, replace(TEN, percent=Decimal("10.000000")))]
    assert taxes(add_up(lines, "JPY")) == [("10 %", 2010, 201)]


# Prices that include tax


def test_from_prices_that_include_tax_it_is_worked_out_once_per_rate():
    sums = add_up([line(1, 1005, TEN)] * 2 + [line(1, 500, EIGHT)], "JPY", prices_include_tax=True)
    assert taxes(sums) == [("10 %", 1827, 183), ("8 % reduced", 463, 37)]
    assert (sums.subtotal_minor, sums.tax_minor, sums.total_minor) == (2510, 220, 2510)


@pytest.mark.parametrize(
    ("rounding", "tax"), [(Rounding.DOWN, 90), (Rounding.HALF_UP, 91), (Rounding.UP, 91)]
)
def test_with_prices_that_include_tax_it_is_the_tax_that_is_rounded(rounding, tax):
    sums = add_up([line(1, 1000, TEN)], "JPY", prices_include_tax=True, tax_rounding=rounding)
    assert taxes(sums) == [("10 %", 1000 - tax, tax)]


def test_with_prices_that_include_tax_discount_and_shipping_include_it_too():
    sums = add_up(
        [line(1, 1100, TEN)],
        "JPY",
        prices_include_tax=True,
        discount_minor=110,
        shipping_minor=110,
        shipping_tax=TEN,
    )
    assert taxes(sums) == [("10 %", 1000, 100)]
    assert sums.total_minor == 1100


# Withholding


@pytest.mark.parametrize(
    ("fee", "withheld"),
    [
        (100_000, 10_210),
        (99_999, 10_209),
        (1_000_000, 102_100),
        (1_500_000, 204_200),
        (1, 0),
        (-100_000, -10_210),
    ],
)
def test_japanese_withholding_doubles_above_a_million_and_drops_fractions(fee, withheld):
    sums = add_up([line(1, fee, TEN)], "JPY", withholding=JAPANESE_WITHHOLDING)
    assert sums.withholding_minor == withheld


@pytest.mark.parametrize("prices_include_tax", [True, False])
def test_withholding_is_reckoned_without_tax_and_taken_off_what_is_due(prices_include_tax):
    price = 110_000 if prices_include_tax else 100_000
    sums = add_up(
        [line(1, price, TEN)],
        "JPY",
        prices_include_tax=prices_include_tax,
        withholding=JAPANESE_WITHHOLDING,
    )
    assert (sums.total_minor, sums.withholding_minor, sums.due_minor) == (110_000, 10_210, 99_790)


def test_withholding_may_be_one_percentage_of_everything():
    sums = add_up([line(1, 200)], "EUR", withholding=Withholding(Decimal(15)))
    assert (sums.withholding_minor, sums.due_minor) == (3000, 17000)


def test_without_withholding_all_is_due():
    sums = add_up([line(1, 200, TEN)], "EUR")
    assert sums.due_minor == sums.total_minor


# What holds for all documents

currencies = st.sampled_from(["JPY", "EUR", "TND", "CLF"])
rates_of_tax = st.sampled_from([None, TEN, EIGHT, EXEMPT, VAT])
percentages = st.decimals(0, 100, places=2)
lines_of_documents = st.builds(
    Line,
    quantity=st.decimals(-1000, 10**6, places=6),
    rate=st.decimals(0, 10**6, places=6),
    discount_percent=percentages,
    discount_minor=st.integers(0, 10**4),
    tax=rates_of_tax,
)
documents = st.fixed_dictionaries(
    {
        "lines": st.lists(lines_of_documents, min_size=1, max_size=8),
        "currency": currencies,
        "prices_include_tax": st.booleans(),
        "discount_percent": percentages,
        "discount_minor": st.integers(0, 10**6),
        "shipping_minor": st.integers(0, 10**6),
        "shipping_tax": rates_of_tax,
        "adjustment_minor": st.integers(-100, 100),
        "withholding": st.sampled_from([None, JAPANESE_WITHHOLDING]),
        "tax_rounding": st.sampled_from(Rounding),
        "tax_per_line": st.booleans(),
    }
)


def charged(document, sums, rate):
    """What was charged at one rate, before tax was added or taken out."""
    amounts = [
        s.charged_minor for s, given in zip(sums.lines, document["lines"], strict=True) if given.tax == rate
    ]
    return sum(amounts) + (document["shipping_minor"] if document["shipping_tax"] == rate else 0)


@given(documents)
def test_what_is_printed_adds_up(document):
    sums = add_up(**document)
    assert sums.subtotal_minor == sum(each.net_minor for each in sums.lines)
    assert all(each.gross_minor - each.discount_minor == each.net_minor for each in sums.lines)
    assert sums.tax_minor == sum(tax.tax_minor for tax in sums.tax_lines)
    tax_on_top = 0 if document["prices_include_tax"] else sums.tax_minor
    parts = (
        sums.subtotal_minor - sums.discount_minor + sums.shipping_minor + tax_on_top + sums.adjustment_minor
    )
    assert sums.total_minor == parts
    assert sums.due_minor + sums.withholding_minor == sums.total_minor


@given(documents)
def test_the_documents_discount_is_shared_out_to_the_last_unit(document):
    sums = add_up(**document)
    assert sum(each.net_minor - each.charged_minor for each in sums.lines) == sums.discount_minor


# Where two lines have the same claim to the last unit is found in small amounts only.
small_documents = st.fixed_dictionaries(
    {
        "lines": st.lists(
            st.builds(Line, st.just(Decimal(1)), st.integers(-5, 9).map(Decimal), tax=rates_of_tax),
            max_size=5,
        ),
        "currency": st.just("JPY"),
        "discount_minor": st.integers(1, 9),
        "tax_per_line": st.booleans(),
        "tax_rounding": st.sampled_from(Rounding),
    }
)


@given(documents | small_documents, st.randoms(use_true_random=False))
def test_the_order_of_the_lines_changes_no_total(document, random):
    shuffled = random.sample(document["lines"], len(document["lines"]))
    one, other = add_up(**document), add_up(**{**document, "lines": shuffled})
    assert replace(one, lines=()) == replace(other, lines=())
    assert sorted(map(hash, one.lines)) == sorted(map(hash, other.lines))


@given(documents)
def test_there_is_one_tax_line_per_rate_and_the_highest_comes_first(document):
    sums = add_up(**document)
    rates = {each.tax for each in document["lines"]} - {None}
    if document["shipping_minor"] and document["shipping_tax"]:
        rates.add(document["shipping_tax"])
    assert {tax.key for tax in sums.tax_lines} == {rate.key for rate in rates}
    percents = [tax.percent for tax in sums.tax_lines]
    assert percents == sorted(percents, reverse=True) and len(percents) == len(rates)


@given(documents)
def test_from_prices_that_include_tax_base_and_tax_make_up_what_was_charged(document):
    document["prices_include_tax"] = True
    sums = add_up(**document)
    rates = {rate.key: rate for rate in (TEN, EIGHT, EXEMPT, VAT)}
    for tax in sums.tax_lines:
        assert tax.base_minor + tax.tax_minor == charged(document, sums, rates[tax.key])


@given(documents)
def test_tax_once_per_rate_is_less_than_a_unit_from_the_exact_tax(document):
    document["tax_per_line"] = False
    sums = add_up(**document)
    rates = {rate.key: rate for rate in (TEN, EIGHT, EXEMPT, VAT)}
    for tax in sums.tax_lines:
        amount, percent = charged(document, sums, rates[tax.key]), Fraction(tax.percent)
        exact = amount * percent / (100 + percent if document["prices_include_tax"] else 100)
        bound = Fraction(1, 2) if document["tax_rounding"] is Rounding.HALF_UP else 1
        assert abs(tax.tax_minor - exact) <= bound
        assert document["tax_rounding"] is not Rounding.DOWN or abs(tax.tax_minor) <= abs(exact)
        assert document["tax_rounding"] is not Rounding.UP or abs(tax.tax_minor) >= abs(exact)


@given(documents)
def test_a_line_is_half_a_unit_at_most_from_its_exact_net(document):
    sums = add_up(**document)
    unit = 10 ** {"JPY": 0, "EUR": 2, "TND": 3, "CLF": 4}[document["currency"]]
    for given_line, got in zip(document["lines"], sums.lines, strict=True):
        kept = 1 - Fraction(given_line.discount_percent) / 100
        exact = Fraction(given_line.quantity) * Fraction(given_line.rate) * unit * kept
        assert abs(got.net_minor - (exact - given_line.discount_minor)) <= Fraction(1, 2)


@given(documents)
def test_a_document_turned_round_is_its_mirror_image(document):
    document["lines"] = [
        replace(each, quantity=abs(each.quantity), discount_minor=0) for each in document["lines"]
    ]
    amounts = {name: -document[name] for name in ("discount_minor", "shipping_minor", "adjustment_minor")}
    lines = [replace(each, quantity=-each.quantity) for each in document["lines"]]
    one, other = add_up(**document), add_up(**{**document, **amounts, "lines": lines})
    assert other.total_minor == -one.total_minor
    assert other.due_minor == -one.due_minor
    assert [tax.tax_minor for tax in other.tax_lines] == [-tax.tax_minor for tax in one.tax_lines]


@given(documents)
def test_every_amount_is_a_whole_number(document):
    sums = add_up(**document)
    amounts = [value for name, value in vars(sums).items() if name.endswith("_minor")]
    amounts += [value for each in sums.lines for value in vars(each).values()]
    amounts += [
        value for tax in sums.tax_lines for name, value in vars(tax).items() if name.endswith("_minor")
    ]
    assert {type(amount) for amount in amounts} == {int}


@given(documents)
def test_the_precision_of_the_rest_of_the_program_does_not_matter(document):
    with localcontext() as context:
        context.prec = 6
        narrow = add_up(**document)
    assert narrow == add_up(**document)
