"""The list of a customer's unpaid invoices as a PDF, in the customer's language: what is open, and how late it is."""

from datetime import date
from functools import partial

from delivery import formats
from delivery.language import translator
from delivery.letterhead import letterhead
from delivery.list_paper import Column, ListPaper, printed
from domain.books.credits import open_documents
from domain.books.document import Document
from domain.books.parties import Party
from domain.books.statements import MOST
from domain.organizations.organizations import current_organization
from domain.words import _, _n

COLUMNS = (
    (_("Date"), 56, False),
    (_("Invoice"), 78, False),
    (_("Reference"), 80, False),
    (_("Due date"), 56, False),
    (_("Overdue by"), 60, True),
    (_("Amount"), 76, True),
    (_("Balance due"), 76, True),
)
"""Headings with their widths, and whether figures stand below."""


def pdf(party: Party) -> bytes:
    """What is open today of the invoices of a customer."""
    return printed(paper_of(party))


def file_name(on: date) -> str:
    """What the PDF is called."""
    return f"unpaid-invoices-{on.isoformat()}.pdf"


def paper_of(party: Party) -> ListPaper:
    """The list as it is printed; of the very many, those that were due first."""
    organization = current_organization()
    language = party.language_in(organization)
    t = translator(language)
    money = partial(formats.money, currency=party.currency, language=language)
    rows = [_row(invoice, language) for invoice in open_documents(party, MOST)]
    total = (t(_("Balance due")), money(party.receivable_minor))
    return ListPaper(
        letterhead(party, language),
        title=t(_("Unpaid invoices")),
        subtitle=formats.long_date(organization.today, language),
        columns=[Column(t(label), width, is_number) for label, width, is_number in COLUMNS],
        rows=rows,
        nothing=t(_("Nothing is open.")),
        total=total if rows else None,
        notes_title=t(_("Payment details")),
        notes=organization.payment_details if rows else "",
    )


def _row(invoice: Document, language: str) -> tuple[str, ...]:
    late = invoice.days_overdue(current_organization().today)
    amount = partial(formats.amount, currency=invoice.currency, language=language)
    return (
        formats.short_date(invoice.date, language),
        invoice.number,
        invoice.reference,
        formats.short_date(invoice.due_on, language),
        translator(language)(_n("%(n)s day", "%(n)s days", n=late)) if late > 0 else "",
        amount(invoice.due_minor),
        amount(invoice.balance_minor),
    )
