"""Text as it is searched: one form for every width, case and kana, kept beside the record.

Searching ﾔﾏﾀﾞ, やまだ or ヤマダ finds the same people, and so do CAFÉ and café. Telephone numbers are kept once
more without what stands between their digits.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Text, and_, event, or_
from sqlalchemy.orm import Mapped, mapped_column

_KATAKANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_KATAKANA |= {ord("ヽ"): ord("ゝ"), ord("ヾ"): ord("ゞ")}

_LIKE_A_NUMBER = re.compile(r"[0-9 ()+./\-‐‑–—−ー]+")
LONGEST = 200
"""So much of what somebody typed is looked for."""

TELEPHONE = 9
"""So many digits are a telephone number, also with spaces in it."""


def fold(text: str) -> str:
    """The text in its one form: NFKC, no case, hiragana for katakana, single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    # casefold can undo the composition of a few characters, so it is composed once more
    return " ".join(unicodedata.normalize("NFKC", folded).translate(_KATAKANA).split())


def digits_of(folded: str) -> str:
    """The digits of what may be a telephone number written with hyphens or spaces; of anything else nothing."""
    if not _LIKE_A_NUMBER.fullmatch(folded) or folded.isdigit():
        return ""
    digits = "".join(character for character in folded if character.isdigit())
    return digits if len(digits) >= 5 else ""


def searched(texts: Iterable[Any]) -> str:
    """What is kept of some texts: folded, one a line, numbers also without their hyphens."""
    folded = [fold(text) for text in texts if text]
    return "\n".join(dict.fromkeys([*folded, *filter(None, map(digits_of, folded))]))


# --- what somebody looks for ------------------------------------------------------------------------------------


def words_of(typed: str) -> list[tuple[str, ...]]:
    """The words somebody looks for, folded: all must be found, each in one of its ways of writing."""
    wanted = fold(typed[:LONGEST]).replace("\x00", "")  # which PostgreSQL takes for an error
    is_telephone = len(digits_of(wanted)) >= TELEPHONE
    return [_ways_of(word) for word in ([wanted.replace(" ", "-")] if is_telephone else wanted.split()[:10])]


def _ways_of(word: str) -> tuple[str, ...]:
    """A word; a number also without hyphens, and without the 0 that +81 or +33 takes the place of."""
    digits = digits_of(word) or (word if word.isdecimal() and word.isascii() else "")
    without_zero = digits[1:] if len(digits) >= TELEPHONE and digits.startswith("0") else ""
    return tuple(dict.fromkeys(way for way in (word, digits, without_zero) if way))


def holds(column: Any, typed: str) -> ColumnElement[bool]:
    """That a folded text holds all words of what was typed."""
    return and_(
        True, *(or_(*(column.like(_anywhere(way), escape="\\") for way in ways)) for ways in words_of(typed))
    )


def begins(column: Any, typed: str) -> ColumnElement[bool]:
    """That one of the lines of a folded text begins with what was typed."""
    wanted = escaped(fold(typed[:LONGEST]).replace("\x00", ""))
    return or_(column.like(f"{wanted}%", escape="\\"), column.like(f"%\n{wanted}%", escape="\\"))


def _anywhere(text: str) -> str:
    return f"%{escaped(text)}%"


def escaped(text: str) -> str:
    """Text for LIKE, in which nothing stands for anything else."""
    return "".join(f"\\{c}" if c in "\\%_" else c for c in text)


# --- beside the record --------------------------------------------------------------------------------------------


class Searchable:
    """A record that is found by some of its texts: `search_text` holds them, folded, one a line."""

    SEARCHED: ClassVar[tuple[str, ...]]
    """The attributes whose text is searched."""

    search_text: Mapped[str] = mapped_column(Text, nullable=False, default="")


def _keep_search_text(_mapper: Any, _connection: Any, record: Searchable) -> None:
    record.search_text = searched(getattr(record, name) for name in record.SEARCHED)


# The one thing done behind a record's back: a text that somebody forgot to fold would never be found.
event.listen(Searchable, "before_insert", _keep_search_text, propagate=True)
event.listen(Searchable, "before_update", _keep_search_text, propagate=True)
