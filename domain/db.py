"""The database: one session, one declarative base, and what records have in common.

What keeps organizations apart is in `scope.py`, what SQLite needs under several processes in `sqlite.py`, kinds
of columns in `column_types.py`; records and those who ask for them find all of it here.
"""

from datetime import UTC, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey, Integer, MetaData, String
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from domain.column_types import MICRO, PICO, FineScaled, Id, Scaled, UtcDateTime, plain
from domain.scope import (
    OrganizationScoped,
    OrganizationSession,
    UnscopedQuery,
    current_organization_id,
    everywhere,
    guard,
    of_this_organization,
    scoped_to,
    set_organization,
)
from domain.sqlite import tune_sqlite, will_write, writing

__all__ = (
    "MICRO",
    "PICO",
    "Base",
    "FineScaled",
    "Id",
    "Keyed",
    "OrganizationScoped",
    "OrganizationSession",
    "Owned",
    "Scaled",
    "Timestamped",
    "UnscopedQuery",
    "UtcDateTime",
    "Versioned",
    "current_organization_id",
    "db",
    "everywhere",
    "now",
    "of_this_organization",
    "plain",
    "scoped_to",
    "set_organization",
    "tune",
    "will_write",
    "writing",
)


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


db = SQLAlchemy(model_class=Base, session_options={"class_": OrganizationSession})


def now() -> datetime:
    """This moment, in UTC: the one clock, so that a test can set it."""
    return datetime.now(UTC)


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


def tune(engine: Engine) -> None:
    """Prepare an engine: the guard of organizations, and what SQLite needs."""
    guard(engine)
    if engine.dialect.name == "sqlite":
        tune_sqlite(engine)
