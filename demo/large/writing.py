"""Many rows written quickly: many at once on SQLite, by COPY on PostgreSQL. Indexes stay where they are."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Date, Dialect, Table, func, select, text

from domain.db import UtcDateTime, everywhere

AT_ONCE = 5_000
DAYS = (Date, UtcDateTime)
Row = dict[str, Any]


class Writer:
    """Takes rows by table, as they are stored: numbers that are not money scaled, JSON as text, moments in UTC.

    What a row leaves out is what the column has by default. Tables are written in the order in which they are
    given, so that nothing is written before what it refers to.
    """

    def __init__(self, connection: Connection, tables: Iterable[Table]) -> None:
        self._connection = connection
        self.copies = connection.dialect.name == "postgresql"
        self._shapes = {table.name: _Shape(table, connection.dialect) for table in tables}
        self._rows: dict[str, list[Sequence[Any]]] = {name: [] for name in self._shapes}

    def add(self, table: str, row: Row) -> None:
        """A row; it is written with others, soon."""
        rows = self._rows[table]
        rows.append(self._shapes[table].values(row))
        if len(rows) >= AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what there is."""
        for name, rows in self._rows.items():
            if rows:
                (self._copy if self.copies else self._insert)(self._shapes[name], rows)
                rows.clear()

    def _copy(self, shape: "_Shape", rows: Sequence[Sequence[Any]]) -> None:
        cursor = self._connection.connection.cursor()
        with cursor.copy(f"COPY {shape.name} ({', '.join(shape.columns)}) FROM STDIN") as copy:  # type: ignore[attr-defined]
            for row in rows:
                copy.write_row(row)

    def _insert(self, shape: "_Shape", rows: Sequence[Sequence[Any]]) -> None:
        marks = ", ".join("?" * len(shape.columns))
        sql = f"INSERT INTO {shape.name} ({', '.join(shape.columns)}) VALUES ({marks})"
        self._connection.connection.cursor().executemany(sql, [shape.as_text(row) for row in rows])


class _Shape:
    """A table's columns, and what stands in those that a row leaves out."""

    def __init__(self, table: Table, dialect: Dialect) -> None:
        self.name = table.name
        defaults = {column.name: _default(column, dialect) for column in table.columns}
        self.columns = [name for name, default in defaults.items() if default is not _BY_ITSELF]
        self._defaults = [(name, defaults[name]) for name in self.columns]
        self._days = [at for at, name in enumerate(self.columns) if isinstance(table.c[name].type, DAYS)]

    def values(self, row: Row) -> tuple[Any, ...]:
        return tuple([row.get(name, default) for name, default in self._defaults])

    def as_text(self, values: Sequence[Any]) -> list[Any]:
        """The same with days and moments as text."""
        texts = list(values)
        for at in self._days:
            if texts[at] is not None:
                texts[at] = _as_text(texts[at])
        return texts


_BY_ITSELF = object()
"""The database fills this column in."""


def _default(column: Any, dialect: Dialect) -> Any:
    if column.default is None or column.default.is_callable:
        return _BY_ITSELF if column.server_default is not None else None
    value = column.default.arg
    bind = column.type.dialect_impl(dialect).bind_processor(dialect)
    return bind(value) if bind and value is not None else value


@lru_cache(16_384)
def _as_text(value: date) -> str:
    """A day or a moment (in UTC) as SQLite keeps it."""
    return value.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value.isoformat()


class Ids:
    """A run of ids that nobody else will be given."""

    def __init__(self, connection: Connection, table: Table, count: int) -> None:
        if connection.dialect.name == "postgresql":
            sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
            first = connection.scalar(text(f"SELECT nextval({sequence})"))
            connection.execute(text(f"SELECT setval({sequence}, {first} + {count})"))
        else:
            with everywhere():  # all organizations count on in the same ids
                first = (connection.scalar(select(func.max(table.c.id))) or 0) + 1
        self._next = first
        self.first = first

    def take(self) -> int:
        """The next one."""
        self._next += 1
        return self._next - 1
