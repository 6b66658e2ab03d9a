"""Correcting an issued invoice: a credit note over all of it, and a draft of it to be changed and issued anew."""

from sqlalchemy.orm import joinedload

from domain.books.allocations import release_all
from domain.books.credit_notes import CreditNote
from domain.books.credits import Use, use_credits
from domain.books.document import Document
from domain.books.drafting import COMPUTED, TYPED
from domain.books.invoices import Invoice
from domain.books.keeping import books_kept, keep_new
from domain.db import db
from domain.locking import lock
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.timeline import record_event

OF_THE_INVOICE = frozenset({"number", "series_id", "expected_payment_on", "notes", "terms"})
"""What a credit note over it does not take over."""

OF_ITS_OWN = frozenset({"number", "date", "due_on", "series_id", "exchange_rate", "expected_payment_on"})
"""What a draft does not take over from the invoice that it replaces."""


def correct(invoice: Invoice, actor: Member | None) -> tuple[CreditNote, Invoice]:
    """The credit note that settles the invoice, and the new draft; what was paid becomes an unused credit."""
    lock(invoice, joinedload(Document.party, innerjoin=True))
    invoice.STATUS.allow(invoice, "correct")
    note = _over(invoice)
    note.take_its_number()  # while no payment and no party is locked yet
    _open_all_of(invoice, actor)
    _add(note, actor)
    if invoice.balance_minor:
        use_credits([Use(note, invoice, invoice.balance_minor, "amount")], actor)
    record_event(invoice, "corrected", actor, number=note.number)
    return note, _drawn_up_again(invoice, actor)


def _over(invoice: Invoice) -> CreditNote:
    """A credit note that says to the last unit what the invoice said, whatever its taxes are today."""
    today = current_organization().today
    kept = {name: getattr(invoice, name) for name in (TYPED | COMPUTED) - OF_THE_INVOICE}
    with db.session.no_autoflush:
        note = CreditNote(**kept | {"date": today, "due_on": today, "reference": invoice.number})
        note.party, note.source_id = invoice.party, invoice.id
        note.balance_minor = note.due_minor
        note.lines = [line.copy() for line in invoice.lines]
    return note


def _open_all_of(invoice: Invoice, actor: Member | None) -> None:
    release_all(invoice, actor)
    with books_kept(invoice):
        invoice.balance_minor = invoice.due_minor
        invoice.written_off_minor, invoice.written_off_on = 0, None


def _add(note: CreditNote, actor: Member | None) -> None:
    db.session.add(note)
    db.session.flush()
    keep_new(note)
    record_event(note, "created", actor)
    note.open(actor)


def _drawn_up_again(invoice: Invoice, actor: Member | None) -> Invoice:
    values = {name: getattr(invoice, name) for name in TYPED - OF_ITS_OWN}
    return Invoice.create(values, invoice.typed_lines, actor, source=invoice)
