"""Brings the database to the newest tables, and leaves a mark in the data directory when it had none before.

Most starts find nothing to do. They ask the database directly for its version, because importing SQLAlchemy,
Alembic and every table would take longer than all the rest of the start.
"""

import re
import sys
from pathlib import Path

from config import ROOT, Settings

FIRST_START = "first-start"
"""The mark's name. It is made before the tables, so that it is there however far a first start comes."""

QUESTION = "select version_num from alembic_version"


def main() -> int:
    """The exit code: 2 when the database can't be used, with a sentence that says why."""
    settings = Settings.from_environment()
    if version(settings.database_url) == newest():
        return 0
    return upgrade(settings.database_url, settings.data_dir / FIRST_START)


def version(url: str) -> str | None:
    """The version of the database's tables, as Alembic wrote it; None when it can't be read."""
    return _in_sqlite(url) if url.startswith("sqlite") else _in_postgresql(url)


def _in_sqlite(url: str) -> str | None:
    import sqlite3

    path = Path(url.partition(":///")[2].partition("?")[0])
    if not path.exists():
        return None
    connection = sqlite3.connect(path)
    try:
        return str(connection.execute(QUESTION).fetchone()[0])
    except (sqlite3.Error, TypeError):
        return None
    finally:
        connection.close()


def _in_postgresql(url: str) -> str | None:
    import psycopg

    try:
        with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
            row = connection.execute(QUESTION).fetchone()
    except psycopg.Error:
        return None
    return str(row[0]) if row else None


def newest() -> str | None:
    """The version that the migrations lead to: the one from which none goes on."""
    texts = [path.read_text() for path in (ROOT / "migrations" / "versions").glob("*.py")]
    revisions, before = (
        {found[1] for text in texts if (found := re.search(rf'^{name} = "(.+)"', text, re.MULTILINE))}
        for name in ("revision", "down_revision")
    )
    heads = revisions - before
    return heads.pop() if len(heads) == 1 else None


def upgrade(url: str, mark: Path) -> int:
    """Makes or changes the tables; the exit code."""
    from sqlalchemy import create_engine, inspect
    from sqlalchemy.exc import OperationalError

    from migrations.upgrade import upgrade as to_newest

    engine = create_engine(url)
    try:
        if not inspect(engine).get_table_names():
            mark.touch()
        to_newest(url)
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0].rstrip(".")
        print(f"DATABASE_URL: the database can't be used: {reason}.", file=sys.stderr)
        return 2
    finally:
        engine.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
