"""A listing: an address becomes a list of records, page by page (attack 10)."""

import base64
import json
from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.db import db
from domain.errors import Refused
from domain.modules import ALL
from domain.modules.listing import COUNTED, PAGE, Listing, described
from tests import factories
from tests.pages import see

ACCOUNTS, CUSTOMERS, INVOICES = ALL["crm.accounts"], ALL["books.customers"], ALL["books.invoices"]
ITEMS = ALL["books.items"]


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


@pytest.fixture
def found(cast):
    """Fixture: `found(module, args)`: the titles of what a listing shows."""

    def titles(module, args):
        listing = Listing.from_args(module, args)
        page = listing.page(cast.admin)
        assert len(page.rows) == min(listing.count(cast.admin), PAGE)
        return [str(row.title) for row in page.rows]

    return titles


# --- finding --------------------------------------------------------------------------------------------------


def test_two_conditions_both_hold(found):
    factories.account(name="Minato", industry="Wood")
    factories.account(name="Minato Metal", industry="Metal")
    factories.account(name="Other", industry="Wood")
    assert found(ACCOUNTS, {"name__contains": "minato", "industry": "Wood"}) == ["Minato"]


def test_signs_with_a_meaning_in_sql_are_searched_as_they_are(found):
    for name in ("100% wool", "100 wool", "a_b", "axb", "back\\slash"):
        factories.account(name=name)
    assert found(ACCOUNTS, {"name__contains": "100%"}) == ["100% wool"]
    assert found(ACCOUNTS, {"name__contains": "a_b"}) == ["a_b"]
    assert found(ACCOUNTS, {"name__starts": "back\\"}) == ["back\\slash"]
    assert found(ACCOUNTS, {"q": "100%"}) == ["100% wool"]
    assert found(ACCOUNTS, {"q": "k\\s"}) == ["back\\slash"]


@pytest.mark.parametrize("text", ["京都", "きょうと", "ｷｮｳﾄ", "CAFE\u0301", "café", "ＡＢＣ"])
def test_searching_finds_in_every_script_width_and_case(found, text):
    factories.account(name="京都 キョウト café abc")
    factories.account(name="Osaka")
    assert len(found(ACCOUNTS, {"q": text})) == 1


def test_an_amount_is_asked_for_as_it_is_written_in_each_currency(found):
    factories.exchange_rate("EUR", "160")
    yen, euro = factories.customer(), factories.customer(currency="EUR")
    factories.invoice(yen, [factories.line(50)])
    factories.invoice(euro, [factories.line("49.99")])
    factories.invoice(euro, [factories.line(51)])
    assert len(found(INVOICES, {"total_minor__gt": "49.99"})) == 2
    assert len(found(INVOICES, {"total_minor": "49.99"})) == 1
    assert len(found(INVOICES, {"total_minor__lt": "50"})) == 1


def test_an_amount_between_two_yen_is_compared_and_not_cut_off(found):
    factories.invoice(lines=[factories.line(50)])
    assert len(found(INVOICES, {"total_minor__gt": "49.5"})) == 1
    assert found(INVOICES, {"total_minor__gt": "50.5"}) == []
    assert len(found(INVOICES, {"total_minor__lt": "50.5"})) == 1
    assert found(INVOICES, {"total_minor": "50.5"}) == []


def test_a_derived_state_is_asked_for_like_any_other_value(found, cast):
    late = factories.days_ago(40)
    factories.invoice(issued=True, date=late, due_on=late)
    paid = factories.invoice(issued=True)
    factories.payment(paid)
    factories.invoice()
    assert len(found(INVOICES, {"state": "overdue"})) == 1
    assert found(INVOICES, {"state": "paid"}) == [paid.number]
    assert len(found(INVOICES, {"state__not": "draft"})) == 2


def test_what_belongs_to_somebody_else_is_asked_for_in_vain(cast):
    factories.account(owner_id=cast.admin.id)
    listing = Listing.from_args(ACCOUNTS, {"owner": str(cast.admin.id)})
    assert listing.count(cast.admin) == 1
    assert listing.count(cast.assigned) == 0
    assert listing.page(cast.assigned).rows == []


# --- paging ---------------------------------------------------------------------------------------------------


def test_a_list_is_paged_by_links_and_each_record_is_on_one_page(admin):
    names = {factories.account(name=f"Account {n:03}").name for n in range(PAGE + 2)}
    first = see(admin, "/crm/accounts")
    assert not first.has('//a[@rel="prev"]')
    second = see(admin, first.one('//a[@rel="next"]').get("href"))
    assert not second.has('//a[@rel="next"]')
    back = see(admin, second.one('//a[@rel="prev"]').get("href"))
    shown = [
        [cell.text_content() for cell in page.all('//th[@scope="row"]')] for page in (first, second, back)
    ]
    assert shown[0] == shown[2]
    assert sorted(shown[0] + shown[1]) == sorted(names)


