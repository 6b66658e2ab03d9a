"""The template of one document: a draft's, an issued one's, and what its history says."""

import pytest

from delivery.documents import template_of
from domain.db import db
from tests import factories
from tests.pages import see, send


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


def choose(client, document, template, status=303):
    address = f"/books/invoices/{document.id}/template"
    form = see(client, address).form(template=str(template.id if template else ""))
    return send(client, address, form, status)


def test_a_draft_keeps_the_template_that_was_chosen_for_it_when_it_is_issued(admin, cast):
    own, _other = (factories.pdf_template(cast.admin, name=name) for name in ("Own", "Other"))
    customer = factories.customer(pdf_template_invoice="Other")
    invoice = factories.invoice(customer)
    db.session.commit()
    assert see(admin, f"/books/invoices/{invoice.id}").has('//a[contains(@href, "/template")]')
    choose(admin, invoice, own)
    assert template_of(invoice) is own
    invoice.issue(None)
    db.session.commit()
    assert template_of(invoice) is own
    choose(admin, invoice, None)
    assert template_of(invoice) is None
    page = see(admin, f"/books/invoices/{invoice.id}")
    assert "Is printed with the template Own" in page.words("//main")


def test_a_template_of_another_kind_is_refused_at_its_field(admin, cast):
    invoice, other = factories.invoice(), factories.pdf_template(cast.admin, "estimate")
    db.session.commit()
    choose(admin, invoice, other, 422)
    assert invoice.pdf_template_id is None


def test_an_issued_document_can_keep_the_template_as_it_was(admin, cast):
    from domain.books.pdf_templates import change_template

    own = factories.pdf_template(cast.admin, name="Own", is_default=True)
    invoice = factories.invoice(issued=True)
    change_template(own, {"footer": "Newer"}, cast.admin)
    db.session.commit()
    choose(admin, invoice, own)
    assert invoice.pdf_template is own
