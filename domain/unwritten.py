"""What was said of a record since it was read, and is not written yet."""

from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm.base import PASSIVE_NO_INITIALIZE


def has_new(record: Any, *names: str) -> bool:
    """Whether one of these attributes has another value now."""
    return any(_history(record, name).has_changes() for name in names)


def had_another(record: Any, name: str) -> bool:
    """Whether the attribute had a value that is known, and has another one now."""
    return bool(_history(record, name).deleted)


def _history(record: Any, name: str) -> Any:
    # not by `.attrs`, which puts all columns of the record together to give one
    return inspect(record).get_history(name, PASSIVE_NO_INITIALIZE)
