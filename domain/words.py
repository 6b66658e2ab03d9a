"""Sentences for people, written where the rule is and translated where the person is."""

from collections.abc import Callable
from typing import Any


class Words:
    """A sentence with its parameters, not yet in anybody's language; `str()` gives the English."""

    __slots__ = ("params", "text")

    def __init__(self, text: str, params: dict[str, Any] | None = None) -> None:
        self.text = text
        self.params = params or {}

    def translated(self, gettext: Callable[[str], str]) -> str:
        """The sentence in the language of `gettext`; parameters that are Words are translated with it."""
        params = {
            name: value.translated(gettext) if isinstance(value, Words) else value
            for name, value in self.params.items()
        }
        text = gettext(self.text)
        return text % params if params else text

    def __str__(self) -> str:
        return self.translated(str)

    def __repr__(self) -> str:
        return f"Words({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Words) and (self.text, self.params) == (other.text, other.params)

    def __hash__(self) -> int:
        return hash(self.text)


def _(text: str, /, **params: Any) -> Words:
    """Mark a sentence for translation: `_("Line %(n)s has no item.", n=3)`."""
    return Words(text, params)
