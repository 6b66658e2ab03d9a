"""The condition that keeps organizations apart.

Every row of an `OrganizationScoped` model belongs to one organization. The session adds that condition to each
SELECT, UPDATE and DELETE it is given (`_keep_to_the_organization`); without an organization in scope such a
statement is refused, unless it says `everywhere()` by name.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from typing import Any, cast
from weakref import WeakSet

from flask_sqlalchemy.session import Session
from sqlalchemy import ColumnElement, ForeignKey, Table, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import (
    LoaderCriteriaOption,
    Mapped,
    ORMExecuteState,
    declared_attr,
    mapped_column,
    with_loader_criteria,
)

from domain.column_types import Id
from domain.unwritten import had_another

_organization: ContextVar[int | None] = ContextVar("organization", default=None)
_everywhere: ContextVar[bool] = ContextVar("everywhere", default=False)
_flushing: ContextVar[bool] = ContextVar("flushing", default=False)


class UnscopedQuery(RuntimeError):
    """A statement on an organization's rows was made without saying which organization."""


class OrganizationScoped:
    """A row that belongs to one organization and is never seen from another."""

    @declared_attr
    def organization_id(cls) -> Mapped[int]:
        return mapped_column(Id, ForeignKey("organizations.id"), index=False, nullable=False)


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
    condition = _of_the_organization(current_organization_id())
    # whoever was loaded with it takes it along to whatever is loaded for them later: with one more at each refresh,
    # statements would grow for as long as the record lives, and each be compiled anew
    if condition not in getattr(state.statement, "_with_options", ()):
        state.statement = state.statement.options(condition)


@lru_cache(maxsize=1000)
def _of_the_organization(organization_id: int) -> LoaderCriteriaOption:
    return with_loader_criteria(
        OrganizationScoped, lambda model: model.organization_id == organization_id, include_aliases=True
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
    from domain.db import Base  # here and not at the top: the base stands on the session

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
        if isinstance(record, OrganizationScoped) and had_another(record, "organization_id"):
            raise UnscopedQuery("a row does not move to another organization")


def _give_organization(record: Any) -> None:
    if record.organization_id is None:
        record.organization_id = current_organization_id()
    elif not _everywhere.get() and record.organization_id != current_organization_id():
        raise UnscopedQuery("a row of another organization")


event.listen(OrganizationSession, "do_orm_execute", _keep_to_the_organization)
event.listen(OrganizationSession, "before_flush", _give_new_rows_their_organization)


def guard(engine: Engine) -> None:
    """Look through every statement of this engine."""
    event.listen(engine, "before_cursor_execute", _refuse_unscoped_reads)
