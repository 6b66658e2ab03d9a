"""The ways to ask for a value in a list: the SQL of each, how its value is read, and its sentence on a chip."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, and_, not_, or_

from domain.search_text import escaped
from domain.words import Words, _, _n, _p


@dataclass(frozen=True)
class Operator:
    """A way to ask for a value: its SQL, and the sentence it makes on a chip."""

    key: str
    label: Words
    sql: Callable[[Any, Any], ColumnElement[bool]]
    sentence: Words
    reads: str = "one"
    """What its value is: `one` of the field's kind, `two`, `several`, a `text`, a `period`, `days`, or `nothing`."""

    @property
    def takes_value(self) -> bool:
        """Whether there is anything to say beyond the operator."""
        return self.reads != "nothing"


def _like(pattern: str) -> Callable[[Any, Any], ColumnElement[bool]]:
    return lambda c, v: c.ilike(pattern.replace("*", escaped(v)), escape="\\")


def _empty(c: Any) -> ColumnElement[bool]:
    return or_(c == "", c.is_(None)) if isinstance(c.type, String) else c.is_(None)


def _within(c: Any, ends: Any) -> ColumnElement[bool]:
    return and_(c >= ends[0], c <= ends[1])


_IS_EMPTY, _IS_FILLED = _("%(field)s is empty"), _("%(field)s is not empty")
_LAST = _n("%(field)s in the last %(value)s day", "%(field)s in the last %(value)s days", n=1)
_NEXT = _n("%(field)s in the next %(value)s day", "%(field)s in the next %(value)s days", n=1)
_BETWEEN = _("%(field)s between %(value)s and %(other)s")

OPERATORS: dict[str, Operator] = {
    operator.key: operator
    for operator in (
        Operator("is", _("is"), lambda c, v: c == v, _("%(field)s is %(value)s")),
        Operator("not", _("is not"), lambda c, v: c.is_distinct_from(v), _("%(field)s is not %(value)s")),
        Operator("in", _("is one of"), lambda c, v: c.in_(v), _("%(field)s is one of: %(value)s"), "several"),
        Operator("contains", _("contains"), _like("%*%"), _("%(field)s contains “%(value)s”"), "text"),
        Operator(
            "lacks",
            _("does not contain"),
            lambda c, v: or_(c.is_(None), not_(_like("%*%")(c, v))),
            _("%(field)s does not contain “%(value)s”"),
            "text",
        ),
        Operator("starts", _("starts with"), _like("*%"), _("%(field)s starts with “%(value)s”"), "text"),
        Operator("ends", _("ends with"), _like("%*"), _("%(field)s ends with “%(value)s”"), "text"),
        Operator("gt", _("is more than"), lambda c, v: c > v, _("%(field)s is more than %(value)s")),
        Operator("min", _("is at least"), lambda c, v: c >= v, _("%(field)s is at least %(value)s")),
        Operator("lt", _("is less than"), lambda c, v: c < v, _("%(field)s is less than %(value)s")),
        Operator("max", _("is at most"), lambda c, v: c <= v, _("%(field)s is at most %(value)s")),
        Operator("period", _("is within"), _within, _p("period", "%(field)s: %(value)s"), "period"),
        Operator("last", _("in the last … days"), _within, _LAST, "days"),
        Operator("next", _("in the next … days"), _within, _NEXT, "days ahead"),
        Operator("from", _("is on or after"), lambda c, v: c >= v, _("%(field)s from %(value)s")),
        Operator("to", _("is on or before"), lambda c, v: c <= v, _("%(field)s up to %(value)s")),
        Operator("after", _("is after"), lambda c, v: c > v, _("%(field)s after %(value)s")),
        Operator("before", _("is before"), lambda c, v: c < v, _("%(field)s before %(value)s")),
        Operator("between", _("is between"), _within, _BETWEEN, "two"),
        Operator("mine", _("is me"), lambda c, v: c == v, _("%(field)s is me"), "nothing"),
        Operator("empty", _("is empty"), lambda c, v: _empty(c), _IS_EMPTY, "nothing"),
        Operator("filled", _("is not empty"), lambda c, v: not_(_empty(c)), _IS_FILLED, "nothing"),
        Operator(
            "none", _("is not chosen"), lambda c, v: c.is_(None), _("%(field)s is not chosen"), "nothing"
        ),
        Operator("some", _("is chosen"), lambda c, v: c.is_not(None), _("%(field)s is chosen"), "nothing"),
    )
}
