"""What the last runs did, as bars to look at; the history says the same in numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

from sqlalchemy import or_, select

from blueprints.said import counts_of
from domain.db import db
from domain.sync.connections import SyncConnection
from domain.sync.runs import SyncRun

SHOWN = 30
HEIGHT = 64

PARTS: dict[str, tuple[str, ...]] = {
    "good": ("created", "joined"),
    "live": ("updated",),
    "wait": ("conflicted", "asked", "skipped"),
    "bad": ("failed",),
}
"""By tone, from below: which outcomes a part of a bar stands for."""


@dataclass(frozen=True)
class Bar:
    """A run: how high each part is and how far down it begins, in units of the drawing."""

    run: SyncRun
    said: str
    parts: tuple[tuple[str, float, float], ...]


def bars_of(connection: SyncConnection) -> list[Bar]:
    """The last runs that did something, oldest first."""
    runs = _runs(connection)
    most = max((_total(run) for run in runs), default=0)
    return [Bar(run, counts_of(run), tuple(_parts(run, most))) for run in runs]


def _runs(connection: SyncConnection) -> list[SyncRun]:
    ids = [each.id for each in connection.modules]
    did = (SyncRun.counts[key].as_integer() > 0 for key in _keys())
    query = select(SyncRun).where(SyncRun.module_id.in_(ids), ~SyncRun.is_dry, or_(*did))
    return list(reversed(db.session.scalars(query.order_by(SyncRun.id.desc()).limit(SHOWN)).all()))


def _keys() -> Iterator[str]:
    """As a run counts them: what was written stands under the side."""
    for outcome in (outcome for outcomes in PARTS.values() for outcome in outcomes):
        yield from (outcome, f"books.{outcome}", f"crm.{outcome}")


def _total(run: SyncRun) -> int:
    return sum(run.count(outcome) for outcomes in PARTS.values() for outcome in outcomes)


def _parts(run: SyncRun, most: int) -> Iterator[tuple[str, float, float]]:
    """A bar grows with the root of what it stands for: next to a first run of thousands, one of three is seen."""
    total = _total(run)
    height, top = HEIGHT * sqrt(total / most), float(HEIGHT)
    for tone, outcomes in PARTS.items():
        part = max(height * sum(run.count(each) for each in outcomes) / total, 0)
        if part:
            part = max(part, 3)
            top -= part
            yield tone, round(part, 1), round(max(top, 0), 1)
