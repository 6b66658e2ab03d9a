"""Moving all that refers to a customer to another one, and back: the tables' own foreign keys say what that is.

The rows are moved by the hundred and not one by one, so that ten thousand documents take a second and can be one
transaction. Each is noted down first (`merged_rows`): what is noted is what an undo gives back.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    String,
    Table,
    cast,
    func,
    insert,
    literal,
    literal_column,
    select,
    union_all,
    update,
)

from domain.books.contact_persons import ContactPerson
from domain.books.customers import Customer
from domain.books.document import DRAFT, Document
from domain.books.keeping import PAYMENT, Standings, move_figures
from domain.books.merging.merges import Merge, MergedRow
from domain.books.open_part import kinds, open_part
from domain.books.parties import Party
from domain.comments import COMMENTED
from domain.db import current_organization_id, db
from domain.errors import Stale
from domain.links import BOOKS
from domain.words import Words, _

STAYS = frozenset(
    (
        "associated_templates",
        "different_customers",
        "document_counts",
        "merged_customers",
        "merged_rows",
        "merges",
        "statement_run_rows",
    )
)
"""Tables that speak of parties and are not moved: what is said of one, counters, which follow, and the merges."""

PAPERS = ("documents", "payments")
"""What money hangs on; these are locked, and counted in the figures."""

LABELS: dict[str, Words] = {
    "documents": _("Documents"),
    "payments": _("Payments"),
    "refunds": _("Refunds"),
    "contact_persons": _("Contact persons"),
    "emails": _("Mails"),
    "email_drafts": _("Drafts of mails"),
    "comments": _("Comments"),
    "attachments": _("Attachments"),
    "links": _("Links with the CRM"),
}
"""What is moved, as people call it."""

TRIES = 5


@dataclass(frozen=True)
class Way:
    """Rows that belong to a customer: the column that says to whom, and which of the table's rows are meant."""

    table: Table
    column: Column[Any]
    where: tuple[ColumnElement[bool], ...] = ()

    @property
    def sort(self) -> str:
        """The name under which they are counted and noted."""
        return self.table.name

    @property
    def ours(self) -> tuple[ColumnElement[bool], ...]:
        """The rows of this organization that are meant."""
        return self.table.c.organization_id == current_organization_id(), *self.where


def ways() -> list[Way]:
    """All that belongs to a customer: by foreign key, and what hangs on any record by its module and id."""
    parties = db.metadata.tables["parties"]
    found = [
        Way(table, key.parent)
        for table in db.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table is parties and key.parent.name == "party_id" and table.name not in STAYS
    ]
    return [*found, *_by_module()]


def _by_module() -> Iterator[Way]:
    tables = db.metadata.tables
    for name in ("comments", "attachments", "timeline"):
        table = tables[name]
        which = [table.c.module == Customer.MODULE]
        if (
            name == "timeline"
        ):  # what happened stays with whom it happened to; a comment is read through its entry
            which.append(table.c.verb == COMMENTED)
        yield Way(table, table.c.record_id, tuple(which))
    links = tables["links"]
    yield Way(links, links.c.books_id, (links.c.system == BOOKS, links.c.remote_module == Customer.MODULE))


def counted(party_ids: Sequence[int]) -> dict[str, int]:
    """How many rows of each sort would be moved from these customers, in one statement."""
    queries = [
        select(literal(way.sort, String).label("sort"), func.count()).where(
            *way.ours, way.column.in_(party_ids)
        )
        for way in ways()
        if way.sort != "timeline"
    ]
    return {sort: count for sort, count in db.session.execute(union_all(*queries)) if count}


# --- keeping others off -------------------------------------------------------------------------------------


class _SomethingCame(Exception):
    """A paper was made while we waited."""


def lock_all(party_ids: Sequence[int]) -> None:
    """Lock the papers of these customers in the order that everybody keeps, and then the customers.

    Who makes a new paper for one of them meanwhile is either there before us, and it is locked with the others,
    or waits for the customer and finds it merged. Whatever came between is seen at the end, and we begin again.
    On SQLite nobody is there beside whoever writes.
    """
    if db.session.get_bind().dialect.name == "sqlite":
        return _lock_parties(party_ids)
    for _try in range(TRIES):
        with (
            suppress(_SomethingCame),
            db.session.begin_nested(),
        ):  # what is rolled back is not locked any more
            seen = _lock_papers(party_ids)
            _lock_parties(party_ids)
            if _papers(party_ids) != seen:
                raise _SomethingCame
            return
    raise Stale()


def _lock_papers(party_ids: Sequence[int]) -> dict[str, set[int]]:
    found = {}
    for table in _paper_tables():
        order = (table.c.kind == "credit_note", table.c.id) if "kind" in table.c else (table.c.id,)
        query = _of(table, party_ids).order_by(*order).with_for_update(of=table, key_share=True)
        found[table.name] = set(db.session.scalars(query).all())
    return found


def _papers(party_ids: Sequence[int]) -> dict[str, set[int]]:
    return {table.name: set(db.session.scalars(_of(table, party_ids)).all()) for table in _paper_tables()}


def _paper_tables() -> list[Table]:
    return [db.metadata.tables[name] for name in PAPERS]


