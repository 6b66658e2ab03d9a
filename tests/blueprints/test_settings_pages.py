"""The settings that are no list: organization, mail, API access, activity; and what of them can't be."""

from io import BytesIO

import pytest
from sqlalchemy import select

from blueprints.settings_activity import TOPICS
from domain import outbox, printing
from domain.db import db, now
from domain.emails import Email
from domain.importing import imports
from domain.numbering import NumberSeries
from domain.organizations.access_tokens import AccessToken
from domain.organizations.organizations import current_organization
from domain.outbox import OutboxRow, publish
from domain.tax_registrations import doubt_about
from jobs import HANDLERS
from tests import factories
from tests.factories import picture
from tests.pages import HTMX, Page, compiled_once, see, send

__all__ = ["compiled_once"]

LOGO = "/settings/organization/logo"
PAGE = "/settings/organization"


@pytest.fixture
def admin(client_of, cast):
    return client_of(cast.admin)


# --- registrations: see also tests/delivery/test_papers.py ---------------------------------------------------


def french(admin, company: str, tax: str = ""):
    """What a French organization would send."""
    return see(admin, PAGE).form(country="FR", company_registration=company, tax_registration=tax)


@pytest.mark.parametrize(
    ("company", "tax"),
    [("732829320", ""), ("732 829 320 00074", ""), ("732829320", "FR 44 732 829 320"), ("", "FR44732829320")],
)
def test_a_french_company_says_its_siren_or_siret_beside_its_vat_number(admin, company, tax):
    send(admin, PAGE, french(admin, company, tax))
    assert current_organization().company_registration == company


@pytest.mark.parametrize(
    ("company", "tax", "sentence"),
    [
        ("732829321", "", "check digit"),
        ("73282932000075", "", "check digit"),
        ("12345", "", "9 digits"),
        ("FR44732829320", "", "9 digits"),
        ("552100554", "FR 44 732829320", "another company"),
    ],
)
def test_a_french_registration_that_can_not_be_is_refused(admin, company, tax, sentence):
    page = Page(send(admin, PAGE, french(admin, company, tax), 422))
    assert sentence in page.error("company_registration")


# --- organization ---------------------------------------------------------------------------------------------


def test_the_organization_is_saved(admin):
    form = see(admin, PAGE).form(
        name="Aozora K.K.", tax_registration="Ｔ8010099014207", fiscal_year_start="4", tax_per_line="1"
    )
    send(admin, PAGE, form)
    db.session.expire_all()
    ours = current_organization()
    assert (ours.name, ours.tax_registration) == ("Aozora K.K.", "T8010099014207")
    assert (ours.fiscal_year_start, ours.tax_per_line) == (4, True)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", ""),
        ("email", "nobody"),
        ("tax_registration", "T8010099014208"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("fiscal_year_start", "13"),
        ("currency", "XXX"),
        ("language", "xx"),
        ("name", "x" * 300),
        ("payment_details", "a\x00b"),
    ],
)
def test_what_can_not_be_is_refused_at_its_field(admin, field, text):
    for headers in ({}, HTMX):
        form = see(admin, PAGE).form(**{field: text})
        page = Page(send(admin, PAGE, form, 422, headers=headers))
        assert page.error(field)


def test_the_currency_is_fixed_once_there_are_documents(admin, factories):
    factories.currency("EUR")
    form = see(admin, PAGE).form(currency="EUR")
    factories.invoice()
    assert Page(send(admin, PAGE, form, 422)).status == 422
    assert current_organization().currency == "JPY"
    page = see(admin, PAGE)
    assert not page.has('//*[@name="currency"]')
    send(admin, PAGE, page.form(name="Still saved"))


def test_without_documents_the_currency_may_change(admin, factories):
    factories.currency("EUR")
    send(admin, PAGE, see(admin, PAGE).form(currency="EUR"))
    db.session.expire_all()
    assert current_organization().currency == "EUR"


def test_a_fiscal_year_that_would_repeat_numbers_is_refused(admin, factories):
    factories.series(prefix="{YYYY}-", restarts_yearly=True)
    form = see(admin, PAGE).form(fiscal_year_start="4")
    assert "twice" in Page(send(admin, PAGE, form, 422)).error("fiscal_year_start")


