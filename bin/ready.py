"""Brings the database to the newest tables; ends with code 3 when it had none before."""

import sys

from sqlalchemy import create_engine, inspect
from sqlalchemy.exc import OperationalError

from config import Settings
from migrations.upgrade import upgrade

WAS_EMPTY = 3


def main() -> int:
    """Upgrades; the exit code."""
    url = Settings.from_environment().database_url
    try:
        code = WAS_EMPTY if is_empty(url) else 0
        upgrade(url)
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0].rstrip(".")
        print(f"DATABASE_URL: the database can't be used: {reason}.", file=sys.stderr)
        return 2
    return code


def is_empty(url: str) -> bool:
    """Whether the database has no table."""
    engine = create_engine(url)
    try:
        return not inspect(engine).get_table_names()
    finally:
        engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
