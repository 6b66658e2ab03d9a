"""Bringing a database's tables to a version, on SQLite and PostgreSQL alike."""

from pathlib import Path

from alembic import command
from alembic.config import Config

HERE = Path(__file__).parent


def upgrade(database_url: str, to: str = "head") -> None:
    """Make or change the tables, up to the newest version; nothing happens when they are that far."""
    command.upgrade(configuration(database_url), to)


def downgrade(database_url: str, to: str = "base") -> None:
    """Go back to an earlier version; `base` is an empty database."""
    command.downgrade(configuration(database_url), to)


def configuration(database_url: str) -> Config:
    """What Alembic needs to know. The address is an attribute, since % signs mean something in an option."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["url"] = database_url
    return config
