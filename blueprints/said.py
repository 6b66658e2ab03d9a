"""What a sync says, for people: a value as one line, a run in one line."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import select

from blueprints.language import language, number, t
from domain.addresses import Address
from domain.db import db
from domain.modules import ALL
from domain.modules.kinds import as_id
from domain.organizations.organizations import current_organization
from domain.sync.runs import SyncRun
from domain.words import Words, _
from sync.connectors.base import SideField


def in_words(value: Any) -> str:
    """A plain value as one line."""
    if isinstance(value, bool):
        return t(_("Yes") if value else _("No"))
    if isinstance(value, dict) and "amount" in value:
        return f"{value['amount']} {value['currency']}"
    if isinstance(value, dict):
        address = Address(**{part: str(value.get(part) or "") for part in Address.__dataclass_fields__})
        return ", ".join(address.written(language(), current_organization().country))
    return "" if value is None else str(value)


class Said:
    """Values of fields as lines, where some refer to records: their titles, one question for each module."""

    def __init__(self, values: Iterable[tuple[SideField | None, Any]]) -> None:
        ids: dict[str, set[int]] = {}
        for field, value in values:
            if field and field.kind == "reference" and (found := as_id(str(value or ""))):
                ids.setdefault(field.to, set()).add(found)
        self._titles = {(to, each.id): t(each.title) for to in ids for each in _called(to, ids[to])}

    def __call__(self, field: SideField | None, value: Any) -> str:
        """A value of a field as one line."""
        if field and field.kind == "reference" and value:
            return self._titles.get((field.to, as_id(str(value))), f"#{value}")
        return in_words(value)


def _called(module: str, ids: set[int]) -> Sequence[Any]:
    model = ALL[module].model
    return db.session.scalars(select(model).where(model.id.in_(ids))).all()


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
