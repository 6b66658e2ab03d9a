"""Keeping others off a row until the transaction ends, and seeing what it holds now.

Rows are locked in one order everywhere, or two transactions could wait for each other: documents by id, then
what they were made from (nobody holds an order and waits for its invoice), then credit notes by id, then the number
series, then payments by id, then the party and then the counters of its deal (which `keeping` changes last). On SQLite
the whole database is locked already (`writing`), and FOR UPDATE is nothing.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.sql.base import ExecutableOption

from domain.db import db
from domain.errors import Missing


def lock_before(model: Any, ids: Sequence[int]) -> None:
    """Lock what stands before these records in the order, where their type says that something does."""
    if hasattr(model, "lock_before"):
        model.lock_before(ids)


def lock(record: Any, *options: ExecutableOption) -> None:
    """Wait for whoever else changes this record, then read it anew; Missing when they deleted it.

    Loader options say what else is wanted of it in the same statement.
    """
    model = type(record)
    (record_id,) = inspect(record).identity  # not record.id, which a deleted row no longer has
    # NO KEY UPDATE: a new row that merely refers to this one need not wait
    query = select(model).where(model.id == record_id).with_for_update(of=model, key_share=True)
    if db.session.scalar(query.options(*options).execution_options(populate_existing=True)) is None:
        raise Missing()
