"""The PDF of a long document: made by a worker, while whoever wants it looks at a page that says so."""

import re

import pytest

from delivery.pdf import PdfFailed
from domain import printing
from domain.db import db
from domain.outbox import OutboxRow
from domain.words import Words
from jobs import pdfs
from jobs.dispatch import perform
from tests import factories

HTMX = {"HX-Request": "true"}


@pytest.fixture
def path(cast, monkeypatch):
    """The address of the PDF of a document that counts as long."""
    monkeypatch.setattr(printing, "LONG", 2)
    invoice = factories.invoice(lines=[factories.line(100)] * 3)
    db.session.commit()
    return f"/books/invoices/{invoice.id}/pdf"


def rows():
    """What is asked for."""
    return list(db.session.query(OutboxRow).filter_by(topic=printing.TOPIC))


def test_a_long_document_is_printed_by_a_worker_and_then_shown(client_of, cast, path):
    admin = client_of(cast.admin)
    page = admin.get(path)
    assert page.mimetype == "text/html" and 'hx-trigger="load' in page.text
    assert admin.post(path).status_code == 303
    assert 'hx-trigger="every' in admin.get(path).text
    assert 'hx-trigger="every' in admin.get(path, headers=HTMX).text
    (row,) = rows()
    perform(row.id)
    assert admin.get(path).data.startswith(b"%PDF")
    waited = admin.get(path, headers=HTMX)
    assert (waited.status_code, waited.headers["HX-Redirect"].rstrip("?")) == (204, path)


def test_asked_twice_it_is_printed_once(client_of, cast, path):
    admin = client_of(cast.admin)
    for _click in range(2):
        assert 'hx-trigger="every' in admin.post(path, headers=HTMX).text
    assert len(rows()) == 1


def test_a_short_document_is_printed_at_once(client_of, cast, path):
    short = factories.invoice(lines=[factories.line(100)] * 2)
    answer = client_of(cast.admin).get(f"/books/invoices/{short.id}/pdf")
    assert answer.data.startswith(b"%PDF") and not rows()


def test_what_went_wrong_is_said_and_can_be_tried_again(client_of, cast, path, monkeypatch):
    admin = client_of(cast.admin)
    admin.post(path)

    def fail(_document):
        raise PdfFailed(Words("Too long to print."))

    monkeypatch.setattr(pdfs.documents, "pdf", fail)
    perform(rows()[0].id)
    page = admin.get(path).text
    assert "Too long to print." in page and 'hx-trigger="load' not in page
    assert re.search("<button[^>]*>Make the PDF", page)


def test_who_lost_the_right_meanwhile_has_nothing_printed(client_of, cast, path, monkeypatch):
    client_of(cast.staff).post(path)
    cast.staff.role_key = None
    db.session.commit()
    perform(rows()[0].id)
    (row,) = rows()
    assert row.failure == "permanent"
    assert client_of(cast.admin).get(path).mimetype == "text/html"
