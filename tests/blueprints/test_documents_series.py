"""By which series a document is numbered, and numbers that somebody types."""

from typing import Any

import pytest
from sqlalchemy import select

from domain.books.document import Document
from domain.books.estimates import Estimate
from domain.books.invoices import Invoice
from domain.db import db
from domain.errors import Refused
from domain.numbering import NumberSeries
from tests import factories
from tests.blueprints.test_documents_form import of
from tests.pages import Page, see, send


@pytest.fixture
def admin(client_of, cast):
    """Fixture: the administrator's browser."""
    return client_of(cast.admin)


def save(admin: Any, module: str, model: type[Document], **typed: Any) -> Any:
    """The document that a form makes."""
    send(admin, f"/books/{module}/new", of(factories.customer(), **typed))
    return db.session.scalars(select(model).order_by(model.id.desc())).first()


def typed_ones(kind: str = "estimate") -> NumberSeries:
    """A series whose numbers are typed."""
    return factories.series(document_kind=kind, name="By hand", prefix="", is_manual=True)


def test_with_one_series_nothing_is_asked(admin):
    form = see(admin, "/books/estimates/new").form()
    assert "series" not in form and "typed_number" not in form


def test_a_document_is_numbered_by_the_series_that_was_chosen(admin):
    series = factories.series(document_kind="estimate", prefix="EXPORT-")
    assert "series" in see(admin, "/books/estimates/new").form()
    assert save(admin, "estimates", Estimate, series=str(series.id)).number == "EXPORT-000001"
    assert save(admin, "estimates", Estimate, series="", form_key="b").number == "EST-000001"


def test_an_invoice_takes_its_number_from_the_chosen_series_when_it_is_issued(admin, cast):
    series = factories.series(prefix="EXPORT-")
    invoice = save(admin, "invoices", Invoice, series=str(series.id))
    assert see(admin, f"/books/invoices/{invoice.id}/edit").form()["series"] == str(series.id)
    invoice.issue(cast.admin)
    assert invoice.number == "EXPORT-000001"


def test_a_typed_number_is_the_documents_own_and_can_be_changed(admin):
    series = typed_ones()
    estimate = save(admin, "estimates", Estimate, series=str(series.id), typed_number="A-7")
    assert estimate.number == "A-7"
    address = f"/books/estimates/{estimate.id}/edit"
    send(admin, address, see(admin, address).form(typed_number="A-8"))
    assert estimate.number == "A-8"


def test_an_invoices_typed_number_is_its_own_once_it_is_issued(admin, cast):
    series = typed_ones("invoice")
    invoice = save(admin, "invoices", Invoice, series=str(series.id), typed_number="A-7")
    assert invoice.number == ""
    invoice.issue(cast.admin)
    assert invoice.number == "A-7"


@pytest.mark.parametrize("number", ["", "A-7", "x" * 61, "\x00"])
def test_a_typed_number_that_is_missing_or_taken_is_refused_there(admin, number):
    series = typed_ones()
    save(admin, "estimates", Estimate, series=str(series.id), typed_number="A-7")
    typed = {"series": str(series.id), "typed_number": number, "form_key": "b"}
    page = Page(send(admin, "/books/estimates/new", of(factories.customer(), **typed), 422))
    assert page.error("typed_number")


def test_two_drafts_of_one_typed_number_are_not_both_issued(admin, cast):
    series = typed_ones("invoice")
    first, second = (
        save(admin, "invoices", Invoice, series=str(series.id), typed_number="A-7", form_key=key)
        for key in ("a", "b")
    )
    first.issue(cast.admin)
    with pytest.raises(Refused, match="A-7"):
        second.issue(cast.admin)


def test_the_series_of_another_kind_is_refused(admin):
    factories.series(document_kind="estimate")
    other = factories.series(document_kind="invoice")
    form = of(factories.customer(), series=str(other.id))
    assert Page(send(admin, "/books/estimates/new", form, 422)).error("series")


def test_a_series_whose_numbers_are_typed_is_not_the_usual_one(admin):
    with pytest.raises(Refused) as refused:
        factories.series(document_kind="estimate", is_manual=True, is_default=True)
    assert "is_manual" in refused.value.fields


def test_another_series_chosen_meanwhile_is_shown_beside_ones_own(admin, cast):
    series = factories.series(prefix="EXPORT-")
    invoice = factories.invoice()
    address = f"/books/invoices/{invoice.id}/edit"
    form = see(admin, address).form()
    invoice.change({"series_id": series.id}, None, cast.admin)
    db.session.commit()
    assert series.name in Page(send(admin, address, form, 409)).words('//*[@id="series_theirs"]')
