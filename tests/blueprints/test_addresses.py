"""The addresses of lists and records, which pages put together themselves."""

from types import SimpleNamespace

import pytest
from flask import url_for

from blueprints.addresses import list_url, record_url
from domain.modules import ALL


@pytest.mark.parametrize("key", ALL)
def test_an_address_that_is_put_together_is_the_one_of_the_route(app, key):
    record = SimpleNamespace(MODULE=key, id=7)
    with app.test_request_context():
        assert list_url(ALL[key]) == url_for("records.index", module=ALL[key])
        assert f"{list_url(ALL[key])}/new" == url_for("records.new", module=ALL[key])
        assert record_url(record) == url_for("records.show", module=ALL[key], record_id=7)


def test_the_pdf_of_an_invoice_is_beside_it(app):
    record = SimpleNamespace(MODULE="books.invoices", id=7)
    with app.test_request_context():
        assert f"{record_url(record)}/pdf" == url_for("pdfs.show", module="books.invoices", record_id=7)
