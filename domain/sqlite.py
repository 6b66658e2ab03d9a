"""SQLite under several processes: its log, its patience, and whose turn it is to write."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from domain.search_grams import grams_of

_writes: ContextVar[bool] = ContextVar("writes", default=False)

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


def tune_sqlite(engine: Engine) -> None:
    """Prepare an engine: its log, its patience, and our own BEGIN."""
    event.listen(engine, "connect", _tune)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "checkin", _let_the_next_one_write)
    event.listen(engine, "close", _close_turn)


def _tune(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver shall not begin transactions by itself
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=20000"):
        connection.execute(f"PRAGMA {pragma}")
    teach(connection)


def teach(connection: Any) -> None:
    """Give a driver's connection the function by which triggers cut texts for the search index."""
    connection.create_function("grams_of", 3, _grams, deterministic=True)


def _grams(organization_id: int, module: str, text: str) -> str:
    return " ".join(grams_of(organization_id, module, text))


def _begin(connection: Connection) -> None:
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
