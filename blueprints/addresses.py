"""Where a module's list and a record's page are; a page links to some hundred of them."""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, g, url_for

from blueprints.loading import may
from domain.modules import ALL
from domain.modules.module import Module

AREAS = {"crm": "handshake", "books": "receipt", "settings": "settings"}
"""The parts of the menu, in order, each with its icon."""


def reached_from_outside(path: str) -> str:
    """The whole address under which others reach one of our pages, whatever this request says of its host."""
    return f"{current_app.config['SETTINGS'].base_url}{path}"


def installation_at(url: str) -> str:
    """Where an installation is of which somebody typed, or copied, any page's address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


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
