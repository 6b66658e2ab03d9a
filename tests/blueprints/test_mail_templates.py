"""Settings ▸ Mail templates: the program's are cloned, one's own are in use, and a preview says what comes out."""

import pytest

from domain.db import db
from domain.mail_kinds import MAIL_KINDS
from domain.mail_templates import MailTemplate
from tests import factories
from tests.pages import HTMX, Page, see, send

INDEX = "/settings/mail-templates"
NEW = f"{INDEX}/new?kind=invoice&language=en"


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


def templates() -> list[MailTemplate]:
    return list(db.session.scalars(db.select(MailTemplate)))


def test_every_kind_of_document_that_is_mailed_has_a_shelf_with_the_programs_own(admin):
    page = see(admin, f"{INDEX}?language=fr")
    headings = [each.text_content() for each in page.all("//section//h2")]
    assert headings == [str(kind.label) for kind in MAIL_KINDS.values()]
    assert page.one('//nav[@class="tabs"]//a[@aria-current]').text_content() == "French"
    assert "Facture %InvoiceNumber%" in page.words('//*[@id="invoice"]')
    assert len(page.all('//*[@data-status="in_use"]')) == len(MAIL_KINDS)


def test_a_clone_begins_with_what_it_is_a_clone_of_and_is_then_ones_own(admin, cast):
    page = see(admin, f"{NEW}&from=invoice_reminder")
    assert page.form()["subject"].startswith("A reminder")
    send(admin, NEW, page.form(name="Kind reminder", body="Dear %ContactName%"))
    [made] = templates()
    assert (made.kind, made.language, made.name, made.body) == (
        "invoice",
        "en",
        "Kind reminder",
        "Dear %ContactName%",
    )
    assert "Kind reminder" in see(admin, f"{INDEX}?language=en").words('//*[@id="invoice"]')


def test_it_is_put_to_use_and_out_of_use_with_one_click(admin):
    template = factories.mail_template(name="Ours")
    for said, sent in ((True, {}), (False, {"stop": "1"})):
        send(admin, f"{INDEX}/{template.id}/default", sent)
        row = '//*[@id="invoice"]//tr[contains(., "Ours")]//*[@data-status="in_use"]'
        assert see(admin, f"{INDEX}?language=en").has(row) is said


def test_the_preview_fills_in_a_real_document(admin):
    invoice = factories.invoice(factories.customer(display_name="Minato"), issued=True)
    other = factories.invoice(factories.customer(display_name="Sabae"), issued=True)
    page = see(admin, f"{NEW}&from=invoice")
    assert "Sabae" in page.words('//*[@id="preview"]'), "the latest one"
    assert [each.get("value") for each in page.all('//select[@name="document"]/option')] == [
        str(other.id),
        str(invoice.id),
    ]
    typed = {
        "kind": "invoice",
        "language": "en",
        "subject": "%InvoiceNumber%",
        "body": "Dear %CustomerName%,",
    }
    asked = typed | {"document": str(invoice.id)}
    shown = Page(send(admin, f"{INDEX}/preview", asked, 200, headers=HTMX)).words('//*[@id="preview"]')
    assert f"{invoice.number} Dear Minato," in shown


def test_without_any_document_the_placeholders_stand(admin):
    assert "%InvoiceNumber%" in see(admin, f"{NEW}&from=invoice").words('//*[@id="preview"]')


def test_the_preview_shows_no_document_that_one_may_not_see(client_of, cast):
    factories.invoice(factories.customer(display_name="Minato"), issued=True)
    cast.admin.profile_key = "crm_only"
    assert client_of(cast.admin).get(NEW).status_code == 403


def test_an_unknown_placeholder_is_warned_of_while_one_writes(admin):
    template = factories.mail_template(body="%Nonsense% %EstimateNumber%")
    page = see(admin, f"{INDEX}/{template.id}/edit")
    assert "Nonsense, EstimateNumber" in page.words('//*[@id="preview"]//*[@class="notice"]')


def test_without_javascript_a_placeholder_and_the_preview_are_asked_for_with_buttons(admin):
    template = factories.mail_template(body="Hello")
    url = f"{INDEX}/{template.id}/edit"
    page = Page(send(admin, url, see(admin, url).form(insert="DueDate"), 200))
    assert page.form()["body"] == "Hello %DueDate%"
    page = Page(send(admin, url, page.form(do="preview", body="Good day"), 200))
    assert "Good day" in page.words('//*[@id="preview"]')
    assert templates()[0].body == "Hello", "nothing is saved yet"


@pytest.mark.parametrize("field", ["name", "subject", "body"])
def test_what_is_missing_is_said_at_its_field(admin, field):
    page = Page(send(admin, NEW, see(admin, f"{NEW}&from=invoice").form(**{"name": "N", field: ""}), 422))
    assert page.error(field)
    assert templates() == []


def test_two_people_do_not_overwrite_each_other(admin):
    template = factories.mail_template()
    form = see(admin, f"{INDEX}/{template.id}/edit").form(name="First")
    send(admin, f"{INDEX}/{template.id}/edit", form)
    form["name"], form["body"] = "Second", "Said at length"
    page = Page(send(admin, f"{INDEX}/{template.id}/edit", form, 409))
    assert templates()[0].name == "First"
    assert page.words('//*[@id="name_theirs"]') == "Saved meanwhile First"
    assert page.has('//*[@id="body_theirs"]') and not page.has('//*[@id="subject_theirs"]')
    assert page.form()["body"].strip() == "Said at length"


def test_a_template_is_deleted_after_a_question(admin):
    template = factories.mail_template()
    page = see(admin, f"{INDEX}/{template.id}/delete")
    assert template.name in page.words("//h1")
    send(admin, f"{INDEX}/{template.id}/delete", {})
    assert templates() == []


@pytest.mark.parametrize("query", ["", "?kind=bill", "?kind=nonsense&language=xx"])
def test_there_is_no_template_of_what_is_not_mailed(admin, query):
    see(admin, f"{INDEX}/new{query}", 404)


def test_the_template_of_a_statement_is_filled_with_a_customers_figures(admin):
    factories.customer(display_name="Minato")
    page = see(admin, "/settings/mail-templates/new?kind=statement&from=statement")
    shown = page.words('//*[@id="preview"]')
    assert "Dear Minato" in shown
    assert "%" not in shown
