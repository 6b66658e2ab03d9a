"""Mails about one's own sign-in: their link is made when they go out, is known to nobody else, and works once."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.db import db, everywhere, now
from domain.emails import Email
from domain.organizations import people, resets
from domain.organizations.resets import PasswordReset
from domain.organizations.sign_ins import SignIn
from domain.organizations.users import Member, User
from domain.timeline import TimelineEntry
from tests.cast import PASSWORD
from tests.pages import Page, see, send

BASE = "https://books.aozora.example"
NEW = "a new and long password"
GUEST = {"name": "花子 Guest", "email": "guest@example.com", "role": "staff", "profile": "standard"}


@pytest.fixture(autouse=True)
def _settings(choose, mail_server):
    choose(smtp_url=mail_server.url, base_url=BASE)


@pytest.fixture
def invite(client_of, cast, work):
    """`invite()`: the administrator invites somebody, the mail goes out; gives the guest."""

    def invite(who=None, **changes):
        client = client_of(who or cast.admin)
        form = see(client, "/settings/users/new").form(**(GUEST | changes))
        send(client, "/settings/users/new", form)
        work()
        with everywhere():
            return db.session.scalars(select(Member).order_by(Member.id.desc())).first()

    return invite


def link_in(message) -> str:
    """The path of the one link of a mail, which leads to where the settings say."""
    text = message.message.get_body(("plain",)).get_content()
    [link] = re.findall(r"https?://\S+", text)
    assert link.startswith(f"{BASE}/")
    return link.removeprefix(BASE)


# --- invitations ------------------------------------------------------------------------------------------------


def test_somebody_invited_comes_in_with_a_password_of_their_own(invite, mail_server, client, session):
    guest = invite()
    assert (people.state_of(guest).key, guest.name) == ("invited", "花子 Guest")
    [mail] = mail_server.messages
    assert mail.recipients == ["guest@example.com"]
    link = link_in(mail)
    form = {"name": "山田 花子", "password": NEW}
    assert "guest@example.com" in see(client, link).words()
    send(client, link, form)
    see(client, link, 404)
    send(client, "/login", {"email": "guest@example.com", "password": NEW})
    assert "山田 花子" in see(client, "/profile").words("//header") + see(client, "/profile").text
    db.session.expire_all()
    assert (people.state_of(guest).key, guest.name) == ("active", "山田 花子")


def test_before_that_they_cannot_come_in_at_all(invite, client):
    invite()
    for password in ("", NEW, "guest@example.com"):
        send(client, "/login", {"email": "guest@example.com", "password": password}, 422)


def test_the_token_lies_nowhere_but_in_the_mail(invite, mail_server, session):
    guest = invite()
    token = link_in(mail_server.messages[0]).rpartition("/")[2]
    [email] = db.session.scalars(select(Email))
    assert token not in email.body_text + email.body_html + email.subject
    assert guest.invitation_hash and token not in guest.invitation_hash


def test_a_new_invitation_makes_the_old_link_worthless(invite, mail_server, work, client_of, cast, client):
    guest = invite()
    send(client_of(cast.admin), f"/settings/users/{guest.id}/invitation", {})
    old = link_in(mail_server.messages[0])
    see(client, old, 404)
    work()
    see(client, old, 404)
    see(client, link_in(mail_server.messages[1]))


def test_an_invitation_is_good_for_seven_days(invite, mail_server, client, clock):
    invite()
    link = link_in(mail_server.messages[0])
    clock(now() + timedelta(days=8))
    see(client, link, 404)
    send(client, link, {"name": "x", "password": NEW}, 404)


def test_a_withdrawn_invitation_is_worth_nothing(invite, mail_server, client_of, cast, client):
    guest = invite()
    send(client_of(cast.admin), f"/settings/users/{guest.id}/active", {"active": "0"})
    see(client, link_in(mail_server.messages[0]), 404)


def test_an_invitation_withdrawn_before_it_went_out_does_not_go_out(client_of, cast, work, mail_server):
    admin = client_of(cast.admin)
    send(admin, "/settings/users/new", see(admin, "/settings/users/new").form(**GUEST))
    guest = db.session.scalars(select(Member).order_by(Member.id.desc())).first()
    people.deactivate(guest, cast.admin)
    work()
    assert not mail_server.messages
    [email] = db.session.scalars(select(Email))
    assert email.state == "failed"


def test_who_may_not_invite_any_more_when_the_mail_is_due_invites_nobody(client_of, cast, work, mail_server):
    admin = client_of(cast.admin)
    send(admin, "/settings/users/new", see(admin, "/settings/users/new").form(**GUEST))
    cast.admin.role_key = "staff"
    work()
    assert not mail_server.messages


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaaaa", "guest@example.com", "x" * 201])
def test_a_password_that_is_easy_to_guess_is_refused_at_its_field(invite, mail_server, client, password):
    invite()
    link = link_in(mail_server.messages[0])
    page = Page(send(client, link, {"name": "Hana", "password": password}, 422))
    assert page.error("password")
    assert page.one('//input[@name="name"]').get("value") == "Hana"
    see(client, link)


# --- several organizations --------------------------------------------------------------------------------------


def test_somebody_of_another_organization_just_joins(invite, mail_server, client, client_of, cast):
    theirs = invite(email="stranger@example.com", name="Whoever")
    assert theirs.name == "Whoever", "what they are called elsewhere is not told before they accept"
    stranger = client_of(cast.stranger)
    link = link_in(mail_server.messages[0])
    page = see(client, link)
    assert not page.has('//input[@type="password"]')
    assert send(stranger, link, {}).location == "/"
    assert "Aozora Trading" in see(stranger, "/").words("//h1")
    db.session.expire_all()
    assert theirs.name == "Stan Stranger"
    send(client, "/login", {"email": "stranger@example.com", "password": PASSWORD})
    assert "Aozora Trading" in see(client, "/").words("//h1"), "where they worked last"


def test_an_invitation_by_another_organization_changes_no_password(invite, mail_server, client, cast):
    invite(email="stranger@example.com")
    before = cast.stranger.user.password_hash
    send(client, link_in(mail_server.messages[0]), {"password": NEW, "name": "Mallory"})
    db.session.expire_all()
    assert (cast.stranger.user.password_hash, cast.stranger.user.name) == (before, "Stan Stranger")


def test_two_invitations_to_one_new_person_are_two_organizations_and_one_password(
    invite, mail_server, client, cast
):
    invite()
    invite(cast.stranger)
    first, second = (link_in(mail) for mail in mail_server.messages)
    send(client, first, {"name": "Hana", "password": NEW})
    assert not see(client, second).has('//input[@type="password"]')
    send(client, second, {"name": "Other", "password": "another long password"})
    with everywhere():
        members = db.session.scalars(select(Member).join(User).where(User.email == "guest@example.com")).all()
    assert len({member.organization_id for member in members}) == 2
    send(client, "/login", {"email": "guest@example.com", "password": NEW})
    page = see(client, "/")
    assert page.has('//form[@action="/organization"]//button')


def test_whoever_is_here_already_is_not_invited_again(client_of, cast):
    admin = client_of(cast.admin)
    form = see(admin, "/settings/users/new").form(**(GUEST | {"email": " Staff@Example.com"}))
    assert "already" in Page(send(admin, "/settings/users/new", form, 422)).error("email")


# --- a forgotten password ---------------------------------------------------------------------------------------


def ask(client, email="staff@example.com", status=303, **options):
    return send(client, "/password", {"email": email}, status, **options)


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(
    client, client_of, cast, work, mail_server, session
):
    elsewhere = client_of(cast.staff)
    ask(client)
    work()
    [mail] = mail_server.messages
    assert mail.recipients == ["staff@example.com"]
    link = link_in(mail)
    assert "staff@example.com" in see(client, link).words()
    send(client, link, {"password": NEW})
    assert elsewhere.get("/").status_code == 303, "whoever was in with the old one is out"
    see(client, link, 404)
    send(client, link, {"password": "yet another password"}, 404)
    send(client, "/login", {"email": "staff@example.com", "password": PASSWORD}, 422)
    send(client, "/login", {"email": "staff@example.com", "password": NEW})


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "books.aozora.example", "X-Forwarded-Host": "evil.example"},
        {"Host": "books.aozora.example@evil.example"},
        {"Forwarded": "host=evil.example", "Origin": "https://evil.example"},
    ],
)
def test_a_false_host_poisons_no_link(client, work, mail_server, headers, session):
    client.post("/password", data={"email": "staff@example.com"}, headers=headers)
    work()
    for mail in mail_server.messages:
        assert "evil" not in mail.message.as_string()
        link_in(mail)


def test_the_answer_is_the_same_whether_the_address_is_known_or_not(client, work, mail_server, session):
    known, unknown = ask(client), ask(client, "nobody@example.com")
    assert known.location == unknown.location
    assert set(known.headers.keys()) == set(unknown.headers.keys())
    assert known.text == unknown.text
    for _time in range(resets.PER_ACCOUNT + 1):
        assert ask(client).location == known.location
    work()
    assert {mail.recipients[0] for mail in mail_server.messages} == {"staff@example.com"}
    assert len(mail_server.messages) <= resets.PER_ACCOUNT


def test_who_asks_for_many_addresses_waits_and_others_do_not(client, session):
    for n in range(resets.PER_ADDRESS):
        db.session.add(PasswordReset(email=f"{n}@example.com", address="127.0.0.1"))
    ask(client, status=422)
    ask(client, environ_overrides={"REMOTE_ADDR": "192.0.2.8"})


def test_a_link_is_good_for_an_hour_and_the_latest_one_only(client, work, mail_server, clock):
    ask(client)
    work()
    ask(client)
    work()
    first, second = (link_in(mail) for mail in mail_server.messages)
    see(client, first, 404)
    see(client, second)
    clock(now() + timedelta(minutes=61))
    see(client, second, 404)
    send(client, second, {"password": NEW}, 404)


def test_the_token_of_a_reset_lies_only_as_a_digest_in_the_database(client, work, mail_server):
    ask(client)
    work()
    token = link_in(mail_server.messages[0]).rpartition("/")[2]
    [kept] = db.session.scalars(select(PasswordReset).where(PasswordReset.token_hash.is_not(None)))
    assert token != kept.token_hash
    [email] = db.session.scalars(select(Email))
    assert token not in email.body_text + email.body_html


@pytest.mark.parametrize("who", ["invited", "inactive", "unknown"])
def test_who_may_not_come_in_gets_no_link(client, cast, work, mail_server, who, invite):
    if who == "invited":
        invite()
        mail_server.messages.clear()
    if who == "inactive":
        cast.staff.is_active = False
    email = {"invited": "guest@example.com", "inactive": "staff@example.com", "unknown": "x@example.com"}[who]
    ask(client, email)
    work()
    assert not mail_server.messages


@pytest.mark.parametrize(
    "text", ["\x00", "a" * 5_000, "'; --", "😀@example.com", "@", "x\r\nBcc: y@evil.example"]
)
def test_whatever_is_typed_as_an_address_is_answered_alike(client, text, work, mail_server, session):
    assert ask(client, text, 422 if not text.strip() else 303).status_code in (303, 422)
    work()
    assert not mail_server.messages


def test_a_weak_new_password_is_refused_and_the_link_stays_good(client, work, mail_server, cast):
    ask(client)
    work()
    link = link_in(mail_server.messages[0])
    assert Page(send(client, link, {"password": "short"}, 422)).error("password")
    send(client, link, {"password": NEW})


def test_a_reset_ends_the_patience_with_who_guessed(client, work, mail_server, session):
    for _time in range(10):
        client.post("/login", data={"email": "staff@example.com", "password": "wrong"})
    ask(client)
    work()
    send(client, link_in(mail_server.messages[0]), {"password": NEW})
    send(client, "/login", {"email": "staff@example.com", "password": NEW})


def test_all_of_it_stands_in_the_audit_trail(client, work, mail_server, cast):
    ask(client)
    work()
    send(client, link_in(mail_server.messages[0]), {"password": NEW})
    client.post("/login", data={"email": "staff@example.com", "password": "wrong"})
    send(client, "/login", {"email": "staff@example.com", "password": NEW})
    entries = db.session.scalars(select(TimelineEntry).where(TimelineEntry.record_id == cast.staff.id)).all()
    assert [entry.verb for entry in entries if entry.module == "settings.users"] == [
        "password_link_sent",
        "password_reset",
        "sign_in_failed",
        "signed_in",
    ]
    assert {entry.address for entry in entries if entry.module == "settings.users"} == {"127.0.0.1"}
    with everywhere():
        assert db.session.scalars(select(SignIn)).all()
