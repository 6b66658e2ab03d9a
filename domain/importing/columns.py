"""What the columns of a spreadsheet mean, guessed from their headings."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from domain.importing.cells import Cell, Said, is_empty
from domain.importing.plans import fields_of
from domain.importing.synonyms import INSTEAD, NAMES, PLACES, PREFIXES
from domain.modules.module import Field, Module
from domain.search_text import fold


def guess(module: Module, headings: Sequence[Cell], said: Said) -> tuple[str, ...]:
    """The field that each column seems to fill; empty where no heading says so.

    The labels of the fields come first: a file that was exported here comes in again as it went out. Where a label
    stands twice (City), so do the headings, in the order of the fields.
    """
    columns = [normal(str(heading)) for heading in headings]
    found: dict[int, str] = {}
    for ways in (_own_words(module, said), _usual_words(module)):
        for number, heading in enumerate(columns):
            if heading and number not in found:
                names = (name for name, words in ways if heading in words)
                if name := next((name for name in names if name not in found.values()), ""):
                    found[number] = name
    return tuple(_with_needed(module, [found.get(number, "") for number in range(len(columns))]))


def looks_like_headings(first: Sequence[Cell], said: Said, module: Module) -> bool:
    """Whether the first row names its columns: texts only, and one of them known or all different."""
    if any(not isinstance(cell, str) for cell in first) or any(
        re.search(r"@|\d{5}", str(cell)) for cell in first
    ):
        return False
    texts = [cell for cell in first if not is_empty(cell)]
    return any(guess(module, first, said)) or len(set(texts)) == len(texts) > 1


def normal(heading: str) -> str:
    """A heading without what doesn't matter: case, width, spaces, punctuation, "(required)"."""
    text = re.sub(r"[(\[（［][^)\]）］]*[)\]）］]$", "", heading.strip()) or heading
    letters = unicodedata.normalize(
        "NFC", re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", fold(text)))
    )
    return "".join(character for character in letters if character.isalnum() or character in "%〒")


def _split(table: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(normal(each) for each in text.split(",")) for name, text in table.items()}


_NAMES, _PLACES, _PREFIXES = _split(NAMES), _split(PLACES), _split(PREFIXES)


def _own_words(module: Module, said: Said) -> list[tuple[str, set[str]]]:
    """Fields with their name, their labels in every language, and those with the heading of their section."""
    sections = {name: section.label for section in module.sections for name in section.fields}
    words = []
    for field in fields_of(module):
        labels = [normal(label) for label in said(field.label)]
        within = [normal(label) for label in said(sections[field.name])] if field.name in sections else []
        words.append(
            (field.name, {normal(field.name), *labels, *(w + label for w in within for label in labels)})
        )
    return words


def _usual_words(module: Module) -> list[tuple[str, set[str]]]:
    fields = fields_of(module)
    bare = next((prefix for field in fields if (prefix := _prefix(field))), "")
    return [(field.name, _words_of(field, bare)) for field in fields]


def _words_of(field: Field, bare: str) -> set[str]:
    prefix = _prefix(field)
    if not prefix:
        return set(_NAMES.get(field.name, ()))
    place = field.name.removeprefix(f"{prefix}_")
    places = {normal(place), *_PLACES[place]}
    words = {way for whose in _PREFIXES[prefix] for each in places for way in _together(whose, each)}
    alone = _PREFIXES[prefix] if place == "street" else ()
    return words | set(alone) | (places if prefix == bare else set())


def _together(whose: str, place: str) -> tuple[str, ...]:
    return whose + place, place + whose, f"{whose}の{place}", f"{place}de{whose}"


def _prefix(field: Field) -> str:
    prefix, _mark, place = field.name.partition("_")
    return prefix if prefix in PREFIXES and place in PLACES else ""


def _with_needed(module: Module, names: list[str]) -> Iterator[str]:
    """A needed name without a column takes that of a name like it."""
    needed = [f.name for f in fields_of(module) if f.required and f.default is None and f.name not in names]
    taken = {other: name for name in needed for other in INSTEAD.get(name, ()) if other in names}
    return (taken.get(name, name) for name in names)
