"""Making, changing and deleting rows: up to a hundred at once, each with an answer of its own.

Every row goes through the verbs that the pages use, and is undone alone where it is refused.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from flask import request
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from blueprints.api.answers import Problem
from blueprints.api.bigin.values import plain, read
from blueprints.api.bigin.wire import Wire
from blueprints.loading import actor, load, require
from domain import records
from domain.db import current_organization_id, db
from domain.errors import DomainError, Missing, NotAllowed, Refused, Stale
from domain.modules.kinds import as_id
from domain.modules.module import Field
from domain.modules.values import checked, in_minor_units

MOST = 100

VERSION = "$version"
"""What a client read; where it says so, an edit made since is told and not written over."""

KEY = "$key"
"""What a client calls a new row: sent again, also in other company, it is the same one."""

Row = dict[str, Any]


def each_row(rows: Sequence[Any], do: Callable[[int, Row], Row]) -> tuple[list[Row], int]:
    """The answer for each row, and the status of all of them together."""
    answers = [_alone(number, row, do) for number, row in enumerate(rows)]
    refused = sum(answer["status"] == "error" for answer in answers)
    return answers, 207 if 0 < refused < len(answers) else 400 if refused else 200


def _alone(number: int, row: Any, do: Callable[[int, Row], Row]) -> Row:
    try:
        if not isinstance(row, dict):
            raise Problem(400, "INVALID_DATA", "a row is an object", index=number)
        with db.session.begin_nested():
            return do(number, row)
    except Problem as problem:
        return problem.as_row()
    except (DomainError, IntegrityError, StaleDataError) as error:
        return _problem_of(error).as_row()


def _problem_of(error: Exception) -> Problem:
    """What the business refused, in the API's own word."""
    if isinstance(error, Missing):
        return Problem(400, "INVALID_DATA", "the id given seems to be invalid", api_name="id")
    if isinstance(error, NotAllowed):
        return Problem(403, "NO_PERMISSION", "permission denied")
    if isinstance(error, Stale | StaleDataError):
        return Problem(412, "RECORD_CHANGED", "the record was changed since it was read", api_name=VERSION)
    if isinstance(error, IntegrityError):
        return Problem(400, "DUPLICATE_DATA", "duplicate data")
    assert isinstance(error, DomainError)
    return Problem(400, "INVALID_DATA", str(error.message))


# --- the three verbs ------------------------------------------------------------------------------------------------


def create(wire: Wire, number: int, row: Row) -> Row:
    """A new record; a row with a key makes one, however often it is sent."""
    module, key = wire.module, _key(number, row)
    require(module.permission("create"))
    made = db.session.scalar(select(module.model).where(module.model.form_key == key)) if key else None
    if made is None:
        values = _values(wire, row, _with_defaults(wire))
        made = _told(wire, lambda: records.create(module.model, values, actor(), key))
    return _done("record added", "insert", made)


def update(wire: Wire, number: int, row: Row) -> Row:
    """Change what the row says, and nothing else."""
    record = _loaded(wire, row, "edit")
    fields = {name: field for name, field in wire.known().items() if name in row and field.editable}
    values = _values(wire, row, fields, record)
    _told(wire, lambda: records.update(record, values, actor()))
    return _done("record updated", "update", record)


def delete(wire: Wire, number: int, row: Row) -> Row:
    """Delete a record, unless it is still needed."""
    record = _loaded(wire, row, "delete")
    try:
        records.delete(record, actor())
    except Refused as refusal:
        raise Problem(400, "CANNOT_DELETE", str(refusal.message)) from refusal
    return {
        "code": "SUCCESS",
        "details": {"id": str(row["id"])},
        "message": "record deleted",
        "status": "success",
    }


def _loaded(wire: Wire, row: Row, verb: str) -> Any:
    record_id = as_id(str(row.get("id", "")))
    if record_id is None:
        raise Problem(400, "MANDATORY_NOT_FOUND", "required field not found", api_name="id")
    version = row.get(VERSION)
    version = version if isinstance(version, int) and not isinstance(version, bool) else None
    return load(wire.module, record_id, verb, version=version, lock=True)


def _key(number: int, row: Row) -> str | None:
    """What keeps a repeated call from making a second record: said by the row, or for the whole call in a header."""
    header = request.headers.get("Idempotency-Key")
    given = row.get(KEY) or (f"{header} {number}" if header else "")
    parts = (str(current_organization_id()), str(actor().id), request.path, str(given))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest() if given else None


def _done(message: str, action: str, record: Any) -> Row:
    db.session.flush()
    who = {"id": str(actor().id), "name": actor().name}
    details = {
        "id": str(record.id),
        "Created_Time": plain(record.created_at),
        "Modified_Time": plain(record.updated_at),
        "Created_By": who,
        "Modified_By": who,
        VERSION: record.version,
    }
    return {"code": "SUCCESS", "details": details, "action": action, "message": message, "status": "success"}


# --- values ---------------------------------------------------------------------------------------------------------


def _with_defaults(wire: Wire) -> dict[str, Field]:
    return {name: field for name, field in wire.known().items() if field.editable}


def _values(wire: Wire, row: Row, fields: dict[str, Field], record: Any = None) -> dict[str, Any]:
    """What the row says of these fields, by the attribute that keeps it; raises Problem where one does not fit."""
    values: dict[str, Any] = {}
    names = {field.column: name for name, field in fields.items()}
    for name, field in fields.items():
        if name in row:
            values[field.column] = read(name, field, row[name])
        elif record is None and field.default:
            values[field.column] = field.default()
        elif record is None and not field.required:
            continue
        _check(wire, name, field, values.get(field.column))
    _in_minor_units(fields, values, record, names)
    return values


def _check(wire: Wire, name: str, field: Field, value: Any) -> None:
    if field.required and value in (None, ""):
        raise Problem(400, "MANDATORY_NOT_FOUND", "required field not found", api_name=name)
    try:
        checked(field, value, wire.module.model)
    except Refused as refusal:
        raise Problem(400, "INVALID_DATA", str(refusal.message), api_name=name) from refusal


def _in_minor_units(
    fields: dict[str, Field], values: dict[str, Any], record: Any, names: dict[str, str]
) -> None:
    """Amounts are said in major units; of a record that keeps its currency, in that one."""
    currency = {"currency": record.currency} if hasattr(record, "currency") else {}
    for field, minor, refused in in_minor_units(fields.values(), currency | values):
        if refused:
            raise Problem(400, "INVALID_DATA", str(refused.message), api_name=names[field.column])
        values[field.column] = minor


def _told(wire: Wire, do: Callable[[], Any]) -> Any:
    """What is done; a refusal at a field is told under the name that the field has there."""
    try:
        return do()
    except Refused as refusal:
        names = {field.column: name for name, field in wire.known().items()}
        for column, words in refusal.fields.items():
            raise Problem(400, "INVALID_DATA", str(words), api_name=names.get(column, column)) from refusal
        raise
