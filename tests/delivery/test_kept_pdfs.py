"""A document's PDF is kept until something changes that is printed on it."""

from collections.abc import Callable

import pytest

from delivery import documents
from delivery.pdf import Rendered
from domain import records
from domain.books.invoices import Invoice
from domain.db import db
from domain.organizations.organizations import current_organization


@pytest.fixture
def rendered(monkeypatch):
    """What was rendered, one entry each time."""
    made: list[str] = []

    def print_sheet(sheet, environment):
        made.append(sheet.title)
        return Rendered(f"%PDF {len(made)}".encode())

    monkeypatch.setattr(documents, "print_sheet", print_sheet)
    return made


@pytest.fixture
def invoice(factories) -> Invoice:
    """An invoice that was sent."""
    return factories.invoice(issued=True)


def kept(invoice: Invoice) -> bytes:
    """The PDF, as somebody gets it in a later request."""
    db.session.flush()
    db.session.expire_all()
    return documents.pdf(invoice)


def test_a_second_download_is_not_rendered_again(invoice, rendered):
    assert kept(invoice) == kept(invoice)
    assert len(rendered) == 1


def test_two_invoices_have_two_pdfs(invoice, factories, rendered):
    assert kept(invoice) != kept(factories.invoice(issued=True))


CHANGES: dict[str, Callable] = {
    "a payment": lambda invoice, factories: factories.payment(invoice, 400),
    "its void": lambda invoice, factories: invoice.void(None),
    "its reference": lambda invoice, factories: invoice.change({"reference": "PO-1"}, None, None),
    "the customer's language": lambda invoice, factories: records.update(
        invoice.party, {"language": "fr"}, None
    ),
    "our own address": lambda invoice, factories: setattr(current_organization(), "city", "京都市"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_changes_on_the_paper_is_printed_anew(change, invoice, factories, rendered):
    before = kept(invoice)
    change(invoice, factories)
    assert kept(invoice) != before


def test_a_draft_is_printed_anew_when_only_its_lines_change(factories, rendered):
    draft = factories.invoice()
    before = kept(draft)
    draft.change({}, [factories.line(1500)], None)
    assert kept(draft) != before


def test_what_is_done_for_the_customer_elsewhere_prints_nothing_anew(invoice, factories, rendered):
    before = kept(invoice)
    factories.invoice(invoice.party, issued=True)
    assert kept(invoice) == before


def test_the_code_that_prints_counts_as_printed(invoice, rendered, monkeypatch):
    before = kept(invoice)
    monkeypatch.setattr(documents, "_engine", lambda: "of another version")
    assert kept(invoice) != before
