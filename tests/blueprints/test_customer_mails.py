"""Writing to a customer: a letter or their statement, with what shall go along; drafts; all mails in one place."""

from io import BytesIO

import pytest
from sqlalchemy import select

from domain.books.contact_persons import ContactPerson
from domain.db import db
from domain.email_drafts import EmailDraft
from domain.emails import Email
from domain.organizations.custom_roles import CustomRole
from domain.organizations.organizations import current_organization
from domain.outbox import OutboxRow
from domain.records import create
from tests import factories
from tests.pages import HTMX, Page, see, send

HANAKO = "hanako@minato.example"
OFFICE = "office@minato.example"


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


@pytest.fixture
def customer(admin):
    """Fixture: a customer with two addresses who owes something."""
    made = factories.customer(display_name="Minato Works", email=OFFICE)
    factories.contact_person(made, last_name="Sato", first_name="Hanako", email=HANAKO)
    factories.invoice(made, [factories.line(rate=1000)], issued=True)
    return made


def letter(customer) -> str:
    return f"/books/customers/{customer.id}/emails/new"


def statement(customer) -> str:
    return f"/books/customers/{customer.id}/statement/emails/new"


def mails(customer) -> str:
    return f"/books/customers/{customer.id}/emails"


def emails() -> list[Email]:
    return list(db.session.scalars(select(Email).order_by(Email.id)))


def drafts() -> list[EmailDraft]:
    return list(db.session.scalars(select(EmailDraft).order_by(EmailDraft.id)))


def with_file(form, name: str = "offer.txt", content: bytes = b"hello"):
    form.setlist("files", [(BytesIO(content), name)])
    return form


# --- a letter -------------------------------------------------------------------------------------------------


def test_a_letter_goes_to_the_customers_people_with_statement_and_unpaid_list(admin, customer):
    page = see(admin, letter(customer))
    assert [each.get("value") for each in page.all('//input[@name="to"]')] == [HANAKO, OFFICE]
    form = page.form(to=[OFFICE], cc=[HANAKO], subject="Hello", attach_statement="1", attach_unpaid="1")
    assert form["message"].startswith("Dear Hanako Sato")
    form["statement_from"], form["statement_to"] = "2026-01-01", "2026-01-31"
    answer = send(admin, letter(customer), form)
    assert answer.location == mails(customer)
    [email] = emails()
    assert (email.kind, email.subject, email.attach_unpaid) == ("customer", "Hello", True)
    assert (email.statement.first.isoformat(), email.attach_pdf) == ("2026-01-01", False)
    assert [each["address"] for each in email.recipients] == [OFFICE, HANAKO]
    assert len(list(db.session.scalars(select(OutboxRow)))) == 1


def test_to_and_cc_are_the_customers_addresses_only(admin, customer):
    form = see(admin, letter(customer)).form(cc=["stranger@example.com"])
    page = Page(send(admin, letter(customer), form, 422))
    assert "not a contact person" in page.words('//*[@id="cc_error"]')
    assert emails() == []


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_contact_person_added_on_the_spot_is_chosen(admin, customer, headers):
    form = see(admin, letter(customer)).form(
        do="add_person", person_last_name="Mori", person_email="mori@minato.example", subject="Mine"
    )
    again = Page(send(admin, letter(customer), form, 200, headers=headers)).form()
    assert again.getlist("to") == [HANAKO, "mori@minato.example"]
    assert again["subject"] == "Mine"
    assert len(db.session.scalars(select(ContactPerson)).all()) == 2


def test_the_list_of_unpaid_invoices_leads_to_the_letter_that_it_goes_along_with(admin, customer):
    page = see(admin, f"/books/customers/{customer.id}/unpaid")
    form = see(admin, page.one('//*[@id="unpaid"]//a[contains(@href, "emails/new")]').get("href")).form()
    assert (form["attach_unpaid"], form["subject"]) == ("1", "Invoices that are still open")
    assert "¥1,000" in form["message"]


