"""The index of everything that can be searched: one row a record, written in the transaction that writes the record.

On PostgreSQL the row carries its pieces (`domain/search_grams.py`) as a tsvector; on SQLite triggers keep them in
an FTS5 table, through a function that every connection brings along. The index proposes records quickly; the
folded text beside it decides.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Index,
    Select,
    String,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    cast,
    column,
    delete,
    func,
    select,
    table,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.event import listen
from sqlalchemy.orm import Mapped, Mapper, ORMExecuteState, Session, mapped_column

from domain.db import (
    Base,
    Id,
    OrganizationScoped,
    OrganizationSession,
    current_organization_id,
    db,
    everywhere,
    of_this_organization,
)
from domain.search_grams import for_fts5, for_tsquery, for_tsvector, grams_of, scope_of, wanted
from domain.search_text import Searchable, begins, holds, searched, words_of
from domain.unwritten import has_new

BATCH = 1000

MANY = 10_000
"""With more matches than this, going through a list in its order finds a page of it sooner than the index does."""


class SearchEntry(OrganizationScoped, db.Model):
    """What one record is found by."""

    __tablename__ = "search_index"
    __table_args__ = (
        UniqueConstraint("organization_id", "module", "record_id"),
        Index(
            "ix_search_index_grams",
            "grams",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
            sqlite_where=text("grams IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    module: Mapped[str] = mapped_column(String(60), nullable=False)
    record_id: Mapped[int] = mapped_column(Id, nullable=False)
    text: Mapped[str] = mapped_column(Text, nullable=False)
    grams: Mapped[str | None] = mapped_column(Text().with_variant(TSVECTOR, "postgresql"), nullable=True)
    """The pieces, on PostgreSQL; SQLite has them in `search_grams`."""


_FTS = table("search_grams", column("rowid"), column("search_grams"))


# --- asking ---------------------------------------------------------------------------------------------------


class Asked:
    """What somebody typed, as conditions on the index's text: made once for all modules that are searched."""

    def __init__(self, typed: str) -> None:
        self.typed = typed
        self.holds = and_(of_this_organization(SearchEntry), holds(SearchEntry.text, typed))
        self.begins = begins(SearchEntry.text, typed)


def entries(module: str, asked: Asked, beginning: bool = False) -> Select[Any]:
    """The rows of a module's records that hold what was typed, or have a line that begins with it."""
    query: Select[Any] = _COLUMNS.where(SearchEntry.module == module, asked.holds)
    query = query.where(asked.begins) if beginning else query
    return _proposed(query, module, asked.typed, beginning)


_COLUMNS: Any = select(*(SearchEntry.module, SearchEntry.record_id, SearchEntry.text))


def found_in(model: Any, typed: str) -> ColumnElement[bool]:
    """The condition under which records of this type hold what was typed, by the way that is quicker."""
    if not words_of(typed):
        return model.search_text.is_not(None)
    if not _has_few(model.MODULE, typed):
        return holds(model.search_text, typed)
    found = entries(model.MODULE, Asked(typed)).with_only_columns(SearchEntry.record_id)
    return model.id.in_(found.order_by(None))


def _has_few(module: str, typed: str) -> bool:
    query: Select[Any] = select(SearchEntry.id).where(
        of_this_organization(SearchEntry), SearchEntry.module == module
    )
    first = _proposed(query, module, typed).limit(MANY + 1).subquery()
    return (db.session.scalar(select(func.count()).select_from(first)) or 0) <= MANY


def _proposed(query: Select[Any], module: str, typed: str, beginning: bool = False) -> Select[Any]:
    """The query, narrowed to what the index proposes."""
    pieces = wanted(scope_of(current_organization_id(), module), typed, beginning)
    if _is_sqlite():
        matches = _FTS.c.search_grams.op("MATCH")(for_fts5(pieces))
        newest_first = query.order_by(_FTS.c.rowid.desc())  # which costs FTS5 nothing
        return newest_first.join(_FTS, _FTS.c.rowid == SearchEntry.id).where(matches)
    return query.where(SearchEntry.grams.op("@@")(cast(for_tsquery(pieces), TSQUERY)))


def _is_sqlite() -> bool:
    return db.session.get_bind().dialect.name == "sqlite"


# --- keeping ----------------------------------------------------------------------------------------------------


class Found(NamedTuple):
    """What is kept of one record."""

    organization_id: int
    module: str
    record_id: int
    text: str


def _keep(session: Session, _context: Any) -> None:
    """In the flush that writes records, write what they are found by."""
    changed = [record for record in (*session.new, *session.dirty) if _has_new_text(record)]
    if changed:
        _write(session, [Found(r.organization_id, r.MODULE, r.id, r.search_text) for r in changed])
    for record in session.deleted:
        if isinstance(record, Searchable):
            _forget(session, record.organization_id, [record.MODULE], [record.id])  # type: ignore[attr-defined]


