"""What can be done to many records of a list at once: which right it needs, what it asks, what it sets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.errors import Refused
from domain.modules.module import Field, Module
from domain.words import Words, _


@dataclass(frozen=True)
class BulkAction:
    """Something that can be done to many records at once."""

    key: str
    label: Words
    verb: str
    """The right that it needs."""
    asks: Callable[[Module], tuple[Field, ...]] = lambda module: ()
    """What one has to choose or type."""
    sets: Mapping[str, Any] | None = None
    """What is set without asking."""
    needs: str = ""
    """The field without which a list does not have it."""
    why_not: Callable[[Any], Words | None] = lambda record: None
    """Why a record can't be affected, as far as is known before."""


def _owner(module: Module) -> tuple[Field, ...]:
    return (module.by_name["owner"],)


def changeable(module: Module) -> tuple[Field, ...]:
    """What can be set for many at once: what a form has, but the name; of documents, what issuing leaves free."""
    if module.is_document:
        free = ("salesperson", "expected_payment_on", "reference", "notes")
        fields = [module.by_name[name] for name in free if name in module.by_name]
        return (*fields, *(field for field in module.custom_fields if not field.prints))
    return tuple(field for field in module.editable if field.name != module.list_columns[0])


def _undeletable(record: Any) -> Words | None:
    try:
        if hasattr(record, "can_be_deleted"):
            record.can_be_deleted()
    except Refused as refusal:
        return refusal.message
    return None


ACTIONS: dict[str, BulkAction] = {
    action.key: action
    for action in (
        BulkAction("owner", _("Assign owner"), "edit", asks=_owner, needs="owner"),
        BulkAction("update", _("Bulk update"), "edit", asks=changeable),
        BulkAction(
            "active",
            _("Mark as Active"),
            "edit",
            sets={"is_active": True},
            needs="is_active",
            why_not=lambda record: _("Is active already.") if record.is_active else None,
        ),
        BulkAction(
            "inactive",
            _("Mark as Inactive"),
            "edit",
            sets={"is_active": False},
            needs="is_active",
            why_not=lambda record: None if record.is_active else _("Is inactive already."),
        ),
        BulkAction("delete", _("Delete"), "delete", why_not=_undeletable),
    )
}


def actions_of(module: Module) -> list[BulkAction]:
    """What can be done to many records of a list."""
    editable = {field.name for field in module.editable}
    return [
        action
        for action in ACTIONS.values()
        if (not action.needs or action.needs in editable) and (action.key != "update" or changeable(module))
    ]
