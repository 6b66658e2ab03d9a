"""Tax registrations: what one looks like in a country, so that a slip of the finger is seen before it is printed.

Japan's is T and thirteen digits (適格請求書発行事業者の登録番号), of which the first checks the others. In France it
is the SIREN or SIRET of the company, or its VAT number. The check digits are python-stdnum's.
"""

import unicodedata
from collections.abc import Callable

from stdnum.exceptions import ValidationError
from stdnum.fr import siren, siret, tva
from stdnum.jp import cn

from domain.words import Words, _


def doubt_about(text: str, country: str) -> Words | None:
    """What is wrong with a registration in its country, as far as we know that country's; None for nothing."""
    check = _CHECKS.get(country)
    return check(tidied(text)) if check and text.strip() else None


def tidied(text: str) -> str:
    """The registration as authorities write it: no full-width letters, no spaces, dots or hyphens."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(character for character in folded if character not in " .-‐‑–—−ー\t")


def _japanese(text: str) -> Words | None:
    number = text.removeprefix("T")
    if not text.startswith("T") or len(number) != 13 or not number.isascii() or not number.isdigit():
        return _("A registration number in Japan is T and 13 digits.")
    return None if _is_valid(cn.validate, number) else _wrong_digit()


def _french(text: str) -> Words | None:
    number = text.removeprefix("FR")
    kinds = {9: siren.validate, 14: siret.validate, 11: tva.validate}
    if not text.isascii() or len(number) not in kinds:
        return _(
            "In France this is a SIREN (9 digits), a SIRET (14 digits) or a VAT number (FR and 11 characters)."
        )
    return None if _is_valid(kinds[len(number)], number) else _wrong_digit()


def _wrong_digit() -> Words:
    return _("The check digit does not fit: please look for a mistyped digit.")


def _is_valid(validate: Callable[[str], str], number: str) -> bool:
    try:
        return bool(validate(number))
    except ValidationError:
        return False


_CHECKS: dict[str, Callable[[str], Words | None]] = {"JP": _japanese, "FR": _french}
