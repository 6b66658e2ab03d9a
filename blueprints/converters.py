"""`<module:module>` in an address: `books/invoices` becomes the module, anything else is a 404."""

import re
from typing import Any

from werkzeug.routing import BaseConverter, IntegerConverter

from domain.mail_kinds import MAILED
from domain.modules import ALL
from domain.modules.module import Module


def _one_of(modules: list[Module]) -> str:
    # The names stand in the pattern itself: a converter that says no afterwards ends the search for a rule.
    return "|".join(re.escape(module.path) for module in modules)


class ModuleConverter(BaseConverter):
    """Any module."""

    regex = _one_of(list(ALL.values()))
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


class DocumentConverter(ModuleConverter):
    """A module whose records are documents, with lines; asked before the plain converter."""

    regex = _one_of([module for module in ALL.values() if module.is_document])
    weight = 150


class ConvertibleConverter(ModuleConverter):
    """A module whose records can become documents of other kinds."""

    regex = _one_of([module for module in ALL.values() if module.is_convertible])
    weight = 150


class ImportableConverter(ModuleConverter):
    """A module whose records are made by a plain form, and so from a row of a spreadsheet."""

    regex = _one_of([module for module in ALL.values() if module.takes_imports])
    weight = 150


class SourceConverter(ModuleConverter):
    """A module of whose records something may be unused: payments and credit notes."""

    regex = _one_of([module for module in ALL.values() if module.is_source])
    weight = 150


class PayableConverter(ModuleConverter):
    """A module whose documents payments settle: invoices and bills."""

    regex = _one_of([module for module in ALL.values() if module.is_payable])
    weight = 150


class MailedConverter(ModuleConverter):
    """A module whose records are mailed: all documents but bills."""

    regex = _one_of([module for module in ALL.values() if module.key in MAILED])
    weight = 150
