"""The first page of an empty installation: it founds one organization and is closed for good after that."""

import pytest
from sqlalchemy import select

from domain.db import db, everywhere
from domain.organizations.organizations import Organization
from tests.pages import Page, see, send

FORM = {
    "organization": "Aozora Trading",
    "country": "JP",
    "currency": "jpy",
    "name": "Aoi",
    "email": "Aoi@Example.com",
    "language": "ja",
    "password": "long enough it is",
}


@pytest.fixture
def nobody(make_app, empty_database_url):
    """Fixture: a browser at an installation where nobody is."""
    app = make_app(empty_database_url)
    with app.app_context():
        yield app.test_client()
        db.session.remove()


def organizations() -> list[Organization]:
    with everywhere():
        return list(db.session.scalars(select(Organization)))


def test_an_empty_installation_leads_everybody_to_its_first_page(nobody):
    assert nobody.get("/").location == "/login"
    assert nobody.get("/login").location == "/first"
    assert nobody.get("/crm/accounts").status_code == 303
    assert see(nobody, "/first").has('//input[@name="organization"]')


def test_the_founder_signs_in_and_works(nobody):
    assert send(nobody, "/first", FORM).location == "/login"
    send(nobody, "/login", {"email": "aoi@example.com", "password": FORM["password"]})
    page = see(nobody, "/")
    assert "Aozora Trading" in page.words()
    assert page.root.get("lang") == "ja"
    assert see(nobody, "/settings/taxes").has("//tbody/tr")
    [organization] = organizations()
    assert (organization.currency, organization.time_zone) == ("JPY", "Asia/Tokyo")


def test_it_is_closed_after_that(nobody):
    send(nobody, "/first", FORM)
    see(nobody, "/first", 404)
    send(nobody, "/first", FORM | {"email": "intruder@example.com"}, 404)
    assert len(organizations()) == 1


def test_it_is_closed_where_somebody_is(client, client_of, cast):
    send(client, "/first", FORM, 404)
    for browser in (client, client_of(cast.admin), client_of(cast.sales)):
        see(browser, "/first", 404)
        send(browser, "/first", {**FORM, "organization": ""}, 404)
    assert len(organizations()) == 2


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("organization", ""),
        ("organization", "x" * 201),
        ("country", "XX"),
        ("currency", "YEN"),
        ("currency", ""),
        ("name", ""),
        ("name", "x" * 101),
        ("email", "nobody"),
        ("email", ""),
        ("password", "short"),
        ("password", ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(nobody, field, text):
    page = Page(send(nobody, "/first", FORM | {field: text}, 422))
    assert page.invalid() == {field}
    assert page.error(field)
    assert not page.one('//input[@name="password"]').get("value")
    if field != "organization":
        assert page.one('//input[@name="organization"]').get("value") == "Aozora Trading"
    assert organizations() == []


def test_the_form_starts_where_somebody_of_that_language_most_likely_is(nobody):
    page = see(nobody, "/first", headers={"Accept-Language": "ja"})
    assert page.has('//select[@name="country"]/option[@value="JP" and @selected]')
    assert page.has('//input[@name="currency" and @value="JPY"]')
    assert see(nobody, "/first").has('//input[@name="currency" and not(normalize-space(@value))]')
