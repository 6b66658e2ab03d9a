"""Filters are typed and read in the person's own language; an address means the same to everybody."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.pages import Page


@pytest.fixture
def french(client_of, cast, session):
    """A browser whose person reads French."""
    cast.staff.user.language = "fr"
    session.flush()
    return client_of(cast.staff)


def added(client, **typed: str) -> dict[str, list[str]]:
    """The conditions of the list to which the form leads."""
    return parse_qs(urlsplit(client.get("/books/invoices/filter", query_string=typed).location).query)


def test_a_number_is_read_as_its_language_writes_it(french, client_of, cast):
    typed = {"field": "total_minor", "operator": "gt", "value": "1 000,50"}
    assert added(french, **typed) == {"total_minor__gt": ["1000.50"]}
    typed["value"] = "1,000.50"
    assert added(client_of(cast.admin), **typed) == {"total_minor__gt": ["1000.50"]}


def test_a_date_may_be_typed_as_people_write_it(french):
    typed = {"field": "due_on", "operator": "from", "value": "21/11/2026"}
    assert added(french, **typed) == {"due_on__from": ["2026-11-21"]}


def test_text_that_is_searched_for_stays_as_it_was_typed(french):
    typed = {"field": "number", "operator": "contains", "value": "1,0"}
    assert added(french, **typed) == {"number__contains": ["1,0"]}


def test_what_cannot_be_read_is_refused_on_the_list(french):
    answer = french.get(
        "/books/invoices/filter?field=total_minor&operator=gt&value=beaucoup", follow_redirects=True
    )
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/books/invoices?due_on__from=2026-11-21", "21/11/2026"),
        ("/books/invoices?total_minor__gt=1000.50", "1\u202f000,5"),
        ("/settings/taxes?percent=5.5", "5,5\u00a0%"),
    ],
)
def test_a_chip_is_written_as_the_person_writes(client_of, cast, session, address: str, words: str):
    cast.admin.user.language = "fr"
    session.flush()
    page = Page(client_of(cast.admin).get(address))
    assert words in page.one('//*[@class="chip"]').text_content()


def test_a_chip_names_the_person_and_says_yes(client_of, cast):
    client = client_of(cast.admin)
    owner = Page(client.get(f"/crm/accounts?owner={cast.staff.id}"))
    assert cast.staff.name in owner.words('//*[@class="chip"]')
    assert Page(client.get("/books/items?is_active=1")).words('//*[@class="chip"]') == "Active is Yes"
