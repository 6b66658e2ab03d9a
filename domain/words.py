"""Sentences for people, written where the rule is and translated where the person is."""

from collections.abc import Callable
from gettext import NullTranslations
from typing import Any

LANGUAGES = ("en", "ja", "fr")
"""The languages that the program speaks; sentences are written in the first."""

ENGLISH = NullTranslations()
"""The catalog of the language in which the sentences are written: every sentence says itself."""


class Words:
    """A sentence with its parameters, not yet in anybody's language; `str()` gives the English."""

    __slots__ = ("context", "many", "params", "text")

    def __init__(
        self, text: str, params: dict[str, Any] | None = None, *, many: str = "", context: str = ""
    ) -> None:
        self.text = text
        self.params = params or {}
        self.many = many
        self.context = context

    def translated(
        self, catalog: NullTranslations, written: Callable[[Any], Any] = lambda value: value
    ) -> str:
        """The sentence in the language of a catalog; parameters that are Words are translated with it.

        `written` is how that language writes the others: amounts of money and dates.
        """
        params = {
            name: value.translated(catalog, written) if isinstance(value, Words) else written(value)
            for name, value in self.params.items()
        }
        text = self._looked_up(catalog)
        return text % params if params else text

    def _looked_up(self, catalog: NullTranslations) -> str:
        if self.many:
            return catalog.ngettext(self.text, self.many, self.params["n"])
        if self.context:
            return catalog.pgettext(self.context, self.text)
        return catalog.gettext(self.text)

    def __str__(self) -> str:
        return self.translated(ENGLISH)

    def __repr__(self) -> str:
        return f"Words({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Words) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self.text)

    def _parts(self) -> tuple[Any, ...]:
        return self.text, self.params, self.many, self.context


def _(text: str, /, **params: Any) -> Words:
    """Mark a sentence for translation: `_("Line %(n)s has no item.", n=3)`."""
    return Words(text, params)


def _n(one: str, many: str, /, *, n: int, **params: Any) -> Words:
    """The same for a sentence that counts: `_n("%(n)s invoice", "%(n)s invoices", n=count)`."""
    return Words(one, {"n": n, **params}, many=many)


def _p(context: str, text: str, /, **params: Any) -> Words:
    """The same for English words that another language says in two ways: `_p("state", "Void")`."""
    return Words(text, params, context=context)
