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


def doubt_about_company(text: str, country: str) -> Words | None:
    """What is wrong with the registration of a company itself, where that is another number than the tax's."""
    number = tidied(text)
    if country != "FR" or not number:
        return None
    if not number.isascii() or len(number) not in _COMPANIES:
        return _("In France this is a SIREN (9 digits) or a SIRET (14 digits).")
    return None if _is_valid(_COMPANIES[len(number)], number) else _wrong_digit()


def are_of_two_companies(company: str, tax: str, country: str) -> bool:
    """Whether a French VAT number holds another SIREN than the company's."""
    siren_of_tax = tidied(tax).removeprefix("FR")[-9:]
    return country == "FR" and bool(company and tax) and tidied(company)[:9] != siren_of_tax[:9]


def registered_as(text: str, country: str) -> Words:
    """A registration with what it is called on paper in its country."""
    number = tidied(text).removeprefix("FR")
    name = _FRENCH_NAMES.get(len(number)) if country == "FR" else None
    return Words(name, {"number": text}) if name else _("Registration number %(number)s", number=text)


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
    kinds = _COMPANIES | {11: tva.validate}
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


_COMPANIES: dict[int, Callable[[str], str]] = {9: siren.validate, 14: siret.validate}

_FRENCH_NAMES = {
    9: _("SIREN %(number)s").text,
    14: _("SIRET %(number)s").text,
    11: _("VAT number %(number)s").text,
}

_CHECKS: dict[str, Callable[[str], Words | None]] = {"JP": _japanese, "FR": _french}
