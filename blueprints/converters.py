"""`<module:module>` in an address: `books/invoices` becomes the module, anything else is a 404."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.routing import BaseConverter, IntegerConverter

from domain.mail_kinds import MAILED
from domain.modules import ALL
from domain.modules.module import Module
from domain.portal.links import LINKED


def _one_of(modules: Iterable[Module]) -> str:
    # The names stand in the pattern itself: a converter that says no afterwards ends the search for a rule.
    return "|".join(re.escape(module.path) for module in modules)


class ModuleConverter(BaseConverter):
    """Any module."""

    regex = _one_of(ALL.values())
    part_isolating = False
    weight = 200

    def to_python(self, value: str) -> Module:
        """The module of a path."""
        return ALL[value.replace("/", ".", 1)]

    def to_url(self, value: Any) -> str:
        """The path of a module, given as such or by its key or path."""
        return value.path if isinstance(value, Module) else ALL[value.replace("/", ".", 1)].path


class IdConverter(IntegerConverter):
    """A record's number, as long as a database can count."""

    regex = r"[0-9]{1,18}"


SORTS: dict[str, Callable[[Module], bool]] = {
    "document": lambda module: module.is_document,
    "sold": lambda module: module.is_document and module.by_name["party"].to == "books.customers",
    "convertible": lambda module: module.is_convertible,
    "importable": lambda module: module.takes_imports,
    "source": lambda module: module.is_source,
    "payable": lambda module: module.is_payable,
    "switched": lambda module: "is_active" in module.by_name,
    "mailed": lambda module: module.key in MAILED,
    "linked": lambda module: module.key in LINKED,
}
"""`<document:module>` and its like: which modules an address is for."""


def _converter(name: str) -> type[ModuleConverter]:
    """A converter of some modules only; asked before the plain one."""
    some = (module for module in ALL.values() if SORTS[name](module))
    return type(f"{name.title()}Converter", (ModuleConverter,), {"regex": _one_of(some), "weight": 150})


CONVERTERS: dict[str, type[BaseConverter]] = {
    "int": IdConverter,
    "module": ModuleConverter,
    **{name: _converter(name) for name in SORTS},
}
"""By what stands before the colon in an address."""
