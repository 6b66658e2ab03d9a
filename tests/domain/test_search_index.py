"""The index finds any part of any word, in every way of writing, and always what the records say."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from domain import records, search_index
from domain.books.customers import Customer
from domain.books.invoices import Invoice
from domain.books.parties import Party
from domain.crm.accounts import Account
from domain.crm.contacts import Contact
from domain.db import db, everywhere, scoped_to
from domain.search_grams import grams_of, wanted
from domain.search_index import SearchEntry
from domain.search_text import fold, searched
from tests import factories
from tests.cast import Cast

WORDS = st.text(st.sampled_from("abcé京都ｷｮ-0123456789 '\"\\%_&|!:*()\ue028😀ß"), max_size=12)


def ids(typed: str, module: str = "crm.accounts", beginning: bool = False) -> set[int]:
    found = db.session.execute(search_index.entries(module, search_index.Asked(typed), beginning))
    return {row.record_id for row in found}


@pytest.mark.parametrize(
    "typed",
    [
        "京",
        "京都",
        "都",
        "ｷｮｳﾄ",
        "きょ",
        "kyo",
        "YOTO",
        "o",
        "&",
        "a&b",
        "京都 kyo",
        "kyoto 株式",
        "'",
        "o'n",
        "*:!",
    ],
)
def test_any_part_of_any_word_is_found(cast: Cast, typed: str) -> None:
    account = factories.account(name="株式会社 京都キョウト Kyoto A&B (O'Neil) *:!")
    factories.account(name="大阪")
    assert ids(typed) == {account.id}


@pytest.mark.parametrize(
    "kept", ["03-1234-5678", "0312345678", "+81 3-1234-5678", "（03）1234-5678", "０３１２３４５６７８"]
)
@pytest.mark.parametrize(
    "typed", ["03-1234-5678", "0312345678", "1234-5678", "12345678", "03 1234 5678", "5678"]
)
def test_a_telephone_number_is_found_with_and_without_hyphens(cast: Cast, kept: str, typed: str) -> None:
    account = factories.account(phone=kept)
    factories.account(phone="06-9999-0000")
    assert ids(typed) == {account.id}


def test_a_number_is_found_by_any_of_its_parts(cast: Cast) -> None:
    invoice = factories.invoice(issued=True)
    for typed in (invoice.number, invoice.number.lower(), invoice.number[-4:], invoice.number[:3]):
        assert ids(typed, Invoice.MODULE) == {invoice.id}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=WORDS.filter(str.strip), data=st.data())
def test_every_part_of_every_text_is_found(cast: Cast, name: str, data: st.DataObject) -> None:
    account = factories.account(name=name)
    folded = fold(name)
    first = data.draw(st.integers(0, max(len(folded) - 1, 0)))
    part = folded[first : data.draw(st.integers(first + 1, len(folded) + 1))]
    if part.strip():
        assert account.id in ids(part)
    db.session.rollback()


@given(text=WORDS)
def test_what_a_word_asks_for_is_among_its_pieces(text: str) -> None:
    kept = set(grams_of(1, "crm.accounts", searched([text])))
    scope = next(iter(kept), "")[:4]
    assert all(any(way <= kept for way in word) for word in wanted(scope, text))


def test_names_that_begin_with_it_are_told_from_those_that_hold_it(cast: Cast) -> None:
    first = factories.account(name="京都商事")
    factories.account(name="新京都商事")
    also = factories.account(name="大阪", billing_city="京都市")
    assert ids("京都", beginning=True) == {first.id, also.id}


def test_modules_and_organizations_are_kept_apart(cast: Cast) -> None:
    account = factories.account(name="京都")
    factories.contact(last_name="京都")
    with scoped_to(cast.stranger.organization_id):
        theirs = factories.account(name="京都")
        assert ids("京都") == {theirs.id}
    assert ids("京都") == {account.id}


def test_a_change_a_deletion_and_a_rollback_are_followed_at_once(cast: Cast) -> None:
    account = factories.account(name="Before")
    db.session.commit()
    records.update(account, {"name": "After"}, cast.admin)
    assert (ids("before"), ids("after")) == (set(), {account.id})
    db.session.rollback()
    assert (ids("before"), ids("after")) == ({account.id}, set())
    records.destroy(account, cast.admin)
    assert ids("before") == set()
    assert not _rows("crm.accounts", account.id)


def test_what_goes_with_its_parent_goes_from_the_index(cast: Cast) -> None:
    customer = factories.customer()
    person = factories.contact_person(customer, last_name="Satō")
    assert ids("satō", "books.contact-persons") == {person.id}
    records.destroy(customer, cast.admin)
    assert ids("satō", "books.contact-persons") == set()


def test_many_deleted_at_once_are_forgotten(cast: Cast) -> None:
    kept, gone = factories.contact(last_name="Kept"), factories.contact(last_name="Gone")
    with scoped_to(cast.stranger.organization_id):
        theirs = factories.contact(last_name="Gone")
        db.session.flush()
    db.session.execute(delete(Contact).where(Contact.last_name == "Gone"))
    assert ids("gone", "crm.contacts") == set()
    assert not _rows("crm.contacts", gone.id)
    assert ids("kept", "crm.contacts") == {kept.id}
    with scoped_to(cast.stranger.organization_id):
        assert ids("gone", "crm.contacts") == {theirs.id}


def test_parties_deleted_at_once_are_forgotten_whatever_they_are(cast: Cast) -> None:
    customer, vendor = factories.customer(display_name="Gone A"), factories.vendor(display_name="Gone B")
    db.session.execute(delete(Party).where(Party.id.in_([customer.id, vendor.id])))
    assert ids("gone", "books.customers") == ids("gone", "books.vendors") == set()


def test_names_changed_at_once_are_found_at_once(cast: Cast) -> None:
    changed, other = factories.customer(display_name="Before"), factories.customer(display_name="Other")
    db.session.execute(update(Customer).where(Customer.display_name == "Before").values(display_name="After"))
    assert ids("after", "books.customers") == {changed.id}
    assert ids("before", "books.customers") == set()
    assert ids("other", "books.customers") == {other.id}


def test_the_index_can_be_made_anew(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_index, "BATCH", 2)
    accounts = {factories.account(name=f"Kyoto {n}", phone="03-1234-5678").id for n in range(5)}
    customer = factories.customer(display_name="Kyoto")
    with everywhere():
        db.session.execute(update(Account.__table__).values(search_text=fold("Kyoto\n03-1234-5678")))
        db.session.execute(delete(SearchEntry.__table__))
        stray = SearchEntry(
            organization_id=cast.organization_id, module="crm.accounts", record_id=999, text="kyoto"
        )
        db.session.add(stray)
        db.session.flush()
    assert list(search_index.rebuild())[-1] == 6
    assert ids("kyoto") == accounts
    assert ids("0312345678") == set(), "a text of one line has no number"
    assert ids("kyoto", "books.customers") == {customer.id}
    assert list(search_index.rebuild())[-1] == 6, "twice is harmless"
    assert ids("kyoto") == accounts


def test_a_list_with_very_many_matches_is_searched_in_its_own_order(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {factories.account(name=f"Kyoto {n}").id for n in range(3)}
    for many in (1, 100):
        monkeypatch.setattr(search_index, "MANY", many)
        query = select(Account.id).where(search_index.found_in(Account, "kyo"))
        assert set(db.session.scalars(query)) == found


def _rows(module: str, record_id: int) -> int:
    query = select(func.count(SearchEntry.id)).where(
        SearchEntry.module == module, SearchEntry.record_id == record_id
    )
    return db.session.scalar(query) or 0
