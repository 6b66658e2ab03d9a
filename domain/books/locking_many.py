"""Keeping others off all that a step of several documents may change, before the first of them takes it.

One after the other they would go back in the order in which everybody locks (`domain/locking.py`): to the payments
of the second document when the first one's party is held already.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from domain.books.allocations import Allocation
from domain.books.document import Document
from domain.books.parties import Party
from domain.books.payments import Payment
from domain.books.progress import lock_sources
from domain.db import db
from domain.numbering import NumberSeries


def lock_around(documents: Sequence[Document]) -> None:
    """Lock what these documents, which are locked, were made from, what settles them, and their parties."""
    ids = [document.id for document in documents]
    settled = db.session.execute(
        select(Allocation.credit_note_id, Allocation.payment_id).where(Allocation.document_id.in_(ids))
    ).all()
    lock_sources(documents)
    _lock(Document, (credit_note_id for credit_note_id, _payment_id in settled))
    _lock(NumberSeries, _series_of({document.kind for document in documents}))
    _lock(Payment, (payment_id for _credit_note_id, payment_id in settled))
    _lock(Party, (document.party_id for document in documents))


def _series_of(kinds: set[str]) -> Iterable[int]:
    return db.session.scalars(select(NumberSeries.id).where(NumberSeries.document_kind.in_(kinds)))


def _lock(model: Any, found: Iterable[int | None]) -> None:
    ids = {each for each in found if each is not None}
    query = select(model.id).where(model.id.in_(ids)).order_by(model.id)
    if ids:
        db.session.execute(query.with_for_update(of=model, key_share=True)).all()
