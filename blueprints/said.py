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


WRITTEN = ("created", "updated")


def counts_of(run: SyncRun) -> str:
    """What a run did."""
    said = _counted({outcome: run.count(outcome) for outcome in COUNTS})
    return said or t(_("Looking for changes") if run.is_working else _("Nothing to do"))


def written_in(run: SyncRun, side: str) -> str:
    """What a run wrote on one side."""
    return _counted({outcome: run.count(outcome, side) for outcome in WRITTEN})


def besides(run: SyncRun) -> str:
    """What it found, without writing anything."""
    return _counted({outcome: run.count(outcome) for outcome in COUNTS if outcome not in WRITTEN})


def _counted(counts: dict[str, int]) -> str:
    return " · ".join(t(COUNTS[outcome](number(count))) for outcome, count in counts.items() if count)