def _has_new_text(record: Any) -> bool:
    return isinstance(record, Searchable) and has_new(record, "search_text")


def _write(session: Session, found: Sequence[Found]) -> None:
    """New rows, or what has changed in those that are there."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = (sqlite if is_sqlite else postgresql).insert(SearchEntry.__table__)
    new = {name: insert.excluded[name] for name in ("text", "grams")}
    key = ["organization_id", "module", "record_id"]
    rows = [each._asdict() | {"grams": None if is_sqlite else _grams(each)} for each in found]
    session.connection().execute(insert.on_conflict_do_update(index_elements=key, set_=new), rows)


def _grams(found: Found) -> str:
    return for_tsvector(grams_of(found.organization_id, found.module, found.text))


def _forget(session: Session, organization_id: int, modules: Sequence[str], record_ids: Any) -> None:
    gone = delete(SearchEntry.__table__).where(
        SearchEntry.organization_id == organization_id,
        SearchEntry.module.in_(modules),
        SearchEntry.record_id.in_(record_ids),
    )
    session.connection().execute(gone)


def _keep_in_bulk(state: ORMExecuteState) -> Any:
    """A DELETE of many rows takes their entries along, an UPDATE of what is searched is followed up."""
    mapper = state.bind_mapper
    if mapper is None or not issubclass(mapper.class_, Searchable):
        return None
    model: Any = mapper.class_
    which = getattr(state.statement, "_where_criteria", ())
    touched = select(model.id).where(of_this_organization(model), *which) if _writes(state, model) else None
    if touched is None:
        return None
    if state.is_delete:
        return _forget(state.session, current_organization_id(), _modules_of(mapper), touched)
    ids = list(state.session.scalars(touched))
    result = state.invoke_statement()
    _fold_again(state.session, model, ids)
    return result


def _writes(state: ORMExecuteState, model: Any) -> bool:
    return state.is_delete or (state.is_update and bool(_names_of(state) & {*model.SEARCHED}))


def _fold_again(session: Session, model: Any, ids: Sequence[int]) -> None:
    for first in range(0, len(ids), BATCH):
        query = select(model).where(model.id.in_(ids[first : first + BATCH]))
        for record in session.scalars(query.execution_options(populate_existing=True)):
            record.search_text = searched(getattr(record, name) for name in record.SEARCHED)
        session.flush()


def _modules_of(mapper: Mapper[Any]) -> list[str]:
    return [each.class_.MODULE for each in mapper.self_and_descendants if hasattr(each.class_, "MODULE")]


def _names_of(state: ORMExecuteState) -> set[str]:
    return {getattr(each, "key", each) for each in getattr(state.statement, "_values", None) or ()}


listen(OrganizationSession, "after_flush", _keep)
listen(OrganizationSession, "do_orm_execute", _keep_in_bulk)


# --- making it anew -----------------------------------------------------------------------------------------------


def rebuild() -> Iterator[int]:
    """Write the whole index anew from what is kept beside the records, batch by batch; the caller commits each.

    Gives how many records there were so far.
    """
    done = 0
    with everywhere():
        for mapper in sorted(_searched(), key=lambda each: each.class_.MODULE):
            for batch in _batches(mapper):
                done += batch
                yield done


def _searched() -> Iterable[Mapper[Any]]:
    return [
        mapper
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Searchable) and hasattr(mapper.class_, "MODULE")
    ]


def _batches(mapper: Mapper[Any]) -> Iterator[int]:
    model, last = mapper.class_, 0
    while True:
        query = select(model.id, model.organization_id, model.search_text).where(model.id > last)
        rows = db.session.execute(query.order_by(model.id).limit(BATCH)).all()
        _drop(model.MODULE, last, rows[-1].id if len(rows) == BATCH else None)
        if rows:
            _write_again(mapper, rows)
            yield len(rows)
        if len(rows) < BATCH:
            return
        last = rows[-1].id


def _drop(module: str, after: int, until: int | None) -> None:
    """Rows of this stretch, also of records that are no more."""
    gone = delete(SearchEntry).where(SearchEntry.module == module, SearchEntry.record_id > after)
    gone = gone if until is None else gone.where(SearchEntry.record_id <= until)
    db.session.execute(gone, execution_options={"synchronize_session": False})


def _write_again(mapper: Mapper[Any], rows: Sequence[Any]) -> None:
    texts = [searched(row.search_text.split("\n")) for row in rows]
    module = mapper.class_.MODULE
    _write(
        db.session(), [Found(r.organization_id, module, r.id, t) for r, t in zip(rows, texts, strict=True)]
    )
    changed = [{"b_id": r.id, "b_text": t} for r, t in zip(rows, texts, strict=True) if t != r.search_text]
    if changed:
        records: Any = mapper.local_table
        query = update(records).where(records.c.id == bindparam("b_id"))
        query = query.values(search_text=bindparam("b_text"))
        db.session.connection().execute(query, changed)
