"""Programs ask people for access: what they get, how long it lasts, and what they never get."""

import base64
import hashlib
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from sqlalchemy import select

from domain.db import db, everywhere, now, scoped_to
from domain.organizations import founding
from domain.organizations.access_tokens import AccessToken
from domain.organizations.grants import GRANTS, TOKENS, Grant
from domain.organizations.programs import Program
from tests import factories
from tests.blueprints.oauth import (
    CALLBACK,
    EVERYTHING,
    a_program,
    address,
    carrying,
    code_for,
    fetch,
    tokens,
)
from tests.pages import Page, compiled_once, see, send

__all__ = ["compiled_once"]


@pytest.fixture
def books(cast):
    """Fixture: a program that is registered."""
    return a_program(cast.admin)


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


# --- a person decides -------------------------------------------------------------------------------------------


def test_a_program_is_registered_and_its_secret_is_shown_once(admin):
    form = see(admin, "/settings/api-access/programs/new").form(name="Books", redirect_uri=CALLBACK)
    page = Page(send(admin, "/settings/api-access/programs/new", form, 200))
    secret = page.one('//*[@id="shown_3"]').get("value")
    assert len(secret) > 30
    assert secret not in see(admin, "/settings/api-access").text
    assert db.session.scalar(select(Program)).knows(secret)
    send(admin, "/settings/api-access/programs/new", form)


@pytest.mark.parametrize(
    "wrong", ["", "javascript:alert(1)", "https://", "https://books.example/#x", "https://né.example/"]
)
def test_an_address_to_which_nobody_can_be_sent_is_refused(admin, wrong):
    form = see(admin, "/settings/api-access/programs/new").form(name="Books", redirect_uri=wrong)
    assert Page(send(admin, "/settings/api-access/programs/new", form, 422)).error("redirect_uri")


def test_the_page_says_who_asks_for_what_and_that_it_acts_as_me(admin, books):
    page = see(admin, address(books, "ZohoBigin.modules.accounts.READ,ZohoBigin.modules.contacts.READ"))
    text = page.words("//main")
    assert "Allow Books access?" in text and "Aoi Admin" in text and "Aozora Trading" in text
    assert "Read: Accounts" in text and "books.example" in text and "Delete" not in text


def test_a_browser_lets_the_form_lead_back_to_the_program_and_nowhere_else(admin, books):
    policy = admin.get(address(books)).headers["Content-Security-Policy"]
    assert "form-action 'self' https://books.example;" in policy


def test_who_does_not_allow_it_goes_back_without_a_code(admin, books):
    form = see(admin, address(books)).form(do="deny")
    back = send(admin, "/oauth/v2/auth", form)
    assert back.location == f"{CALLBACK}?error=access_denied&state=s1"
    assert not db.session.scalars(select(Grant)).all()


@pytest.mark.parametrize(
    "said", [{"client_id": "1000.NOBODY"}, {"redirect_uri": "https://evil.example/"}, {"redirect_uri": ""}]
)
def test_nobody_is_sent_to_an_address_that_is_not_registered(admin, books, said):
    answer = admin.get(address(books, **said))
    assert answer.status_code == 422 and "Location" not in answer.headers
    form = {
        "do": "allow",
        "client_id": books.program.client_id,
        "redirect_uri": CALLBACK,
        "scope": "x",
    } | said
    assert admin.post("/oauth/v2/auth", data=form).status_code == 422


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"scope": "ZohoBigin.everything.ALL"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"scope": "ZohoBigin.modules.ALL," * 40}, ""),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
        ({"code_challenge": "a" * 43}, "invalid_request"),
    ],
)
def test_what_can_not_be_given_is_told_to_the_program(admin, books, said, error):
    answer = admin.get(address(books, **said))
    assert (answer.status_code, f"error={error}" in answer.headers.get("Location", "error=")) == (
        303 if error else 200,
        True,
    )


def test_only_who_may_make_tokens_may_allow_a_program(client_of, cast, books):
    for who in (cast.staff, cast.assigned, cast.sales):
        assert client_of(who).get(address(books)).status_code == 403
        assert client_of(who).post(address(books), data={"do": "allow"}).status_code == 403
    assert client_of(cast.stranger).get(address(books)).status_code == 422, "it is registered elsewhere"
    assert not db.session.scalars(select(Grant)).all()


