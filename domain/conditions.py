"""A record's derived state as a condition."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, literal, not_


def first_that_holds(rules: Sequence[tuple[ColumnElement[bool], str]], key: str) -> ColumnElement[bool]:
    """The condition under which the rule of that key is the first that holds; never, when there is none."""
    earlier: list[ColumnElement[bool]] = []
    for holds, name in rules:
        if name == key:
            return and_(*map(not_, earlier), holds)
        earlier.append(holds)
    return literal(1) == 0  # not false(), which would swallow the conditions beside it
