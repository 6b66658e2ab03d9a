"""What a system of a sync says in a field, for people: text, a box that is ticked, an address on one line."""

from typing import Any

from blueprints.language import t
from domain.words import _

ORDER = ("attention", "street", "city", "state", "postal_code", "country")


def in_words(value: Any) -> str:
    """A plain value as one line."""
    if isinstance(value, bool):
        return t(_("Yes") if value else _("No"))
    if isinstance(value, dict) and "amount" in value:
        return f"{value['amount']} {value['currency']}"
    if isinstance(value, dict):
        return ", ".join(str(value[part]).replace("\n", ", ") for part in ORDER if value.get(part))
    return "" if value is None else str(value)