# --- the program fetches --------------------------------------------------------------------------------------------


def test_a_code_is_worth_an_access_token_and_a_refresh_token(admin, client, books):
    code = code_for(admin, books)
    got = fetch(client, books, grant_type="authorization_code", code=code)
    assert got["token_type"] == "Bearer" and got["expires_in"] == 3600
    assert got["api_domain"] == "http://localhost"
    again = fetch(client, books, grant_type="refresh_token", refresh_token=got["refresh_token"])
    assert again["access_token"] != got["access_token"] and "refresh_token" not in again
    for each in (got, again):
        answer = client.get("/bigin/v2/org", headers=carrying(each["access_token"]))
        assert answer.json["org"][0]["company_name"] == "Aozora Trading"


def test_parameters_may_stand_in_the_address_or_the_client_be_the_user_of_basic(admin, client, books):
    query = {"grant_type": "authorization_code", "code": code_for(admin, books), "redirect_uri": CALLBACK}
    who = (books.program.client_id, books.secret)
    refresh = client.post("/oauth/v2/token", query_string=query, auth=who).json["refresh_token"]
    query = {
        "grant_type": "refresh_token",
        "refresh_token": refresh,
        "client_id": who[0],
        "client_secret": who[1],
    }
    assert client.post("/oauth/v2/token", query_string=query).status_code == 200


def test_a_code_that_comes_twice_ends_what_came_of_it(admin, client, books):
    code = code_for(admin, books)
    got = fetch(client, books, grant_type="authorization_code", code=code)
    assert fetch(client, books, 400, grant_type="authorization_code", code=code) == {"error": "invalid_grant"}
    assert client.get("/bigin/v2/org", headers=carrying(got["access_token"])).status_code == 401
    fetch(client, books, 400, grant_type="refresh_token", refresh_token=got["refresh_token"])


