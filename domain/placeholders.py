"""Placeholders in a text: `%CustomerName%`. A name is looked up, never computed; an unknown one stays."""

import re
from collections.abc import Callable, Mapping

Values = Mapping[str, str | None]
"""What each name stands for; None for what isn't known yet, such as the number of a draft."""

_PLACEHOLDER = re.compile(r"%([A-Za-z][A-Za-z0-9_]{0,59})%")


def fill(template: str, values: Values, written: Callable[[str], str] = str) -> tuple[str, list[str]]:
    """The text with its placeholders filled, and the names that mean nothing, each once.

    `written` is how a value is put into this kind of text: `html.escape` for HTML.
    """
    unknown: dict[str, None] = {}

    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            unknown[match[1]] = None
        found = values.get(match[1])
        return match[0] if found is None else written(found)

    return _PLACEHOLDER.sub(value, template), list(unknown)
