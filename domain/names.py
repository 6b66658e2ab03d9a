"""Names of people, in the order in which they are said."""

import unicodedata

_EAST_ASIAN = ("CJK UNIFIED", "CJK COMPATIBILITY", "HIRAGANA", "KATAKANA", "HANGUL")


def full_name(first: str, last: str, salutation: str = "") -> str:
    """The whole name: family name first where it is written in an East Asian script, else last."""
    parts = (last, first) if is_east_asian(last or first) else (salutation, first, last)
    return " ".join(part for part in parts if part)


def is_east_asian(name: str) -> bool:
    """Whether the name is written in kanji, kana or hangul."""
    return not name.isascii() and any(
        unicodedata.name(character, "").startswith(_EAST_ASIAN) for character in name
    )
