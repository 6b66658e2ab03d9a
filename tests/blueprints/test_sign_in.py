"""Signing in and out, and what somebody meets who guesses, plants cookies or lays false trails (attack 24)."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from app import create_app
from config import Settings
from domain.db import db, everywhere, now
from domain.organizations import sign_ins
from domain.organizations.sign_ins import TRIES_PER_ACCOUNT, TRIES_PER_ADDRESS, FailedSignIn, SignIn
from tests.cast import PASSWORD
from tests.pages import HTMX, Page, led_to, see, send

ADMIN = {"email": "admin@example.com", "password": PASSWORD}
WRONG = {"email": "admin@example.com", "password": "wrong"}
COOKIE = "kakehashi_8000"


@pytest.fixture(autouse=True)
def cheap(cast, monkeypatch):
    """Fixture: passwords that are quickly checked; how hard they are to guess is not what is tested here."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    for member in (cast.admin, cast.staff):
        member.user.password_hash = quick.hash(PASSWORD)
    monkeypatch.setattr(sign_ins, "_nobody", lambda: quick.hash("nobody"))


def is_in(client) -> bool:
    return client.get("/").status_code == 200


def failed(times: int, email: str = "admin@example.com", address: str = "127.0.0.1") -> None:
    """Guesses that went wrong just now."""
    db.session.add_all(FailedSignIn(email=email, address=address) for _ in range(times))
    db.session.commit()


# --- in and out -----------------------------------------------------------------------------------------------


def test_the_right_password_leads_in(client):
    answer = send(client, "/login", ADMIN)
    assert answer.location == "/"
    assert "Aozora Trading" in see(client, "/").words()


def test_a_mail_address_may_be_written_in_any_case(client):
    send(client, "/login", ADMIN | {"email": "  Admin@Example.COM "})


def test_the_cookie_is_for_this_server_only_and_out_of_reach_of_scripts(client):
    [cookie] = [
        each for each in send(client, "/login", ADMIN).headers.getlist("Set-Cookie") if COOKIE in each
    ]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain" not in cookie
    assert "Secure" not in cookie, "the address of this installation is plain http"


def test_passwords_are_kept_as_argon2id_says():
    assert sign_ins.hasher.hash(PASSWORD).startswith("$argon2id$")
    assert sign_ins.hasher.memory_cost >= 19 * 1024, "what OWASP asks for at least"


def test_over_https_the_cookie_is_never_sent_in_the_clear(database_url, tmp_path):
    environment = {
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": database_url,
        "BASE_URL": "https://books.example.com",
    }
    app = create_app(Settings.from_environment(environment), WTF_CSRF_ENABLED=False)
    answer = app.test_client().post("/login", data=ADMIN)
    assert "Secure" in answer.headers["Set-Cookie"]
    with app.app_context():
        db.engine.dispose()


def test_a_planted_session_is_worth_nothing_after_somebody_signed_in_with_it(app, client):
    see(client, "/login")
    planted = client.get_cookie(COOKIE).value
    send(client, "/login", ADMIN)
    assert client.get_cookie(COOKIE).value != planted
    attacker = app.test_client()
    attacker.set_cookie(COOKIE, planted)
    assert not is_in(attacker)


def test_whoever_signs_in_over_another_session_is_not_that_other_person(client_of, cast):
    browser = client_of(cast.sales)
    send(browser, "/login", ADMIN)
    assert "admin@example.com" in see(browser, "/").words()


def test_signing_out_ends_the_session_everywhere_the_cookie_went(app, client):
    send(client, "/login", ADMIN)
    stolen = client.get_cookie(COOKIE).value
    send(client, "/logout", {})
    assert not is_in(client)
    thief = app.test_client()
    thief.set_cookie(COOKIE, stolen)
    assert not is_in(thief)


def test_signing_out_here_leaves_other_browsers_in(client_of, cast):
    here, there = client_of(cast.admin), client_of(cast.admin)
    send(here, "/logout", {})
    assert not is_in(here)
    assert is_in(there)


def test_signing_out_under_htmx_leads_to_the_sign_in_page(client_of, cast):
    answer = send(client_of(cast.admin), "/logout", {}, 204, headers=HTMX)
    assert led_to(answer) == "/login"


def test_signing_out_is_not_done_by_a_link(client_of, cast):
    browser = client_of(cast.admin)
    assert browser.get("/logout").status_code == 405
    assert is_in(browser)


def test_a_forged_cookie_is_worth_nothing(client):
    for value in ("", "x", "eyJfdXNlcl9pZCI6IjEifQ.awIK5Q.IUi9OtRdV-XtxADuYSJ_wz2eEfY", "\x7f" * 10):
        client.set_cookie(COOKIE, value)
        assert not is_in(client)


def test_a_token_that_was_guessed_is_worth_nothing(app, session):
    for token in ("1", "", "admin@example.com", "0" * 43):
        browser = app.test_client()
        with browser.session_transaction() as cookie:
            cookie["_user_id"] = token
        assert not is_in(browser)


