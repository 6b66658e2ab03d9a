"""Rates of exchange from central banks' files: read, crossed into our own currency, taken over."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from domain.books.bank_files import LARGEST, Quote, as_plain_file, read_bank_file
from domain.books.currencies import ExchangeRate, rate_on, rates_on
from domain.books.taking_rates import MOST, changes, take_over
from domain.db import db
from domain.errors import Refused
from tests.cast import Cast
from tests.factories import exchange_rate

DAY = date(2026, 11, 20)
CODES = ("EUR", "USD", "JPY", "VND", "KWD")

DAILY_CSV = b"Date, USD, JPY, CZK, \n20 November 2026, 1.0500, 168.00, 24.5, \n"
HISTORY_CSV = b"\xef\xbb\xbfDate,USD,JPY,CYP,\n2026-11-20,1.05,168,N/A,\n2026-11-19,1.06,N/A,N/A,\n"
DAILY_XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
  <gesmes:subject>Reference rates</gesmes:subject>
  <Cube><Cube time='2026-11-20'><Cube currency='USD' rate='1.05'/><Cube currency='JPY' rate='168.00'/></Cube></Cube>
</gesmes:Envelope>"""


def read(content: bytes, base: str = "JPY") -> dict[tuple[date, str], Decimal]:
    return {(each.on_date, each.code): each.rate for each in read_bank_file(content, base, CODES)}


@pytest.mark.parametrize("content", [DAILY_CSV, DAILY_XML])
def test_the_ecbs_rates_are_crossed_into_our_currency(content: bytes) -> None:
    assert read(content) == {(DAY, "EUR"): Decimal(168), (DAY, "USD"): Decimal(160)}


def test_where_the_euro_is_our_own_its_rates_are_turned_round() -> None:
    assert read(DAILY_CSV, "EUR") == {
        (DAY, "USD"): Decimal("0.95238095"),
        (DAY, "JPY"): Decimal("0.0059523810"),
    }


def test_days_on_which_our_currency_was_not_quoted_are_left_out() -> None:
    assert {on for on, _code in read(HISTORY_CSV)} == {DAY}


def test_a_file_without_our_own_currency_is_refused() -> None:
    with pytest.raises(Refused, match="no rate for TND"):
        read(DAILY_CSV, "TND")


def test_weak_and_strong_currencies_keep_their_digits() -> None:
    weak = b"Date,VND,KWD,\n2026-11-20,29345.6,0.3214,\n"
    assert read(weak, "EUR") == {(DAY, "VND"): Decimal("0.000034076659"), (DAY, "KWD"): Decimal("3.1113877")}
    assert read(weak, "KWD")[DAY, "VND"] == Decimal("0.000010952238")
    assert read(weak, "VND")[DAY, "KWD"] == Decimal("91305.538")


@pytest.mark.parametrize(
    "content",
    [
        b"date,currency,rate\n2026-11-20,USD,150.5\n",
        b"2026-11-20,usd,150.5",
        b"Datum;Devise;Taux\n20/11/2026;USD;150,5\n",
        b"\n2026/11/20\tUSD\t150.5\r\n\r\n",
    ],
)
def test_a_plain_file_says_what_one_unit_is_worth(content: bytes) -> None:
    assert read(content) == {(DAY, "USD"): Decimal("150.5")}


def test_what_is_written_as_a_plain_file_is_read_back() -> None:
    quotes = [Quote(DAY, "USD", Decimal("150.5")), Quote(DAY, "VND", Decimal("0.000034076659"))]
    assert read_bank_file(as_plain_file(quotes).encode(), "JPY", CODES) == quotes


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"a,b,c\n1,2,3",
        b"2026-11-20,USD,-1",
        b"2026-11-20,USD,0",
        b"2026-11-20,USD,NaN",
        b"2026-11-20,USD,1e400",
        b"2026-11-20,USD," + b"9" * 40,
        b"2026-11-20,USD,99999999",
        b"2026-11-20,USD,0.00000000000001",
        b"2026-02-30,USD,1",
        b"2026-11-20,XXX,1",
        b"2026-11-20,JPY,1",
        b"2026-11-20,USD",
        b"\xff\xfe\x00\x01",
        b"\x00",
        b'"',
        b"Date,USD\n,\n",
        b"Date, USD, JPY\nnever, 1, 2\n",
        b"<",
        b"<a/>",
        b"<a><b></a>",
        b'<?xml version="1.0" encoding="nonsense"?><a/>',
        b"<Cube time='nonsense'/>",
        b"<Cube time='2026-11-20'><Cube currency='USD' rate='x'/></Cube>",
        b"x" * (LARGEST + 1),
    ],
    ids=range(26),
)
def test_what_is_no_file_of_rates_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        read(content)


@pytest.mark.parametrize(
    "hostile",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1/evil.dtd"><a/>',
        b'<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><Cube time="2026-11-20">&f;</Cube>',
        b'<!DOCTYPE l [<!ENTITY a "a"><!ENTITY b "&a;&a;">]><l>&b;</l>',
    ],
)
def test_xml_with_a_document_type_or_entities_is_refused_unread(hostile: bytes) -> None:
    with pytest.raises(Refused, match="no document type"):
        read(hostile)


# --- taking over --------------------------------------------------------------------------------------------


def test_taking_over_adds_what_is_new_and_replaces_what_differs(cast: Cast) -> None:
    exchange_rate("USD", "150", on=DAY)
    exchange_rate("EUR", "168", on=DAY)
    quotes = [*read_bank_file(DAILY_XML, "JPY", CODES), Quote(date(2026, 11, 21), "USD", Decimal(161))]
    assert [(each.is_new, each.replaces) for each in changes(quotes)] == [
        (False, False),
        (False, True),
        (True, False),
    ]
    assert take_over(quotes, "eurofxref.xml") == (1, 1)
    assert rate_on("USD", DAY) == 160
    sources = {
        each.source for each in db.session.scalars(select(ExchangeRate)) if each.currency_code == "USD"
    }
    assert sources == {"eurofxref.xml"}


def test_the_same_file_again_changes_nothing(cast: Cast) -> None:
    quotes = read_bank_file(DAILY_XML, "JPY", CODES)
    assert take_over(quotes, "a.xml") == (2, 0)
    assert take_over(quotes, "a.xml") == (0, 0)
    assert take_over([], "a.xml") == (0, 0)


def test_more_rates_than_can_be_taken_over_at_once_are_refused(cast: Cast) -> None:
    with pytest.raises(Refused, match="at most"):
        changes([Quote(DAY, "USD", Decimal(1))] * (MOST + 1))


def test_a_weak_currency_is_kept_in_the_books_as_it_was_read(cast: Cast) -> None:
    take_over([Quote(DAY, "VND", Decimal("0.000034076659"))], "")
    db.session.expire_all()
    assert rate_on("VND", DAY) == Decimal("0.000034076659")


def test_the_latest_rates_of_several_currencies_are_known_in_one_statement(cast: Cast, count_queries) -> None:  # type: ignore[no-untyped-def]
    for code, rate, on in (
        ("USD", "150", date(2026, 1, 1)),
        ("USD", "155", DAY),
        ("EUR", "160", date(2026, 5, 1)),
    ):
        exchange_rate(code, rate, on=on)
    db.session.flush()
    with count_queries() as queries:
        found = rates_on({"USD", "EUR", "TND", "JPY"}, date(2026, 11, 19))
    assert found == {"USD": Decimal(150), "EUR": Decimal(160), "JPY": Decimal(1)}
    assert len(queries) == 1
