"""Searching finds a word in every way of writing it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from domain import records
from domain.crm.accounts import Account
from domain.db import db
from domain.search_text import fold
from tests.cast import Cast
from tests.factories import account


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("ﾔﾏﾀﾞ", "やまだ"),
        ("ヤマダ", "やまだ"),
        ("ＡＢＣ　１２３", "abc 123"),
        ("CAFÉ", "café"),
        ("Straße", "STRASSE"),
        ("ヴェネツィア", "ゔぇねつぃあ"),
        ("㈱みなと", "(株)みなと"),
        ("  two   words ", "two words"),
    ],
)
def test_two_ways_of_writing_are_one(written: str, other: str) -> None:
    assert fold(written) == fold(other)


@given(st.text(max_size=60))
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("typed", ["京都", "きょうと", "ｷｮｳﾄ", "Kyoto", "KYOTO", "075-1"])
def test_a_record_is_found_by_any_of_its_texts(cast: Cast, typed: str) -> None:
    found = account(name="京都キョウト Kyoto", phone="075-1")
    account(name="東京")
    assert list(search(typed)) == [found]


def test_a_changed_name_is_searched_at_once(cast: Cast) -> None:
    company = account(name="Before")
    records.update(company, {"name": "After"}, cast.staff)
    assert list(search("after")) == [company]
    assert list(search("before")) == []


def search(typed: str) -> list[Account]:
    query = select(Account).where(Account.search_text.contains(fold(typed), autoescape=True))
    return list(db.session.scalars(query))
