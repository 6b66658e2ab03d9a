"""What holds on every page, whatever it shows: nothing inline, nothing of others, everything named."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.pages import HTMX, Page
from tests.world import a_world, doors

pytestmark = pytest.mark.doors

EVIL = """"><img data-evil onerror=a() hx-get=/evil>'{{7*7}}</script><script data-evil>"""
"""What somebody may have typed into every field that people read."""

OF_THE_PERSON = ("/language", "/logout", "/login", "/first", "/organization", "/password")
"""Forms that belong to whoever sends them, not to an organization."""


SEEN: list[tuple[str, Any]] = []
"""The answers, asked for once: they are only read."""


@pytest.fixture
def pages(app, client_of, client, cast) -> list[tuple[str, Any]]:
    """Fixture: an answer of every address, and of every way of failing, by address."""
    if not SEEN:
        SEEN.extend(_answers(app, client_of, client, cast))
    return SEEN


def _answers(app: Any, client_of: Any, client: Any, cast: Any) -> list[tuple[str, Any]]:
    world = a_world(cast.admin, EVIL)
    admin, sales = client_of(cast.admin), client_of(cast.sales)
    gets = [door for door in doors(app, world) if door.method == "GET"]
    asked = [(door.url, admin) for door in gets]
    party = f"?party={world['books.customers'].id}"
    asked += [
        (door.url + party, admin)
        for door in gets
        if door.url.startswith("/books") and door.url.endswith("/new")
    ]
    asked += [("/login", client), ("/crm/accounts", sales), ("/books/invoices", sales), ("/nonsense", admin)]
    asked += [("/nonsense", client), ("/crm/accounts?nonsense=1", admin), ("/logout", admin)]
    asked += [("/crm/accounts?q=%3Cb%3E", admin), ("/crm/accounts?name__contains=%22%3E%3Cb%3E", admin)]
    return [(url, who.get(url)) for url, who in asked] + _refused_forms(admin, world)


def _refused_forms(admin: Any, world: Any) -> list[tuple[str, Any]]:
    account, invoice = world["crm.accounts"], world["books.invoices"]
    posts = [
        (f"/crm/accounts/{account.id}/edit", {"version": "0", "name": EVIL, "owner_id": "x"}),
        (f"/crm/accounts/{account.id}/edit", {"version": str(account.version), "website": EVIL, "name": ""}),
        (f"/books/invoices/{invoice.id}/edit", {"version": "0", "reference": EVIL}),
        ("/books/invoices/new", {"form_key": "k", "party": EVIL, "lines-0-rate": EVIL, "lines-0-item": EVIL}),
        ("/books/invoices/lines", {"party": EVIL, "lines-0-rate": EVIL, "lines-0-item": EVIL, "do": "add"}),
        (f"/books/invoices/{invoice.id}/payments", {"form_key": "k", "amount": EVIL}),
        (f"/books/invoices/{invoice.id}/emails/new", {"form_key": "k", "to": EVIL, "subject": EVIL}),
        (f"/books/invoices/{invoice.id}/status", {"transition": EVIL}),
        (f"/books/customers/{world['books.customers'].id}/delete", {}),
        ("/language", {"language": EVIL}),
    ]
    return [(f"POST {url}", admin.post(url, data=data)) for url, data in posts]


def _whole(answers: list[tuple[str, Any]]) -> Iterator[tuple[str, Page]]:
    pages = [
        pair for pair in answers if pair[1].mimetype == "text/html" and pair[1].status_code not in (204, 303)
    ]
    return ((url, Page(each)) for url, each in pages)


def test_every_answer_says_what_a_page_may_load_and_who_may_keep_it(pages, subtests):
    for url, answer in pages:
        with subtests.test(url=url):
            policy = answer.headers["Content-Security-Policy"]
            assert "unsafe" not in policy
            assert "default-src 'none'" in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "same-origin"
            assert answer.headers["Cache-Control"] == "no-store" or url.startswith("/static")


def test_no_answer_is_an_unexpected_one(pages, subtests):
    for url, answer in pages:
        with subtests.test(url=url):
            assert answer.status_code < 500


def test_nothing_on_a_page_runs_that_is_not_a_file_of_ours(pages, subtests):
    for url, page in _whole(pages):
        with subtests.test(url=url):
            assert not page.has("//script[not(starts-with(@src, '/static/'))]")
            assert not page.has("//style | //@style")
            attributes = {name for element in page.all("//*") for name in element.attrib}
            assert not [name for name in attributes if name.startswith(("on", "hx-on"))]
            assert "data-evil" not in attributes
            assert not page.has(
                "//@*[contains(translate(., 'JAVSCRIPT', 'javscript'), 'javascript:')][name() = 'href']"
            )
            assert not page.has("//@hx-vals[starts-with(., 'js:')]")


def test_what_was_typed_is_shown_as_it_was_typed(pages):
    shown = [url for url, page in _whole(pages) if EVIL in page.root.text_content()]
    assert len(shown) > 20
    assert "49" not in {word for _url, page in _whole(pages) for word in page.words("//h1").split()}


