"""Amounts as they are typed in a table, a field a row: `share-17`."""

from collections.abc import Iterable, Mapping

from blueprints.language import language
from domain.errors import Refused
from domain.modules.kinds import parse_number
from domain.modules.values import in_minor
from domain.words import Words


def amount(text: str, currency: str) -> int | None:
    """What was typed, in minor units; None where nothing was."""
    typed = parse_number(text, language())
    return None if typed is None else in_minor(typed, currency)


def amounts(
    form: Mapping[str, str], fields: Iterable[str], currency: str
) -> tuple[dict[str, int], dict[str, Words]]:
    """The amounts by field, without those left empty or 0, and what is wrong, by field."""
    found: dict[str, int] = {}
    errors: dict[str, Words] = {}
    for field in fields:
        try:
            found[field] = amount(form.get(field, ""), currency) or 0
        except Refused as refusal:
            errors[field] = refusal.message
    return {field: minor for field, minor in found.items() if minor}, errors
