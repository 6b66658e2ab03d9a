"""Where a module's list and a record's page are; a page links to some hundred of them."""

from typing import Any

from flask import g, url_for

from blueprints.loading import may
from domain.modules import ALL
from domain.modules.module import Module

AREAS = {"crm": "handshake", "books": "receipt", "settings": "settings"}
"""The parts of the menu, in order, each with its icon."""


def modules_in(area: str) -> list[Module]:
    """What this person may see of an area, as the menu has it."""
    return [m for m in ALL.values() if m.area == area and not m.parent and may(m.permission("view"))]


def list_url(module: Module) -> str:
    """The address of a module's list, looked up once for an answer."""
    found: dict[str, str] = g.setdefault("lists", {})
    if module.key not in found:
        found[module.key] = url_for("records.index", module=module)
    return found[module.key]


def record_url(record: Any) -> str:
    """The address of any record's page: it begins with that of its list."""
    return f"{list_url(ALL[record.MODULE])}/{record.id}"