def test_every_form_carries_its_token_and_its_organization(pages, subtests):
    for url, page in _whole(pages):
        for form in page.all('//form[@method="post"]'):
            with subtests.test(url=url, form=form.get("action") or form.get("id")):
                assert form.xpath('.//input[@name="csrf_token" and string-length(@value) > 20]')
                action = form.get("action", url)
                if action not in OF_THE_PERSON and not action.startswith("/profile"):
                    assert form.xpath('.//input[@name="organization"]')


def test_every_field_has_a_name_for_people(pages, subtests):
    for url, page in _whole(pages):
        with subtests.test(url=url):
            fields = page.all("//input[not(@type='hidden')] | //select | //textarea")
            assert not [field.get("name") for field in fields if not _label_of(page, field)]
            nameless = page.all("//button[not(normalize-space(.)) and not(@aria-label)]")
            assert not nameless
            assert not page.has(
                "//a[not(normalize-space(.)) and not(@aria-label) and not(.//img[string(@alt)])]"
            )


def _label_of(page: Page, field: Any) -> str:
    if field.get("aria-label"):
        return field.get("aria-label")
    around = field.xpath("ancestor::label")
    tied = page.all(f'//label[@for="{field.get("id")}"]') if field.get("id") else []
    return "".join(label.text_content() for label in around + tied).strip()


def test_every_id_stands_once_and_what_refers_to_it_finds_it(pages, subtests):
    for url, page in _whole(pages):
        with subtests.test(url=url):
            ids = Counter(page.all("//@id"))
            assert not [name for name, times in ids.items() if times > 1]
            for attribute in ("aria-describedby", "aria-labelledby", "aria-controls", "for", "popovertarget"):
                named = {name for value in page.all(f"//@{attribute}") for name in value.split()}
                assert not named - ids.keys(), attribute


def test_every_page_has_a_title_a_language_and_one_heading(pages, subtests):
    for url, page in _whole(pages):
        if page.is_whole:
            with subtests.test(url=url):
                assert page.root.get("lang") == "en"
                assert page.words("//title")
                assert len(page.all("//h1")) == 1
                assert page.has('//*[@id="toasts"]')
                assert not page.has("//*[normalize-space(text()) = 'None']")


def test_a_link_leads_somewhere(app, client_of, client, cast, subtests):
    """Every address of ours that any page mentions."""
    admin = client_of(cast.admin)
    paths = "//@href | //@src | //@hx-get"
    pages = _whole(_answers(app, client_of, client, cast))
    named = {link: url for url, page in pages for link in page.all(paths) if link.startswith("/")}
    named = {link.partition("#")[0]: url for link, url in named.items() if "/static/" not in link}
    for link, url in named.items():
        with subtests.test(link=link, on=url):
            assert admin.get(link).status_code in (200, 302, 303), f"on {url}"


def test_a_fragment_carries_the_same_headers(client_of, cast):
    answer = client_of(cast.admin).get("/crm/accounts", headers=HTMX)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "HX-Request" in answer.headers["Vary"]


# --- CSRF -----------------------------------------------------------------------------------------------------


def test_no_post_is_taken_without_its_token(app, client_of, client, cast, subtests):
    world = a_world(cast.admin)
    admin = client_of(cast.admin)
    app.config["WTF_CSRF_ENABLED"] = True
    for door in doors(app, world):
        if door.method == "POST":
            for who in (admin, client):
                with subtests.test(url=door.url, signed_in=who is admin):
                    assert who.post(door.url, data={"form_key": "k", "version": "1"}).status_code == 400
                    forged = {
                        "csrf_token": "IjM3MzkzZWIyN2IwMjMzYWQ1ZjU0ZThmYTEwZjNiMjUxYjZiZjcyOTIi.awIK5Q.IUi9Ot"
                    }
                    answer = who.post(door.url, data=forged, headers=HTMX)
                    assert answer.status_code == 400


def test_the_token_of_another_session_is_not_taken(app, client_of, cast):
    app.config["WTF_CSRF_ENABLED"] = True
    admin, staff = client_of(cast.admin), client_of(cast.staff)
    token = Page(staff.get("/crm/accounts/new")).form()["csrf_token"]
    form = Page(admin.get("/crm/accounts/new")).form(name="Ours")
    assert admin.post("/crm/accounts/new", data={**form, "csrf_token": token}).status_code == 400
    assert admin.post("/crm/accounts/new", data=form).status_code == 303


# --- the page that says that something went wrong ---------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_unexpected_error_is_a_page_with_a_reference_and_saves_nothing(
    app, client_of, cast, monkeypatch, headers
):
    def fail(*_args: object, **_options: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("blueprints.records.toast", fail)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    admin = client_of(cast.admin)
    answer = admin.post("/crm/accounts/new", data={"name": "Half made", "form_key": "k"}, headers=headers)
    assert answer.status_code == 500
    assert answer.headers["X-Reference"] in answer.text
    assert "secret" not in answer.text
    assert "Half made" not in admin.get("/crm/accounts").text
