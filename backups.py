"""Backup and restore: the database by its own tools while people work, and all files that are kept.

A backup is a folder: `manifest.json`, the database (`database.sqlite3` or `database.dump`) and `files/`. The database
comes first: files are never changed or deleted, so every one that it speaks of is there when they are copied.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine, inspect, make_url, text
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import OperationalError

from delivery.files import Files
from domain.db import now
from migrations.upgrade import configuration, upgrade

FORMAT = 1
MANIFEST = "manifest.json"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
PATIENCE = "10s"
"""How long a restore waits for others to let go of the tables."""


class BackupError(RuntimeError):
    """It can't be done: one sentence saying why, and what to do."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says about itself."""

    format: int
    database: str
    schema: str
    made_at: str
    files: int


def back_up(folder: Path, database_url: str, files: Files) -> Manifest:
    """Write a backup into a folder that is new or empty; people may go on working."""
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty. Name a new folder for each backup.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    url = make_url(database_url)
    kind = url.get_backend_name()
    schema = _schema_of(database_url)
    _DUMP[kind](url, folder / DATABASES[kind])
    manifest = Manifest(FORMAT, kind, schema, now().isoformat(), _copy_out(files, folder / "files"))
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n")
    return manifest


def restore(folder: Path, database_url: str, files: Files, force: bool = False) -> Manifest:
    """Put a backup in the place of what is there, which must be nothing unless `force` says so.

    Everything that can be wrong is looked at before anything is changed.
    """
    url = make_url(database_url)
    manifest = _read(folder, url.get_backend_name())
    if not force and _holds_something(database_url):
        raise BackupError("There is an organization in this database. --force replaces all of it.")
    kept = list(_whole_files(folder / "files", manifest))
    for path in kept:
        files.save(path.read_bytes())
    _LOAD[manifest.database](url, folder / DATABASES[manifest.database])
    upgrade(database_url)
    return manifest


# --- looking at a backup, and at what is there ----------------------------------------------------------------


def _read(folder: Path, kind: str) -> Manifest:
    try:
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise BackupError(f"{folder} holds no complete backup: its {MANIFEST} can't be read.") from error
    if manifest.format != FORMAT or manifest.schema not in _known_schemas():
        raise BackupError("This backup was made by a newer version. Install that version and restore again.")
    if manifest.database != kind:
        raise BackupError(f"This backup is of {manifest.database}, and DATABASE_URL names {kind}.")
    if not (folder / DATABASES[kind]).is_file():
        raise BackupError(f"{folder} holds no complete backup: {DATABASES[kind]} is missing.")
    return manifest


def _known_schemas() -> set[str]:
    scripts = ScriptDirectory.from_config(configuration(""))
    return {script.revision for script in scripts.walk_revisions()}


def _schema_of(database_url: str) -> str:
    with _engine(database_url) as engine, engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            raise BackupError("There is nothing to back up: this database has no tables yet.")
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def _holds_something(database_url: str) -> bool:
    with _engine(database_url) as engine, engine.connect() as connection:
        if not inspect(connection).has_table("organizations"):
            return False
        return connection.scalar(text("SELECT id FROM organizations LIMIT 1")) is not None


@contextmanager
def _engine(database_url: str) -> Iterator[Engine]:
    """Connections of our own, closed as soon as they were used."""
    engine = create_engine(database_url, poolclass=NullPool)
    try:
        yield engine
    finally:
        engine.dispose()


# --- files ----------------------------------------------------------------------------------------------------


def _copy_out(files: Files, target: Path) -> int:
    count = 0
    for digest in files.digests():
        path = target / digest[:2] / digest
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with files.open(digest) as source, path.open("wb") as copy:
            shutil.copyfileobj(source, copy)
        count += 1
    return count


def _whole_files(folder: Path, manifest: Manifest) -> Iterator[Path]:
    """The files of a backup; a missing or damaged one is said before anything is changed."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    if len(paths) < manifest.files:
        raise BackupError(f"This backup had {manifest.files} files, of which {len(paths)} are here.")
    for path in paths:
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != path.name:
                raise BackupError(f"{path} is damaged: what it holds is not what was kept.")
        yield path


# --- SQLite: its online backup, which sees one moment while others write ----------------------------------------


def _dump_sqlite(url: URL, target: Path) -> None:
    with closing(sqlite3.connect(_path_of(url))) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
    target.chmod(0o600)


def _load_sqlite(url: URL, dump: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{dump.absolute().as_uri()}?mode=ro", uri=True)) as source:
            if source.execute("PRAGMA quick_check").fetchone() != ("ok",):
                raise BackupError(f"{dump} is damaged: SQLite does not find it in order.")
            with closing(sqlite3.connect(_path_of(url), timeout=20)) as target:
                source.backup(target)
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{dump} could not be put back: {error}.") from error


def _path_of(url: URL) -> str:
    return url.database or ""


# --- PostgreSQL: pg_dump and pg_restore ------------------------------------------------------------------------


def _dump_postgresql(url: URL, target: Path) -> None:
    _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
    target.chmod(0o600)


def _load_postgresql(url: URL, dump: Path) -> None:
    _run(
        "pg_restore", url, "--list", str(dump), connect=False
    )  # a damaged file is noticed while all is there
    with _engine(url.render_as_string(hide_password=False)) as engine:
        try:
            with engine.begin() as connection:
                connection.execute(text(f"SET lock_timeout = '{PATIENCE}'"))
                connection.execute(text("DROP SCHEMA IF EXISTS public CASCADE"))
                connection.execute(text("CREATE SCHEMA public"))
        except OperationalError as error:
            raise BackupError(
                "Somebody is using this database. Stop the program and restore again."
            ) from error
    _run(
        "pg_restore",
        url,
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        "--exit-on-error",
        str(dump),
    )


def _run(program: str, url: URL, *arguments: str, connect: bool = True) -> None:
    path = shutil.which(program)
    if path is None:
        raise BackupError(
            f"{program} is not on the PATH: install PostgreSQL's client programs (postgresql-client)."
        )
    where = [f"--dbname={_without_password(url)}"] if connect else []
    # the password goes by the environment: everybody on the machine can read a command
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    ended = subprocess.run([path, *where, *arguments], env=environment, capture_output=True, text=True)
    if ended.returncode:
        said = next((line for line in ended.stderr.splitlines() if "error" in line), ended.stderr.strip())
        raise BackupError(f"{program} could not do it: {said}")


def _without_password(url: URL) -> str:
    return url.set(drivername="postgresql", password=None).render_as_string()


_DUMP = {"sqlite": _dump_sqlite, "postgresql": _dump_postgresql}
_LOAD = {"sqlite": _load_sqlite, "postgresql": _load_postgresql}
