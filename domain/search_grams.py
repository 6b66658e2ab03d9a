"""Folded text cut into pieces of one and two characters, by which a database finds any part of any word.

Japanese has no spaces between its words, and 京都 is too short for the usual indexes of three characters. Every
piece carries the organization and module it belongs to, so that a search reads what may be found and nothing else.
"""

import re
from collections.abc import Iterable, Iterator
from zlib import crc32

from domain.search_text import words_of

BEGINNING = "\ue0ff"
"""Stands before a piece with which a line begins; from Unicode's private area, as what stands for punctuation."""

_PUNCTUATION = {code: 0xE000 + code for code in range(128) if not chr(code).isalnum()}
_DIGITS = re.compile(r"[0-9]{4,}")
_36 = "0123456789abcdefghijklmnopqrstuvwxyz"
STRONG = 4
"""So many digits in a row are a piece of their own: of pairs of digits there are only a hundred."""


def scope_of(organization_id: int, module: str) -> str:
    """Four characters for an organization's records of a module. Two may share them: the index says which is which."""
    number = crc32(f"{organization_id} {module}".encode())
    return "".join(_36[number // 36**n % 36] for n in range(4))


def grams_of(organization_id: int, module: str, text: str) -> list[str]:
    """All pieces of a record's folded text."""
    scope = scope_of(organization_id, module)
    return sorted({scope + gram for line in text.split("\n") for gram in _of_line(line)})


def _of_line(line: str) -> Iterator[str]:
    words = line.translate(_PUNCTUATION_BUT_SPACE).split()
    for word in words:
        yield from word
        yield from _pairs(word)
        yield from _fours(word)
    if words:
        yield BEGINNING + words[0][:1]
        yield BEGINNING + words[0][:2]


_PUNCTUATION_BUT_SPACE = {code: other for code, other in _PUNCTUATION.items() if not chr(code).isspace()}


def _pairs(word: str) -> Iterator[str]:
    return (word[n : n + 2] for n in range(len(word) - 1))


def _fours(word: str) -> Iterator[str]:
    for run in _DIGITS.findall(word):
        yield from (run[n : n + STRONG] for n in range(len(run) - STRONG + 1))


# --- asking -------------------------------------------------------------------------------------------------------


def wanted(scope: str, typed: str, beginning: bool = False) -> list[list[set[str]]]:
    """What must be found for what was typed: for each word its ways, for each way its pieces, all of them.

    These propose; whether the text really holds the word is asked of the text.
    """
    words = [
        [{scope + gram for gram in _asked(way.translate(_PUNCTUATION))} for way in ways]
        for ways in words_of(typed)
    ]
    if beginning and words:
        first = words_of(typed)[0][0].translate(_PUNCTUATION)[:2]
        words.append([{scope + BEGINNING + first}])
    return words


def _asked(word: str) -> Iterable[str]:
    """The pieces that find a word: the rarest kind that it has."""
    if fours := set(_fours(word)):
        return fours
    return set(_pairs(word)) or {word}


def for_fts5(words: list[list[set[str]]]) -> str:
    """As SQLite's FTS5 is asked."""
    return _joined(words, " AND ", " OR ", '"')


def for_tsquery(words: list[list[set[str]]]) -> str:
    """As PostgreSQL is asked."""
    return _joined(words, " & ", " | ", "'")


def _joined(words: list[list[set[str]]], both: str, either: str, quote: str) -> str:
    def way(pieces: set[str]) -> str:
        return "(" + both.join(f"{quote}{piece}{quote}" for piece in sorted(pieces)) + ")"

    return both.join("(" + either.join(way(pieces) for pieces in ways) + ")" for ways in words)


def for_tsvector(grams: Iterable[str]) -> str:
    """As PostgreSQL reads them in."""
    return " ".join(f"'{gram}'" for gram in grams)