def test_the_second_to_save_is_told(admin):
    form = see(admin, PAGE).form(name="Mine")
    send(admin, PAGE, see(admin, PAGE).form(name="Theirs"))
    assert "Mine" in Page(send(admin, PAGE, form, 409)).by_id("name").get("value")


# --- logo -----------------------------------------------------------------------------------------------------


def upload(client, content, name="logo.png"):
    """Send a logo as a browser does."""
    return client.post(LOGO, data={"logo": (BytesIO(content), name)}, content_type="multipart/form-data")


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (picture(), "image/png"),
        (picture(kind="JPEG"), "image/jpeg"),
        (
            b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
            "image/svg+xml",
        ),
    ],
)
def test_a_logo_is_uploaded_shown_and_removed(admin, content, media_type):
    assert upload(admin, content).status_code == 303
    shown = admin.get(LOGO)
    assert (shown.mimetype, shown.data) == (media_type, content)
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    send(admin, LOGO, {"do": "remove"})
    assert admin.get(LOGO).status_code == 404


@pytest.mark.parametrize("content", [b"", b"not a picture", b"<svg/>", b"<script>alert(1)</script>"])
def test_a_broken_logo_is_refused_with_a_sentence(admin, content):
    answer = upload(admin, content)
    assert answer.status_code == 422
    assert Page(answer).error("logo")
    assert current_organization().logo_digest is None


# --- tax registrations ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "text", "right"),
    [
        ("JP", "T8010099014207", True),
        ("JP", "T8010-0990-14207", True),
        ("JP", "8010099014207", False),
        ("JP", "T8010099014200", False),
        ("JP", "T²010099014207", False),
        ("FR", "FR 40 303 265 045", True),
        ("FR", "303 265 045", True),
        ("FR", "732 829 320 00074", True),
        ("FR", "FR41303265045", False),
        ("FR", "12", False),
        ("DE", "anything", True),
        ("JP", "", True),
    ],
)
def test_a_tax_registration_is_looked_at_where_its_country_is_known(country, text, right):
    assert (doubt_about(text, country) is None) == right


def test_a_customers_doubtful_tax_registration_is_kept_and_pointed_out(admin, factories):
    customer = factories.customer(billing_country="JP", tax_registration="T1")
    assert "T and 13 digits" in see(admin, f"/books/customers/{customer.id}").words('//*[@class="notice"]')
    customer.tax_registration = "T8010099014207"
    assert not see(admin, f"/books/customers/{customer.id}").has('//*[@class="notice"]')


# --- number series --------------------------------------------------------------------------------------------


def test_a_series_shows_the_next_three_numbers(admin, factories):
    series = factories.series(prefix="A-", next_number=9, width=3)
    coming = see(admin, f"/settings/series/{series.id}").words('//*[@id="body"]//li')
    assert coming == "A-009 A-010 A-011"


def test_a_counter_is_not_set_back_below_what_was_used(admin, factories):
    factories.invoice(issued=True)
    [series] = db.session.scalars(select(NumberSeries).where(NumberSeries.document_kind == "invoice"))
    series.next_number = 50
    url = f"/settings/series/{series.id}/edit"
    assert Page(send(admin, url, see(admin, url).form(next_number="1"), 422)).error("next_number")
    send(admin, url, see(admin, url).form(next_number="2"))


def test_a_series_that_numbered_something_is_not_deleted_nor_given_to_others(admin, factories):
    series = factories.series()
    factories.invoice(issued=True, series_id=series.id)
    send(admin, f"/settings/series/{series.id}/delete", {}, 422)
    url = f"/settings/series/{series.id}/edit"
    assert Page(send(admin, url, see(admin, url).form(document_kind="payment"), 422)).error("document_kind")


# --- mail -----------------------------------------------------------------------------------------------------


def test_the_mail_settings_are_saved_and_new_mails_are_signed(admin, factories):
    form = see(admin, "/settings/mail").form(
        mail_sender_name="Billing",
        mail_sender_address="billing@example.com",
        mail_signature="Aozora\nBilling",
    )
    send(admin, "/settings/mail", form)
    customer = factories.customer(email="office@minato.example")
    invoice = factories.invoice(customer, issued=True)
    compose = see(admin, f"/books/invoices/{invoice.id}/emails/new").form()
    assert compose["message"].replace("\r\n", "\n").endswith("\n\nAozora\nBilling")
    send(admin, f"/books/invoices/{invoice.id}/emails/new", compose)
    [mail] = db.session.scalars(select(Email))
    assert (mail.sender_name, mail.sender_address) == ("Billing", "billing@example.com")


