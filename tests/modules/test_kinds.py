"""The kinds of value: what may be typed, in which language, and what it is refused for."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refused
from domain.modules.kinds import KINDS, LIMIT, OPERATORS, as_id

pytestmark = pytest.mark.ground


def read(kind: str, text: str, language: str = "en"):
    """What is read from a text, or None and the sentence it is refused with."""
    return KINDS[kind].parse(text, language)


@pytest.mark.parametrize(
    ("kind", "text", "language", "value"),
    [
        ("text", "  two   words\t", "en", "two words"),
        ("text", "株式会社\u3000みなと", "ja", "株式会社 みなと"),
        ("long_text", "a\r\nb\rc\n", "en", "a\nb\nc"),
        ("email", " sato@minato.example ", "en", "sato@minato.example"),
        ("email", "", "en", ""),
        ("url", "minato.example", "en", "https://minato.example"),
        ("url", "http://minato.example:8080/a?b#c", "en", "http://minato.example:8080/a?b#c"),
        ("number", "1234.5", "en", Decimal("1234.5")),
        ("number", "1,234.5", "en", Decimal("1234.5")),
        ("number", "1,5", "fr", Decimal("1.5")),
        ("number", "1.5", "fr", Decimal("1.5")),
        ("number", "1 234,5", "fr", Decimal("1234.5")),
        ("number", "1\u202f234,5", "fr", Decimal("1234.5")),
        ("number", "-3", "en", Decimal(-3)),
        ("number", "１，２００．５", "ja", Decimal("1200.5")),
        ("number", "－３", "ja", Decimal(-3)),
        ("percent", "１０％", "ja", Decimal(10)),
        ("date", "２０２６／１１／２１", "ja", date(2026, 11, 21)),
        ("number", "", "en", None),
        ("number", "0.000001", "en", Decimal("0.000001")),
        ("percent", "10 %", "en", Decimal(10)),
        ("percent", "8％", "ja", Decimal(8)),
        ("percent", "5,5 %", "fr", Decimal("5.5")),
        ("integer", "30", "en", 30),
        ("date", "2026-11-21", "en", date(2026, 11, 21)),
        ("date", "2026/1/2", "ja", date(2026, 1, 2)),
        ("date", "2026年1月2日", "ja", date(2026, 1, 2)),
        ("date", "21/11/2026", "fr", date(2026, 11, 21)),
        ("date", "", "en", None),
        ("boolean", "on", "en", True),
        ("boolean", "", "en", False),
        ("reference", "17", "en", 17),
        ("reference", "", "en", None),
    ],
)
def test_a_value_is_read_as_people_write_it(kind, text, language, value):
    assert read(kind, text, language) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("text", "x" * 501),
        ("text", "a\x00b"),
        ("text", "a\x1bb"),
        ("long_text", "x" * 20_001),
        ("long_text", "\x00"),
        ("email", "nobody"),
        ("email", "a@b"),
        ("email", "a@b@c.d"),
        ("email", "a b@c.d"),
        ("email", "a@c.d,e@f.g"),
        ("email", "<a@c.d>"),
        ("url", "javascript:alert(1)"),
        ("url", "javascript://x.y/%0aalert(1)"),
        ("url", "ftp://minato.example"),
        ("url", "https://user:password@minato.example"),
        ("url", "https://"),
        ("url", "data:text/html,x"),
        ("number", "twelve"),
        ("number", "1.2.3"),
        ("number", "1e9"),
        ("number", "NaN"),
        ("number", "Infinity"),
        ("number", str(LIMIT + 1)),
        ("number", "0.0000001"),
        ("number", "9" * 10_000),
        ("number", "0x10"),
        ("number", "1_000"),
        ("number", "5²"),
        ("percent", "101"),
        ("percent", "-1"),
        ("integer", "1.5"),
        ("integer", "-1"),
        ("integer", "3000000000"),
        ("date", "2026-02-30"),
        ("date", "0001-01-01"),
        ("date", "3000-01-01"),
        ("date", "2026-13-01"),
        ("date", "tomorrow"),
        ("date", "²026-01-01"),
        ("reference", "x"),
        ("reference", "-1"),
        ("reference", "1" * 19),
        ("reference", "²"),
    ],
)
def test_what_can_not_be_read_is_refused_with_a_sentence(kind, text):
    with pytest.raises(Refused) as refused:
        read(kind, text)
    assert str(refused.value.message).endswith(".")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "ja", "fr"])
@given(text=st.text(max_size=40))
def test_any_text_is_read_or_refused(kind, language, text):
    try:
        value = read(kind, text, language)
    except Refused:
        return
    if isinstance(value, Decimal):
        assert value.is_finite()
        assert abs(value) <= LIMIT
        assert value == round(value, 6)
    if isinstance(value, str):
        assert "\x00" not in value


@given(st.integers(-(10**11), 10**11), st.integers(0, 6))
def test_a_number_is_read_as_it_was_written(number, places):
    written = Decimal(number).scaleb(-places)
    assert read("number", f"{written:f}") == written


@given(st.dates(date(1900, 1, 1), date(2999, 12, 31)))
def test_a_date_is_read_as_it_was_written(day):
    assert read("date", day.isoformat()) == day
    assert read("date", f"{day.day}/{day.month}/{day.year}") == day


@pytest.mark.parametrize("text", ["", "0x1", "1.0", " 1", "1 ", "-1", "²", "١", "9" * 19, "x", "\x00"])
def test_what_is_no_id_is_none(text):
    assert as_id(text) is None


def test_every_kind_asks_with_operators_that_exist_and_has_a_look():
    for kind in KINDS.values():
        assert kind.operators
        assert set(kind.operators) <= OPERATORS.keys()
    for operator in OPERATORS.values():
        assert "%(field)s" in operator.sentence.text
        assert ("%(value)s" in operator.sentence.text) is operator.takes_value
