"""Who wins, as a table: what the CRM says, what the books say, what they last agreed on."""

from dataclasses import replace

import pytest

from sync.decide import Policy, agreed, decide
from sync.lanes import FieldPair

PHONE = FieldPair("phone", "phone")
BASE = {PHONE.key: ["1", "1"]}


def same(_pair, value, _to):
    return value


def decided(crm, books, base=BASE, pair=PHONE, **policy):
    found = decide({"phone": crm}, {"phone": books}, base, [pair], same, Policy(**policy))
    return found.to_crm.get("phone"), found.to_books.get("phone"), bool(found.asked), bool(found.kept)


NOTHING = (None, None, False, False)


@pytest.mark.parametrize(
    ("crm", "books", "policy", "expected"),
    [
        ("1", "1", {}, NOTHING),
        ("2", "1", {}, (None, "2", False, False)),
        ("1", "2", {}, ("2", None, False, False)),
        ("", "1", {}, (None, "", False, False)),
        ("2", "2", {}, NOTHING),
        ("2", "3", {}, (None, None, True, False)),
        ("2", "3", {"newest": "crm"}, (None, "2", False, False)),
        ("2", "3", {"newest": "books"}, ("3", None, False, False)),
        ("1", "2", {"fetches_only": True}, (None, None, False, True)),
        ("2", "3", {"fetches_only": True, "newest": "books"}, (None, None, False, True)),
        ("2", "3", {"fetches_only": True, "newest": "crm"}, (None, "2", False, False)),
    ],
)
def test_a_change_on_one_side_is_copied_and_one_on_both_goes_by_the_winner(crm, books, policy, expected):
    assert decided(crm, books, **policy) == expected


@pytest.mark.parametrize(
    ("wins", "expected"),
    [
        ("crm", (None, "2", False, False)),
        ("books", ("3", None, False, False)),
        ("ask", (None, None, True, False)),
        ("newest", (None, "2", False, False)),
    ],
)
def test_each_field_has_a_winner_of_its_own(wins, expected):
    assert decided("2", "3", pair=replace(PHONE, wins=wins), newest="crm") == expected


@pytest.mark.parametrize(
    ("crm", "books", "policy", "expected"),
    [
        ("1", "", {}, (None, "1", False, False)),
        ("", "1", {}, ("1", None, False, False)),
        ("１", "1", {}, NOTHING),
        ("03-1234-5678", "0312345678", {}, NOTHING),
        ("1", "2", {}, (None, None, True, False)),
        ("1", "2", {"first": "overwrite"}, (None, "1", False, False)),
        ("", "2", {"first": "overwrite"}, (None, "", False, False)),
    ],
)
def test_at_the_first_meeting_what_is_empty_is_filled_in(crm, books, policy, expected):
    assert decided(crm, books, base={}, **policy) == expected


def test_a_field_that_only_goes_into_the_books_never_comes_back():
    pair = replace(PHONE, way="books")
    assert decided("1", "2", pair=pair) == NOTHING
    assert decided("3", "2", pair=pair, newest="books") == (None, "3", False, False)


def test_what_only_goes_into_the_books_stays_where_two_meet_who_both_say_something():
    pair = replace(PHONE, way="books")
    assert decided("1", "2", pair=pair, base={}) == NOTHING
    assert decided("1", "", pair=pair, base={}) == (None, "1", False, False)
    assert decided("1", "2", pair=pair, base={}, first="overwrite") == (None, "1", False, False)
    assert decided("1", "2", pair=pair, base={}, first="") == (
        None,
        "1",
        False,
        False,
    )  # the pair alone is new


def test_what_the_other_side_rounds_or_cuts_is_no_edit_of_its_own():
    crm, books = {"phone": "12345678"}, {"phone": "123456"}
    snapshot = agreed(crm, books, {}, [PHONE], decide(crm, crm, {}, [PHONE], same))
    assert decided("12345678", "123456", base=snapshot) == NOTHING


def test_an_open_question_keeps_what_was_agreed_before():
    crm, books = {"phone": "2"}, {"phone": "3"}
    decision = decide(crm, books, BASE, [PHONE], same)
    assert agreed(crm, books, BASE, [PHONE], decision) == {PHONE.key: ["1", "1"]}
