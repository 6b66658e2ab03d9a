"""A record's derived state as a condition."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, literal, not_

Rules = Sequence[tuple[Any, str]]
"""Conditions in their order, each with the state that it means; the last one always holds."""


def is_before(value: Any, day: date) -> Any:
    """Whether a date that may be missing lies before a day, of a record and of a column alike."""
    if value is None or isinstance(value, date):
        return value is not None and value < day
    return func.coalesce(value < day, false())


def first_that_holds(rules: Sequence[tuple[ColumnElement[bool], str]], key: str) -> ColumnElement[bool]:
    """The condition under which the rule of that key is the first that holds; never, when there is none."""
    earlier: list[ColumnElement[bool]] = []
    for holds, name in rules:
        if name == key:
            return and_(*map(not_, earlier), holds)
        earlier.append(holds)
    return literal(1) == 0  # not false(), which would swallow the conditions beside it
