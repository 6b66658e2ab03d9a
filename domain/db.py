"""The database: one session, one declarative base, and the condition that keeps organizations apart.

Every row of an `OrganizationScoped` model belongs to one organization. The session adds that condition to each
SELECT, UPDATE and DELETE it is given (`_keep_to_the_organization`); without an organization in scope such a
statement is refused, unless it says `everywhere()` by name.
"""

import fcntl
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any, cast
from weakref import WeakSet

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    event,
    inspect,
)
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    declared_attr,
    mapped_column,
    with_loader_criteria,
)
from sqlalchemy.types import TypeDecorator

# What a foreign key and a primary key are made of. SQLite only counts up by itself in an INTEGER column.
Id = BigInteger().with_variant(Integer, "sqlite")

MICRO = 6
"""Decimal places of numbers that are not money (quantity, rate, percentage): stored as integers x 10^6."""

_writes: ContextVar[bool] = ContextVar("writes", default=False)
_organization: ContextVar[int | None] = ContextVar("organization", default=None)
_everywhere: ContextVar[bool] = ContextVar("everywhere", default=False)
_flushing: ContextVar[bool] = ContextVar("flushing", default=False)


class UnscopedQuery(RuntimeError):
    """A statement on an organization's rows was made without saying which organization."""


class Scaled(TypeDecorator[Decimal]):
    """A Decimal with up to six places, kept as an integer: SQLite would keep NUMERIC as a float and lose digits."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Any) -> int | None:
        """The integer to store; more than six places is a programming error, not something to round away."""
        if value is None:
            return None
        scaled = Decimal(value).scaleb(MICRO)
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than {MICRO} decimal places")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Any) -> Decimal | None:
        """The number as it was typed, without trailing zeros."""
        return None if value is None else plain(Decimal(value).scaleb(-MICRO))


def plain(number: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent."""
    whole = number.to_integral_value()
    return whole.quantize(Decimal(1)) if number == whole else number.normalize()


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC; naive ones are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """The moment in UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a naive datetime has no moment")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """SQLite forgets the zone: what is stored is UTC."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value


class Base(DeclarativeBase):
    """The base of all records; constraints get stable names so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )


class OrganizationSession(Session):
    """A session that keeps to the organization in scope, also when a row is taken from its identity map."""

    def get(self, entity: Any, ident: Any, **options: Any) -> Any:
        """The record, or None when it is not there or belongs to another organization."""
        record = super().get(entity, ident, **options)
        if isinstance(record, OrganizationScoped) and not _everywhere.get():
            return record if record.organization_id == current_organization_id() else None
        return record

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write what changed: rows that the session knows, so that the guard has nothing to ask."""
        token = _flushing.set(True)
        try:
            super().flush(objects)
        finally:
            _flushing.reset(token)


db = SQLAlchemy(model_class=Base, session_options={"class_": OrganizationSession})


def now() -> datetime:
    """This moment, in UTC: the one clock, so that a test can set it."""
    return datetime.now(UTC)


class OrganizationScoped:
    """A row that belongs to one organization and is never seen from another."""

    @declared_attr
    def organization_id(cls) -> Mapped[int]:
        return mapped_column(Id, ForeignKey("organizations.id"), index=False, nullable=False)


class Versioned:
    """A record that two people may edit: the second to save is told (409) instead of winning silently."""

    version: Mapped[int] = mapped_column(Integer, nullable=False, default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class Timestamped:
    """When the record was made and last changed."""

    created_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=lambda: now())
    updated_at: Mapped[datetime] = mapped_column(
        UtcDateTime, nullable=False, default=lambda: now(), onupdate=lambda: now()
    )


class Owned:
    """A record with a person who looks after it (Owner, 担当者)."""

    @declared_attr
    def owner_id(cls) -> Mapped[int | None]:
        return mapped_column(Id, ForeignKey("members.id"), nullable=True)


class Keyed:
    """A record made from a form with a random key: the second click finds what the first one made.

    The key is unique over the installation (it is 128 random bits), so the constraint needs no second column.
    """

    form_key: Mapped[str | None] = mapped_column(String(64), nullable=True, unique=True)


# --- which organization -------------------------------------------------------------------------------------


def current_organization_id() -> int:
    """The organization in scope; refused when there is none."""
    organization_id = _organization.get()
    if organization_id is None:
        raise UnscopedQuery("no organization in scope")
    return organization_id


def set_organization(organization_id: int | None) -> None:
    """Keep to this organization from here to the end of the request or job."""
    _organization.set(organization_id)


@contextmanager
def scoped_to(organization_id: int) -> Iterator[None]:
    """Keep to this organization for a while: jobs, commands and tests."""
    token = _organization.set(organization_id)
    try:
        yield
    finally:
        _organization.reset(token)


@contextmanager
def everywhere() -> Iterator[None]:
    """Look across organizations, by name: sign-in, the outbox's sweep, consistency checks."""
    token = _everywhere.set(True)
    try:
        yield
    finally:
        _everywhere.reset(token)


