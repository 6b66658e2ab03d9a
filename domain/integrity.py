"""Asking the database what it would refuse, so that the person reads a sentence and not a database error."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Table, select
from sqlalchemy.orm import InstrumentedAttribute

from domain.db import current_organization_id, db


def has_twin(record: Any, *columns: InstrumentedAttribute[Any]) -> bool:
    """Whether another record of the same type has the same values in these columns."""
    model = type(record)
    same = [column == getattr(record, column.key) for column in columns]
    others = [] if record.id is None else [model.id != record.id]
    return db.session.scalar(select(model.id).where(*same, *others).limit(1)) is not None


def have_twins(made: Sequence[Any], column: InstrumentedAttribute[Any]) -> bool:
    """Whether any of these new records has a value that another one has, among them or in the database."""
    values = [value for value in (getattr(record, column.key) for record in made) if value]
    taken = select(column.class_.id).where(column.in_(values)).limit(1)
    return len(set(values)) < len(values) or (bool(values) and db.session.scalar(taken) is not None)


def is_used(record: Any, apart_from: tuple[str, ...] = ()) -> bool:
    """Whether a row of any table refers to this record; some tables may be left out by name.

    The foreign keys say which tables to ask, so that a new kind of record cannot be forgotten.
    """
    return any(
        db.session.scalar(
            select(column)
            .where(column == record.id, table.c.organization_id == current_organization_id())
            .limit(1)
        )
        for table, column in _references_to(record.__table__)
        if table.name not in apart_from
    )


def _references_to(target: Table) -> Iterator[tuple[Table, Column[Any]]]:
    for table in db.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table is target:
                yield table, key.parent
