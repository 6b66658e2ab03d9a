"""Sentences in a recipient's language, which need not be that of whoever clicks."""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from babel.support import NullTranslations, Translations

from delivery import formats
from domain.words import LANGUAGES, Words

FOLDER = Path(__file__).resolve().parent.parent / "translations"


def translator(language: str) -> Callable[[Words | str], str]:
    """Turns the business's sentences into one language; plain text stays as it is."""
    catalog, written = _catalog(language), partial(formats.written, language=language)

    def translate(words: Words | str) -> str:
        return words.translated(catalog, written) if isinstance(words, Words) else words

    return translate


@cache
def _catalog(language: str) -> NullTranslations:
    return Translations.load(FOLDER, [language])


def in_every_language(words: Words | str) -> list[str]:
    """All ways to say this that the program knows."""
    return [translator(language)(words) for language in LANGUAGES]