def test_who_owes_nothing_has_no_list_of_unpaid_invoices(admin):
    customer = factories.customer(email=OFFICE)
    page = see(admin, letter(customer))
    assert not page.has('//input[@name="attach_unpaid"]')
    send(admin, letter(customer), page.form(attach_unpaid="1"))
    assert not emails()[0].attach_unpaid


def test_formatting_goes_along_and_nothing_that_acts(admin, customer):
    rich = "<p>Dear <b>Hanako</b></p><script>alert(1)</script><ul><li onclick=x>one %CustomerName%</li></ul>"
    send(admin, letter(customer), see(admin, letter(customer)).form(rich=rich, message="Dear Hanako"))
    [email] = emails()
    assert email.body_html == "<p>Dear <b>Hanako</b></p><ul><li>one Minato Works</li></ul>"
    assert email.body_text == "Dear Hanako\n\n- one Minato Works"


def test_after_a_refusal_the_formatting_is_still_there_and_clean(admin, customer):
    rich = "<p>Dear <b>Hanako</b><script>alert(1)</script></p>"
    form = see(admin, letter(customer)).form(rich=rich, message="Dear Hanako", subject="")
    page = Page(send(admin, letter(customer), form, 422))
    assert page.one('//input[@name="rich"]').get("value") == "<p>Dear <b>Hanako</b></p>"
    assert page.one('//input[@name="rich"]').get("disabled") is not None, "without JavaScript the text counts"
    assert page.form()["message"] == "Dear Hanako"


def test_too_much_formatting_is_refused_at_the_message(admin, customer):
    form = see(admin, letter(customer)).form(rich="<b></b>" * 50_000, message="x")
    assert "too much formatting" in Page(send(admin, letter(customer), form, 422)).error("message")


# --- the statement --------------------------------------------------------------------------------------------


def test_a_statement_is_sent_with_the_period_that_was_looked_at(admin, customer):
    page = see(admin, f"{statement(customer)}?start=2026-10-01&end=2026-10-31")
    form = page.form()
    assert (form["statement_from"], form["statement_to"]) == ("2026-10-01", "2026-10-31")
    assert "%StatementPeriod%" in form["subject"]
    send(admin, statement(customer), form)
    [email] = emails()
    assert (email.kind, email.statement.last.isoformat()) == ("statement", "2026-10-31")
    assert "1 October 2026 to 31 October 2026" in email.subject
    assert "%" not in email.subject + email.body_text


@pytest.mark.parametrize("query", ["", "?start=nonsense&end=", "?start=2026-02-30&end=\x00"])
def test_without_a_period_it_is_this_month(admin, customer, query):
    form = see(admin, statement(customer) + query).form()
    assert form["statement_from"] == current_organization().today.replace(day=1).isoformat()


def test_a_statement_needs_its_period(admin, customer):
    form = see(admin, statement(customer)).form(statement_from="", statement_to="2026-10-31")
    assert Page(send(admin, statement(customer), form, 422)).error("statement_from")
    form = see(admin, statement(customer)).form(statement_from="2026-11-01", statement_to="2026-10-31")
    assert Page(send(admin, statement(customer), form, 422)).error("statement_to")
    assert emails() == []


def test_the_menu_offers_what_a_statement_says(admin, customer):
    names = [each.get("value") for each in see(admin, statement(customer)).all('//button[@name="insert"]')]
    assert {"StatementPeriod", "ClosingBalance", "CustomerName", "Receivable"} <= set(names)
    names = [each.get("value") for each in see(admin, letter(customer)).all('//button[@name="insert"]')]
    assert "ClosingBalance" not in names


# --- files ----------------------------------------------------------------------------------------------------


def test_uploaded_files_go_along(admin, customer):
    send(admin, letter(customer), with_file(see(admin, letter(customer)).form()))
    [email] = emails()
    assert [each.file.name for each in email.attachments] == ["offer.txt"]
    assert drafts() == []


