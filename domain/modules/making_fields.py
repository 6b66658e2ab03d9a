"""What an administrator does with custom fields: make, change, order, retire and delete them."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import JSON, cast, func, select, type_coerce, update
from sqlalchemy.dialects.postgresql import JSONB

from domain import records
from domain.custom_fields import CustomField, fields_changed
from domain.db import db, of_this_organization
from domain.errors import Refused
from domain.locking import lock
from domain.modules import ALL
from domain.modules.module import Module
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.words import _

MOST = 60
"""How many fields one record type may have."""


def customizable() -> list[Module]:
    """The modules that may have fields of one's own."""
    return [module for module in ALL.values() if hasattr(module.model, "custom")]


def all_fields() -> Sequence[CustomField]:
    """Every field of the organization, in the order of the forms."""
    return db.session.scalars(select(CustomField).order_by(CustomField.position, CustomField.id)).all()


def make_field(module: str, values: dict[str, Any], actor: Member, form_key: str) -> CustomField:
    """A new field, behind the others; raises Refused at what is wrong."""
    lock(current_organization())
    others = _fields_of(module)
    if len(others) >= MOST:
        raise Refused(_("A list has at most %(n)d fields of your own.", n=MOST))
    offered = [{"label": label, "is_retired": False} for label in dict.fromkeys(values.get("choices", []))]
    key = _key(values["label"], {each.key for each in others})
    place = max((each.position for each in others), default=0) + 1
    made = {**values, "module": module, "key": key, "choices": offered, "position": place}
    field: CustomField = records.create(CustomField, made, actor, form_key)
    fields_changed()
    return field


def change_field(field: CustomField, values: dict[str, Any], actor: Member) -> None:
    """Another name, other choices, other places where it shows."""
    lock(current_organization())
    if field.kind == "choice":
        field.offer(values["choices"])
    records.update(field, {name: value for name, value in values.items() if name != "choices"}, actor)
    field.check()
    fields_changed()


def move_field(field: CustomField, up: bool) -> None:
    """Change places with the neighbour."""
    lock(current_organization())
    fields = _fields_of(field.module)
    at = fields.index(field)
    to = at - 1 if up else at + 1
    if 0 <= to < len(fields):
        fields[at], fields[to] = fields[to], fields[at]
    for position, each in enumerate(fields, 1):
        each.position = position
    fields_changed()


def retire_field(field: CustomField, retired: bool, actor: Member) -> None:
    """Take a field out of forms and lists, or bring it back; its values stay."""
    lock(current_organization())
    records.update(field, {"is_retired": retired}, actor)
    fields_changed()


def delete_field(field: CustomField, actor: Member) -> None:
    """Delete a field with all its values."""
    lock(current_organization())
    model = ALL[field.module].model
    query = update(model).where(of_this_organization(model), _has(model, field.key))
    changes = {"custom": _without(model, field.key)}
    db.session.execute(query.values(changes), execution_options={"synchronize_session": False})
    records.destroy(field, actor)
    fields_changed()


def holding(field: CustomField) -> int:
    """How many records have a value there."""
    model = ALL[field.module].model
    query = select(func.count(model.id)).where(of_this_organization(model), _has(model, field.key))
    return db.session.scalar(query) or 0


def _fields_of(module: str) -> list[CustomField]:
    return [each for each in all_fields() if each.module == module]


def _key(label: str, taken: set[str]) -> str:
    """A name for addresses, made of the label where its letters allow it."""
    slug = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:30].strip("_") or "field"
    numbered = (f"{slug}_{n}" for n in range(2, MOST + 3))
    return slug if slug not in taken else next(each for each in numbered if each not in taken)


def _has(model: Any, key: str) -> Any:
    return model.custom[key].as_string().is_not(None)


def _without(model: Any, key: str) -> Any:
    if db.engine.dialect.name == "postgresql":
        return cast(cast(model.custom, JSONB).op("-")(key), JSON)
    return type_coerce(func.json_remove(model.custom, f'$."{key}"'), JSON)
