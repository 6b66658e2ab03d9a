"""What the API tells of itself: modules, fields, views, the organization, the person."""

from typing import Any

from blueprints.api.bigin.wire import BY_NAME, SYSTEM, WIRES, Wire, described
from blueprints.language import t
from blueprints.loading import actor, may
from domain.db import db
from domain.modules import ALL
from domain.modules.module import Field
from domain.modules.saved_views import tabs_for


def modules() -> list[dict[str, Any]]:
    """Each module with what this person may do there."""
    return [
        {
            "api_name": wire.name,
            "singular_label": wire.one,
            "plural_label": wire.many,
            "api_supported": True,
            "viewable": True,
            "creatable": may(wire.module.permission("create")),
            "editable": may(wire.module.permission("edit")),
            "deletable": may(wire.module.permission("delete")),
        }
        for wire in WIRES.values()
        if may(wire.module.permission("view"))
    ]


def fields(wire: Wire) -> list[dict[str, Any]]:
    """The fields of a module, with those that every record has."""
    own = [
        {"api_name": name, "field_label": name.replace("_", " "), "data_type": kind, "read_only": True}
        for name, kind in SYSTEM.items()
    ]
    return own + [
        described(name, each, t(each.label), _choices(name, each)) for name, each in wire.known().items()
    ]


def _choices(name: str, field: Field) -> list[dict[str, Any]]:
    if name in BY_NAME:
        records = db.session.scalars(db.select(ALL[field.to].model)).all()
        return [{"display_value": each.title, "actual_value": each.title} for each in records]
    return [
        {"display_value": t(choice.label), "actual_value": choice.key}
        for choice in field.choices
        if choice.key and not choice.is_retired
    ]


def views(wire: Wire) -> list[dict[str, Any]]:
    """The saved views that this person sees."""
    return [
        {
            "id": str(tab.view.id),
            "display_value": tab.view.name,
            "name": tab.view.name,
            "default": tab.is_default,
        }
        for tab in tabs_for(actor(), wire.key)
    ]


def organization() -> dict[str, Any]:
    """Where the records are."""
    ours = actor().organization
    return {
        "id": str(ours.id),
        "company_name": ours.name,
        "country_code": ours.country,
        "iso_code": ours.currency,
        "time_zone": ours.time_zone,
    }


def user() -> dict[str, Any]:
    """Whoever is spoken for."""
    member = actor()
    return {"id": str(member.id), "full_name": member.name, "email": member.user.email, "status": "active"}
