"""Defaults that hold from the first moment of a record, not only from its first INSERT."""

from functools import cache
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Mapper
from sqlalchemy.sql.schema import ScalarElementColumnDefault


class Prefilled:
    """A record whose rules may read it before it is saved: its columns' plain defaults are in it at once."""

    def __init__(self, **values: Any) -> None:
        super().__init__(**{**_defaults(inspect(type(self))), **values})


def filled(model: Any, values: dict[str, Any]) -> dict[str, Any]:
    """The values with the defaults where nothing was given: an emptied number is what it was at first."""
    defaults = _defaults(inspect(model))
    return {name: defaults.get(name) if value is None else value for name, value in values.items()}


@cache
def _defaults(mapper: Mapper[Any]) -> dict[str, Any]:
    return {
        mapper.get_property_by_column(column).key: column.default.arg
        for column in mapper.columns
        if isinstance(column.default, ScalarElementColumnDefault) and column is not mapper.version_id_col
    }
