"""Making, changing and deleting a plain record: the same three verbs for every module, for pages and imports."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from domain.attachments import forget_attachments
from domain.comments import forget_comments
from domain.db import db
from domain.defaults import filled
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.sync.changes import tell
from domain.timeline import record_event, record_events


def create(model: Any, values: dict[str, Any], actor: Member | None, form_key: str | None = None) -> Any:
    """A new record from values by attribute; raises Refused where the record type's own rules say so."""
    record: Any = model(**filled(model, values))
    record.form_key = form_key
    if hasattr(record, "made_by") and actor is not None:
        record.made_by(actor)
    _check(record)
    db.session.add(record)
    db.session.flush()
    record_event(record, "created", actor)
    tell(record)
    return record


def create_many(model: Any, rows: Sequence[dict[str, Any]], actor: Member | None) -> list[Any]:
    """New records all at once, in a few statements; one that is refused refuses all."""
    made = [model(**filled(model, values)) for values in rows]
    if hasattr(model, "made_by") and actor is not None:
        for record in made:
            record.made_by(actor)
    with db.session.no_autoflush:
        _check_many(model, made)
    db.session.add_all(made)
    db.session.flush()
    record_events(made, "created", actor)
    if made:
        tell(made[0])
    return made


def update(record: Any, values: dict[str, Any], actor: Member | None) -> None:
    """Change a record; what was changed, from what to what, stands in its timeline."""
    values = filled(type(record), values)
    before = {name: getattr(record, name) for name in values}
    changes = {name: value for name, value in values.items() if value != before[name]}
    if not changes:
        return
    if hasattr(record, "changed_by") and actor is not None:
        record.changed_by(actor, changes)
    with db.session.no_autoflush:
        for name, value in changes.items():
            setattr(record, name, value)
        _check(record)
    db.session.flush()
    record_event(record, "edited", actor, changes=_as_json(before, changes), **_in_currency(record, changes))
    if hasattr(record, "was_changed"):
        record.was_changed(before, actor)
    tell(record)


def _in_currency(record: Any, changes: dict[str, Any]) -> dict[str, str]:
    """In what the amounts are that were changed: the record's own currency may be another one later."""
    if not any(name.endswith("_minor") for name in changes):
        return {}
    return {"currency": getattr(record, "currency", None) or current_organization().currency}


def destroy(record: Any, actor: Member | None) -> None:
    """Delete a record, unless it is still needed; raises Refused with the reason and the way out."""
    if hasattr(record, "can_be_deleted"):
        record.can_be_deleted()
    record_event(record, "deleted", actor)
    if hasattr(record, "before_delete"):
        record.before_delete()
    forget_talk(record)
    db.session.delete(record)
    db.session.flush()


def delete(record: Any, actor: Member | None) -> None:
    """Delete a record the way its type does, where more belongs to it than its own row."""
    if hasattr(record, "delete"):
        record.delete(actor)
    else:
        destroy(record, actor)


def forget_talk(record: Any) -> None:
    """What was said about a record and hangs on it goes with it: another one may get its number."""
    # here and not at the top: notices are about records
    from domain.portal.notices import forget_notices

    forget_notices(record)
    forget_comments(record)
    forget_attachments(record)


def _check(record: Any) -> None:
    if hasattr(record, "check"):
        with db.session.no_autoflush:
            record.check()


def _check_many(model: Any, made: Sequence[Any]) -> None:
    """As each would be checked; a type whose rules ask the database may ask it once for all of them."""
    if hasattr(model, "check_many"):
        model.check_many(made)
        return
    for record in made:
        _check(record)


def changes_since(before: dict[str, Any], record: Any) -> list[list[Any]]:
    """What is other now than it was: name, before and after, as a timeline keeps them."""
    after = {name: getattr(record, name) for name in before}
    return _as_json(before, {name: value for name, value in after.items() if value != before[name]})


def _as_json(before: dict[str, Any], changes: dict[str, Any]) -> list[list[Any]]:
    return [[name, _plain(before[name]), _plain(value)] for name, value in changes.items()]


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, date | datetime | Decimal) else value