def test_a_file_outlives_a_refusal_and_goes_along_then(admin, customer):
    form = with_file(see(admin, letter(customer)).form(subject=""))
    page = Page(send(admin, letter(customer), form, 422))
    assert "offer.txt" in page.words("//fieldset")
    send(admin, letter(customer), page.form(subject="Now"))
    assert [each.file.name for each in emails()[0].attachments] == ["offer.txt"]
    assert drafts() == [], "what was sent is no draft any more"


def test_a_file_outlives_a_warning_and_can_be_left_out(admin, customer):
    form = with_file(see(admin, letter(customer)).form(message="%Nonsense%"))
    page = Page(send(admin, letter(customer), form, 422))
    send(admin, letter(customer), page.form(kept=[]))
    assert emails()[0].attachments == []


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "is empty"), (b"x" * (5 * 1024 * 1024 + 1), "larger than")]
)
def test_a_file_that_can_not_go_is_refused_at_its_field(admin, customer, content, words):
    form = with_file(see(admin, letter(customer)).form(), content=content)
    page = Page(send(admin, letter(customer), form, 422))
    assert words in page.words('//*[@id="files_error"]')
    assert emails() == []


def test_more_files_than_a_mail_has_are_refused(admin, customer):
    form = see(admin, letter(customer)).form()
    form.setlist("files", [(BytesIO(b"x%d" % n), f"{n}.txt") for n in range(11)])
    page = Page(send(admin, letter(customer), form, 422))
    assert "at most 10 files" in page.words('//*[@id="files_error"]')


# --- drafts ---------------------------------------------------------------------------------------------------


def test_a_draft_keeps_all_that_was_typed_also_what_is_wrong(admin, customer):
    typed = {
        "to": [OFFICE],
        "cc": [HANAKO],
        "bcc": "not an address",
        "subject": "For later",
        "message": "Half a sen",
        "send_at": "2020-01-01T09:00",
        "attach_unpaid": "1",
        "statement_from": "nonsense",
    }
    form = with_file(see(admin, letter(customer)).form(do="draft", **typed))
    answer = send(admin, letter(customer), form)
    assert answer.location == mails(customer)
    page = see(admin, mails(customer))
    assert "For later" in page.words('//*[@id="drafts"]')
    opened = see(admin, page.one('//*[@id="drafts"]//th/a').get("href"))
    again = opened.form()
    for name, value in typed.items():
        assert again.getlist(name) == (value if isinstance(value, list) else [value]), name
    assert "offer.txt" in opened.words("//fieldset")
    assert emails() == []


def test_a_draft_is_saved_over_and_over_and_sent_once(admin, customer):
    first = see(admin, letter(customer)).form(do="draft", subject="One")
    send(admin, letter(customer), first)
    url = f"{letter(customer)}?draft={drafts()[0].id}"
    send(admin, letter(customer), see(admin, url).form(do="draft", subject="Two"))
    assert [each.subject for each in drafts()] == ["Two"]
    form = see(admin, url).form()
    for _click in range(2):
        send(admin, letter(customer), form)
    assert [each.subject for each in emails()] == ["Two"]
    assert drafts() == []
    see(admin, url, 404)


def test_what_is_saved_after_the_mail_was_sent_is_another_draft(admin, customer):
    form = see(admin, letter(customer)).form(subject="Sent")
    send(admin, letter(customer), form)
    form["do"], form["subject"] = "draft", "Once more"
    send(admin, letter(customer), form)
    [draft] = drafts()
    send(admin, letter(customer), see(admin, f"{letter(customer)}?draft={draft.id}").form())
    assert [each.subject for each in emails()] == ["Sent", "Once more"]


