"""One condition of a list: a field, an operator, and the value as it stands in the address."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, false, not_, or_, select

from domain.db import db
from domain.errors import Refused
from domain.modules.kinds import KINDS, as_id, parse_integer, parse_text
from domain.modules.module import Field, Module
from domain.modules.operators import OPERATORS, Operator
from domain.money import exponent
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.periods import PERIODS
from domain.words import Words, _

LONGEST = 500
MOST_DAYS = 36_500
BETWEEN, AMONG = "..", "|"
"""What stands in an address between the two ends of a stretch, and among several choices."""


@dataclass(frozen=True)
class Filter:
    """One condition: a field, an operator and the value as it stands in the address."""

    field: Field
    operator: Operator
    value: str

    @property
    def name(self) -> str:
        """Its name in an address: `status`, `total__gt`."""
        return self.field.name if self.operator.key == "is" else f"{self.field.name}__{self.operator.key}"

    def condition(self, module: Module, member: Member) -> ColumnElement[bool]:
        """Its SQL; a value that can't be read is refused."""
        value = member.id if self.operator.key == "mine" else self.parsed()
        if self.field.where is not None:
            return self._of_derived(value)
        return self.operator.sql(column_of(module, self.field), value)

    def parsed(self) -> Any:
        """The value that the address says; raises Refused with one sentence."""
        return _READ[self.operator.reads](self.field, self.value)

    def _of_derived(self, value: Any) -> ColumnElement[bool]:
        assert self.field.where is not None
        holds = [self.field.where(each) for each in (value if self.operator.key == "in" else [value])]
        return not_(or_(*holds)) if self.operator.key == "not" else or_(*holds)


@dataclass(frozen=True)
class MoneyFilter(Filter):
    """A condition on an amount: typed in major units, compared in each row's own currency."""

    def condition(self, module: Module, member: Member) -> ColumnElement[bool]:
        """One comparison per number of decimal places, since rows may have different currencies."""
        typed = self.parsed()
        column = column_of(module, self.field)
        currency = getattr(module.model, self.field.currency)
        return or_(
            *(
                and_(currency.in_(codes), self._compared(column, typed, places))
                for places, codes in _currencies_by_places().items()
            )
        )

    def _compared(self, column: Any, typed: Any, places: int) -> ColumnElement[bool]:
        """With whole minor units only: nothing is 49.5 yen, but 50 are more and 49 are less."""
        key = self.operator.key
        if key == "between":
            low, high = (limit.scaleb(places) for limit in typed)
            return self.operator.sql(column, (_whole(low, ROUND_CEILING), _whole(high, ROUND_FLOOR)))
        limit = typed.scaleb(places)
        if key in ("is", "not") and limit != limit.to_integral_value():
            return false() if key == "is" else column.is_not(None)
        return self.operator.sql(
            column, _whole(limit, ROUND_CEILING if key in ("lt", "min") else ROUND_FLOOR)
        )


def filter_of(module: Module, name: str, value: str) -> Filter:
    """The condition that an address names; an unknown field or operator is refused."""
    field_name, asked, operator = name.partition("__")
    operator = operator if asked else "is"
    field = module.by_name.get(field_name)
    if field is None or operator not in KINDS[field.kind].operators:
        raise Refused(_("This list can't be filtered by “%(name)s”.", name=name))
    if len(value) > LONGEST:
        raise Refused(_("A filter's value is at most 500 characters long."))
    if field.kind == "money":
        return MoneyFilter(field, OPERATORS[operator], value)
    return Filter(field, OPERATORS[operator], value)


def column_of(module: Module, field: Field) -> Any:
    """The SQL of a field: its column, or the expression of a derived one."""
    return field.sql() if field.sql else getattr(module.model, field.column)


def described(filter: Filter, value: Words | str, other: Words | str = "") -> Words:
    """A condition as a sentence for its chip."""
    sentence = filter.operator.sentence
    params: dict[str, Any] = {"field": filter.field.label, "value": value, "other": other}
    if sentence.many:
        params["n"] = as_id(filter.value) or 0
    return Words(sentence.text, params, many=sentence.many, context=sentence.context)


# --- reading --------------------------------------------------------------------------------------------------


def _one(field: Field, text: str) -> Any:
    value = KINDS[field.kind].parse(text, "en")
    if value is None:
        raise Refused(_("A filter needs a value."))
    return value


def _two(field: Field, text: str) -> tuple[Any, Any]:
    low, found, high = text.partition(BETWEEN)
    if not found:
        raise Refused(_("Please say from where to where."))
    one, other = _one(field, low), _one(field, high)
    return min(one, other), max(one, other)


def _several(field: Field, text: str) -> list[Any]:
    return [_one(field, each) for each in text.split(AMONG)]


def _period(_field: Field, text: str) -> Any:
    if text not in PERIODS:
        raise Refused(_("Please choose from the list."))
    return current_organization().ends_of(text)


def _days(text: str) -> int:
    days = parse_integer(text)
    if days is None or days > MOST_DAYS:
        raise Refused(_("Please say how many days, at most %(n)d.", n=MOST_DAYS))
    return days


def _days_before(_field: Field, text: str) -> Any:
    today = current_organization().today
    return today - timedelta(days=_days(text)), today


def _days_ahead(_field: Field, text: str) -> Any:
    today = current_organization().today
    return today, today + timedelta(days=_days(text))


_READ: dict[str, Callable[[Field, str], Any]] = {
    "one": _one,
    "two": _two,
    "several": _several,
    "text": lambda _field, text: parse_text(text),
    "period": _period,
    "days": _days_before,
    "days ahead": _days_ahead,
    "nothing": lambda _field, _text: None,
}


def _whole(limit: Decimal, rounding: str) -> int:
    return int(limit.to_integral_value(rounding))


def _currencies_by_places() -> dict[int, list[str]]:
    from domain.books.currencies import Currency

    places: dict[int, list[str]] = {}
    for code in db.session.scalars(select(Currency.code)):
        places.setdefault(exponent(code), []).append(code)
    return places
