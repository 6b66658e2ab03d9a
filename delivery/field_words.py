"""The value of a field that an organization added, in words of a recipient's language."""

from collections.abc import Callable
from typing import Any

from delivery import formats
from domain.modules.module import Field
from domain.words import Words, _


def in_words(field: Field, value: Any, language: str, t: Callable[[Words | str], str]) -> str:
    """The value as it is written on a document or in a mail."""
    if value is None or value == "":
        return ""
    match field.kind:
        case "boolean":
            return t(_("Yes") if value else _("No"))
        case "number":
            return formats.number(value, language)
        case "date":
            return formats.long_date(value, language)
    return str(value)