def test_filters_sort_and_search_stay_while_paging(admin):
    for n in range(PAGE + 1):
        factories.account(name=f"Wood {n:03}", industry="Wood")
    page = see(admin, "/crm/accounts?industry=Wood&sort=-name&q=wood")
    following = page.one('//a[@rel="next"]').get("href")
    assert "industry=Wood" in following
    assert "sort=-name" in following
    assert "q=wood" in following
    assert see(admin, following).words("//tbody//th") == "Wood 000"


def test_a_page_begins_where_the_last_one_ended_although_rows_come_and_go(cast):
    rows = [factories.account(name=f"{n:02}") for n in range(6)]
    listing = Listing.from_args(ACCOUNTS, {}, size=2)
    first = listing.page(cast.admin)
    factories.account(name="00 new")
    db.session.delete(rows[1])
    db.session.flush()
    second = listing.at(after=first.after).page(cast.admin)
    assert [row.name for row in second.rows] == ["02", "03"]


def test_counting_stops_and_says_more_than(admin, cast, monkeypatch):
    monkeypatch.setattr("domain.modules.listing.COUNTED", 3)
    monkeypatch.setattr("blueprints.records.COUNTED", 3)
    for _ in range(5):
        factories.account()
    assert Listing.from_args(ACCOUNTS, {}).count(cast.admin) == 4
    assert "more than 3" in see(admin, "/crm/accounts").words('//nav[@class="pager"]')
    assert COUNTED == 10_000


def _cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


FORGED = [
    "x",
    "%%%",
    "é",
    _cursor(),
    _cursor(1),
    _cursor(1, 2, 3),
    _cursor("a", "b"),
    _cursor("a", 2**80),
    _cursor(2**80, 1),
    _cursor("1e999", 1),
    _cursor("NaN", 1),
    _cursor(None, 1),
    _cursor([], {}),
    _cursor("\x00", 1),
    _cursor("2026-02-30", 1),
    _cursor(1.5, 1.5),
    _cursor(True, False),
    base64.urlsafe_b64encode(b"[" * 5_000).decode(),
    base64.urlsafe_b64encode(b'["a", 1' + b"9" * 5000 + b"]").decode(),
    "A" * 20_000,
]


@pytest.mark.parametrize("cursor", FORGED, ids=range(len(FORGED)))
def test_a_forged_page_is_refused_or_empty_and_never_an_error(cast, cursor, subtests):
    for module in (ACCOUNTS, ITEMS, INVOICES, ALL["settings.taxes"], ALL["settings.payment-terms"]):
        for field in (field for field in module.fields if field.sortable):
            for way in ("after", "before"):
                with subtests.test(module=module.key, field=field.name, way=way):
                    listing = Listing.from_args(module, {way: cursor, "sort": field.name})
                    with suppress(Refused):
                        listing.page(cast.admin)


def test_a_forged_page_is_answered_with_a_sentence(admin):
    page = see(admin, "/crm/accounts?after=x", 422)
    assert "start from its first page" in page.words("//main")


# --- addresses ------------------------------------------------------------------------------------------------


def test_a_listing_is_its_address_and_back():
    args = {"name__contains": "a", "industry": "Wood", "sort": "-name", "q": "x"}
    assert Listing.from_args(ACCOUNTS, args).to_args() == args


def test_a_listing_never_changes_itself():
    listing = Listing.from_args(ACCOUNTS, {"industry": "Wood", "after": "x"})
    sorted_one = listing.sorted_by("name")
    without = listing.without(listing.filters[0])
    assert listing.to_args() == {"industry": "Wood", "after": "x"}
    assert (sorted_one.order, sorted_one.after) == ("-name", ""), "it was sorted by name already"
    assert without.to_args() == {}


def test_a_heading_sorts_and_once_more_the_other_way(admin):
    for name in ("a", "b"):
        factories.account(name=name)
    page = see(admin, "/crm/accounts")
    assert page.one("//th[@aria-sort]").get("aria-sort") == "ascending"
    again = see(admin, page.one("//th[@aria-sort]/a").get("href"))
    assert again.one("//th[@aria-sort]").get("aria-sort") == "descending"
    assert again.words('//th[@scope="row"]') == "b a"


