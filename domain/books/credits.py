"""Unused credits, what is left of payments and credit notes: finding them, and using them for documents."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from domain.books.allocations import Source, note_money, settle
from domain.books.credit_notes import CreditNote
from domain.books.document import Document
from domain.books.parties import Party
from domain.books.payments import DIRECTIONS, Payment, check_open, check_share
from domain.db import db
from domain.errors import Refused, Stale
from domain.locking import lock
from domain.money import Money
from domain.organizations.users import Member
from domain.words import _

SHOWN = 100
"""So many, the oldest first, are offered at once."""


@dataclass(frozen=True)
class Use:
    """So much of a source for a document; the field is where a refusal is said."""

    source: Source
    document: Document
    amount_minor: int
    field: str


def use_credits(
    uses: Sequence[Use], actor: Member | None, seen: Document | Source | None = None, version: int = 0
) -> None:
    """Settle documents with what is unused of payments and credit notes of the same party.

    Whoever saw a record says its version: where something was settled since, nothing is used a second time.
    """
    _lock(uses)
    if seen is not None and seen.version != version:
        raise Stale(seen)
    for use in uses:
        _check(use)
        use.source.change_unused(-use.amount_minor)
        settle(use.document, use.source, use.amount_minor)
        note_money(use.document, use.source.USED, actor, use.source, use.amount_minor)
        note_money(use.source, "used", actor, use.document, use.amount_minor)


def sources_for(document: Document) -> list[Source]:
    """What is unused of the party's payments and credit notes, the oldest first."""
    return sources_of(document.party_id)


def sources_of(party_id: int) -> list[Source]:
    """What is unused of a party's payments and credit notes, the oldest first."""
    found: list[Source] = [*_payments(party_id), *_credit_notes(party_id)]
    return sorted(found, key=lambda source: (source.date, source.MODULE, source.id))[:SHOWN]


def open_documents(party: Party, most: int = SHOWN) -> Sequence[Document]:
    """What is open of a party and can be paid, first what is due first."""
    return db.session.scalars(
        select(Document)
        .where(
            Document.party_id == party.id,
            Document.kind == DIRECTIONS[party.kind].settles,
            Document.stage == "open",
        )
        .order_by(Document.due_on, Document.id)
        .limit(most)
    ).all()


def shared_out(amount_minor: int, open_minors: Sequence[int]) -> Iterator[int]:
    """How an amount is used up by what is open, one after the other."""
    for open_minor in open_minors:
        part = min(amount_minor, open_minor)
        amount_minor -= part
        yield part


def _payments(party_id: int) -> Sequence[Payment]:
    return db.session.scalars(
        select(Payment)
        .where(Payment.party_id == party_id, Payment.unused_minor > 0)
        .order_by(Payment.date, Payment.id)
        .limit(SHOWN)
    ).all()


def _credit_notes(party_id: int) -> Sequence[CreditNote]:
    return db.session.scalars(
        select(CreditNote)
        .where(CreditNote.party_id == party_id, CreditNote.stage == "open")
        .order_by(CreditNote.date, CreditNote.id)
        .limit(SHOWN)
    ).all()


def _lock(uses: Sequence[Use]) -> None:
    """Documents by id, then credit notes, then payments, as everybody does."""
    for document in sorted({use.document for use in uses}, key=lambda each: each.id):
        lock(document)
    for source in sorted({use.source for use in uses}, key=lambda each: (each.MODULE, each.id)):
        lock(source)


def _check(use: Use) -> None:
    check_open(use.document)
    if use.source.party_id != use.document.party_id:
        raise Refused(
            _("%(number)s is not of %(name)s.", number=use.source.title, name=use.document.party_name)
        )
    check_share(use.document, use.amount_minor, use.field)
    if use.amount_minor > use.source.unused_minor:
        left = Money(use.source.unused_minor, use.source.currency)
        raise Refused(**{use.field: _("Only %(amount)s is unused.", amount=left)})
