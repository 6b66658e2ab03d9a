"""What customers are recognised by who are there twice: their name, mail, telephone and tax number, each in one form.

They are kept beside the record, so that an index finds who has the same.
"""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Index, String, event, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.search_text import fold
from domain.words import Words, _

_JAPANESE = re.compile(r"株式会社|有限会社|合同会社|合資会社|合名会社|一般社団法人|\((?:株|有|合)\)")
_LATIN = re.compile(
    r"kabushiki|kaisha|k\.k\.|kk|inc|ltd|limited|llc|llp|plc|corp|corporation|co|company|gmbh|ag|sarl|sasu|sas|sa|"
    r"eurl|sci|sprl|bv|nv|srl|spa|ab|oy"
)
"""Both say of which sort a company is, and not which one it is."""

_NUMBERED = re.compile(r" ?\(\d+\)$")
"""What the program itself puts behind a name that is taken."""

LAST_DIGITS = 9
"""So many digits of a telephone number are the same with +81 or +33 and with 0."""

FEWEST_DIGITS = 7
FEWEST_OF_TAX = 5

ALIKE: Mapping[str, Words] = {
    "alike_tax": _("Same tax registration"),
    "alike_email": _("Same email"),
    "alike_phone": _("Same phone"),
    "alike_name": _("Same name"),
}
"""By the column that two have in common: what is said of them. What says most comes first."""


class Alike:
    """A party with what it is recognised by; empty where there is nothing to go by."""

    alike_name: Mapped[str] = mapped_column(String(400), nullable=False, default="", server_default="")
    alike_email: Mapped[str] = mapped_column(String(254), nullable=False, default="", server_default="")
    alike_phone: Mapped[str] = mapped_column(String(20), nullable=False, default="", server_default="")
    alike_tax: Mapped[str] = mapped_column(String(80), nullable=False, default="", server_default="")


def indexes() -> tuple[Index, ...]:
    """One for each, of those who have it."""
    return tuple(
        Index(
            f"ix_parties_{column}",
            *("organization_id", "kind", column, "id"),
            sqlite_where=text(f"{column} <> ''"),
            postgresql_where=text(f"{column} <> ''"),
        )
        for column in ALIKE
    )


def keys_of(party: Any) -> dict[str, str]:
    """What a party is recognised by, by column."""
    return {
        "alike_name": bare_name(party.display_name or ""),
        "alike_email": fold(party.email or "")[:254],
        "alike_phone": _last_digits(party.phone or "") or _last_digits(party.mobile or ""),
        "alike_tax": _letters_and_digits(party.tax_registration or "")[:80],
    }


def bare_name(name: str) -> str:
    """A name without spaces, signs, number and legal form: ㈱アオバ, アオバ 株式会社 and あおば are the same."""
    folded = fold(name)
    folded = _NUMBERED.sub("", folded) or folded
    words = re.split(r"[^\w.]+", _JAPANESE.sub(" ", folded))
    bare = "".join(
        word for word in words if not _LATIN.fullmatch(word) and not _LATIN.fullmatch(word.strip("."))
    )
    return (re.sub(r"[\W_]+", "", bare) or folded)[:400]


def _last_digits(number: str) -> str:
    digits = "".join(each for each in fold(number) if each.isdecimal() and each.isascii())
    return digits[-LAST_DIGITS:] if len(digits) >= FEWEST_DIGITS else ""


def _letters_and_digits(text: str) -> str:
    kept = "".join(each for each in fold(text) if each.isalnum())
    return kept if len(kept) >= FEWEST_OF_TAX else ""


def _keep(_mapper: Any, _connection: Any, party: Alike) -> None:
    for column, key in keys_of(party).items():
        setattr(party, column, key)


# As the text that is searched: nobody who changes a mail address need think of it.
event.listen(Alike, "before_insert", _keep, propagate=True)
event.listen(Alike, "before_update", _keep, propagate=True)
