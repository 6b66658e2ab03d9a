"""The first page, the language one speaks, and what machines ask for."""

import pytest

from tests import factories
from tests.pages import HTMX, Page, see, send


def test_the_first_page_counts_what_waits_and_leads_there(client_of, cast):
    factories.invoice()
    factories.invoice(issued=True)
    late = factories.days_ago(40)
    factories.invoice(issued=True, date=late, due_on=late)
    admin = client_of(cast.admin)
    page = see(admin, "/")
    counts = page.all('//*[@class="band"]//dd/a')
    assert [each.text for each in counts] == ["1", "2", "1"]
    for link in counts:
        assert len(see(admin, link.get("href")).all("//tbody/tr")) == int(link.text)


def test_the_first_page_shows_what_is_overdue_the_longest_first(client_of, cast):
    dates = [factories.days_ago(days) for days in (40, 90, 60)]
    invoices = [factories.invoice(issued=True, date=date, due_on=date) for date in dates]
    rows = see(client_of(cast.admin), "/").all(
        '//h2[.="Overdue, longest first"]/ancestor::section//tbody//th'
    )
    assert [row.text_content() for row in rows] == [invoices[n].number for n in (1, 2, 0)]


def test_the_first_page_shows_what_the_open_deals_come_to_stage_by_stage(client_of, cast):
    deal = factories.deal(amount_minor=5000, owner_id=cast.sales.id)
    page = see(client_of(cast.sales), "/")
    row = f'//table[@class="bars"]//tr[.//a[contains(@href, "stage={deal.stage_id}")]]'
    assert page.words(row).endswith("1 ¥5,000")
    assert page.one(f"{row}//progress").get("value") == "5000"
    assert page.words('//h2[.="My deals, next to close"]/ancestor::section//tbody//th') == deal.name


def test_in_an_empty_organization_the_first_page_says_what_to_do_first(client_of, cast):
    page = see(client_of(cast.stranger), "/")
    assert page.words("//h2") == "First steps"
    assert page.has('//main//a[@href="/crm/accounts/new"]')
    only_crm = see(client_of(cast.sales), "/")
    assert not only_crm.has('//main//a[starts-with(@href, "/books")]')


def test_whoever_has_nothing_to_do_with_money_sees_the_crm_only(client_of, cast):
    page = see(client_of(cast.sales), "/")
    assert not page.has('//*[@class="band"]')
    assert page.has('//a[@href="/crm/accounts"]')
    assert not page.has('//a[starts-with(@href, "/books")]')


@pytest.mark.parametrize(("language", "word"), [("ja", "取引先"), ("fr", "Comptes"), ("en", "Accounts")])
def test_one_speaks_the_language_one_chooses_from_now_on(client_of, cast, language, word):
    admin = client_of(cast.admin)
    answer = send(
        admin, "/language", {"language": language}, headers={"Referer": "http://localhost/crm/accounts"}
    )
    assert answer.location == "http://localhost/crm/accounts"
    page = see(admin, "/crm/accounts")
    assert page.root.get("lang") == language
    assert page.words("//h1") == word or language == "ja"
    assert see(client_of(cast.admin), "/").root.get("lang") == language, "in every browser"
    assert see(client_of(cast.staff), "/").root.get("lang") == "en", "but only for oneself"


@pytest.mark.parametrize("language", ["", "de", "en\x00", "../en", "EN"])
def test_a_language_that_is_not_spoken_is_refused(client_of, cast, language):
    before = cast.admin.user.language
    send(client_of(cast.admin), "/language", {"language": language}, 422)
    assert cast.admin.user.language == before


@pytest.mark.parametrize(
    "referrer", ["http://evil.example/", "http://localhost.evil.example/", "", "javascript:x"]
)
def test_choosing_a_language_leads_nobody_out(client_of, cast, referrer):
    answer = send(client_of(cast.admin), "/language", {"language": "fr"}, headers={"Referer": referrer})
    assert answer.location == "/"


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [("fr-CA,en;q=0.5", "fr"), ("ja", "ja"), ("de", "en"), ("", "en"), ("x" * 500, "en")],
)
def test_until_then_one_is_spoken_to_as_the_browser_asks(client, accepted, spoken):
    assert see(client, "/login", headers={"Accept-Language": accepted}).root.get("lang") == spoken


def test_a_page_in_every_language_is_whole(client_of, cast, subtests):
    invoice = factories.invoice(issued=True)
    admin = client_of(cast.admin)
    for language in ("ja", "fr"):
        send(admin, "/language", {"language": language})
        for address in (
            "/",
            "/crm/accounts",
            f"/books/invoices/{invoice.id}",
            "/books/invoices/new",
            "/settings",
        ):
            with subtests.test(language=language, address=address):
                page = see(admin, address)
                assert "%(" not in page.text
                assert page.has('//*[@id="toasts"]')


def test_health_is_told_to_whoever_asks_without_a_session(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json.keys() == {"status", "database", "queue", "workers", "outbox_waiting", "version"}
    assert (answer.json["status"], answer.json["database"]) == ("degraded", "ok"), (
        "no worker runs in this test"
    )
    assert "Set-Cookie" not in answer.headers
    assert "kakehashi_up 1" in client.get("/metrics").text


def test_a_static_file_under_its_digest_is_kept_for_good_and_under_another_name_is_not(client):
    page = see(client, "/login")
    address = page.one('//link[@rel="stylesheet"]').get("href")
    fresh = client.get(address)
    assert fresh.cache_control.immutable
    assert fresh.cache_control.max_age == 365 * 24 * 3600
    old = client.get(address.replace(address.split("/")[2], "000000000000"))
    assert old.status_code == 200
    assert not old.cache_control.immutable


@pytest.mark.parametrize(
    "name", ["../config.py", "..%2fconfig.py", "%2e%2e/app.py", "/etc/passwd", "nonsense.css", "fonts/", "."]
)
def test_no_file_from_elsewhere_is_a_static_file(client, name):
    assert client.get(f"/static/0/{name}", follow_redirects=True).status_code == 404


def test_what_is_not_there_is_a_page_in_our_voice(client_of, cast, client):
    page = see(client_of(cast.admin), "/nonsense", 404)
    assert page.has('//nav[@class="nav"]'), "with the way onward"
    assert page.words('//*[@class="code"]') == "404"
    assert see(client, "/nonsense", 404).has('//body[@class="plain"]')


def test_what_is_not_there_is_a_toast_under_htmx(client_of, cast):
    answer = client_of(cast.admin).get("/nonsense", headers=HTMX)
    assert answer.headers["HX-Reswap"] == "none"
    assert Page(answer).has('//*[@role="alert"]')


def test_a_form_that_is_too_large_is_refused_with_a_page(client_of, cast):
    answer = client_of(cast.admin).post("/crm/accounts/new", data={"name": "x" * 5_000_000})
    assert answer.status_code == 413
    assert "too large" in Page(answer).words("//main")