def of_this_organization(model: type[OrganizationScoped]) -> ColumnElement[bool]:
    """The condition, to be written out where the session's hook does not reach: a select inside a bare count."""
    return model.organization_id == current_organization_id()


def _keep_to_the_organization(state: ORMExecuteState) -> None:
    if _everywhere.get() or not _touches_an_organization(state):
        return
    organization_id = current_organization_id()
    state.statement = state.statement.options(
        with_loader_criteria(
            OrganizationScoped,
            lambda model: model.organization_id == organization_id,
            include_aliases=True,
        )
    )


def _touches_an_organization(state: ORMExecuteState) -> bool:
    return any(issubclass(mapper.class_, OrganizationScoped) for mapper in state.all_mappers)


# The hook above does not see everything: a count over a subquery or a union has no entity at its top and would
# run over all organizations. So the finished SQL is read once more, once per compiled statement: a table of
# organizations' rows that is read or changed without its condition is a refusal, not a leak.
_READ = re.compile(r"(?:\bFROM|\bJOIN|\bUPDATE|,)\s+\"?(\w+)\"?(?![\w.(\"])(?:\s+AS\s+\"?(\w+)\"?)?")
_seen: WeakSet[Any] = WeakSet()


def _refuse_unscoped_reads(
    _connection: Connection, _cursor: Any, sql: str, _parameters: Any, context: Any, _many: bool
) -> None:
    compiled = getattr(context, "compiled", None)
    if _everywhere.get() or compiled is None or compiled in _seen or not _reads_for_the_first_time(context):
        return
    names = [alias or table for table, alias in _READ.findall(sql) if table in _scoped_tables()]
    for name in names:
        if len(re.findall(rf"\b{name}\"?\.organization_id = (?:[?]|%)", sql)) < names.count(name):
            raise UnscopedQuery(f"{name} is read without its organization: {sql}")
    _seen.add(compiled)


def _reads_for_the_first_time(context: Any) -> bool:
    """Not a flush, whose rows are known by their primary key, and not the refresh of a row that is known."""
    if _flushing.get() and (context.isinsert or context.isupdate or context.isdelete):
        return False
    options = getattr(getattr(context.compiled, "compile_state", None), "compile_options", None)
    return not getattr(options, "_for_refresh_state", False)


@cache
def _scoped_tables() -> frozenset[str]:
    return frozenset(
        cast(Table, mapper.local_table).name
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, OrganizationScoped)
    )


def _give_new_rows_their_organization(session: Session, *_args: Any) -> None:
    for record in session.new:
        if isinstance(record, OrganizationScoped):
            _give_organization(record)
    for record in session.dirty:
        if isinstance(record, OrganizationScoped) and inspect(record).attrs.organization_id.history.deleted:
            raise UnscopedQuery("a row does not move to another organization")


def _give_organization(record: Any) -> None:
    if record.organization_id is None:
        record.organization_id = current_organization_id()
    elif not _everywhere.get() and record.organization_id != current_organization_id():
        raise UnscopedQuery("a row of another organization")


event.listen(OrganizationSession, "do_orm_execute", _keep_to_the_organization)
event.listen(OrganizationSession, "before_flush", _give_new_rows_their_organization)


# --- SQLite under several processes -------------------------------------------------------------------------


_TURN = "turn"
"""Under this name a connection keeps the file whose lock says that it may write."""


@contextmanager
def writing(yes: bool = True) -> Iterator[None]:
    """Take the write lock at the transaction's start.

    A SQLite transaction that reads first and writes later fails at once with "database is locked" when another
    one wrote in between; whoever will write therefore begins with BEGIN IMMEDIATE and waits for its turn.
    """
    token = _writes.set(yes)
    try:
        yield
    finally:
        _writes.reset(token)


def will_write(yes: bool) -> None:
    """As `writing`, to the end of the request or job."""
    _writes.set(yes)


def tune(engine: Engine) -> None:
    """Prepare an engine: the guard of organizations; for SQLite its log, its patience, and our own BEGIN."""
    event.listen(engine, "before_cursor_execute", _refuse_unscoped_reads)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "checkin", _let_the_next_one_write)
        event.listen(engine, "close", _close_turn)


def _tune_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver shall not begin transactions by itself
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=20000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    if _writes.get() and connection.engine.url.database not in (None, "", ":memory:"):
        _wait_for_our_turn(connection)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes.get() else "BEGIN")


def _wait_for_our_turn(connection: Connection) -> None:
    """SQLite looks for its lock now and then, and whoever looks at the right moment has it: with eight writers
    one in a hundred waits for seconds. The lock of a file is handed on at once, to whoever waits longest."""
    info = connection.info
    if _TURN not in info:
        info[_TURN] = os.open(f"{connection.engine.url.database}-turn", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(info[_TURN], fcntl.LOCK_EX)


def _let_the_next_one_write(_connection: Any, record: Any) -> None:
    if _TURN in record.info:
        fcntl.flock(record.info[_TURN], fcntl.LOCK_UN)


def _close_turn(_connection: Any, record: Any) -> None:
    if _TURN in record.info:
        os.close(record.info.pop(_TURN))