def test_a_condition_is_a_sentence_that_can_be_taken_off(admin):
    factories.account(name="Minato", industry="Wood")
    page = see(admin, "/crm/accounts?industry=Wood&name__contains=min")
    chips = [" ".join(chip.text_content().split()) for chip in page.all('//*[@class="chip"]')]
    assert chips == ["Industry is Wood", "Account name contains “min”"]
    left = see(admin, page.all('//*[@class="chip"]/a')[0].get("href"))
    assert [" ".join(chip.text_content().split()) for chip in left.all('//*[@class="chip"]')] == chips[1:]


def test_a_condition_on_a_record_or_person_names_it(admin, cast):
    customer = factories.customer(display_name="Minato Works")
    page = see(admin, f"/books/invoices?party={customer.id}&salesperson={cast.staff.id}&state=overdue")
    words = page.words('//*[@class="chip"]')
    assert "Customer is Minato Works" in words
    assert "Salesperson is Sora Staff" in words
    assert "Status is Overdue" in words


def test_a_condition_on_a_record_of_others_does_not_name_it(client_of, cast):
    customer = factories.customer(display_name="Secret")
    for who in (cast.assigned, cast.stranger):
        assert "Secret" not in see(client_of(who), f"/books/invoices?party={customer.id}").words("//main")


def test_a_filter_is_added_to_those_that_are_there(admin):
    args = {"listing": "industry=Wood&sort=-name", "field": "name", "operator": "contains", "value": "a b"}
    answer = admin.get("/crm/accounts/filter", query_string=args)
    assert answer.status_code == 303
    assert answer.location == "/crm/accounts?industry=Wood&name__contains=a+b&sort=-name"
    see(admin, answer.location)


@pytest.mark.parametrize(
    "args",
    [
        {"field": "nonsense", "value": "1"},
        {"field": "name", "operator": "gt", "value": "1"},
        {"field": "", "value": ""},
        {"listing": "nonsense=1", "field": "name", "value": "1"},
        {"listing": "sort=nonsense", "field": "name", "value": "1"},
        {"field": "name", "value": "x" * 501},
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(admin, args):
    see(admin, "/crm/accounts/filter", 422, query_string=args)


@pytest.mark.parametrize(
    ("module", "args"),
    [
        (ITEMS, {"rate__gt": "much"}),
        (ITEMS, {"rate__gt": ""}),
        (ITEMS, {"rate": "9" * 30}),
        (INVOICES, {"date__from": "soon"}),
        (INVOICES, {"total_minor__gt": "x"}),
        (INVOICES, {"total_minor__gt": "0.1234567"}),
        (INVOICES, {"party": "x"}),
        (INVOICES, {"party": "9" * 30}),
        (ACCOUNTS, {"employees__gt": "9" * 12}),
        (ACCOUNTS, {"name__contains": "\x00"}),
        (ACCOUNTS, {"name": "x" * 501}),
    ],
)
def test_a_value_that_can_not_be_read_is_refused(admin, module, args):
    see(admin, f"/{module.path}", 422, query_string=args)


@pytest.mark.parametrize(
    "text", ["\x00", "' OR 1=1 --", "%", "_", "\\", '"', "x" * 10_000, "😀", "\u202e", "((("]
)
def test_any_search_is_a_search(admin, text, subtests):
    factories.account(name="Minato")
    for path in ("/crm/accounts", "/crm/accounts/options", "/books/invoices", "/books/customers"):
        with subtests.test(path=path):
            see(admin, path, query_string={"q": text})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from([f.name for f in INVOICES.fields]),
    operator=st.sampled_from(
        ["", "__is", "__not", "__contains", "__gt", "__lt", "__from", "__to", "__empty", "__none"]
    ),
    value=st.one_of(
        st.text(max_size=20), st.integers().map(str), st.decimals().map(str), st.dates().map(str)
    ),
)
def test_any_condition_is_answered_or_refused(cast, name, operator, value):
    try:
        listing = Listing.from_args(INVOICES, {name + operator: value})
        listing.page(cast.admin)
        listing.count(cast.admin)
        for each in listing.filters:
            assert str(described(each, value))
    except Refused:
        return


def test_a_name_given_twice_counts_once(admin):
    factories.account(name="a", industry="Wood")
    assert see(admin, "/crm/accounts?industry=Wood&industry=Metal").status == 200


def test_numbers_and_dates_are_asked_for_exactly(found):
    factories.item(name="a", rate=Decimal("10.5"))
    factories.item(name="b", rate=Decimal("10.500001"))
    assert found(ITEMS, {"rate": "10.5"}) == ["a"]
    assert found(ITEMS, {"rate__gt": "10.5"}) == ["b"]
    factories.invoice(date=date(2026, 1, 31), due_on=date(2026, 2, 28))
    assert len(found(INVOICES, {"date__from": "2026-01-31", "date__to": "2026-01-31"})) == 1
    assert found(INVOICES, {"date__from": "2026-02-01"}) == []
