"""Coming to the portal: by invitation, with a password of one's own, and no further than the portal."""

import re

import pytest

from domain import portal
from domain.db import db
from domain.organizations.organizations import current_organization
from domain.organizations.sign_ins import TRIES_PER_ACCOUNT
from domain.portal.guests import Access, state_of
from tests import factories
from tests.cast import PASSWORD
from tests.pages import Page, see, send
from tests.portal.conftest import COOKIE

BASE = "https://books.aozora.example"
NEW = "a new and long password"
HANAKO = "hanako@minato.example"


@pytest.fixture
def invited(cast, choose, mail_server, work):
    """Fixture: `invited()` invites Hanako of Minato, and gives the link in her mail."""
    choose(smtp_url=mail_server.url, base_url=BASE)
    current_organization().email = "books@aozora.example"
    customer = factories.customer(display_name="Minato")
    person = factories.contact_person(customer, last_name="Tanaka", email=HANAKO)

    def invite(who=person):
        portal.invite(who, cast.admin)
        while work():
            pass
        return _link_in(mail_server.messages[-1])

    return invite


def _link_in(message):
    [link] = re.findall(r"https?://\S+", message.message.get_body(("plain",)).get_content())
    assert link.startswith(BASE)
    return link.removeprefix(BASE)


def _sign_in(client, password=NEW, email=HANAKO, status=303):
    return send(client, "/portal/login", {"email": email, "password": password}, status)


def test_somebody_invited_chooses_a_password_and_comes_in(invited, client, session):
    link = invited()
    assert "Minato" in see(client, link).words("//main")
    answer = send(client, link, {"password": NEW})
    assert answer.location == "/portal/login"
    answer = _sign_in(client)
    assert answer.location == "/portal/"
    assert "Minato" in see(client, "/portal/").words("//h1")
    [access] = db.session.query(Access).all()
    assert state_of(access).key == "active"


def test_an_invitation_works_once(invited, client):
    link = invited()
    send(client, link, {"password": NEW})
    see(client, link, 404)
    send(client, link, {"password": "another long password"}, 404)


def test_a_password_that_is_too_easy_is_said_at_its_field(invited, client):
    page = Page(send(client, invited(), {"password": "short"}, 422))
    assert "10 characters" in page.error("password")


def test_of_two_invitations_the_later_one_counts(invited, client):
    first = invited()
    second = invited()
    see(client, first, 404)
    see(client, second)


def test_what_was_taken_away_can_not_be_accepted(invited, client, cast):
    link = invited()
    portal.take_away(db.session.query(Access).one().person, cast.admin)
    see(client, link, 404)


def test_a_mail_is_written_once_however_often_the_job_runs(invited, mail_server, app):
    from jobs.portal import write_invitation

    invited()
    row = type("Row", (), {"payload": {"access": db.session.query(Access).one().id}, "actor_id": None})
    write_invitation(row)
    assert len(mail_server.messages) == 1


def test_an_invitation_that_was_taken_away_before_it_went_out_does_not_go_out(
    cast, choose, mail_server, work
):
    choose(smtp_url=mail_server.url, base_url=BASE)
    person = factories.contact_person(factories.customer(), email=HANAKO)
    portal.invite(person, cast.admin)
    portal.take_away(person, cast.admin)
    work()
    assert not mail_server.messages


def test_a_wrong_password_does_not_say_what_was_wrong(guest, client):
    one = Page(_sign_in(client, "wrong password", HANAKO, 422)).words('//*[@class="notice"]')
    other = Page(_sign_in(client, "wrong password", "nobody@example.com", 422)).words('//*[@class="notice"]')
    assert one == other


def test_after_ten_wrong_passwords_there_is_patience_and_the_staffs_door_stays_open(guest, client, cast):
    for _n in range(TRIES_PER_ACCOUNT):
        _sign_in(client, "wrong password", HANAKO, 422)
    page = Page(_sign_in(client, PASSWORD, HANAKO, 422))
    assert "Too many" in page.words('//*[@class="notice"]')
    send(client, "/login", {"email": "admin@example.com", "password": PASSWORD})


def test_wrong_passwords_of_staff_do_not_close_the_portal(guest, client):
    for _n in range(TRIES_PER_ACCOUNT):
        send(client, "/login", {"email": HANAKO, "password": "wrong password"}, 422)
    _sign_in(client, PASSWORD)


def test_a_guest_is_nobody_on_the_staffs_side(guest, portal_of):
    client = portal_of(guest)
    for address in ("/", "/books/customers", "/settings/mail", "/search?q=Minato"):
        response = client.get(address)
        assert response.location.startswith("/login")
    send(client, "/login", {"email": HANAKO, "password": PASSWORD}, 422)


