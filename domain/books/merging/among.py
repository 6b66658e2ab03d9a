"""Rows with any of many ids, said in one parameter: ten thousand of them are read by the database, not written out."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from domain.db import db


def among(column: Any, ids: Sequence[int]) -> ColumnElement[bool]:
    """The condition that a column holds one of these ids."""
    condition: ColumnElement[bool]
    if db.session.get_bind().dialect.name == "postgresql":
        condition = column == any_(literal(list(ids), ARRAY(BigInteger)))
    else:
        condition = column.in_(select(func.json_each(json.dumps(list(ids))).table_valued("value").c.value))
    return condition
