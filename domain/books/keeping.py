"""Keeping a party's figures equal to its documents and payments: the only writer of those columns.

The figures are changed by `SET x = x + change` and not through the party's record: two payments at once both
count, and the party's version stays, since a payment is no edit of the customer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import InstrumentedAttribute

from domain.books.document_counts import DocumentCount
from domain.books.parties import Party
from domain.db import db


@dataclass(frozen=True)
class Standing:
    """What a document contributes to its party's figures."""

    party_id: int
    count: int
    open_minor: int


@contextmanager
def books_kept(document: Any) -> Iterator[None]:
    """Whatever happens to the document inside, its party's figures follow."""
    before = document.standing
    yield
    after = document.standing
    if before.party_id == after.party_id:
        _keep(document, after.party_id, after.count - before.count, after.open_minor - before.open_minor)
        return
    for standing, sign in sorted(((before, -1), (after, 1)), key=lambda pair: pair[0].party_id):
        _keep(document, standing.party_id, sign * standing.count, sign * standing.open_minor)


def keep_new(document: Any) -> None:
    """A document has been made: its party has one more."""
    _keep(document, document.party_id, 1, document.standing.open_minor)


def keep_deleted(document: Any) -> None:
    """A document is about to go: its party has one less."""
    _keep(document, document.party_id, -1, -document.standing.open_minor)


def keep_unused(party_id: int, change_minor: int) -> None:
    """Some of a party's payments became unused, or are so no longer."""
    _change_figure(party_id, Party.unused_credits_minor, change_minor)


def _keep(document: Any, party_id: int, count: int, open_minor: int) -> None:
    if count or open_minor:
        db.session.flush()
        # the party's row first: whoever holds it is alone with all counters of this party
        figure = getattr(Party, document.FIGURE or "receivable_minor")
        _change_figure(party_id, figure, open_minor if document.FIGURE else 0)
        _change_count(party_id, document.kind, count, open_minor)


def _change_figure(party_id: int, figure: InstrumentedAttribute[int], change_minor: int) -> None:
    db.session.execute(
        update(Party)
        .where(Party.id == party_id)
        .values({figure: figure + change_minor, Party.updated_at: Party.updated_at})
        .execution_options(synchronize_session=False)
    )
    _read_again(Party, party_id, figure.key)


def _change_count(party_id: int, kind: str, count: int, open_minor: int) -> None:
    result: Any = db.session.execute(
        update(DocumentCount)
        .where(DocumentCount.party_id == party_id, DocumentCount.kind == kind)
        .values(count=DocumentCount.count + count, balance_minor=DocumentCount.balance_minor + open_minor)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount == 0:
        db.session.add(DocumentCount(party_id=party_id, kind=kind, count=count, balance_minor=open_minor))
        db.session.flush()
    _read_again(DocumentCount, (party_id, kind), "count", "balance_minor")


def _read_again(model: Any, key: Any, *columns: str) -> None:
    """Forget the figures of a record that is in memory, so that the next look reads the new ones."""
    record = db.session.identity_map.get(db.session.identity_key(model, key))
    if record is not None:
        db.session.expire(record, columns)
