"""Text as it is searched: one form for every width, case and kana, kept beside the record.

Searching ﾔﾏﾀﾞ, やまだ or ヤマダ finds the same people, and so do CAFÉ and café.
"""

import unicodedata
from typing import Any, ClassVar

from sqlalchemy import Text, event
from sqlalchemy.orm import Mapped, mapped_column

_KATAKANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_KATAKANA |= {ord("ヽ"): ord("ゝ"), ord("ヾ"): ord("ゞ")}


def fold(text: str) -> str:
    """The text in its one form: NFKC, no case, hiragana for katakana, single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    # casefold can undo the composition of a few characters, so it is composed once more
    return " ".join(unicodedata.normalize("NFKC", folded).translate(_KATAKANA).split())


class Searchable:
    """A record that is found by some of its texts: `search_text` holds them, folded, one a line."""

    SEARCHED: ClassVar[tuple[str, ...]]
    """The attributes whose text is searched."""

    search_text: Mapped[str] = mapped_column(Text, nullable=False, default="")


def _keep_search_text(_mapper: Any, _connection: Any, record: Searchable) -> None:
    texts = (getattr(record, name) for name in record.SEARCHED)
    record.search_text = "\n".join(fold(text) for text in texts if text)


# The one thing done behind a record's back: a text that somebody forgot to fold would never be found.
event.listen(Searchable, "before_insert", _keep_search_text, propagate=True)
event.listen(Searchable, "before_update", _keep_search_text, propagate=True)