@pytest.mark.parametrize("field", ["mail_sender_address", "mail_reply_to"])
def test_what_is_no_address_is_refused(admin, field):
    form = see(admin, "/settings/mail").form(**{field: "nobody"})
    assert Page(send(admin, "/settings/mail", form, 422)).error(field)


def test_a_test_mail_is_sent_through_the_outbox(admin):
    send(admin, "/settings/mail/test", {"to": "me@example.com"})
    [mail] = db.session.scalars(select(Email))
    assert (mail.notice, mail.to[0]["address"]) == ("test", "me@example.com")
    assert "me@example.com" in see(admin, "/settings/mail").words('//*[@id="test"]')
    assert Page(send(admin, "/settings/mail/test", {"to": "nobody\x00"}, 422)).error("to")


def test_the_mail_servers_password_is_shown_nowhere(make_app, database_url, app, admin):
    from dataclasses import replace

    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, smtp_url="smtps://robot:s3cret@mail.example.com")
    page = see(admin, "/settings/mail")
    assert "mail.example.com" in page.text
    assert "s3cret" not in page.text


# --- API access -----------------------------------------------------------------------------------------------


def a_token(admin, **values):
    """The secret of a new token."""
    form = {"name": "Report", "lifetime": "90", "scopes": ["read", "export"], "form_key": "k"} | values
    page = Page(send(admin, "/settings/api-access", form, 200))
    return page.one('//*[@class="secret"]').get("value")


def bearer(secret):
    """The header that carries a token."""
    return {"Authorization": f"Bearer {secret}"}


def test_a_token_is_shown_once_and_kept_as_a_hash(admin):
    secret = a_token(admin)
    assert secret not in see(admin, "/settings/api-access").text
    [token] = db.session.scalars(select(AccessToken))
    assert secret not in repr(vars(token))
    assert send(
        admin, "/settings/api-access", {"name": "Report", "scopes": ["read"], "lifetime": "", "form_key": "k"}
    ).location.endswith("/settings/api-access")


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"scopes": []}, {"scopes": ["write"]}, {"lifetime": "99999999"}]
)
def test_a_token_needs_a_name_a_scope_and_a_lifetime(admin, wrong):
    form = {"name": "Report", "lifetime": "90", "scopes": ["read"], "form_key": "k"} | wrong
    send(admin, "/settings/api-access", form, 422)
    assert not db.session.scalars(select(AccessToken)).all()


def test_a_token_reads_lists_with_the_rights_of_its_person(admin, client, factories):
    factories.invoice()
    secret = a_token(admin)
    answer = client.get("/books/invoices.json", headers=bearer(secret))
    assert answer.status_code == 200
    [record] = answer.json["records"]
    assert record["total_minor"] == {"amount": "1000", "currency": "JPY"}
    assert answer.json["next"] is None
    [token] = db.session.scalars(select(AccessToken))
    db.session.refresh(token)
    assert (token.last_used_from, bool(token.last_used_at)) == ("127.0.0.1", True)
    assert client.get("/books/invoices.json?nonsense=1", headers=bearer(secret)).json["error"]


def test_pages_of_a_list_follow_one_another(admin, client, factories):
    for n in range(60):
        factories.account(name=f"Account {n:02}")
    secret = a_token(admin)
    first = client.get("/crm/accounts.json?sort=name", headers=bearer(secret)).json
    second = client.get(first["next"], headers=bearer(secret)).json
    names = [each["name"] for each in first["records"] + second["records"]]
    assert names == sorted(names)
    assert len(names) == 60
    assert second["next"] is None


@pytest.mark.parametrize("url", ["/crm/accounts", "/settings/api-access", "/", "/crm/accounts/new"])
def test_a_token_opens_no_pages(admin, client, url):
    secret = a_token(admin)
    assert client.get(url, headers=bearer(secret)).status_code == 403
    assert client.post(url, headers=bearer(secret), data={"name": "x"}).status_code == 403


def test_a_scope_that_was_not_given_opens_nothing(admin, client):
    secret = a_token(admin, scopes=["export"])
    assert client.get("/crm/accounts.json", headers=bearer(secret)).status_code == 403


