"""Associating templates with a customer: the page, a new template from there, and what the next mail begins with."""

import pytest

from domain.books.pdf_templates import templates_of
from domain.db import db
from domain.mail_templates import templates_for
from tests import factories
from tests.pages import see, send


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


@pytest.fixture
def customer(cast):
    """Fixture: somebody who gets mail."""
    made = factories.customer(cast.admin, display_name="Minato", email="office@minato.example")
    db.session.commit()
    return made


def address(customer):
    return f"/books/customers/{customer.id}/templates"


def test_templates_are_chosen_on_a_page_of_their_own(admin, cast, customer):
    factories.pdf_template(cast.admin, name="Ours")
    factories.pdf_template(cast.admin, "estimate", name="Other")
    db.session.commit()
    assert see(admin, f"/books/customers/{customer.id}").has(f'//a[@href="{address(customer)}"]')
    page = see(admin, address(customer))
    assert page.words('//select[@name="pdf_template_invoice"]') == "The default Ours"
    form = page.form(pdf_template_invoice="Ours")
    assert send(admin, address(customer), form).location == f"/books/customers/{customer.id}"
    assert customer.pdf_template_invoice == "Ours"
    page = see(admin, address(customer))
    send(admin, address(customer), page.form(pdf_template_invoice="Other"), 422)
    send(admin, address(customer), form | {"pdf_template_invoice": ""}, 409)
    assert customer.pdf_template_invoice == "Ours"


def test_a_new_template_is_made_from_there_and_used_at_once(admin, customer):
    page = see(admin, address(customer))
    [link] = page.all('//a[@aria-label="New template for PDF template: Invoice"]')
    form = see(admin, link.get("href")).form()
    assert form["name"] == "Minato"
    assert send(admin, "/settings/templates/new", form).location == address(customer)
    assert [each.name for each in templates_of("invoice")] == ["Minato"]
    [link] = page.all('//a[@aria-label="New template for Mail template: Invoice"]')
    form = see(admin, link.get("href")).form(subject="For you: %InvoiceNumber%")
    assert send(admin, "/settings/mail-templates/new", form).location == address(customer)
    assert (customer.pdf_template_invoice, customer.mail_template_invoice) == ("Minato", "Minato")


def test_the_next_mail_to_the_customer_begins_with_its_template_and_others_do_not(admin, cast, customer):
    factories.mail_template(cast.admin, name="Formal", subject="Honoured customer")
    customer.mail_template_invoice = "Formal"
    mine, other = factories.invoice(customer), factories.invoice()
    db.session.commit()
    for invoice, is_own in ((mine, True), (other, False)):
        form = see(admin, f"/books/invoices/{invoice.id}/emails/new").form()
        assert (form["subject"] == "Honoured customer") is is_own
    assert len(templates_for("invoice", "en")) == 1


def test_whoever_deletes_a_template_learns_how_many_customers_have_it(admin, cast, customer):
    template = factories.pdf_template(cast.admin, name="Ours")
    customer.pdf_template_invoice = "Ours"
    db.session.commit()
    page = see(admin, f"/settings/templates/{template.id}/delete")
    assert "1 customer who has it has the default again" in page.words("//main")
    send(admin, f"/settings/templates/{template.id}/delete", page.form())
    assert customer.pdf_template_invoice == ""


def test_nobody_gives_templates_to_a_customer_they_do_not_see(client_of, cast, customer):
    assigned = client_of(cast.assigned)
    assert assigned.get(address(customer)).status_code == 404
    assert assigned.post(address(customer), data={"version": "1"}).status_code in (403, 404)
