"""Composing a mail: to whom, with what; what is refused; a contact person made on the spot (attacks 8, 9, 18)."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from domain.books.contact_persons import ContactPerson
from domain.db import db
from domain.emails import Email
from domain.organizations.custom_roles import CustomRole
from domain.organizations.organizations import current_organization
from domain.outbox import OutboxRow
from domain.records import create
from tests import factories
from tests.pages import HTMX, Page, see, send

HANAKO = "hanako@minato.example"
TARO = "taro@minato.example"


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


@pytest.fixture
def invoice(admin):
    """Fixture: a draft for a customer with two people."""
    customer = factories.customer(display_name="Minato Works")
    factories.contact_person(customer, last_name="Sato", first_name="Hanako", email=HANAKO)
    factories.contact_person(customer, last_name="Sato", first_name="Taro", email=TARO)
    return factories.invoice(customer)


def url(invoice) -> str:
    return f"/books/invoices/{invoice.id}/emails/new"


def emails() -> list[Email]:
    return list(db.session.scalars(select(Email).order_by(Email.id)))


# --- what it begins with --------------------------------------------------------------------------------------


def test_the_form_offers_the_people_of_the_customer_and_chooses_the_first(admin, invoice):
    page = see(admin, url(invoice))
    assert [each.get("value") for each in page.all('//input[@name="to"]')] == [HANAKO, TARO]
    form = page.form()
    assert form.getlist("to") == [HANAKO]
    assert form.getlist("cc") == []
    assert form["attach_pdf"] == "1"
    assert "Minato Works" in form["message"] or "Hanako" in form["message"]
    assert "%InvoiceNumber%" in form["subject"], "a draft has no number yet"
    assert "can't be changed after that" in page.words('//*[@class="notice"]')


def test_the_mail_of_an_issued_invoice_knows_its_number(admin, invoice, cast):
    invoice.issue(cast.admin)
    form = see(admin, url(invoice)).form()
    assert invoice.number in form["subject"]


def test_a_customer_without_any_address_is_asked_for_one(admin):
    invoice = factories.invoice()
    page = see(admin, url(invoice))
    assert "no mail address yet" in page.words("//fieldset")
    refused = Page(send(admin, url(invoice), page.form(), 422))
    assert "choose who" in refused.words('//*[@id="to_error"]')


# --- sending --------------------------------------------------------------------------------------------------


def test_sending_issues_the_draft_owes_the_mail_and_answers_at_once(admin, invoice):
    answer = send(
        admin, url(invoice), see(admin, url(invoice)).form(to=[HANAKO, TARO], bcc="boss@example.com")
    )
    assert answer.location == f"/books/invoices/{invoice.id}"
    [email] = emails()
    assert invoice.status == "sent"
    assert invoice.number in email.subject
    assert [each["address"] for each in email.recipients] == [HANAKO, TARO, "boss@example.com"]
    assert (email.state, email.attach_pdf) == ("waiting", True)
    [owed] = db.session.scalars(select(OutboxRow))
    assert (owed.topic, owed.payload) == ("email.send", {"email": email.id})
    page = see(admin, answer.location)
    assert page.one('//*[@id="emails"]//*[@data-status]').get("data-status") == "waiting"
    assert page.by_id("emails").get("hx-trigger") == "every 2s"
    assert HANAKO in page.toast()


def test_a_double_click_sends_one_mail(admin, invoice):
    form = see(admin, url(invoice)).form()
    first, second = send(admin, url(invoice), form), send(admin, url(invoice), form)
    assert first.location == second.location
    assert len(emails()) == 1
    assert len(list(db.session.scalars(select(OutboxRow)))) == 1
    assert invoice.number == "INV-000001"


def test_a_second_mail_is_a_second_mail(admin, invoice):
    for _ in range(2):
        send(admin, url(invoice), see(admin, url(invoice)).form())
    assert len(emails()) == 2


def test_the_pdf_may_be_left_out(admin, invoice):
    send(admin, url(invoice), see(admin, url(invoice)).form(attach_pdf=None))
    assert emails()[0].attach_pdf is False


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("to", []),
        ("to", ["stranger@example.com"]),
        ("to", ["hanako@minato.example.evil.example"]),
        ("to", ["hanako@minаto.example"]),
        ("to", [f"{HANAKO}\r\nBcc: x@example.com"]),
        ("to", [f"{HANAKO}, x@example.com"]),
        ("cc", ["stranger@example.com"]),
        ("bcc", ["not an address"]),
        ("bcc", ["a@example.com\r\nTo: b@example.com"]),
        ("bcc", [",".join(f"p{n}@example.com" for n in range(200))]),
        ("subject", [""]),
        ("subject", ["x" * 2000]),
        ("message", ["x" * 300_000]),
    ],
)
def test_what_no_mail_may_have_is_said_at_its_field_and_nothing_is_issued(admin, invoice, field, values):
    form = see(admin, url(invoice)).form(**{"to": [HANAKO], field: values})
    page = Page(send(admin, url(invoice), form, 422))
    assert page.has('//*[@class="error"][normalize-space()]')
    assert page.form()["form_key"] == form["form_key"]
    if field != "subject":
        assert page.form()["subject"] == form["subject"]
    assert (emails(), invoice.status, invoice.number) == ([], "draft", "")


def test_a_line_break_in_a_subject_is_no_header(admin, invoice):
    form = see(admin, url(invoice)).form(subject="Hello\r\nBcc: x@example.com")
    send(admin, url(invoice), form)
    assert "\n" not in emails()[0].subject
    assert "\r" not in emails()[0].subject


def test_a_message_keeps_no_code(admin, invoice):
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:x'>x</a> hx-get=/evil"
    send(admin, url(invoice), see(admin, url(invoice)).form(message=evil))
    body = emails()[0].body_html
    assert "<script" not in body
    assert "<img" not in body
    assert 'href="javascript' not in body


@pytest.mark.parametrize(
    "text", ["\x00", "a\x00b", "\ud7ff\uffff", "%Nonsense% %CustomerName%", "{{ 7*7 }}", "🧾"]
)
def test_no_text_breaks_a_mail(admin, invoice, text):
    form = see(admin, url(invoice)).form(
        subject=f"S {text}", message=f"M {text}", bcc=text if "%" not in text else ""
    )
    answer = admin.post(url(invoice), data=form)
    assert answer.status_code in (303, 422)
    assert "49" not in "".join(email.subject for email in emails())


def test_a_placeholder_that_means_nothing_is_pointed_out(admin, invoice):
    form = see(admin, url(invoice)).form(message="Dear %Nonsense%", subject="")
    page = Page(send(admin, url(invoice), form, 422))
    assert "Nonsense" in page.words('//*[@class="notice"]')


def test_without_a_key_no_mail_is_sent(admin, invoice):
    form = see(admin, url(invoice)).form()
    del form["form_key"]
    send(admin, url(invoice), form, 422)
    assert emails() == []


# --- a contact person on the spot -----------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_person_added_on_the_spot_is_chosen_and_what_was_typed_stays(admin, invoice, headers):
    form = see(admin, url(invoice)).form(
        do="add_person",
        person_last_name="Suzuki",
        person_email="suzuki@minato.example",
        subject="Mine",
        message="Typed",
        attach_pdf=None,
        cc=[TARO],
        bcc="boss@example.com",
    )
    page = Page(send(admin, url(invoice), form, 200, headers=headers))
    assert page.is_whole is not bool(headers)
    again = page.form()
    assert again.getlist("to") == [HANAKO, "suzuki@minato.example"]
    assert again.getlist("cc") == [TARO]
    assert (again["subject"], again["message"], again["bcc"]) == ("Mine", "Typed", "boss@example.com")
    assert "attach_pdf" not in again
    assert (again["person_last_name"], again["person_email"]) == ("", "")
    assert again["form_key"] == form["form_key"]
    assert len(db.session.scalars(select(ContactPerson)).all()) == 3
    assert emails() == [], "nothing was sent"
    send(admin, url(invoice), again)
    assert len(emails()[0].recipients) == 4


def test_a_person_added_twice_by_a_double_click_is_one(admin, invoice):
    form = see(admin, url(invoice)).form(
        do="add_person", person_last_name="S", person_email="s@minato.example"
    )
    for _ in range(2):
        send(admin, url(invoice), form, 200)
    assert len(db.session.scalars(select(ContactPerson)).all()) == 3


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("person_email", ""),
        ("person_email", "nobody"),
        ("person_last_name", "x" * 101),
        ("person_email", "a@b.c\x00"),
    ],
)
def test_what_is_wrong_with_the_person_is_said_there_and_the_mail_is_kept(admin, invoice, field, text):
    typed = {"person_last_name": "Suzuki", "person_email": "suzuki@minato.example"} | {field: text}
    form = see(admin, url(invoice)).form(do="add_person", subject="Mine", **typed)
    page = Page(send(admin, url(invoice), form, 422))
    assert page.error(field)
    assert page.form()["subject"] == "Mine"
    assert page.form().getlist("to") == [HANAKO]
    assert len(db.session.scalars(select(ContactPerson)).all()) == 2


# --- again ----------------------------------------------------------------------------------------------------


def _with_state(admin, invoice, state: str) -> Email:
    send(admin, url(invoice), see(admin, url(invoice)).form())
    [email] = emails()
    email.state, email.error = state, "No such mailbox"
    for row in db.session.scalars(select(OutboxRow)):
        db.session.delete(row)
    db.session.commit()
    return email


@pytest.mark.parametrize("state", ["failed", "unknown"])
def test_a_mail_that_failed_or_may_have_failed_can_be_sent_again(admin, invoice, state):
    email = _with_state(admin, invoice, state)
    page = see(admin, f"/books/invoices/{invoice.id}")
    assert "No such mailbox" in page.words('//*[@id="emails"]')
    again = page.one('//*[@id="emails"]//form').get("action")
    send(admin, again, {})
    assert email.state == "waiting"
    assert len(list(db.session.scalars(select(OutboxRow)))) == 1
    assert len(emails()) == 1, "it is the same mail"


@pytest.mark.parametrize("state", ["waiting", "sending", "sent"])
def test_a_mail_that_is_on_its_way_or_there_is_not_sent_again(admin, invoice, state):
    email = _with_state(admin, invoice, state)
    page = see(admin, f"/books/invoices/{invoice.id}/emails")
    assert not page.has('//*[@id="emails"]//form')
    send(admin, f"/books/invoices/{invoice.id}/emails/{email.id}/again", {}, 422)
    assert email.state == state


def test_the_history_asks_again_until_nothing_is_on_its_way(admin, invoice):
    email = _with_state(admin, invoice, "sending")
    address = f"/books/invoices/{invoice.id}/emails"
    assert see(admin, address, headers=HTMX).by_id("emails").get("hx-get") == address
    email.state = "sent"
    assert see(admin, address, headers=HTMX).by_id("emails").get("hx-get") is None


def test_a_mail_is_sent_again_from_its_own_invoice_only(admin, invoice):
    email = _with_state(admin, invoice, "failed")
    other = factories.invoice()
    send(admin, f"/books/invoices/{other.id}/emails/{email.id}/again", {}, 404)
    assert email.state == "failed"


# --- who may --------------------------------------------------------------------------------------------------


def test_deny_comes_before_any_write(client_of, cast, invoice):
    form = {"form_key": "k", "to": HANAKO, "subject": "S", "message": "M"}
    person = form | {"do": "add_person", "person_email": "x@example.com"}
    for who, status in ((cast.sales, 403), (cast.stranger, 404), (cast.assigned, 404)):
        client = client_of(who)
        send(client, url(invoice), form, status)
        send(client, url(invoice), person, status)
    assert (emails(), invoice.status) == ([], "draft")
    assert len(db.session.scalars(select(ContactPerson)).all()) == 2


def test_without_the_right_to_mail_one_may_do_all_but_mail(client_of, cast, invoice):
    cast.staff.profile_key = "no_email"
    staff = client_of(cast.staff)
    page = see(staff, f"/books/invoices/{invoice.id}")
    assert not page.has(f'//a[@href="{url(invoice)}"]')
    assert not see(staff, f"/books/invoices/{invoice.id}/edit").has('//button[@value="send"]')
    see(staff, url(invoice), 403)
    send(staff, url(invoice), {"form_key": "k", "to": HANAKO, "subject": "S"}, 403)
    send(staff, f"/books/invoices/{invoice.id}/status", {"transition": "mark_as_sent"})


# --- what each kind of document offers ------------------------------------------------------------------------


OFFERS = {
    "estimate": ("estimates", ["attach_pdf"], "Attach PDF"),
    "invoice": (
        "invoices",
        ["attach_pdf", "attach_statement"],
        "Attach invoice PDF Attach customer statement",
    ),
    "credit_note": ("credit-notes", ["attach_pdf"], "Attach PDF"),
    "sales_order": ("sales-orders", [], ""),
    "purchase_order": ("purchase-orders", [], ""),
}


@pytest.mark.parametrize("kind", OFFERS)
def test_each_kind_of_document_offers_its_own_attachments(admin, kind):
    path, names, labels = OFFERS[kind]
    document = getattr(factories, kind)()
    page = see(admin, f"/books/{path}/{document.id}/emails/new")
    switches = page.all('//*[@class="switch"]//input')
    assert [each.get("name") for each in switches] == names
    assert page.words('//*[@class="switch"]//label') == labels


@pytest.mark.parametrize("kind", ["sales_order", "purchase_order"])
def test_the_pdf_of_an_order_goes_along_without_being_asked_for(admin, kind):
    party = factories.customer if kind == "sales_order" else factories.vendor
    order = getattr(factories, kind)(party(email=HANAKO))
    address = f"/books/{OFFERS[kind][0]}/{order.id}/emails/new"
    send(admin, address, see(admin, address).form())
    assert emails()[0].attach_pdf is True


def test_a_bill_is_not_mailed(admin):
    bill = factories.bill()
    see(admin, f"/books/bills/{bill.id}/emails/new", 404)
    assert not see(admin, f"/books/bills/{bill.id}").has('//a[contains(@href, "/emails/new")]')


def test_a_customer_is_thanked_for_a_payment(admin, invoice, cast):
    invoice.issue(cast.admin)
    payment = factories.payment(invoice, 400)
    address = f"/books/payments/{payment.id}/emails/new"
    assert see(admin, f"/books/payments/{payment.id}").has(f'//a[@href="{address}"]')
    page = see(admin, address)
    assert page.all('//*[@class="switch"]') == []
    assert "your payment of ¥400" in page.form()["message"]
    answer = send(admin, address, page.form())
    [email] = emails()
    assert (email.attach_pdf, email.payment_id, email.document_id) == (False, payment.id, None)
    assert email.subject in see(admin, answer.location).words('//*[@id="emails"]')


def test_for_money_that_went_out_nobody_is_thanked(admin):
    bill = factories.bill()
    bill.open(None)
    payment = factories.payment(bill, 100)
    see(admin, f"/books/payments/{payment.id}/emails/new", 404)
    assert not see(admin, f"/books/payments/{payment.id}").has('//a[contains(@href, "/emails/new")]')


# --- the customer's statement ---------------------------------------------------------------------------------


def test_a_statement_goes_along_for_the_period_that_was_chosen(admin, invoice):
    page = see(admin, url(invoice))
    assert page.form()["statement_to"] == factories.today().isoformat()
    period = {"statement_from": "2026-01-01", "statement_to": "2026-06-30"}
    send(admin, url(invoice), page.form(**period))
    assert emails()[0].statement is None, "it was not asked for"
    send(admin, url(invoice), see(admin, url(invoice)).form(attach_statement="1", **period))
    assert [day.isoformat() for day in (emails()[1].statement.first, emails()[1].statement.last)] == [
        *period.values()
    ]


@pytest.mark.parametrize(
    ("field", "text"),
    [("statement_from", ""), ("statement_from", "never"), ("statement_to", "2020-01-01")],
)
def test_a_period_that_is_none_is_refused_at_its_field(admin, invoice, field, text):
    form = see(admin, url(invoice)).form(attach_statement="1", **{field: text})
    assert Page(send(admin, url(invoice), form, 422)).error(field)
    assert (emails(), invoice.status) == ([], "draft")


def test_who_may_not_see_customers_is_offered_no_statement(client_of, cast, invoice):
    rights = ["books.invoices.view", "books.invoices.email"]
    role = create(CustomRole, {"kind": "role", "name": "Mailer", "permissions": rights}, cast.admin)
    cast.staff.custom_role = role
    staff = client_of(cast.staff)
    page = see(staff, url(invoice))
    assert not page.has('//input[@name="attach_statement"]')
    send(staff, url(invoice), page.form(attach_statement="1", statement_from="", statement_to=""))
    assert emails()[0].statement is None


# --- templates and placeholders -------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_another_template_replaces_the_text_and_nothing_else(admin, invoice, headers):
    form = see(admin, url(invoice)).form(
        do="template", template="invoice_reminder", to=[TARO], attach_pdf=None, send_at="2026-12-24T09:00"
    )
    page = Page(send(admin, url(invoice), form, 200, headers=headers))
    again = page.form()
    assert again["subject"].startswith("A reminder: invoice %InvoiceNumber%")
    assert (again["template"], again.getlist("to"), again["send_at"]) == (
        "invoice_reminder",
        [TARO],
        "2026-12-24T09:00",
    )
    assert "attach_pdf" not in again
    assert emails() == []


def test_the_menu_offers_the_placeholders_of_this_kind_of_document(admin, invoice):
    names = [each.get("value") for each in see(admin, url(invoice)).all('//button[@name="insert"]')]
    assert {"InvoiceNumber", "DueDate", "CustomerName", "CompanyName"} <= set(names)
    assert "EstimateNumber" not in names


def test_without_javascript_a_placeholder_goes_to_the_end_of_the_message(admin, invoice):
    form = see(admin, url(invoice)).form(insert="DueDate", message="By")
    assert Page(send(admin, url(invoice), form, 200)).form()["message"] == "By %DueDate%"
    form["insert"] = "Nonsense"
    assert Page(send(admin, url(invoice), form, 200)).form()["message"] == "By"


def test_an_unknown_placeholder_is_warned_of_before_anything_is_sent(admin, invoice):
    form = see(admin, url(invoice)).form(message="Dear %Nonsense%,")
    page = Page(send(admin, url(invoice), form, 422))
    assert "Nonsense" in page.words('//*[@class="notice"]')
    assert page.words('//*[@class="save"]/button[1]') == "Send anyway"
    assert (emails(), invoice.status) == ([], "draft")
    worse = Page(send(admin, url(invoice), page.form(subject="%Typo%"), 422))
    send(admin, url(invoice), worse.form())
    assert "%Nonsense%" in emails()[0].body_text


# --- later ----------------------------------------------------------------------------------------------------


def test_a_mail_is_scheduled_in_the_organizations_time_and_can_be_cancelled(admin, invoice, clock):
    current_organization().time_zone = "Asia/Tokyo"
    clock(datetime(2026, 12, 1, tzinfo=UTC))
    answer = send(admin, url(invoice), see(admin, url(invoice)).form(send_at="2026-12-24T09:00"))
    [email] = emails()
    assert (email.state, email.send_at) == ("scheduled", datetime(2026, 12, 24, tzinfo=UTC))
    page = see(admin, answer.location)
    panel = '//*[@id="emails"]'
    assert page.one(f"{panel}//*[@data-status]").get("data-status") == "scheduled"
    assert "2026-12-24 09:00" in page.words(panel)
    assert page.by_id("emails").get("hx-trigger") is None, "nothing changes by itself until then"
    send(admin, page.one(f"{panel}//form").get("action"), {})
    assert email.state == "cancelled"
    assert list(db.session.scalars(select(OutboxRow))) == []
    send(admin, f"/books/invoices/{invoice.id}/emails/{email.id}/cancel", {}, 422)


@pytest.mark.parametrize(
    "text", ["tomorrow", "2020-01-01T09:00", "9999-12-31T23:59", "0001-01-01T00:00", "\x00"]
)
def test_a_time_that_is_none_is_refused_at_its_field(admin, invoice, text):
    form = see(admin, url(invoice)).form(send_at=text)
    assert Page(send(admin, url(invoice), form, 422)).error("send_at")
    assert (emails(), invoice.status) == ([], "draft")
