"""The large demo: an organization with as many customers and invoices as asked for, to measure with.

`names.py` says whom it knows, `ground.py` what it stands on, `companies.py`, `papers.py` (invoices) and `promises.py`
(estimates and orders) make the rows, and `writing.py` writes them. The same numbers give the same rows on the same day.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import Connection, Index, Table, func, select, text, update

from demo.large import ground
from demo.large.companies import Companies
from demo.large.drawing import MOST_LINES
from demo.large.papers import DAYS, Papers
from demo.large.promises import KINDS, Promises, how_many
from demo.large.writing import Ids, Writer
from domain.books.document_counts import DocumentCount
from domain.books.keeping import PAYMENT
from domain.books.parties import Party
from domain.db import Base, db, everywhere, of_this_organization, scoped_to
from domain.numbering import NumberSeries
from domain.organizations.users import User

EMAIL = ground.FOUNDER[1]

TABLES = (
    "accounts",
    "parties",
    "contact_persons",
    "contacts",
    "links",
    "documents",
    "document_lines",
    "payments",
    "payment_allocations",
    "document_counts",
    "timeline",
    "search_index",
)
"""In the order in which they refer to one another."""

PEOPLE = 3
"""At most so many at a company."""


def fill(customers: int, invoices: int) -> bool:
    """Found the organization and fill it, unless it is there already; the caller commits."""
    with everywhere():
        if db.session.scalar(select(User.id).where(User.email == ground.FOUNDER[1])):
            return False
    organization = ground.found()
    with scoped_to(organization.id):
        _fill(ground.lay(organization), customers, invoices)
    return True


def _fill(on: ground.Ground, customers: int, invoices: int) -> None:
    connection = db.session.connection()
    _make_room(connection)
    tables = {name: Base.metadata.tables[name] for name in TABLES}
    ids = dict(_ids(connection, tables, customers, invoices))
    writer = Writer(connection, tables.values())
    began = datetime.combine(on.today - timedelta(days=DAYS + 1), time(0), UTC)
    Companies(on, ids, began).write(writer, range(customers))
    papers = Papers(on, ids, customers, invoices)
    papers.write(writer)
    promises = [Promises(kind, on, ids, customers, invoices) for kind in KINDS]
    for each in promises:
        each.write(writer)
    for row in (*_counts(papers, ids["parties"].first), *_counts_of_promises(promises)):
        writer.add("document_counts", row | {"organization_id": on.organization.id})
    writer.flush()
    _give_room_back(connection)
    _settle(papers, ids["parties"].first)
    _number_on({"invoice": papers.issued, "payment": papers.payments})
    _number_on({each.kind.key: each.many for each in promises})


def _ids(
    connection: Connection, tables: dict[str, Table], customers: int, invoices: int
) -> Iterator[tuple[str, Ids]]:
    people = customers * PEOPLE
    documents = invoices + how_many(invoices)
    counts = {
        "accounts": customers,
        "parties": customers,
        "contact_persons": people,
        "contacts": people,
        "links": customers + people,
        "documents": documents,
        "document_lines": documents * MOST_LINES,
        "payments": invoices,
        "payment_allocations": invoices,
        "timeline": customers + 2 * documents,
        "search_index": 2 * customers + 2 * people + documents + invoices,
    }
    for name, count in counts.items():
        yield name, Ids(connection, tables[name], count)


def _counts(papers: Papers, first: int) -> Iterator[dict[str, object]]:
    kept = (("invoice", papers.counts, papers.open), (PAYMENT, papers.payments_of, papers.unused))
    for kind, counts, amounts in kept:
        for place, count in enumerate(counts):
            if count:
                key = {"party_id": first + place, "kind": kind}
                yield key | {"count": count, "balance_minor": amounts[place]}


def _counts_of_promises(promises: list[Promises]) -> Iterator[dict[str, object]]:
    for each in promises:
        for party_id, count in each.counts.items():
            balance = each.open[party_id]
            yield {"party_id": party_id, "kind": each.kind.key, "count": count, "balance_minor": balance}


def _settle(papers: Papers, first: int) -> None:
    """What customers owe and have in hand."""
    owed = (
        select(DocumentCount.balance_minor)
        .where(
            of_this_organization(DocumentCount),
            DocumentCount.party_id == Party.id,
            DocumentCount.kind == "invoice",
        )
        .scalar_subquery()
    )
    last = first + len(papers.counts)
    ours = (Party.id >= first, Party.id < last)
    unchanged = {"synchronize_session": False}
    db.session.execute(
        update(Party)
        .where(*ours)
        .values(receivable_minor=func.coalesce(owed, 0), updated_at=Party.updated_at)
        .execution_options(**unchanged)
    )
    for place, amount in enumerate(papers.unused):
        if amount:
            values = {"unused_credits_minor": amount, "updated_at": Party.updated_at}
            query = update(Party).where(Party.id == first + place).values(values)
            db.session.execute(query.execution_options(**unchanged))


def _number_on(used: dict[str, int]) -> None:
    """Where the numbers of each kind go on."""
    for kind, last in used.items():
        series = update(NumberSeries).where(NumberSeries.document_kind == kind).values(next_number=last + 1)
        db.session.execute(series.execution_options(synchronize_session=False))


def _make_room(connection: Connection) -> None:
    """Indexes that are written all over: SQLite keeps more pages of them, PostgreSQL makes that of the search anew.

    (To add two million texts to it, one after the other, takes half an hour on a busy machine.)
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA cache_size=-60000")
    else:
        _index_of_search().drop(connection)


def _give_room_back(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL maintenance_work_mem = '256MB'"))
        _index_of_search().create(connection)


def _index_of_search() -> Index:
    indexes = Base.metadata.tables["search_index"].indexes
    return next(index for index in indexes if index.name == "ix_search_index_grams")


def take_stock() -> None:
    """Let PostgreSQL see how much there is now, as its own housekeeping would a minute later."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
