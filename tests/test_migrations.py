"""The tables: migrations make exactly what the program declares, and can take it back."""

import importlib
import pkgutil
import re
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import NullPool, create_engine, inspect
from sqlalchemy.engine import Engine

import domain
from domain.db import db
from migrations import tables
from migrations.tables import declared, metadata
from migrations.upgrade import downgrade, upgrade
from tests.databases import Databases


def test_upgrading_makes_what_the_program_declares(made: Databases) -> None:
    with made.fresh() as url:
        upgrade(url)
        with engine_of(url).connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "include_name": declared}
            )
            assert compare_metadata(context, metadata) == []


def test_the_partial_indexes_are_partial(made: Databases) -> None:
    with made.fresh() as url:
        upgrade(url)
        indexes = {index["name"]: index for index in inspect(engine_of(url)).get_indexes("documents")}
        options = indexes["uq_documents_number"]["dialect_options"]
        assert ["number" in str(value) for name, value in options.items() if name.endswith("_where")] == [
            True
        ]


def test_downgrading_leaves_nothing(made: Databases) -> None:
    with made.fresh() as url:
        upgrade(url)
        downgrade(url)
        assert tables_in(url) == set()


def test_upgrading_again_changes_nothing(made: Databases) -> None:
    with made.fresh() as url:
        upgrade(url)
        before = tables_in(url)
        upgrade(url)
        assert tables_in(url) == before


def test_down_and_up_again_is_the_same(made: Databases) -> None:
    with made.fresh() as url:
        upgrade(url)
        before = tables_in(url)
        downgrade(url)
        upgrade(url)
        assert tables_in(url) == before


def test_every_module_with_tables_is_known_to_the_migrations() -> None:
    for module in pkgutil.walk_packages(domain.__path__, "domain."):
        importlib.import_module(module.name)
    declaring = {mapper.class_.__module__ for mapper in db.Model.registry.mappers}
    listed = set(re.findall(r"^import (\S+)", Path(tables.__file__).read_text(), re.MULTILINE))
    assert declaring - listed == set()


def engine_of(url: str) -> Engine:
    return create_engine(url, poolclass=NullPool)


def tables_in(url: str) -> set[str]:
    return set(inspect(engine_of(url)).get_table_names()) - {"alembic_version"}
