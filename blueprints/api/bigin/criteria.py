"""`((Last_Name:equals:Sato)and(Email:starts_with:sato))`: what a search asks for, as conditions."""

import re
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from blueprints.api.answers import Problem
from blueprints.api.bigin.rows import SORTS
from blueprints.api.bigin.values import invalid, read
from blueprints.api.bigin.wire import Wire
from blueprints.loading import actor
from domain.errors import Refused
from domain.modules.filters import column_of, filter_of
from domain.modules.kinds import KINDS
from domain.modules.module import Field

OPERATORS = {
    "equals": "is",
    "not_equal": "not",
    "starts_with": "starts",
    "contains": "contains",
    "greater_than": "gt",
    "greater_equal": "min",
    "less_than": "lt",
    "less_equal": "max",
    "in": "is",
}
"""Their word to the operator of our lists."""

OF_DAYS = {"gt": "after", "min": "from", "lt": "before", "max": "to"}
"""How dates call the same."""

MOST = 10
"""Conditions of one search."""

_CONDITION = re.compile(r"\(?(?P<name>\$?\w+):(?P<operator>\w+):(?P<value>(?:\\.|[^\\()])*)\)?")


def parsed(wire: Wire, text: str) -> ColumnElement[bool]:
    """The condition that a criteria text says; raises Problem."""
    if len(text) > 2000 or text.count(":") > 200:
        raise _unreadable(text)
    return _Parser(wire, text.strip()).whole()


def _unreadable(text: str) -> Problem:
    return Problem(400, "INVALID_QUERY", "the criteria can't be read", criteria=text[:200])


class _Parser:
    """Reads nested conditions from left to right; `and` and `or` stand between brackets."""

    def __init__(self, wire: Wire, text: str) -> None:
        self.wire, self.text, self.at, self.seen = wire, text, 0, 0

    def whole(self) -> ColumnElement[bool]:
        """All of the text."""
        found = self._several(0)
        if self.at != len(self.text):
            raise _unreadable(self.text)
        return found

    def _several(self, depth: int) -> ColumnElement[bool]:
        if depth > MOST:
            raise _unreadable(self.text)
        found = self._one(depth)
        while joined := self._word():
            other = self._one(depth)
            found = and_(found, other) if joined == "and" else or_(found, other)
        return found

    def _one(self, depth: int) -> ColumnElement[bool]:
        if self.text.startswith("((", self.at):
            self.at += 1
            found = self._several(depth + 1)
            if not self.text.startswith(")", self.at):
                raise _unreadable(self.text)
            self.at += 1
            return found
        return self._condition()

    def _word(self) -> str:
        found = re.compile(r"\s*(and|or)\s*", re.IGNORECASE).match(self.text, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return found.group(1).lower()

    def _condition(self) -> ColumnElement[bool]:
        found = _CONDITION.match(self.text, self.at)
        self.seen += 1
        if found is None or self.seen > MOST:
            raise _unreadable(self.text)
        self.at = found.end()
        value = re.sub(r"\\(.)", r"\1", found["value"]).strip().replace("\x00", "")
        return condition(self.wire, found["name"], found["operator"], value)


def condition(wire: Wire, name: str, operator: str, value: str) -> ColumnElement[bool]:
    """One condition; raises Problem where field or operator are not known."""
    if name == "id" and operator in ("equals", "in"):
        ids = [int(each) for each in value.split(",") if re.fullmatch(r"[0-9]{1,18}", each)]
        chosen: ColumnElement[bool] = wire.module.model.id.in_(ids)
        return chosen
    field, ours = wire.known().get(name), OPERATORS.get(operator)
    if field is None or ours is None or name in SORTS:
        raise Problem(400, "INVALID_QUERY", "there is no such condition", api_name=name, operator=operator)
    values = value.split(",") if operator == "in" else [value]
    return or_(*(_asked(wire, name, field, ours, each) for each in values))


def _asked(wire: Wire, name: str, field: Field, operator: str, value: str) -> ColumnElement[bool]:
    if field.kind == "date":
        operator = OF_DAYS.get(operator, operator)
    if field.kind in ("reference", "member", "choice", "boolean", "country") and operator in ("is", "not"):
        known: Any = read(name, field, value)
        column = column_of(wire.module, field)
        found: ColumnElement[bool] = column == known if operator == "is" else column.is_distinct_from(known)
        return found
    if operator not in KINDS[field.kind].operators:
        raise Problem(400, "INVALID_QUERY", "there is no such condition", api_name=name, operator=operator)
    suffix = "" if operator == "is" else f"__{operator}"
    try:
        return filter_of(wire.module, f"{field.name}{suffix}", value).condition(wire.module, actor())
    except Refused as refusal:
        raise invalid(name, field, str(refusal.message)) from refusal
