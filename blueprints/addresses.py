"""Where a module's list and a record's page are; a page links to some hundred of them."""

from typing import Any

from flask import g, url_for

from domain.modules import ALL
from domain.modules.module import Module


def list_url(module: Module) -> str:
    """The address of a module's list, looked up once for an answer."""
    found: dict[str, str] = g.setdefault("lists", {})
    if module.key not in found:
        found[module.key] = url_for("records.index", module=module)
    return found[module.key]


def record_url(record: Any) -> str:
    """The address of any record's page: it begins with that of its list."""
    return f"{list_url(ALL[record.MODULE])}/{record.id}"
