"""A document as PDF through the browser: its name, its kind, who may have it."""

import pytest

from tests import factories
from tests.pages import see


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


@pytest.mark.parametrize("issued", [False, True], ids=["draft", "issued"])
def test_a_pdf_is_shown_under_the_number_of_its_document(admin, issued):
    invoice = factories.invoice(issued=issued)
    answer = admin.get(f"/books/invoices/{invoice.id}/pdf")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    name = invoice.number if issued else f"draft-{invoice.id}"
    assert answer.headers["Content-Disposition"] == f"inline; filename={name}.pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    saved = admin.get(f"/books/invoices/{invoice.id}/pdf?download=1")
    assert saved.headers["Content-Disposition"] == f"attachment; filename={name}.pdf"
    assert saved.data == answer.data, "a second download costs no second rendering"


def test_no_number_makes_a_file_name_that_is_none(admin):
    invoice = factories.invoice(issued=True)
    invoice.number = '請求/2026\\:"1\r\nX: y'
    disposition = admin.get(f"/books/invoices/{invoice.id}/pdf").headers["Content-Disposition"]
    assert "\r" not in disposition
    assert "/" not in disposition.replace("filename*=UTF-8''", "")
    assert "%E8%AB%8B" in disposition


def test_a_pdf_is_for_those_who_see_its_document(client_of, client, cast):
    invoice = factories.invoice(issued=True)
    address = f"/books/invoices/{invoice.id}/pdf"
    see(client_of(cast.stranger), address, 404)
    see(client_of(cast.assigned), address, 404)
    see(client_of(cast.sales), address, 403)
    assert client.get(address).status_code == 303


def test_only_documents_have_a_pdf(admin):
    see(admin, f"/books/customers/{factories.customer().id}/pdf", 404)
    see(admin, "/books/invoices/999/pdf", 404)
