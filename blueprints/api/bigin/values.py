"""Values as the Bigin API writes them: ids as text, numbers as numbers, references with their names."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from blueprints.api.answers import Problem
from blueprints.api.bigin.wire import BY_NAME, data_type
from blueprints.language import t
from blueprints.references import find
from domain.db import db
from domain.errors import Refused
from domain.importing.cells import country_named
from domain.modules import ALL
from domain.modules.kinds import KINDS, as_id
from domain.modules.module import Field
from domain.money import Money
from domain.words import Words

WIDEST = 40
"""Digits of a number: one with more would only take up room when it is written out."""


# --- to the outside -----------------------------------------------------------------------------------------------


def written(name: str, field: Field, record: Any) -> Any:
    """A record's value as JSON has it."""
    value = getattr(record, field.name)
    if value is None or value == "":
        return None
    if name in BY_NAME:
        return t(value.title)
    if field.kind == "member":
        return {"id": str(value.id), "name": value.name, "email": value.user.email}
    if field.kind == "reference":
        return {"id": str(value.id), "name": t(value.title)}
    if field.kind == "money":
        return plain(Money(value, getattr(record, field.currency)).decimal)
    return plain(value)


def plain(value: Any) -> Any:
    """A value that JSON knows: decimals as numbers, moments to the second."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return t(value) if isinstance(value, Words) else value


# --- from the outside -----------------------------------------------------------------------------------------------


def read(name: str, field: Field, value: Any) -> Any:
    """The value as our records keep it; raises Problem."""
    try:
        return _READERS.get(field.kind, _text)(name, field, value)
    except Refused as refusal:
        raise invalid(name, field, str(refusal.message)) from refusal


def invalid(name: str, field: Field, message: str = "invalid data") -> Problem:
    """The value does not fit its field."""
    return Problem(400, "INVALID_DATA", message, api_name=name, expected_data_type=data_type(name, field))


def _text(name: str, field: Field, value: Any) -> Any:
    return KINDS[field.kind].parse(_said(name, field, value), "en")


def _said(name: str, field: Field, value: Any) -> str:
    """A scalar as one would type it."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        if not value.is_finite() or abs(value.adjusted()) > WIDEST:
            raise invalid(name, field)
        return format(value, "f")
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise invalid(name, field)
    if isinstance(value, int) and abs(value) >= 10**WIDEST:
        raise invalid(name, field)
    return str(value)


def _boolean(name: str, field: Field, value: Any) -> bool:
    if value is None or isinstance(value, bool):
        return bool(value)
    if value in ("true", "false"):
        return bool(value == "true")
    raise invalid(name, field)


def _choice(name: str, field: Field, value: Any) -> str:
    said = _said(name, field, value)
    for choice in field.choices:
        if said in (choice.key, str(choice.label)):
            return choice.key
    return said  # which is refused as none of them


def _country(name: str, field: Field, value: Any) -> str:
    said = _said(name, field, value).strip()
    return country_named(said) if said else ""


def _reference(name: str, field: Field, value: Any) -> int | None:
    if name in BY_NAME:
        return _called(name, field, value)
    given = value.get("id") if isinstance(value, dict) else value
    if given is None or given == "":
        return None
    record_id = as_id(_said(name, field, given))
    if record_id is None or find(field, record_id) is None:
        raise invalid(name, field, "the id given seems to be invalid")
    return record_id


def _called(name: str, field: Field, value: Any) -> int | None:
    said = _said(name, field, value)
    model = ALL[field.to].model
    found = [each.id for each in db.session.scalars(db.select(model)) if each.title == said]
    if said and not found:
        raise invalid(name, field)
    return found[0] if found else None


def _member(name: str, field: Field, value: Any) -> int | None:
    given = value.get("id") if isinstance(value, dict) else value
    return KINDS["member"].parse(_said(name, field, given), "en")  # type: ignore[no-any-return]


_READERS: dict[str, Callable[[str, Field, Any], Any]] = {
    "boolean": _boolean,
    "choice": _choice,
    "country": _country,
    "reference": _reference,
    "member": _member,
}
