"""Resolving what a form refers to: always through what the person may see, never by a bare id."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from blueprints.language import t
from blueprints.loading import actor
from domain.access import visible
from domain.db import db
from domain.errors import Refused
from domain.modules import ALL
from domain.modules.kinds import as_id, parse_id, search
from domain.modules.module import Field, Module
from domain.words import _

OFFERED = 8
"""How many matches a picker offers."""


def modules_of(field: Field) -> list[Module]:
    """The modules that a reference may lead to (a contact person belongs to a customer or a vendor)."""
    return [ALL[key] for key in field.to.split()]


def find(field: Field, record_id: int) -> Any:
    """The visible record behind an id, or None."""
    for module in modules_of(field):
        model = module.model
        record = db.session.scalar(select(model).where(model.id == record_id, visible(actor(), model)))
        if record is not None:
            return record
    return None


def find_all(field: Field, ids: set[int]) -> dict[int, Any]:
    """The visible records behind many ids, by id."""
    [module] = modules_of(field)
    model = module.model
    if not ids:
        return {}
    return {
        record.id: record
        for record in db.session.scalars(select(model).where(model.id.in_(ids), visible(actor(), model)))
    }


def matching(module: Module, text: str, *narrowed: Any, limit: int = OFFERED) -> list[Any]:
    """Active records whose names hold the text, for a picker; `narrowed` says which of them."""
    model = module.model
    query = select(model).where(visible(actor(), model), *narrowed)
    if hasattr(model, "is_active"):
        query = query.where(model.is_active)
    if text.strip():
        query = query.where(search(model, text))
    column = getattr(model, module.by_name[module.sort.removeprefix("-")].column)
    return list(db.session.scalars(query.order_by(column, model.id).limit(limit)))


def offered(field: Field, chosen: str) -> list[Any]:
    """All that a plain select offers: the active ones, and the one chosen before."""
    [module] = modules_of(field)
    model = module.model
    column = getattr(model, module.by_name[module.sort.removeprefix("-")].column)
    condition = model.is_active | (model.id == as_id(chosen))
    return list(db.session.scalars(select(model).where(condition).order_by(column)))


def resolve(field: Field, chosen: str, typed: str | None) -> int | None:
    """The id that was chosen in a picker, or else the one record that goes by what was typed.

    The typed text decides: without JavaScript a person types over the name and the hidden id stays behind.
    """
    record = find(field, record_id) if (record_id := parse_id(chosen)) else None
    if typed is None or (record is not None and t(record.title) == typed.strip()):
        if record_id and record is None:
            raise Refused(_("Please choose from the list."))
        return record_id
    return one_called(modules_of(field), typed.strip()).id if typed.strip() else None


def picked(field: Field, form: Mapping[str, str]) -> int | None:
    """The id that a posted form names: by its picker, or alone, by whoever posts without the page.

    A plain select, and a script, send only the id: under the field's own name, or under the picker's.
    """
    chosen, typed = form.get(field.column), form.get(field.name)
    return resolve(field, typed or "", None) if chosen is None else resolve(field, chosen, typed)


def one_called(modules: list[Module], typed: str) -> Any:
    """The one record that goes by what was typed; Refused where there is none, or more than one."""
    found = [record for module in modules for record in matching(module, typed)]
    exact = [record for record in found if t(record.title) == typed]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if not found:
        raise Refused(_("Nothing here is called “%(text)s”.", text=typed))
    names = ", ".join(t(record.title) for record in found[:3])
    raise Refused(
        _("Several match “%(text)s”: %(names)s. Please type the whole name.", text=typed, names=names)
    )
