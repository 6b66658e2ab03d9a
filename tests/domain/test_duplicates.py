"""Customers that are likely there twice are found, and others are not."""

import pytest

from domain.books import duplicates
from domain.books.alike import bare_name
from domain.books.duplicates import likely_pairs
from tests import factories
from tests.cast import Cast


def found(member) -> list[tuple[str, str, list[str]]]:
    """The pairs, by name, with what they have in common."""
    return [
        (pair.earlier.display_name, pair.later.display_name, [str(reason) for reason in pair.reasons])
        for pair in likely_pairs(member).pairs
    ]


@pytest.mark.parametrize(
    "names",
    [
        ("株式会社アオバ", "㈱あおば", "アオバ 株式会社", "ｱｵﾊﾞ"),
        ("Acme Inc.", "ACME", "acme, Ltd", "Acme Co., Ltd.", "ACME (2)"),
        ("Société Générale SA", "SOCIÉTÉ GÉNÉRALE"),
    ],
)
def test_a_name_is_the_same_in_any_width_and_with_any_legal_form(names: tuple[str, ...]) -> None:
    assert len({bare_name(name) for name in names}) == 1


def test_a_name_that_is_nothing_but_a_legal_form_is_a_name() -> None:
    assert bare_name("Co.") and bare_name("株式会社") and bare_name("Co.") != bare_name("Ltd")


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ({"email": "Office@minato.example"}, {"email": "office@MINATO.example"}, "Same email"),
        ({"phone": "03-1234-5678"}, {"mobile": "+81 3 1234 5678"}, "Same phone"),
        (
            {"tax_registration": "T1234567890123"},
            {"tax_registration": "t-1234567890123"},
            "Same tax registration",
        ),
    ],
)
def test_what_two_have_in_common_is_said(cast: Cast, one, other, reason: str) -> None:
    factories.customer(display_name="First", **one)
    factories.customer(display_name="Second", **other)
    factories.customer(display_name="Third", phone="045-999-0000", email="other@minato.example")
    assert found(cast.staff) == [("First", "Second", [reason])]


def test_nothing_in_common_but_what_is_empty_is_no_pair_nor_are_inactive_ones_or_vendors(cast: Cast) -> None:
    factories.customer(display_name="First", phone="12")
    factories.customer(display_name="Second", phone="12")
    factories.customer(display_name="First Inc", is_active=False)
    factories.vendor(display_name="First")
    assert found(cast.staff) == []


def test_only_customers_that_somebody_sees_are_compared(cast: Cast) -> None:
    factories.customer(display_name="Minato", owner_id=cast.assigned.id)
    factories.customer(display_name="Minato Ltd", owner_id=cast.staff.id)
    assert found(cast.assigned) == []
    factories.customer(display_name="Minato Inc", owner_id=cast.assigned.id)
    assert found(cast.assigned) == [("Minato", "Minato Inc", ["Same name"])]


def test_pages_hold_every_pair_once_there_and_back(cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr(duplicates, "PAGE", 2)
    for n in range(6):
        factories.customer(display_name=f"Minato {'Inc ' * n}")
    pages = [likely_pairs(cast.staff)]
    while pages[-1].after:
        pages.append(likely_pairs(cast.staff, after=pages[-1].after))
    assert [len(page.pairs) for page in pages] == [2, 2, 1]
    assert pages[0].before is None
    back = likely_pairs(cast.staff, before=pages[1].before)
    assert [pair.later for pair in back.pairs] == [pair.later for pair in pages[0].pairs]
    assert back.before is None
