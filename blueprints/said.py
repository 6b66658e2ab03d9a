"""What a sync says, for people: a value as one line, a run in one line."""

from collections.abc import Callable
from typing import Any

from blueprints.language import number, t
from domain.sync.runs import SyncRun
from domain.words import Words, _

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


COUNTS: dict[str, Callable[[str], Words]] = {
    "created": lambda n: _("%(n)s made", n=n),
    "updated": lambda n: _("%(n)s changed", n=n),
    "joined": lambda n: _("%(n)s joined", n=n),
    "asked": lambda n: _("%(n)s to look at", n=n),
    "conflicted": lambda n: _("%(n)s in conflict", n=n),
    "skipped": lambda n: _("%(n)s left alone", n=n),
    "failed": lambda n: _("%(n)s failed", n=n),
}


def counts_of(run: SyncRun) -> str:
    """What a run did."""
    counted = {outcome: run.count(outcome) for outcome in COUNTS}
    said = [t(COUNTS[outcome](number(count))) for outcome, count in counted.items() if count]
    if said:
        return " · ".join(said)
    return t(_("Looking for changes") if run.is_working else _("Nothing to do"))