@pytest.mark.parametrize(
    ("said", "status", "error"),
    [
        ({"code": "nonsense"}, 400, "invalid_grant"),
        ({"client_secret": "nonsense"}, 401, "invalid_client"),
        ({"client_id": "nonsense"}, 401, "invalid_client"),
        ({"client_id": "a\x00b"}, 401, "invalid_client"),
        ({"redirect_uri": "https://books.example/"}, 400, "invalid_grant"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_without_the_right_code_and_secret_a_program_gets_nothing(admin, client, books, said, status, error):
    said = {"grant_type": "authorization_code", "code": code_for(admin, books)} | said
    assert fetch(client, books, status, **said) == {"error": error}


def test_a_code_is_good_for_ten_minutes(admin, client, books, clock):
    code = code_for(admin, books)
    clock(now() + timedelta(minutes=11))
    fetch(client, books, 400, grant_type="authorization_code", code=code)


def test_a_code_with_a_challenge_needs_its_answer(admin, client, books):
    verifier = "v" * 50
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    code = code_for(admin, books, code_challenge=challenge, code_challenge_method="S256")
    wish = {"grant_type": "authorization_code", "code": code}
    fetch(client, books, 400, **wish)
    fetch(client, books, 400, **wish, code_verifier="w" * 50)
    fetch(client, books, **wish, code_verifier=verifier)


def test_an_access_token_ends_after_an_hour_and_the_program_fetches_another(client_of, client, cast, clock):
    got = tokens(client_of, client, cast.admin)
    clock(now() + timedelta(minutes=61))
    answer = client.get("/bigin/v2/org", headers=carrying(got["access_token"]))
    assert (answer.status_code, answer.json["code"]) == (401, "INVALID_TOKEN")
    again = fetch(client, got["made"], grant_type="refresh_token", refresh_token=got["refresh_token"])
    assert client.get("/bigin/v2/org", headers=carrying(again["access_token"])).status_code == 200


def test_a_program_of_somebody_who_left_gets_nothing(client_of, client, cast):
    got = tokens(client_of, client, cast.admin)
    cast.admin.is_active = False
    db.session.commit()
    assert client.get("/bigin/v2/org", headers=carrying(got["access_token"])).status_code == 401
    fetch(client, got["made"], 400, grant_type="refresh_token", refresh_token=got["refresh_token"])


def test_a_refresh_token_of_another_program_is_worth_nothing(client_of, client, cast):
    got = tokens(client_of, client, cast.admin)
    other = a_program(cast.admin, "Other")
    fetch(client, other, 400, grant_type="refresh_token", refresh_token=got["refresh_token"])


def test_no_more_than_some_are_good_at_a_time(client_of, client, cast):
    got = tokens(client_of, client, cast.admin)
    for _n in range(TOKENS):
        fetch(client, got["made"], grant_type="refresh_token", refresh_token=got["refresh_token"])
    assert client.get("/bigin/v2/org", headers=carrying(got["access_token"])).status_code == 401
    assert len(db.session.scalars(select(AccessToken)).all()) == TOKENS
    admin = client_of(cast.admin)
    for _n in range(GRANTS):
        code_for(admin, got["made"])
    assert len(db.session.scalars(select(Grant)).all()) == GRANTS


# --- it ends ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["refresh_token", "access_token"])
def test_a_program_gives_back_what_it_was_allowed(client_of, client, cast, which):
    got = tokens(client_of, client, cast.admin)
    assert client.post(f"/oauth/v2/token/revoke?token={got[which]}").json == {"status": "success"}
    assert client.get("/bigin/v2/org", headers=carrying(got["access_token"])).status_code == 401
    ended = 400 if which == "refresh_token" else 200
    fetch(client, got["made"], ended, grant_type="refresh_token", refresh_token=got["refresh_token"])
    assert client.post("/oauth/v2/token/revoke?token=nonsense").status_code == 400


def test_the_settings_show_who_called_how_often_and_end_it(client_of, client, cast):
    got = tokens(client_of, client, cast.admin)
    for _n in range(3):
        client.get("/bigin/v2/org", headers=carrying(got["access_token"]))
    admin = client_of(cast.admin)
    grant = db.session.scalar(select(Grant))
    row = see(admin, "/settings/api-access").words('//section[.//*[@id="h_grants"]]//tbody/tr')
    assert "Books" in row and "Aoi Admin" in row and "127.0.0.1" in row and " 3 " in row
    send(
        admin,
        f"/settings/api-access/grants/{grant.id}/delete",
        see(admin, f"/settings/api-access/grants/{grant.id}/delete").form(),
    )
    assert client.get("/bigin/v2/org", headers=carrying(got["access_token"])).status_code == 401
    fetch(client, got["made"], 400, grant_type="refresh_token", refresh_token=got["refresh_token"])


def test_a_program_that_is_deleted_has_no_access_any_more(client_of, client, cast):
    got = tokens(client_of, client, cast.admin)
    admin = client_of(cast.admin)
    where = f"/settings/api-access/programs/{got['made'].program.id}/delete"
    send(admin, where, see(admin, where).form())
    assert client.get("/bigin/v2/org", headers=carrying(got["access_token"])).status_code == 401
    with everywhere():
        assert (
            not db.session.scalars(select(Program)).all()
            and not db.session.scalars(select(AccessToken)).all()
        )


def test_no_secret_lies_in_the_database(client_of, client, cast, session):
    got = tokens(client_of, client, cast.admin)
    kept = " ".join(
        str(value)
        for model in (Program, Grant, AccessToken)
        for row in db.session.execute(
            select(model.__table__).where(model.organization_id == cast.organization_id)
        )
        for value in row
    )
    for secret in (got["access_token"], got["refresh_token"], got["made"].secret):
        assert secret not in kept


# --- another installation, which nobody registered ------------------------------------------------------------------

HERE = "https://books.example"
VERIFIER = "v" * 43
ANSWERED = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
ITSELF = {
    "response_type": "code",
    "client_id": HERE,
    "redirect_uri": CALLBACK,
    "scope": EVERYTHING,
    "state": "s1",
    "code_challenge": ANSWERED,
    "code_challenge_method": "S256",
}


def _ask(client, status=200, **said):
    return see(client, f"/oauth/v2/auth?{urlencode(ITSELF | said)}", status)


def _allowed(client):
    """What comes back when another installation is allowed access."""
    back = send(client, "/oauth/v2/auth", _ask(client).form(do="allow")).location
    assert back.startswith(f"{CALLBACK}?")
    return {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}


def test_another_installation_is_allowed_without_having_been_registered(admin, client):
    page = _ask(admin)
    assert "books.example" in page.words("//h1") and "for the first time" in page.words()
    came = _allowed(admin)
    said = {"client_id": came["client_id"], "redirect_uri": CALLBACK}
    code = said | {"grant_type": "authorization_code", "code": came["code"]}
    assert client.post("/oauth/v2/token", data=code).status_code == 400, "it has to answer its challenge"
    assert client.post("/oauth/v2/token", data=code | {"code_verifier": "w" * 43}).status_code == 400
    got = client.post("/oauth/v2/token", data=code | {"code_verifier": VERIFIER}).json
    again = said | {"grant_type": "refresh_token", "refresh_token": got["refresh_token"]}
    fresh = client.post("/oauth/v2/token", data=again).json["access_token"]
    assert client.get("/bigin/v2/org", headers=carrying(fresh)).status_code == 200


def test_the_second_time_it_is_known(admin):
    first, second = _allowed(admin), _allowed(admin)
    assert first["client_id"] == second["client_id"] and first["code"] != second["code"]
    assert "for the first time" not in _ask(admin).words()


@pytest.mark.parametrize(
    "said",
    [
        {"redirect_uri": "https://evil.example/integrations/bigin/callback"},
        {"redirect_uri": "https://books.example.evil.example/callback"},
        {"redirect_uri": "https://books.example/\\\\evil.example"},
        {"redirect_uri": "https://books.example/a#b"},
        {"redirect_uri": "https://books.example"},
        {
            "client_id": "https://books.example@evil.example",
            "redirect_uri": "https://books.example@evil.example/x",
        },
        {"client_id": "ftp://books.example", "redirect_uri": "ftp://books.example/x"},
        {"client_id": "javascript:alert(1)//", "redirect_uri": "javascript:alert(1)///x"},
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
        {"scope": "everything"},
        {"response_type": "token"},
    ],
)
def test_nobody_is_sent_to_an_installation_that_does_not_ask_as_it_should(admin, said):
    answer = admin.get(f"/oauth/v2/auth?{urlencode(ITSELF | said)}")
    assert answer.status_code == 422 and "Location" not in answer.headers
    form = ITSELF | said | {"do": "deny"}
    answer = admin.post("/oauth/v2/auth", data=form)
    assert answer.status_code == 422 and "Location" not in answer.headers


def test_who_only_looked_at_the_page_registered_nothing(admin):
    _ask(admin)
    send(admin, "/oauth/v2/auth", _ask(admin).form(do="deny"))
    assert not db.session.scalars(select(Program)).all()


def test_the_page_shows_as_whom_and_what_there_is_and_lets_one_be_somebody_else(client_of, cast):
    factories.account()
    db.session.commit()
    page = _ask(client_of(cast.admin))
    assert page.words("//dt") == "Email Organization Accounts Contacts Products Deals"
    assert page.words("//dd") == f"{cast.admin.user.email} {cast.admin.organization.name} 1 0 0 0"
    refused = _ask(client_of(cast.staff), 403)
    assert "Ask an administrator" in refused.words() and refused.has('//form[@action="/logout"]')
    admin = client_of(cast.admin)
    left = send(
        admin, "/logout", {"next": page.one('//form[@action="/logout"]//*[@name="next"]').get("value")}
    )
    assert "oauth" in left.location, "whoever signs in next is asked the same"


def test_who_has_several_organizations_chooses_for_which_one_it_is_allowed(admin, cast):
    there = cast.stranger.organization.name
    with scoped_to(cast.stranger.organization_id):
        founding.join("", cast.admin.user.email, "", role="admin", profile="administrator")
    db.session.commit()
    page = _ask(admin)
    switch = '//main//form[@action="/organization"]'
    button = page.one(f"{switch}//button")
    assert there in button.text_content()
    chosen = {"to": button.get("value"), "next": page.one(f'{switch}//*[@name="next"]').get("value")}
    back = send(admin, "/organization", chosen)
    assert there in see(admin, back.location).words("//dd"), "the same question, asked there"