def test_staff_are_nobody_in_the_portal(guest, client_of, cast, client):
    response = client_of(cast.admin).get("/portal/")
    assert response.location.startswith("/portal/login")
    _sign_in(client, PASSWORD, "admin@example.com", 422)


def test_the_cookie_of_the_portal_goes_to_the_portal_only(guest, client):
    header = _sign_in(client, PASSWORD).headers["Set-Cookie"]
    assert header.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "Path=/portal", "SameSite=Lax"} <= {part.strip() for part in header.split(";")}


def test_whoever_signs_out_is_out_also_with_the_same_cookie(guest, portal_of, app):
    client = portal_of(guest)
    token = client.get_cookie(COOKIE, path="/portal").value
    send(client, "/portal/logout", {})
    client.set_cookie(COOKIE, token, path="/portal")
    assert client.get("/portal/").location.startswith("/portal/login")


@pytest.mark.parametrize("what", ["taken away", "other address", "inactive", "switched off"])
def test_what_closes_the_portal_does_so_at_once(guest, portal_of, cast, what):
    client = portal_of(guest)
    see(client, "/portal/")
    if what == "taken away":
        portal.take_away(guest.person, cast.admin)
    elif what == "other address":
        guest.person.email = "somebody@else.example"
    elif what == "inactive":
        guest.party.deactivate(cast.admin)
    else:
        current_organization().portal_is_open = False
    assert client.get("/portal/").location.startswith("/portal/login")
    _sign_in(client, PASSWORD, HANAKO, 422)


def test_a_contact_person_that_is_deleted_is_out(guest, portal_of, cast):
    from domain import records

    client = portal_of(guest)
    records.destroy(guest.person, cast.admin)
    assert client.get("/portal/").location.startswith("/portal/login")


def test_a_forgotten_password_is_chosen_anew_by_a_link(guest, client, portal_of, choose, mail_server, work):
    choose(smtp_url=mail_server.url, base_url=BASE)
    elsewhere = portal_of(guest)
    send(client, "/portal/password", {"email": HANAKO})
    send(client, "/portal/password", {"email": "nobody@example.com"})
    work()
    [mail] = mail_server.messages
    link = _link_in(mail)
    send(client, link, {"password": NEW})
    see(client, link, 404)
    assert elsewhere.get("/portal/").location.startswith("/portal/login")
    _sign_in(client, PASSWORD, HANAKO, 422)
    _sign_in(client, NEW)


def test_a_link_leads_out_of_nowhere(guest, client):
    for wanted in (
        "https://evil.example",
        "//evil.example",
        "/portal/../settings",
        "/settings",
        "/portal\\x",
    ):
        form = {"email": HANAKO, "password": PASSWORD, "next": wanted}
        assert send(client, "/portal/login", form).location == "/portal/"
        send(client, "/portal/logout", {})


def test_one_address_may_belong_to_two_customers(guest, cast, portal_of):
    other = factories.customer(display_name="Minato Europe")
    access = factories.access(factories.contact_person(other, email=HANAKO), cast.admin)
    client = portal_of(guest)
    page = see(client, "/portal/")
    assert page.words("//h1") == "Minato"
    send(client, "/portal/customer", {"to": str(access.id)})
    assert see(client, "/portal/").words("//h1") == "Minato Europe"


def test_nobody_goes_over_to_a_customer_that_is_not_theirs(guest, cast, portal_of):
    other = factories.access(factories.contact_person(factories.customer(), email="x@y.example"), cast.admin)
    client = portal_of(guest)
    send(client, "/portal/customer", {"to": str(other.id)}, 404)
    send(client, "/portal/customer", {"to": "9" * 30}, 404)
    assert see(client, "/portal/").words("//h1") == "Minato"


def test_another_password_asks_for_the_one_of_today(guest, portal_of):
    client, elsewhere = portal_of(guest), portal_of(guest)
    wrong = {"current_password": "wrong password", "new_password": NEW}
    assert "not your password" in Page(send(client, "/portal/details/password", wrong, 422)).error(
        "current_password"
    )
    send(client, "/portal/details/password", {"current_password": PASSWORD, "new_password": NEW})
    see(client, "/portal/")
    assert elsewhere.get("/portal/").location.startswith("/portal/login")


def test_one_reads_in_ones_own_language(guest, portal_of):
    client = portal_of(guest)
    send(client, "/portal/language", {"language": "fr", "next": "/portal/invoices"})
    assert see(client, "/portal/").one("/html").get("lang") == "fr"
