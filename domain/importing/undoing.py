"""Taking back an import: what it made is deleted, what it overwrote says again what it said before.

Only where nobody has worked with a record since; what stays is named with the reason.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from domain import records
from domain.access import can, visible
from domain.db import db, now
from domain.errors import NotAllowed, Refused, Stale
from domain.importing.imports import Import, ImportRow, as_reason
from domain.integrity import is_used
from domain.links import Link
from domain.modules.module import Field, Module
from domain.organizations.users import Member
from domain.timeline import entries_for
from domain.words import Words, _

BATCH = 100

_BACK: dict[str, Callable[[str], Any]] = {
    "date": date.fromisoformat,
    "number": Decimal,
    "percent": Decimal,
    "exchange_rate": Decimal,
}
"""How a value that was kept as text becomes one again, by kind of field."""


def may_undo(actor: Member, module: Module, imported: Import) -> bool:
    """Whether somebody may do what undoing this import takes."""
    verbs = {"delete"} if imported.count("new") else set()
    verbs |= {"edit"} if imported.count("changed") else set()
    return actor.is_here and all(can(actor, module.permission(verb)) for verb in verbs or {"create"})


def undo_some(
    imported: Import, module: Module, modules: dict[str, Module], actor: Member, enough: Callable[[], bool]
) -> None:
    """Take back some rows, the last ones first; when none is left, what was made along with them."""
    if not may_undo(actor, module, imported):
        raise NotAllowed(_("The person who started this import may not do this any more."))
    rows = _next(imported)
    for row in rows:
        _undo(row, module, actor)
        imported.position, imported.handled = row.id, imported.handled + 1
        imported.counts = imported.counts | {row.outcome: imported.count(row.outcome) + 1}
        if enough():
            break
    if not rows:
        _clear_along(imported, modules, actor)
        imported.state, imported.finished_at = "undone", now()


def _next(imported: Import) -> list[ImportRow]:
    query = select(ImportRow).where(
        ImportRow.import_id == imported.id, ImportRow.outcome.in_(("new", "changed"))
    )
    if imported.position:
        query = query.where(ImportRow.id < imported.position)
    return list(db.session.scalars(query.order_by(ImportRow.id.desc()).limit(BATCH)))


def _undo(row: ImportRow, module: Module, actor: Member) -> None:
    try:
        with db.session.begin_nested():
            _take_back(row, module, actor)
        row.outcome, row.reasons = "undone", []
    except Refused as refusal:
        row.outcome, row.reasons = "kept", [as_reason("", _whole(refusal))]
    except (IntegrityError, StaleDataError):
        row.outcome, row.reasons = "kept", [as_reason("", Stale().message)]


def _whole(refusal: Refused) -> Words:
    return next(iter(refusal.fields.values()), refusal.message)


def _take_back(row: ImportRow, module: Module, actor: Member) -> None:
    model = module.model
    record = db.session.scalar(select(model).where(model.id == row.record_id, visible(actor, model)))
    if record is None and row.outcome == "new":
        return  # somebody did already
    if record is None:
        raise Refused(_("It was deleted in the meantime."))
    if record.version != row.version:
        raise Refused(_("It was changed since it was imported."))
    if row.outcome == "new":
        _check_untouched(record, "imported")
        records.destroy(record, actor)
    else:
        records.update(record, _before(row, module), actor)


def _check_untouched(record: Any, last_verb: str) -> None:
    """Refuse what somebody has built upon: noted something, linked it, put it on a paper."""
    latest = entries_for(record.MODULE, record.id, limit=1)
    if not latest or latest[0].verb != last_verb or is_used(record) or _is_linked(record):
        raise Refused(_("Somebody has worked with it since it was imported."))


def _is_linked(record: Any) -> bool:
    here = (Link.module == record.MODULE) & (Link.record_id == record.id)
    there = (Link.remote_module == record.MODULE) & (Link.books_id == record.id)
    return db.session.scalar(select(Link.id).where(here | there).limit(1)) is not None


def _before(row: ImportRow, module: Module) -> dict[str, Any]:
    fields = {each.column: each for each in module.fields}
    return {
        name: _as_value(fields.get(name), before[0]) for name, before, _after in row.changes if name in fields
    }


def _as_value(each: Field | None, kept: Any) -> Any:
    back = _BACK.get(each.kind) if each else None
    return back(kept) if back and isinstance(kept, str) else kept


def _clear_along(imported: Import, modules: dict[str, Module], actor: Member) -> None:
    """The accounts, terms and taxes that were made because rows spoke of them, unless somebody uses them."""
    left = []
    for key, record_id in reversed(imported.along):
        record = db.session.get(modules[key].model, record_id)
        try:
            if record is not None:
                with db.session.begin_nested():
                    _check_untouched(record, "created")
                    records.destroy(record, actor)
        except (Refused, IntegrityError, StaleDataError):
            left.append([key, record_id])
    imported.along = left
