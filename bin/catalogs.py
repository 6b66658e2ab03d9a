"""What `bin/translations` does: the sentences of the program, and the catalog of each language."""

import re
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from config import ROOT

LANGUAGES = ("ja", "fr")

KEYWORDS = DEFAULT_KEYWORDS | {"_n": (1, 2), "_p": ((1, "c"), 2)}
"""The calls that hold a sentence: gettext's own, and those of domain/words.py."""

LONGEST = 110


def main(arguments: list[str]) -> int:
    """Updates the catalogs or, with `--check`, says what is wrong with them; 1 when something is."""
    if arguments == ["--check"]:
        found = list(problems())
        print("\n".join(found) or "Every sentence has its translations.")
        return bool(found)
    source = sentences()
    for language in LANGUAGES:
        path_of(language).write_bytes(updated(source, catalog_of(language)))
        print(f"{language}: {sum(_is_missing(m) for m in catalog_of(language) if m.id)} to translate")
    return 0


def path_of(language: str) -> Path:
    """Where the catalog of a language is kept."""
    return ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"


def catalog_of(language: str) -> Catalog:
    """The catalog of a language as it stands; an empty one for a language that is new."""
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with BytesIO(path.read_bytes() if path.exists() else b"") as file:
        return read_po(file, locale=language)


def sentences() -> Catalog:
    """All sentences of the code and the templates, with where they stand."""
    found = Catalog(project="Kakehashi", charset="utf-8", fuzzy=False)
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    # Babel's own choice of folders leaves out those that begin with an underscore, such as templates/_ui
    for name, line, text, _comments, context in extract_from_dir(
        ROOT, methods, options, KEYWORDS, directory_filter=_is_searched
    ):
        found.add(text, None, [(name, line)], context=context)
    return found


def _is_searched(folder: str) -> bool:
    return not Path(folder).name.startswith(".") and Path(folder).name not in ("var", "static", "tests")


def updated(source: Catalog, catalog: Catalog) -> bytes:
    """The text of a catalog that has each sentence of the source and no other; what was translated stays."""
    created = catalog.creation_date
    catalog.update(source, no_fuzzy_matching=True)
    # dates that change at every run would make every run a change; line numbers, too
    catalog.creation_date, catalog.fuzzy = created, False
    catalog.header_comment = f"# The {catalog.locale.english_name} of Kakehashi. See docs/translating.md."
    with BytesIO() as file:
        write_po(file, catalog, LONGEST, ignore_obsolete=True, include_lineno=False, sort_by_file=True)
        return file.getvalue()


def problems() -> Iterator[str]:
    """What a reader of another language would stumble over, one line each."""
    source = sentences()
    for language in LANGUAGES:
        catalog, path = catalog_of(language), path_of(language).relative_to(ROOT)
        for message in source:
            if message.id and (problem := _problem(message, catalog)):
                yield f"{path}: {problem}: {message.id!r} ({message.locations[0][0]})"
        for message in catalog:
            if message.id and source.get(message.id, message.context) is None:
                yield f"{path}: said nowhere any more: {message.id!r}"


def _problem(message: Message, catalog: Catalog) -> str:
    known = catalog.get(message.id, message.context)
    if known is None or _is_missing(known):
        return "missing"
    if known.fuzzy:
        return "fuzzy"
    wrong = [str(error) for error in known.check(catalog)]
    return "; ".join(wrong) or (
        "not the same placeholders" if _filled_in(message.id) != _filled_in(known.string or "") else ""
    )


def _filled_in(texts: str | Sequence[str]) -> set[str]:
    """The names that a sentence fills in; of one that counts, in whichever of its forms. A bare % counts as one."""
    return set(re.findall(r"%(?:\((\w+)\))?", texts if isinstance(texts, str) else " ".join(texts)))


def _is_missing(message: Message) -> bool:
    return not all(message.string if isinstance(message.string, tuple | list) else (message.string,))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
