"""Recomputing every kept figure from the rows it is made of: `flask check-books` must find no difference."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import case, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from domain.books.allocations import Allocation
from domain.books.document import Document
from domain.books.document_counts import DealCount, DocumentCount
from domain.books.keeping import PAYMENT
from domain.books.open_part import kinds, open_part
from domain.books.parties import Party
from domain.books.payments import DIRECTIONS, Payment
from domain.books.progress import all_made
from domain.books.refunds import Refund
from domain.db import db
from domain.words import Words, _

FIGURES: dict[InstrumentedAttribute[int], Words] = {
    Party.receivable_minor: _("Receivable of %(name)s"),
    Party.payable_minor: _("Payable to %(name)s"),
    Party.unused_credits_minor: _("Unused credits of %(name)s"),
}
"""What is kept of a party."""


def differences() -> list[Words]:
    """What does not add up in the organization in scope, a sentence each; empty when the books are right."""
    return [
        *_balances(),
        *_payments(),
        *_allocations(),
        *_counts(),
        *_counts_of_deals(),
        *_progress(),
        *_figures(),
    ]


def _balances() -> Iterator[Words]:
    """What is open on a document is what is due less what settled it, or what a credit note was used for.

    Nothing is open on a void one, and never less than nothing.
    """
    settled = _sums(Allocation.document_id, Allocation.amount_minor)
    used = _used(Allocation.credit_note_id, Refund.credit_note_id)
    due = case((Document.status == "void", 0), else_=Document.total_minor - Document.withholding_minor)
    rows = db.session.execute(
        select(Document.id, Document.number, Document.balance_minor, due - Document.written_off_minor)
    )
    for document_id, number, balance, due_minor in rows:
        what = _("Balance of document %(name)s", name=number or document_id)
        found = due_minor - settled.get(document_id, 0) - used.get(document_id, 0)
        yield from _compare(what, balance, found)
        yield from _compare(what, balance, max(balance, 0))


def _payments() -> Iterator[Words]:
    """What is unused of a payment is what no document took of it and nobody got back."""
    used = _used(Allocation.payment_id, Refund.payment_id)
    rows = db.session.execute(select(Payment.id, Payment.number, Payment.amount_minor, Payment.unused_minor))
    for payment_id, number, amount, unused in rows:
        what = _("Unused part of payment %(name)s", name=number)
        yield from _compare(what, unused, amount - used.get(payment_id, 0))
        yield from _compare(what, unused, max(unused, 0))


def _allocations() -> Iterator[Words]:
    """Money settles open documents of its own party only."""
    settled = select(Allocation.id, Document.number, Document.party_id, Document.status, Document.kind).join(
        Document, Document.id == Allocation.document_id
    )
    parties = _parties_of_sources()
    open_kinds = {(each.settles, status) for each in DIRECTIONS.values() for status in ("sent", "open")}
    for allocation_id, number, party_id, status, kind in db.session.execute(settled):
        what = _("What settles document %(name)s", name=number)
        yield from _compare(what, parties[allocation_id], party_id)
        if (kind, status) not in open_kinds:
            yield _("%(what)s: nothing can settle it.", what=what)


def _parties_of_sources() -> dict[int, int]:
    of_payments = select(Allocation.id, Payment.party_id).join(Payment, Payment.id == Allocation.payment_id)
    of_notes = select(Allocation.id, Document.party_id).join(
        Document, Document.id == Allocation.credit_note_id
    )
    return _table(of_payments) | _table(of_notes)


def _counts() -> Iterator[Words]:
    """A party's counters are what its documents come to."""
    kept = _counted(
        select(DocumentCount.party_id, DocumentCount.kind, DocumentCount.count, DocumentCount.balance_minor)
    )
    found = _counted(
        select(Document.party_id, Document.kind, func.count(), func.sum(open_part())).group_by(
            Document.party_id, Document.kind
        )
    )
    found |= _counted(_payments_by_party())
    for key in sorted(kept.keys() | found.keys()):
        what = _("Documents of party %(party)s (%(kind)s)", party=key[0], kind=key[1])
        yield from _compare(what, kept.get(key, (0, 0)), found.get(key, (0, 0)))


def _payments_by_party() -> Any:
    key = (Payment.party_id, literal(PAYMENT))
    return select(*key, func.count(), func.sum(Payment.unused_minor)).group_by(Payment.party_id)


def _counts_of_deals() -> Iterator[Words]:
    """A deal's counters are what its documents come to, in each currency."""
    kept_key = (DealCount.deal_id, DealCount.kind, DealCount.currency)
    found_key = (Document.deal_id, Document.kind, Document.currency)
    kept = _counted(select(*kept_key, DealCount.count, DealCount.balance_minor))
    sums = select(*found_key, func.count(), func.sum(open_part()))
    found = _counted(sums.where(Document.deal_id.is_not(None)).group_by(*found_key))
    for key in sorted(kept.keys() | found.keys()):
        what = _("Documents of deal %(deal)s (%(kind)s)", deal=key[0], kind=key[1])
        yield from _compare(what, kept.get(key, (0, 0)), found.get(key, (0, 0)))


def _figures() -> Iterator[Words]:
    """What a party owes, is owed, and has in unused credits is what its documents and payments come to."""
    unused = _sums(Payment.party_id, Payment.unused_minor)
    for figure, label in FIGURES.items():
        found = _open_sums(figure)
        if figure is Party.unused_credits_minor:
            found = _added(found, unused)
        for party_id, name, kept in db.session.execute(select(Party.id, Party.display_name, figure)):
            yield from _compare(Words(label.text, {"name": name}), kept, found.get(party_id, 0))


def _open_sums(figure: InstrumentedAttribute[int]) -> dict[int, int]:
    """What is open on the documents whose balance belongs to a figure, by party."""
    of_it = [each.polymorphic_identity for each in kinds() if figure.key == each.class_.FIGURE]
    query = select(Document.party_id, func.sum(open_part())).where(Document.kind.in_(of_it))
    return _table(query.group_by(Document.party_id))


def _used(allocated: Any, refunded: Any) -> dict[int, int]:
    """What was used of payments or credit notes: settled documents with it, or given back."""
    return _added(_sums(allocated, Allocation.amount_minor), _sums(refunded, Refund.amount_minor))


def _added(one: Mapping[int, int], other: Mapping[int, int]) -> dict[int, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in one.keys() | other.keys()}


def _sums(key: Any, amount: Any) -> dict[int, int]:
    return _table(select(key, func.sum(amount)).where(key.is_not(None)).group_by(key))


def _table(query: Any) -> dict[int, int]:
    return {key: int(amount) for key, amount in db.session.execute(query)}


def _counted(query: Any) -> dict[Any, tuple[int, int]]:
    return {tuple(key): (count, int(amount)) for *key, count, amount in db.session.execute(query)}


def _progress() -> Iterator[Words]:
    """How far a document has come is what of its lines stands on what was made from it."""
    for document, made in all_made():
        what = _("Progress of %(name)s", name=document.number)
        yield from _compare(what, document.progress, made.progress(document.lines))


def _compare(what: Words, kept: Any, found: Any) -> Iterator[Words]:
    if kept != found:
        yield _("%(what)s: kept as %(kept)s, but it comes to %(found)s.", what=what, kept=kept, found=found)
