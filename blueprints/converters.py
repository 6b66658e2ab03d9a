"""`<module:module>` in an address: `books/invoices` becomes the module, anything else is a 404."""

from typing import Any

from werkzeug.routing import BaseConverter, Map, ValidationError

from domain.modules import ALL
from domain.modules.module import Module


class ModuleConverter(BaseConverter):
    """Any module."""

    regex = r"[a-z]+/[a-z-]+"
    part_isolating = False
    weight = 200

    def to_python(self, value: str) -> Module:
        """The module of a path."""
        module = ALL.get(value.replace("/", ".", 1))
        if module is None:
            raise ValidationError(value)
        return module

    def to_url(self, value: Any) -> str:
        """The path of a module, given as such or by its key."""
        return value.path if isinstance(value, Module) else ALL[value].path


class DocumentConverter(ModuleConverter):
    """A module whose records are documents, with lines; asked before the plain converter."""

    weight = 150

    def __init__(self, map: Map) -> None:
        super().__init__(map)

    def to_python(self, value: str) -> Module:
        """The module of a path, when its records are documents."""
        module = super().to_python(value)
        if not module.is_document:
            raise ValidationError(value)
        return module
