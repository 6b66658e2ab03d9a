"""How money comes and goes: what is typed about it, and what is refused."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.books.lines import MOST_MINOR
from domain.errors import Refused
from domain.words import Words, _

METHODS: dict[str, Words] = {
    "bank_transfer": _("Bank transfer"),
    "cash": _("Cash"),
    "card": _("Card"),
    "check": _("Check"),
    "other": _("Other"),
}


@dataclass(frozen=True)
class Entry:
    """A payment or a refund as it is typed."""

    amount_minor: int
    on: datetime.date
    method: str = "bank_transfer"
    reference: str = ""
    notes: str = ""
    custom: Mapping[str, Any] = field(default_factory=dict)
    """The organization's own fields, by name."""

    def check(self) -> None:
        """Refuse what no payment can be, at its field."""
        if self.method not in METHODS:
            raise Refused(method=_("Please choose from the list."))
        if self.amount_minor <= 0:
            raise Refused(amount=_("Please give an amount of more than 0."))
        if self.amount_minor > MOST_MINOR:
            raise Refused(amount=_("This amount is too large."))
