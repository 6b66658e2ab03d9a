"""The layout of a printed sheet: HTML in which `{{ name }}` stands where a part of the sheet goes, and nothing more.

There are no expressions, no conditions and no loops: a name is looked up in this table, never computed.
"""

import re
from collections.abc import Callable

from domain.words import Words, _

PARTS: dict[str, Words] = {
    "title": _("What it is, such as Invoice"),
    "number": _("Its number, and whether it is a draft or void"),
    "logo": _("The logo"),
    "party": _("To whom it goes: name and address"),
    "party_name": _("The name alone"),
    "organization": _("From whom it comes: name, address, registration"),
    "organization_name": _("Our name alone"),
    "seal": _("Space for a seal"),
    "greeting": _("The sentence above the lines"),
    "facts": _("Date, due date and others side by side, with the amount"),
    "fact_list": _("Date, due date and others, one below the other"),
    "amount": _("The amount, large"),
    "lines": _("The table of lines"),
    "sums": _("Tax per rate, and the totals"),
    "notes": _("Notes"),
    "terms": _("Terms and payment details"),
    "mentions": _("What the law wants to be said"),
    "half": _("Half the width, for the columns of a table"),
    "width": _("The whole width"),
}
"""What a layout may name."""

COLOURS: dict[str, Words] = {
    "accent": _("The colour of titles"),
    "ink": _("The colour of the text"),
}
"""What a stylesheet may name."""

LONGEST = 20_000

_PLACEHOLDER = re.compile(r"\{\{\s*([a-z_]{1,40})\s*\}\}")
_ANY = re.compile(r"\{[{%#].{0,60}?(?:[}%#]\}|$)", re.S)


def unknown_in(text: str, known: dict[str, Words]) -> list[str]:
    """What stands in braces and means nothing, each once."""
    found = (match[0] for match in _ANY.finditer(text))
    return list(dict.fromkeys(each for each in found if not _names(each, known)))


def filled(text: str, part: Callable[[str], str]) -> str:
    """The text with every name replaced, once: what comes out is not looked at again."""
    return _PLACEHOLDER.sub(lambda match: part(match[1]), text)


def _names(text: str, known: dict[str, Words]) -> bool:
    match = _PLACEHOLDER.fullmatch(text)
    return match is not None and match[1] in known