def test_the_token_lies_only_as_a_digest_in_the_database(app, client):
    send(client, "/login", ADMIN)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    with everywhere():
        assert token not in {each.token_hash for each in db.session.scalars(select(SignIn))}


def test_a_sign_in_ends_by_itself(client_of, cast, clock):
    browser = client_of(cast.admin)
    assert is_in(browser)
    clock(now() + timedelta(days=15))
    assert not is_in(browser)


@pytest.mark.parametrize("what", ["member", "user"])
def test_whoever_may_not_come_in_any_more_is_out_at_once(client, client_of, cast, what):
    browser = client_of(cast.staff)
    assert is_in(browser)
    (cast.staff if what == "member" else cast.staff.user).is_active = False
    assert not is_in(browser)
    send(client, "/login", ADMIN | {"email": "staff@example.com"}, 422)


def test_somebody_who_is_in_needs_no_sign_in_page(client_of, cast):
    assert client_of(cast.admin).get("/login").location == "/"


# --- guessing -------------------------------------------------------------------------------------------------


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(client):
    wrong = Page(send(client, "/login", WRONG, 422))
    unknown = Page(send(client, "/login", WRONG | {"email": "nobody@example.com"}, 422))
    assert wrong.words("//main") == unknown.words("//main")
    assert wrong.words('//*[@role="alert"]') == "The mail address or the password is wrong."
    assert not is_in(client)


def test_what_was_typed_is_kept_but_the_password(client):
    page = Page(send(client, "/login", WRONG | {"next": "/crm/accounts"}, 422))
    assert page.one('//input[@name="email"]').get("value") == "admin@example.com"
    assert page.one('//input[@name="next"]').get("value") == "/crm/accounts"
    assert not page.one('//input[@name="password"]').get("value")


def test_a_wrong_guess_is_on_record_although_it_is_refused(client, session):
    send(client, "/login", WRONG, 422)
    [guess] = db.session.scalars(select(FailedSignIn))
    assert (guess.email, guess.address) == ("admin@example.com", "127.0.0.1")


def test_after_too_many_guesses_at_an_account_even_the_right_password_waits(client, clock, session):
    failed(TRIES_PER_ACCOUNT - 1)
    send(client, "/login", WRONG, 422)
    page = Page(send(client, "/login", ADMIN, 422))
    assert "quarter of an hour" in page.words('//*[@role="alert"]')
    send(client, "/login", ADMIN | {"email": "staff@example.com"})
    clock(now() + timedelta(minutes=16))
    send(client, "/logout", {})
    send(client, "/login", ADMIN)


def test_an_address_that_guesses_at_many_accounts_waits_and_others_do_not(client, session):
    for n in range(TRIES_PER_ADDRESS):
        db.session.add(FailedSignIn(email=f"{n}@example.com", address="192.0.2.7"))
    db.session.commit()
    send(client, "/login", ADMIN, 422, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    send(client, "/login", ADMIN, environ_overrides={"REMOTE_ADDR": "192.0.2.8"})


def test_a_guesser_can_not_choose_an_address_by_a_header(client, session):
    failed(TRIES_PER_ADDRESS, email="somebody@example.com")
    for header in ("X-Forwarded-For", "X-Real-IP", "Forwarded"):
        send(client, "/login", ADMIN, 422, headers={header: "192.0.2.99"})


def test_patience_survives_a_new_start(make_app, database_url, client, session):
    failed(TRIES_PER_ACCOUNT)
    restarted = make_app(database_url).test_client()
    send(restarted, "/login", ADMIN, 422)


def test_a_right_password_forgives_the_guesses_before_it(client, session):
    failed(TRIES_PER_ACCOUNT - 1)
    send(client, "/login", ADMIN)
    assert not db.session.scalars(select(FailedSignIn)).all()


@pytest.mark.parametrize("text", ["\x00", "a" * 5_000, "'; --", "😀@example.com", "admin@example.com\x00"])
def test_whatever_is_typed_as_an_address_is_only_wrong(client, text):
    send(client, "/login", {"email": text, "password": text}, 422)


# --- where to, afterwards -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target", ["/crm/accounts", "/books/invoices?state=overdue&sort=-date", "/crm/accounts?q=%E4%BA%AC"]
)
def test_signing_in_leads_to_the_page_one_wanted(client, target):
    door = client.get(target)
    assert door.status_code == 303
    page = see(client, door.location)
    form = {**ADMIN, "next": page.one('//input[@name="next"]').get("value")}
    assert send(client, "/login", form).location == target


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "evil.example",
        " //evil.example",
        "/%0d%0aSet-Cookie: a=b\r\nX: y",
        "",
    ],
)
def test_signing_in_leads_nobody_out_of_the_program(client, target):
    answer = send(client, "/login", {**ADMIN, "next": target})
    assert answer.location == "/"


def test_a_false_host_in_the_request_leads_nobody_out(client):
    answer = send(client, "/login", ADMIN, headers={"Host": "evil.example"})
    assert answer.location == "/"


def test_a_post_that_is_not_signed_in_leads_back_to_no_post(client):
    answer = client.post("/crm/accounts/new", data={"name": "x"})
    assert answer.location == "/login"
