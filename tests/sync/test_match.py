"""Who is whom: beyond doubt, perhaps, or nobody."""

import pytest

from sync.match import Match, Pool, Signs


def pool(*signs):
    return Pool((str(number), each) for number, each in enumerate(signs, 1))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Signs.of("株式会社ミナト"), Signs.of("株式会社ﾐﾅﾄ")),
        (Signs.of("ABC Trading"), Signs.of("ＡＢＣ  trading")),
        (Signs.of("Minato Inc.", email="a@minato.example"), Signs.of("Minato", email="A@minato.example")),
        (Signs.of("㈱みなと", phone="03-1234-5678"), Signs.of("株式会社みなと", phone="+81 3 1234 5678")),
    ],
)
def test_the_same_name_in_another_width_or_with_a_further_sign_is_beyond_doubt(one, other):
    assert pool(one).match(other) == Match(sure="1")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Signs.of("Minato Inc."), Signs.of("Minato Ltd")),
        (Signs.of("Minato", email="info@group.example"), Signs.of("Sagami", email="info@group.example")),
        (Signs.of("Minato", phone="0312345678"), Signs.of("Sagami", phone="03-1234-5678")),
        (Signs.of("Minato", tax="T1234567890123"), Signs.of("Sagami", tax="t1234567890123")),
    ],
)
def test_where_there_is_doubt_a_person_is_asked(one, other):
    assert pool(one).match(other) == Match(maybe=("1",))


def test_of_two_with_one_name_the_one_with_the_same_telephone_is_meant():
    both = pool(Signs.of("Minato", phone="0311111111"), Signs.of("Minato", phone="0322222222"))
    assert both.match(Signs.of("Minato", phone="03-2222-2222")) == Match(sure="2")
    assert both.match(Signs.of("Minato")) == Match(maybe=("1", "2"))


def test_a_twin_on_its_own_side_makes_a_name_no_proof():
    assert pool(Signs.of("Minato")).match(Signs.of("Minato"), twins=2) == Match(maybe=("1",))


def test_another_name_is_nobody_and_a_legal_form_alone_says_nothing():
    assert pool(Signs.of("Minato"), Signs.of("株式会社")).match(Signs.of("Sagami")) == Match()
    assert pool(Signs.of("株式会社")).match(Signs.of("有限会社")) == Match()


def test_who_was_joined_is_found_no_more():
    found = pool(Signs.of("Minato"))
    found.remove("1")
    assert found.match(Signs.of("Minato")) == Match()
