"""Conditions of a list as sentences: "Due date in the next 7 days", in the person's language."""

from blueprints import language, references
from blueprints.language import t
from domain.errors import Refused
from domain.modules.filters import AMONG, BETWEEN, Filter, described
from domain.modules.kinds import KINDS, as_id
from domain.modules.module import Field
from domain.modules.values import owners
from domain.periods import PERIODS
from domain.words import Words, _


def chip(filter: Filter) -> Words:
    """What a condition says."""
    value = filter.value
    match filter.operator.reads:
        case "two":
            low, _mark, high = value.partition(BETWEEN)
            return described(filter, _in_words(filter.field, low), _in_words(filter.field, high))
        case "several":
            return described(
                filter, ", ".join(t(_in_words(filter.field, each)) for each in value.split(AMONG))
            )
        case "period":
            return described(filter, PERIODS.get(value, value))
        case "one":
            return described(filter, _in_words(filter.field, value))
    return described(filter, value)


def _in_words(field: Field, value: str) -> Words | str:
    if field.kind in ("choice", "status"):
        return field.label_of(value)
    if field.kind == "reference" and (record_id := as_id(value)):
        record = references.find(field, record_id)
        return record.title if record else value
    if field.kind == "member":
        return next((member.name for member in owners() if str(member.id) == value), value)
    return _written(field.kind, value)


def _written(kind: str, value: str) -> Words | str:
    """A value from an address, as the person writes it."""
    write = {"boolean": _yes_or_no, "date": language.date, "percent": language.percent}.get(kind)
    if write is None and KINDS[kind].is_number:
        write = language.number
    try:
        return write(KINDS[kind].parse(value, "en")) if write else value
    except Refused:
        return value


def _yes_or_no(value: bool) -> Words:
    return _("Yes") if value else _("No")