def test_a_draft_of_a_statement_opens_as_one(admin, customer):
    send(admin, statement(customer), see(admin, statement(customer)).form(do="draft", subject="Statement"))
    link = see(admin, mails(customer)).one('//*[@id="drafts"]//th/a').get("href")
    assert link.startswith(statement(customer))
    see(admin, link)
    see(admin, link.replace("/statement", ""), 404)


def test_a_draft_about_an_invoice_stands_with_its_customers_too(admin, customer):
    invoice = factories.invoice(customer)
    url = f"/books/invoices/{invoice.id}/emails"
    send(admin, f"{url}/new", see(admin, f"{url}/new").form(do="draft", subject="Soon"))
    for page in (see(admin, url), see(admin, mails(customer))):
        assert page.one('//*[@id="drafts"]//th/a[1]').get("href").startswith(f"{url}/new?draft=")
    assert invoice.status == "draft", "a draft issues nothing"


def test_who_begins_anew_is_told_of_the_draft(admin, customer):
    form = see(admin, letter(customer)).form(do="draft", subject="Begun")
    send(admin, letter(customer), form)
    page = see(admin, letter(customer))
    assert "Begun" in page.words('//*[@class="notice"]')
    opened = see(admin, page.one('//*[@class="notice"]//a').get("href"))
    assert opened.form()["subject"] == "Begun"
    assert not opened.has('//*[@class="notice"]//a'), "it is this one"


def test_a_draft_is_deleted_after_a_question(admin, customer):
    send(admin, letter(customer), with_file(see(admin, letter(customer)).form(do="draft")))
    [draft] = drafts()
    url = f"{mails(customer)}/drafts/{draft.id}/delete"
    see(admin, url)
    send(admin, url, {})
    assert drafts() == []
    see(admin, url, 404)


def test_nobody_else_sees_a_draft(admin, customer, client_of, cast):
    send(admin, letter(customer), see(admin, letter(customer)).form(do="draft", subject="Mine alone"))
    [draft] = drafts()
    staff = client_of(cast.staff)
    assert not see(staff, mails(customer)).has('//*[@id="drafts"]')
    see(staff, f"{letter(customer)}?draft={draft.id}", 404)
    send(staff, f"{mails(customer)}/drafts/{draft.id}/delete", {}, 404)
    other = factories.customer(email="x@example.com")
    see(admin, f"{letter(other)}?draft={draft.id}", 404)
    see(admin, f"{letter(customer)}?draft={'9' * 400}", 404)


def test_a_customer_with_nothing_but_drafts_can_be_deleted(admin):
    customer = factories.customer(email=OFFICE)
    send(admin, letter(customer), with_file(see(admin, letter(customer)).form(do="draft")))
    send(admin, f"/books/customers/{customer.id}/delete", {})
    assert drafts() == []


# --- all mails of a customer ----------------------------------------------------------------------------------


def test_the_mails_of_a_customer_are_all_that_went_to_it(admin, customer):
    invoice = factories.invoice(customer)
    send(
        admin,
        f"/books/invoices/{invoice.id}/emails/new",
        see(admin, f"/books/invoices/{invoice.id}/emails/new").form(),
    )
    send(admin, letter(customer), see(admin, letter(customer)).form(subject="A letter"))
    page = see(admin, mails(customer))
    assert "A letter" in page.words('//*[@id="emails"]')
    assert invoice.number in page.words('//*[@id="emails"]')
    assert page.one('//nav[@class="tabs"]//a[@aria-current]').text_content() == "Mails"
    shown = see(admin, page.all('//*[@id="emails"]//th/a')[0].get("href"))
    assert "A letter" in shown.words("//h1")
    assert "Dear Hanako Sato" in shown.words("//article")
    assert HANAKO in shown.words("//dl")


