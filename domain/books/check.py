"""Recomputing every kept figure from the rows it is made of: `flask check-books` must find no difference."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, case, func, inspect, or_, select

from domain.books.document import Document
from domain.books.document_counts import DealCount, DocumentCount
from domain.books.invoices import Invoice
from domain.books.parties import Party
from domain.books.payments import Payment, PaymentAllocation
from domain.db import db
from domain.words import Words, _


def differences() -> list[Words]:
    """What does not add up in the organization in scope, a sentence each; empty when the books are right."""
    return [*_balances(), *_payments(), *_counts(), *_counts_of_deals(), *_receivables(), *_unused_credits()]


def _balances() -> Iterator[Words]:
    """What is open on an invoice is what is due less what was paid; a void one has nothing open."""
    paid = _table(
        select(PaymentAllocation.document_id, func.sum(PaymentAllocation.amount_minor)).group_by(
            PaymentAllocation.document_id
        )
    )
    due = case((Invoice.status == "void", 0), else_=Invoice.total_minor - Invoice.withholding_minor)
    rows = db.session.execute(select(Invoice.id, Invoice.number, Invoice.balance_minor, due))
    for invoice_id, number, balance, due_minor in rows:
        what = _("Balance of invoice %(name)s", name=number or invoice_id)
        yield from _compare(what, balance, due_minor - paid.get(invoice_id, 0))


def _payments() -> Iterator[Words]:
    """What is unused of a payment is what no document took of it."""
    used = _table(
        select(PaymentAllocation.payment_id, func.sum(PaymentAllocation.amount_minor)).group_by(
            PaymentAllocation.payment_id
        )
    )
    rows = db.session.execute(select(Payment.id, Payment.number, Payment.amount_minor, Payment.unused_minor))
    for payment_id, number, amount, unused in rows:
        what = _("Unused part of payment %(name)s", name=number)
        yield from _compare(what, unused, amount - used.get(payment_id, 0))


def _counts() -> Iterator[Words]:
    """A party's counters are what its documents come to."""
    kept = _counted(
        select(DocumentCount.party_id, DocumentCount.kind, DocumentCount.count, DocumentCount.balance_minor)
    )
    found = _counted(
        select(Document.party_id, Document.kind, func.count(), func.sum(_open())).group_by(
            Document.party_id, Document.kind
        )
    )
    for key in sorted(kept.keys() | found.keys()):
        what = _("Documents of party %(party)s (%(kind)s)", party=key[0], kind=key[1])
        yield from _compare(what, kept.get(key, (0, 0)), found.get(key, (0, 0)))


def _counts_of_deals() -> Iterator[Words]:
    """A deal's counters are what its documents come to, in each currency."""
    kept_key = (DealCount.deal_id, DealCount.kind, DealCount.currency)
    found_key = (Document.deal_id, Document.kind, Document.currency)
    kept = _counted(select(*kept_key, DealCount.count, DealCount.balance_minor))
    sums = select(*found_key, func.count(), func.sum(_open()))
    found = _counted(sums.where(Document.deal_id.is_not(None)).group_by(*found_key))
    for key in sorted(kept.keys() | found.keys()):
        what = _("Documents of deal %(deal)s (%(kind)s)", deal=key[0], kind=key[1])
        yield from _compare(what, kept.get(key, (0, 0)), found.get(key, (0, 0)))


def _receivables() -> Iterator[Words]:
    """What a customer owes is what is open on its invoices."""
    owed = _table(select(Invoice.party_id, func.sum(_open())).group_by(Invoice.party_id))
    for party_id, name, receivable in db.session.execute(
        select(Party.id, Party.display_name, Party.receivable_minor)
    ):
        yield from _compare(_("Receivable of %(name)s", name=name), receivable, owed.get(party_id, 0))


def _unused_credits() -> Iterator[Words]:
    """A party's unused credits are what is unused of its payments."""
    unused = _table(select(Payment.party_id, func.sum(Payment.unused_minor)).group_by(Payment.party_id))
    for party_id, name, credits_minor in db.session.execute(
        select(Party.id, Party.display_name, Party.unused_credits_minor)
    ):
        yield from _compare(
            _("Unused credits of %(name)s", name=name), credits_minor, unused.get(party_id, 0)
        )


def _open() -> Any:
    kinds = [mapper for mapper in inspect(Document).self_and_descendants if mapper.polymorphic_identity]
    is_open = or_(
        *(
            and_(Document.kind == mapper.polymorphic_identity, Document.status.in_(mapper.class_.OPEN))
            for mapper in kinds
        )
    )
    return case((is_open, Document.balance_minor), else_=0)


def _table(query: Any) -> dict[int, int]:
    return {key: int(amount) for key, amount in db.session.execute(query)}


def _counted(query: Any) -> dict[Any, tuple[int, int]]:
    return {tuple(key): (count, int(amount)) for *key, count, amount in db.session.execute(query)}


def _compare(what: Words, kept: Any, found: Any) -> Iterator[Words]:
    if kept != found:
        yield _("%(what)s: kept as %(kept)s, but it comes to %(found)s.", what=what, kept=kept, found=found)