def _of(table: Table, party_ids: Sequence[int]) -> Select[Any]:
    ours = table.c.organization_id == current_organization_id()
    return select(table.c.id).where(ours, table.c.party_id.in_(party_ids))


def _lock_parties(party_ids: Sequence[int]) -> None:
    # FOR UPDATE, not NO KEY UPDATE: whoever writes a row that refers to them waits
    query = select(Party).where(Party.id.in_(party_ids)).order_by(Party.id)
    query = query.with_for_update(of=Party).execution_options(populate_existing=True)
    db.session.scalars(query).all()


# --- there --------------------------------------------------------------------------------------------------


def move_all(merge: Merge, party_ids: Sequence[int]) -> dict[str, int]:
    """Note down and move all that belongs to these customers; gives how much of each sort that was."""
    db.session.flush()
    for way in ways():
        _note(merge, way, party_ids)
    standing = {party_id: _standings_of(party_id) for party_id in party_ids}
    for way in ways():
        give(way, merge.main_id, way.column.in_(party_ids))
    for party_id, figures in standing.items():
        move_figures(figures, party_id, merge.main_id)
    rename_drafts(merge.main_id)
    return _counts(merge)


def _note(merge: Merge, way: Way, party_ids: Sequence[int]) -> None:
    values: list[Any] = [literal(merge.organization_id), literal(merge.id), literal(way.sort, String)]
    rows: Any = select(*[*values, way.table.c.id, way.column]).where(*way.ours, way.column.in_(party_ids))
    names = ["organization_id", "merge_id", "sort", "row_id", "party_id"]
    db.session.execute(insert(MergedRow).from_select(names, rows))


def _counts(merge: Merge) -> dict[str, int]:
    """How much is noted down, by sort; the entries of comments are none by themselves."""
    ours = MergedRow.organization_id == current_organization_id(), MergedRow.merge_id == merge.id
    query = select(MergedRow.sort, func.count()).where(*ours).group_by(MergedRow.sort)
    return {sort: count for sort, count in db.session.execute(query) if sort != "timeline"}


# --- both ways ----------------------------------------------------------------------------------------------


def give(way: Way, party_id: int, *where: ColumnElement[bool], by_key: bool = False) -> None:
    """The rows belong to this customer now. Whoever has one open to edit is told; when it was edited stays true."""
    ours = (_ours_by_key(way.table), *way.where) if by_key else way.ours
    columns = way.table.c
    values: dict[Any, Any] = {way.column: party_id}
    if "version" in columns:
        values[columns.version] = columns.version + 1
    if "updated_at" in columns:
        values[columns.updated_at] = columns.updated_at
    if way.sort == "links":
        values[columns.remote_id] = cast(literal(party_id), String)
        values[columns.books_version] = None  # sync looks at both again: two of the CRM may be one here now
    db.session.execute(update(way.table).where(*ours, *where).values(values))


def _ours_by_key(table: Table) -> ColumnElement[bool]:
    """That rows found by their primary key are ours; the plus keeps SQLite from looking through all of ours instead."""
    mine: ColumnElement[int] = literal_column(f"+{table.name}.organization_id", table.c.organization_id.type)
    return mine == current_organization_id()


def standings(sort: str, which: ColumnElement[bool], by_key: bool = False) -> Standings:
    """What some documents or payments come to: number and open sum by kind and figure."""
    table = db.metadata.tables[sort]
    ours = _ours_by_key(table) if by_key else table.c.organization_id == current_organization_id(), which
    if sort == "documents":
        figures = {each.polymorphic_identity: each.class_.FIGURE for each in kinds()}
        query = select(table.c.kind, func.count(), func.sum(open_part())).where(*ours).group_by(table.c.kind)
        return {(kind, figures[kind]): (count, int(sum_)) for kind, count, sum_ in db.session.execute(query)}
    unused = select(func.count(), func.coalesce(func.sum(table.c.unused_minor), 0)).where(*ours)
    [(count, amount)] = db.session.execute(unused).all()
    return {(PAYMENT, "unused_credits_minor"): (count, int(amount))} if count else {}


def _standings_of(party_id: int) -> Standings:
    tables = _paper_tables()
    return {k: v for each in tables for k, v in standings(each.name, each.c.party_id == party_id).items()}


def rename_drafts(party_id: int) -> None:
    """Drafts are in the name of whom they are for."""
    name = db.session.scalar(select(Party.display_name).where(Party.id == party_id)) or ""
    db.session.execute(
        update(Document)
        .where(Document.party_id == party_id, Document.status == DRAFT, Document.party_name != name)
        .values(party_name=name)
        .execution_options(synchronize_session=False)
    )


def one_primary(party_id: int, wanted: int | None = None) -> None:
    """Of the contact persons of a customer one is primary: the wanted one, else who is, else the first."""
    people = select(ContactPerson).where(ContactPerson.party_id == party_id).order_by(ContactPerson.id)
    found = db.session.scalars(people.execution_options(populate_existing=True)).all()
    chosen = next((each for each in found if each.id == wanted), None)
    chosen = chosen or next((each for each in found if each.is_primary), None) or next(iter(found), None)
    for person in found:  # nobody first: the index allows no two, not for a moment
        if person.is_primary and person is not chosen:
            person.is_primary = False
    db.session.flush()
    if chosen and not chosen.is_primary:
        chosen.is_primary = True
        db.session.flush()