def test_a_revoked_and_an_expired_token_and_one_of_somebody_gone_open_nothing(admin, client, cast):
    secret = a_token(admin)
    assert client.get("/crm/accounts.json", headers=bearer("kkh_wrong")).status_code == 401
    [token] = db.session.scalars(select(AccessToken))
    token.expires_at = now()
    assert client.get("/crm/accounts.json", headers=bearer(secret)).status_code == 401
    token.expires_at = None
    cast.admin.user.is_active = False
    assert client.get("/crm/accounts.json", headers=bearer(secret)).status_code == 401
    cast.admin.user.is_active = True
    assert client.get("/crm/accounts.json", headers=bearer(secret)).status_code == 200
    send(admin, f"/settings/api-access/{token.id}/revoke", {})
    assert client.get("/crm/accounts.json", headers=bearer(secret)).status_code == 401


def test_a_token_may_not_ask_too_often(admin, client):
    secret = a_token(admin)
    [token] = db.session.scalars(select(AccessToken))
    token.window_at, token.used_in_window = now(), 120
    answer = client.get("/crm/accounts.json", headers=bearer(secret))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")


# --- activity -------------------------------------------------------------------------------------------------


def stopped(key, error="Server said no", **values):
    """A row of the outbox that failed for good."""
    outbox.publish("email.send", key)
    [row] = db.session.scalars(select(OutboxRow).where(OutboxRow.key == key))
    row.claimed_at = row.done_at = now()
    row.failure, row.error = "permanent", error
    for name, value in values.items():
        setattr(row, name, value)
    return row


def test_activity_is_shown_by_state(admin, cast):
    stopped("broken")
    outbox.publish("email.send", "waits")
    db.session.commit()
    assert see(admin, "/settings/activity?state=failed").words("//tbody//th").startswith("broken")
    assert see(admin, "/settings/activity?state=waiting").words("//tbody//th").startswith("waits")
    assert not see(admin, "/settings/activity?state=done").has("//tbody")
    see(admin, "/settings/activity?state=nonsense", 422)
    see(admin, "/settings/activity?before=nonsense")


def test_every_topic_has_a_name_for_people():
    assert TOPICS.keys() == HANDLERS.keys()


def test_activity_says_what_a_row_is_about(admin, cast):
    invoice = factories.invoice()
    publish(printing.TOPIC, "pdf-1", {"document": invoice.id})
    publish(imports.TOPIC, "import-0", {"import": 0})
    page = see(admin, "/settings/activity")
    [gone, pdf] = page.all("//tbody//th")
    assert pdf.xpath(".//a/@href") == [f"/books/invoices/{invoice.id}"]
    assert "PDF of a long document" in pdf.text_content()
    assert gone.text_content().split() == ["import-0", "Import"]


def test_older_activity_is_on_the_next_page(admin, cast):
    for n in range(60):
        outbox.publish("email.send", f"row-{n}")
    db.session.commit()
    page = see(admin, "/settings/activity")
    assert len(page.all("//tbody/tr")) == 50
    older = see(admin, page.one('//a[@rel="next"]').get("href"))
    assert len(older.all("//tbody/tr")) == 10


def test_all_that_failed_for_one_reason_is_tried_again(admin, cast):
    rows = [stopped(f"same-{n}") for n in range(3)]
    other = stopped("other", "Something else")
    unknown = stopped("unknown", failure="unknown")
    db.session.commit()
    page = see(admin, "/settings/activity")
    [form] = page.all('//form[contains(@action, "retry-alike")]')
    send(admin, form.get("action"), {})
    db.session.expire_all()
    assert [row.done_at for row in rows] == [None] * 3
    assert other.has_stopped
    assert unknown.has_stopped


def test_activity_says_what_it_is_about_and_leads_there(admin, cast, factories):
    customer = factories.customer(email="office@minato.example")
    invoice = factories.invoice(customer, issued=True)
    url = f"/books/invoices/{invoice.id}/emails/new"
    send(admin, url, see(admin, url).form(subject="Your invoice"))
    page = see(admin, "/settings/activity")
    assert page.one("//tbody//th/a").get("href") == f"/books/invoices/{invoice.id}"
    assert page.words("//tbody//th/a") == "Your invoice"