def test_who_may_not_see_estimates_reads_no_mail_about_them(admin, customer, client_of, cast):
    estimate = factories.estimate(customer)
    url = f"/books/estimates/{estimate.id}/emails/new"
    send(admin, url, see(admin, url).form(subject="Secret offer"))
    send(admin, letter(customer), see(admin, letter(customer)).form(subject="A letter"))
    rights = ["books.customers.view", "books.invoices.view"]
    cast.staff.custom_role = create(
        CustomRole, {"kind": "role", "name": "R", "permissions": rights}, cast.admin
    )
    page = see(client_of(cast.staff), mails(customer))
    assert "A letter" in page.words("//main")
    assert "Secret offer" not in page.text


def test_a_letter_that_failed_is_tried_again_and_one_for_later_cancelled(admin, customer):
    send(admin, letter(customer), see(admin, letter(customer)).form(subject="Failing"))
    send(admin, letter(customer), see(admin, letter(customer)).form(send_at="2026-12-24T09:00"))
    failed, later = emails()
    failed.state = "failed"
    db.session.commit()
    page = see(admin, mails(customer))
    for form in page.all('//*[@id="emails"]//form'):
        assert send(admin, form.get("action"), {}).location == mails(customer)
    assert (failed.state, later.state) == ("waiting", "cancelled")


def test_more_mails_and_drafts_take_no_more_questions(admin, customer, count_queries):
    def once_more(n: int) -> int:
        for each in range(n):
            invoice = factories.invoice(customer)
            url = f"/books/invoices/{invoice.id}/emails/new"
            send(admin, url, see(admin, url).form(do="draft"))
            send(admin, letter(customer), with_file(see(admin, letter(customer)).form(subject=f"{n} {each}")))
        with count_queries() as counted:
            see(admin, mails(customer))
        return len(counted)

    assert once_more(1) == once_more(4)


def test_older_mails_are_a_page_further(admin, customer, cast):
    for n in range(51):
        db.session.add(
            Email(
                kind="customer",
                party_id=customer.id,
                subject=f"No {n}.",
                message_id=f"<{n}>",
                sender_address="x@y.z",
            )
        )
    db.session.commit()
    page = see(admin, mails(customer))
    assert "No 50." in page.words("//main")
    assert "No 0." not in page.words("//main")
    assert "No 0." in see(admin, page.one("//footer/a").get("href")).words("//main")
    see(admin, f"{mails(customer)}?before=nonsense")


def test_one_reads_a_mail_at_its_own_customer_only(admin, customer):
    send(admin, letter(customer), see(admin, letter(customer)).form())
    [email] = emails()
    see(admin, f"{mails(customer)}/{email.id}")
    see(admin, f"{mails(factories.customer())}/{email.id}", 404)


# --- who may --------------------------------------------------------------------------------------------------


def test_writing_to_a_customer_needs_the_right_and_the_customer(client_of, cast, customer):
    form = {"form_key": "k", "to": HANAKO, "subject": "S", "message": "M"}
    for who, status in ((cast.sales, 403), (cast.stranger, 404), (cast.assigned, 404)):
        for url in (letter(customer), statement(customer)):
            see(client_of(who), url, status)
            send(client_of(who), url, form, status)
            send(client_of(who), url, form | {"do": "draft"}, status)
    assert emails() == drafts() == []


def test_who_may_not_see_invoices_sends_neither_statement_nor_list(client_of, cast, customer, admin):
    rights = ["books.customers.view", "books.customers.email"]
    cast.staff.custom_role = create(
        CustomRole, {"kind": "role", "name": "R", "permissions": rights}, cast.admin
    )
    staff = client_of(cast.staff)
    page = see(staff, letter(customer))
    assert not page.has('//input[@name="attach_statement" or @name="attach_unpaid"]')
    typed = {"attach_statement": "1", "attach_unpaid": "1"}
    period = {"statement_from": "2026-01-01", "statement_to": "2026-01-31"}
    send(staff, letter(customer), page.form(**typed, **period))
    assert (emails()[0].statement, emails()[0].attach_unpaid) == (None, False)
    see(staff, statement(customer), 403)
