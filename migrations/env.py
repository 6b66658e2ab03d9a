"""How Alembic runs a migration here: one connection, one transaction, nobody else at the same time."""

from typing import Any

from alembic import context
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.engine import Connection

from domain.db import FineScaled, Scaled, UtcDateTime
from migrations.tables import declared, metadata

# Any number will do that nothing else on the server uses as the key of an advisory lock.
LOCK = 7_203_571

# Migrations outlive the program's own types: they are written with what the database keeps.
_PLAIN = {Scaled: "sa.BigInteger()", FineScaled: "sa.BigInteger()", UtcDateTime: "sa.DateTime(timezone=True)"}


def _render(kind: str, item: Any, _context: Any) -> Any:
    return _PLAIN.get(type(item), False) if kind == "type" else False


def run() -> None:
    """Run what was asked for on the database at the given address."""
    engine = create_engine(context.config.attributes["url"], poolclass=NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            render_item=_render,
            compare_type=True,
            include_name=declared,
        )
        with context.begin_transaction():
            _be_alone(connection)
            context.run_migrations()


def _be_alone(connection: Connection) -> None:
    """Two servers that start at once shall not both make the tables."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})


run()
