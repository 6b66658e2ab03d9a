"""One's own page, one's own sign-ins, one's own organizations."""

import pytest
from sqlalchemy import select

from domain.db import db, everywhere, scoped_to
from domain.organizations import founding
from domain.organizations.sign_ins import TRIES_PER_ACCOUNT, SignIn
from domain.organizations.users import Member
from domain.timeline import TimelineEntry
from tests import factories
from tests.cast import PASSWORD
from tests.pages import HTMX, Page, see, send

NEW = "a new and long password"


@pytest.fixture
def staff(client_of, cast):
    """Fixture: a browser of somebody without any special rights."""
    return client_of(cast.staff)


@pytest.fixture
def abroad(cast):
    """Fixture: staff at home in the stranger's organization, too."""
    with scoped_to(cast.stranger.organization_id):
        founding.join("", "staff@example.com", "", role="admin", profile="administrator")
        factories.account(name="Abroad")
        db.session.flush()
    db.session.commit()
    return cast.stranger.organization_id


def change(client, status=303, **typed):
    form = {"current_password": PASSWORD, "new_password": NEW} | typed
    return send(client, "/profile/password", form, status)


def test_everybody_has_a_name_and_a_language_of_their_own(staff, cast):
    send(staff, "/profile", see(staff, "/profile").form(name="Sora  さくら", language="ja"))
    assert (cast.staff.name, cast.staff.user.language) == ("Sora さくら", "ja")
    assert see(staff, "/profile").root.get("lang") == "ja"
    assert Page(send(staff, "/profile", {"name": "", "language": "xx"}, 422)).invalid() == {
        "name",
        "language",
    }


def test_a_new_password_needs_the_old_one_and_signs_out_everywhere_else(staff, client_of, cast, client):
    elsewhere = client_of(cast.staff)
    assert Page(change(staff, 422, current_password="wrong")).error("current_password")
    assert Page(change(staff, 422, new_password="short")).error("new_password")
    see(elsewhere, "/")
    change(staff)
    see(staff, "/")
    assert elsewhere.get("/").status_code == 303
    send(client, "/login", {"email": "staff@example.com", "password": NEW})


def test_whoever_guesses_at_the_old_password_waits_as_at_the_door(staff, client):
    for _time in range(TRIES_PER_ACCOUNT):
        change(staff, 422, current_password="wrong")
    assert "quarter of an hour" in Page(change(staff, 422)).words('//*[@role="alert"]')
    send(client, "/login", {"email": "staff@example.com", "password": PASSWORD}, 422)


def test_everybody_sees_where_they_are_signed_in_and_ends_it(staff, client_of, cast, app):
    elsewhere = client_of(cast.staff)
    page = see(staff, "/profile")
    assert len(page.all("//tbody/tr")) == 2
    [form] = page.all('//tbody//form[contains(@action, "/profile/sign-ins/")]')
    send(staff, form.get("action"), {})
    see(staff, "/profile")
    assert elsewhere.get("/").status_code == 303


def test_signing_out_everywhere_is_everywhere(staff, client_of, cast):
    elsewhere = client_of(cast.staff)
    assert send(staff, "/profile/sign-ins/end", {}).location == "/login"
    assert {staff.get("/").status_code, elsewhere.get("/").status_code} == {303}


def test_nobody_ends_the_sign_ins_of_others(staff, client_of, cast):
    admin = client_of(cast.admin)
    see(admin, "/")
    with everywhere():
        theirs = db.session.scalar(select(SignIn.id).where(SignIn.member_id == cast.admin.id))
    send(staff, f"/profile/sign-ins/{theirs}/end", {}, 404)
    see(admin, "/")


def test_the_browser_is_called_by_its_name(client):
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    form = {"email": "staff@example.com", "password": PASSWORD}
    send(client, "/login", form, headers={"User-Agent": agent})
    assert "Firefox · Windows" in see(client, "/profile").words("//tbody")


# --- several organizations --------------------------------------------------------------------------------------


def test_whoever_has_one_organization_sees_no_switch_and_pays_for_none(staff):
    assert not see(staff, "/").has('//form[@action="/organization"]')


def test_switching_keeps_the_sign_in_and_shows_the_other_organization_only(staff, abroad, cast):
    with staff.session_transaction() as cookie:
        token = cookie["_user_id"]
    factories.account(name="Here")
    button = see(staff, "/").one('//form[@action="/organization"]//button')
    assert button.get("value") == str(abroad)
    send(staff, "/organization", {"to": str(abroad)})
    page = see(staff, "/crm/accounts")
    assert "Abroad" in page.words("//tbody")
    assert "Here" not in page.words("//main")
    with staff.session_transaction() as cookie:
        assert cookie["_user_id"] == token
    send(staff, "/organization", {"to": str(cast.organization_id)})
    assert "Here" in see(staff, "/crm/accounts").words("//tbody")


def test_the_rights_are_those_of_each_organization(staff, abroad):
    see(staff, "/settings/users", 403)
    send(staff, "/organization", {"to": str(abroad)})
    see(staff, "/settings/users")


@pytest.mark.parametrize("to", ["", "0", "x", "999999999999", "99999999999999999999999", "1\x00"])
def test_nobody_switches_to_where_they_are_not_at_home(staff, to):
    assert staff.post("/organization", data={"to": to}).status_code in (404, 422)


def test_a_stranger_does_not_get_in_by_switching(client_of, cast):
    send(client_of(cast.stranger), "/organization", {"to": str(cast.organization_id)}, 404)


def test_whoever_was_let_go_there_does_not_switch_there(staff, abroad, cast):
    with everywhere():
        there = db.session.scalar(
            select(Member).where(Member.organization_id == abroad, Member.user_id == cast.staff.user_id)
        )
        there.is_active = False
        db.session.commit()
    send(staff, "/organization", {"to": str(abroad)}, 404)
    assert not see(staff, "/").has('//form[@action="/organization"]')


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_form_of_the_other_organization_offers_to_switch(staff, abroad, cast, headers):
    address = "/crm/accounts/new"
    form = see(staff, address).form(name="Written here")
    send(staff, "/organization", {"to": str(abroad)})
    page = Page(send(staff, address, form, 409, headers=headers))
    offer = page.one('//main//form[@action="/organization"]')
    assert offer.xpath(".//button")[0].get("value") == str(cast.organization_id)
    answer = send(staff, "/organization", {"to": str(cast.organization_id), "next": address})
    assert answer.location == address
    assert "Written here" not in see(staff, "/crm/accounts").words("//main")


def test_a_form_of_a_strangers_organization_offers_nothing(staff, cast):
    form = {"organization": str(cast.stranger.organization_id), "name": "x", "form_key": "k"}
    assert not Page(send(staff, "/crm/accounts/new", form, 409)).has('//main//form[@action="/organization"]')


def test_the_next_sign_in_leads_where_one_worked_last(staff, abroad, client):
    send(staff, "/organization", {"to": str(abroad)})
    send(client, "/login", {"email": "staff@example.com", "password": PASSWORD})
    assert "Elsewhere Ltd" in see(client, "/").words("//h1")


def test_coming_and_going_stands_in_the_audit_trail_of_each(staff, abroad, cast):
    send(staff, "/organization", {"to": str(abroad)})
    with scoped_to(abroad):
        entries = db.session.scalars(select(TimelineEntry).order_by(TimelineEntry.id.desc())).all()
    assert entries[0].verb == "switched_here"
