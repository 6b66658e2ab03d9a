"""The row about merging: a customer with ten thousand documents becomes another one, and is itself again."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Engine, insert, select, update

from benchmarks.bench import Bench
from benchmarks.installation import Installation, installation
from benchmarks.lines import Allowed, Line
from domain.books import merging
from domain.books.customers import Customer
from domain.books.document import Document
from domain.books.document_counts import DocumentCount
from domain.books.merging.merges import Merge
from domain.books.parties import Party
from domain.db import db, everywhere
from domain.organizations.users import Member
from tests import factories

DOCUMENTS, FEW = 10_000, 50
KEPT_BY_ITSELF = ("id", "stage", "form_key")


def many_documents(bench: Bench) -> Iterator[Line]:
    """Row 16: merging, and undoing that, each beside the bare UPDATE of its documents in one transaction."""
    count = bench.of(DOCUMENTS, FEW)
    with installation(bench) as ours:
        main_id, other_id = _two(ours, count)
        with ours.app.app_context():
            engine = db.engine
        there: list[tuple[float, float]] = []
        back: list[tuple[float, float]] = []
        for _turn in range(bench.of(9, 2) + 1):
            floor = [_milliseconds(_bare(engine, *way)) for way in ((other_id, main_id), (main_id, other_id))]
            figures = [_milliseconds(work) for work in _ours(ours, main_id, other_id)]
            there.append((floor[0], figures[0]))
            back.append((floor[1], figures[1]))
        for job, found in (("merge", there), ("undo of a merge", back)):
            floors, measured = zip(*found[1:], strict=True)  # the first one warms up
            allowed = Allowed(times=2, most=2000)
            yield Line(
                16, f"{job}, {count:,} documents", "ms", measured, allowed, floors, count, bench.database
            )


def _milliseconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def _bare(engine: Engine, source_id: int, target_id: int) -> Callable[[], None]:
    """What must be written at the least: whose each document is."""
    documents = Document.__table__

    def move() -> None:
        with everywhere(), engine.begin() as connection:
            connection.execute(
                update(documents)
                .where(documents.c.party_id == source_id)
                .values(party_id=target_id, version=documents.c.version + 1)
            )

    return move


def _ours(ours: Installation, main_id: int, other_id: int) -> tuple[Callable[[], None], Callable[[], None]]:
    """The worker's part of it: from the first look to the commit."""

    def there() -> None:
        with ours.working() as admin:
            main, other = (db.session.get_one(Customer, each) for each in (main_id, other_id))
            _as_a_worker(merging.merge(main, [other], {}, admin), admin)

    def back() -> None:
        with ours.working() as admin:
            done = db.session.scalars(select(Merge).where(Merge.state == "done")).one()
            merging.undo(done, admin)
            _as_a_worker(done, admin)

    return there, back


def _as_a_worker(wanted: Merge, admin: Member) -> None:
    if wanted.is_under_way:
        merging.carry_out(wanted, admin)


def _two(ours: Installation, count: int) -> tuple[int, int]:
    """A customer who stays, and one with so many issued invoices."""
    with ours.working() as admin:
        main, other = factories.customer(admin), factories.customer(admin)
        model = factories.invoice(other, [factories.line(1000)], admin, issued=True)
        documents = Document.__table__
        with everywhere():
            row = db.session.execute(select(documents).where(documents.c.id == model.id)).one()._mapping
        bare: dict[str, Any] = {name: value for name, value in row.items() if name not in KEPT_BY_ITSELF}
        copies = [{**bare, "number": f"COPY-{n:06}"} for n in range(count - 1)]
        db.session.execute(insert(documents), copies)
        _count(other.id, model.balance_minor, count)
        return main.id, other.id


def _count(party_id: int, each_minor: int, count: int) -> None:
    """What is kept of a party's documents, as if they had been issued one by one."""
    open_minor = each_minor * count
    db.session.execute(update(Party).where(Party.id == party_id).values(receivable_minor=open_minor))
    kept = update(DocumentCount).where(DocumentCount.party_id == party_id)
    db.session.execute(kept.values(count=count, balance_minor=open_minor))
