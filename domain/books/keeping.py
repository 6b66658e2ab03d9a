"""Keeping the figures of parties and deals equal to their documents and payments: the only writer of those columns.

The figures are changed by `SET x = x + change` and not through the party's record: two payments at once both
count, and the party's version stays, since a payment is no edit of the customer.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute

from domain.books.document_counts import DealCount, DocumentCount
from domain.books.parties import Party
from domain.db import current_organization_id, db
from domain.errors import Refused
from domain.words import _

PAYMENT = "payment"
"""Payments are counted beside the kinds of documents."""


@dataclass(frozen=True)
class Standing:
    """What a document contributes: to the figures of its party, and to those of its deal if it has one."""

    party_id: int
    open_minor: int
    deal_id: int | None
    currency: str


class Change(NamedTuple):
    """By how much a counter changes."""

    documents: int
    open_minor: int


@contextmanager
def books_kept(document: Any) -> Iterator[None]:
    """Whatever happens to the document inside, the figures of its party and its deal follow."""
    before = document.standing
    yield
    _keep(document, before, document.standing)


def keep_new(document: Any) -> None:
    """A document has been made: its party has one more."""
    _keep(document, None, document.standing)


def keep_deleted(document: Any) -> None:
    """A document is about to go: its party has one less."""
    _keep(document, document.standing, None)


def keep_payment(party_id: int, payments: int, unused_minor: int) -> None:
    """A party has so many payments more, and so much more of its payments is unused."""
    _change_figure(party_id, Party.unused_credits_minor, unused_minor)
    _change_count(party_id, PAYMENT, Change(payments, unused_minor))


Standings = dict[tuple[str, str], tuple[int, int]]
"""What some papers come to, by kind and figure (none: estimates and orders): how many, and how much is open."""


def move_figures(standings: Standings, source_id: int, target_id: int) -> None:
    """Some papers of one party are another one's now; both parties are locked."""
    for party_id, sign in ((source_id, -1), (target_id, 1)):
        for (kind, figure), (count, open_minor) in standings.items():
            if figure:
                _change_figure(party_id, getattr(Party, figure), sign * open_minor)
            _change_count(party_id, kind, Change(sign * count, sign * open_minor))


def _keep(document: Any, before: Standing | None, after: Standing | None) -> None:
    """Write what has changed: parties by id, then deals by id, so that nobody waits for each other."""
    signed = [(each, sign) for each, sign in ((before, -1), (after, 1)) if each]
    parties = _changes((each.party_id, sign, each.open_minor) for each, sign in signed)
    deals = _changes(
        ((each.deal_id, each.currency), sign, each.open_minor) for each, sign in signed if each.deal_id
    )
    if parties or deals:
        db.session.flush()
    for party_id, change in sorted(parties.items()):
        # the party's row first: whoever holds it is alone with all counters of this party
        figure = getattr(Party, document.FIGURE or "receivable_minor")
        _change_figure(party_id, figure, change.open_minor if document.FIGURE else 0)
        _change_count(party_id, document.kind, change)
    for (deal_id, currency), change in sorted(deals.items()):
        _change_count_of_deal(deal_id, document.kind, currency, change)


def _changes(signed: Iterable[tuple[Any, int, int]]) -> dict[Any, Change]:
    """What the standings come to, by whom they count for; nothing where nothing has changed."""
    sums: dict[Any, Change] = {}
    for key, sign, open_minor in signed:
        so_far = sums.get(key, Change(0, 0))
        sums[key] = Change(so_far.documents + sign, so_far.open_minor + sign * open_minor)
    return {key: change for key, change in sums.items() if any(change)}


def _change_figure(party_id: int, figure: InstrumentedAttribute[int], change_minor: int) -> None:
    changed: Any = db.session.execute(
        update(Party)
        .where(Party.id == party_id, Party.merge_id.is_(None))
        .values({figure: figure + change_minor, Party.updated_at: Party.updated_at})
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount == 0:  # while we waited for it, it was merged into another one
        raise Refused(_("This customer was just merged into another one."))
    _read_again(Party, party_id, figure.key)


def _change_count(party_id: int, kind: str, change: Change) -> None:
    count, open_minor = change
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


def _change_count_of_deal(deal_id: int, kind: str, currency: str, change: Change) -> None:
    """In one statement: documents of two parties may be tied to a deal at once, and no row of it is held."""
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    key = {"deal_id": deal_id, "kind": kind, "currency": currency}
    more = {"count": change.documents, "balance_minor": change.open_minor}
    insert = dialect.insert(DealCount).values(organization_id=current_organization_id(), **key, **more)
    added = {name: getattr(DealCount, name) + amount for name, amount in more.items()}
    db.session.execute(insert.on_conflict_do_update(index_elements=list(key), set_=added))
    _read_again(DealCount, (deal_id, kind, currency), "count", "balance_minor")


def _read_again(model: Any, key: Any, *columns: str) -> None:
    """Forget the figures of a record that is in memory, so that the next look reads the new ones."""
    record = db.session.identity_map.get(db.session.identity_key(model, key))
    if record is not None:
        db.session.expire(record, columns)
