"""A fresh database for every test, made in a moment: tables and cast are made once and then copied."""

import itertools
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import NullPool, create_engine, make_url, text

from migrations.upgrade import upgrade
from tests.servers import postgresql


class Databases(Protocol):
    """Gives out addresses of databases."""

    def fresh(self, template: str | None = None) -> AbstractContextManager[str]:
        """A database for one test: empty, or a copy of the one at that address."""


class Numbers:
    """Gives out the lowest number that nobody has: the next test finds its database at the same address."""

    def __init__(self) -> None:
        self.taken: set[int] = set()

    @contextmanager
    def one(self) -> Iterator[int]:
        """A number, for a while."""
        number = next(each for each in itertools.count() if each not in self.taken)
        self.taken.add(number)
        try:
            yield number
        finally:
            self.taken.remove(number)


class SQLite:
    """Databases that are files of a directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.numbers = Numbers()

    @contextmanager
    def fresh(self, template: str | None = None) -> Iterator[str]:
        """A file of its own; a copied one must have no connection open."""
        with self.numbers.one() as number:
            path = self.directory / f"{number}.sqlite3"
            if template:
                shutil.copyfile(make_url(template).database or "", path)
            yield f"sqlite:///{path}"
            for file in self.directory.glob(f"{path.name}*"):
                file.unlink()


class PostgreSQL:
    """Databases of a throw-away server."""

    def __init__(self, server: str) -> None:
        self.server = make_url(server)
        self.engine = create_engine(server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self.numbers = Numbers()
        # since 15 pages are copied through the log unless one says otherwise, which takes half as long again
        self.how = "STRATEGY FILE_COPY" if self._version() >= 150000 else ""

    @contextmanager
    def fresh(self, template: str | None = None) -> Iterator[str]:
        """A database of its own, dropped afterwards whoever may still be connected."""
        with self.numbers.one() as number:
            name = f"test_{number}"
            source = make_url(template).database if template else "template1"
            self._run(f"CREATE DATABASE {name} TEMPLATE {source} {self.how}")
            try:
                yield self.server.set(database=name).render_as_string(hide_password=False)
            finally:
                self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _version(self) -> int:
        with self.engine.connect() as connection:
            return int(connection.execute(text("SHOW server_version_num")).scalar_one())

    def _run(self, statement: str) -> None:
        with self.engine.connect() as connection:
            connection.execute(text(statement))


@contextmanager
def databases(kind: str, directory: Path) -> Iterator[Databases]:
    """Databases of that kind, for one run of tests."""
    if kind == "sqlite":
        yield SQLite(directory)
        return
    with postgresql() as server:
        yield PostgreSQL(server)


@contextmanager
def with_tables(made: Databases) -> Iterator[str]:
    """A database with all tables and nothing in them, to be copied."""
    with made.fresh() as url:
        upgrade(url)
        yield url
