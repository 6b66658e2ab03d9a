"""Where lines end, for a text whose characters are all as wide as they are high."""

import pytest

from delivery.linebreaks import broken

pytestmark = pytest.mark.ground


def lines(text: str, room: float, later: float | None = None) -> list[str]:
    return [text[start:end] for start, end in broken(text, [1.0] * len(text), room, later or room)]


def test_latin_breaks_between_words():
    assert lines("one two three", 8) == ["one two ", "three"]


def test_a_space_at_the_end_of_a_line_takes_no_room():
    assert lines("one two three", 7) == ["one two ", "three"]


def test_japanese_breaks_between_characters():
    assert lines("株式会社みなと製作所", 4) == ["株式会社", "みなと製", "作所"]


def test_a_word_in_a_japanese_sentence_stays_whole():
    assert lines("販促用Cloud版", 5) == ["販促用", "Cloud", "版"]


def test_no_line_begins_with_a_closing_mark_or_a_small_kana():
    assert lines("これはペンです。はい", 7) == ["これはペンで", "す。はい"]
    assert lines("お買い物ショッピング", 5) == ["お買い物", "ショッピン", "グ"]


def test_no_line_ends_with_an_opening_mark():
    assert lines("日本語「括弧」", 4) == ["日本語", "「括弧」"]


def test_an_amount_stays_whole():
    assert lines("合計 ¥1,234,567円", 12) == ["合計 ", "¥1,234,567円"]
    assert lines("TVA 1\u00a0234,56\u00a0€", 10) == ["TVA ", "1\u00a0234,56\u00a0€"]


def test_a_word_longer_than_a_line_is_cut():
    assert lines("a elephants", 4) == ["a ", "elep", "hant", "s"]


def test_an_address_may_break_after_a_slash_and_a_compound_after_its_hyphen():
    assert lines("example/path/page", 13) == ["example/path/", "page"]
    assert lines("well-known", 6) == ["well-", "known"]
    assert lines("10-12", 4) == ["10-1", "2"]


def test_the_first_line_may_be_shorter():
    assert lines("あいうえおか", 1, 3) == ["あ", "いうえ", "おか"]


def test_no_text_is_one_empty_line():
    assert lines("", 5) == [""]


@pytest.mark.parametrize("room", [0.1, 0.5, 1, 2, 3, 7])
def test_nothing_is_lost_however_small_the_room(room: float):
    text = "Adobe グループ版、「企画」 2,000部 https://a.example/b"
    assert "".join(lines(text, room)) == text
