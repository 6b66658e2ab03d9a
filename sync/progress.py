"""How far a run is, as a share of the whole: by its lanes and steps, and in a step by the number it has come to."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from domain.db import db
from domain.links import Link
from domain.outbox import OutboxRow
from domain.sync.runs import SyncRow, SyncRun
from domain.words import Words, _
from sync.linking import Links
from sync.run import TOPIC, key_of
from sync.walk import STEPS, Walk

ENDS = ("undone", "kept")


def share_done(run: SyncRun) -> float:
    """Between 0 and 1; an estimate, since nobody counts the records beforehand."""
    if run.state == "undoing":
        return _share_undone(run)
    walk = Walk(run)
    lane, step, after = walk.place
    if lane >= len(walk.lanes):
        return 1.0
    behind = walk.steps[: walk.steps.index(step)] if step in walk.steps else ()
    all_steps, at = _weight(walk.steps), _weight(behind)
    return (lane * all_steps + at + _share_of_step(walk, step, after)) / (len(walk.lanes) * all_steps)


def _weight(steps: Sequence[str]) -> int:
    """How many of them take their time."""
    return sum(not STEPS[each].prepares for each in steps)


def doing(run: SyncRun) -> Words:
    """What it is at."""
    walk = Walk(run)
    lane = walk.place[0]
    if run.state == "undoing" or lane >= len(walk.lanes):
        return _("Being undone") if run.state == "undoing" else _("Syncing")
    return walk.lanes[lane].label


def held_up(run: SyncRun) -> OutboxRow | None:
    """What waits for its next attempt, with the reason; None while it goes on."""
    query = select(OutboxRow).where(OutboxRow.topic == TOPIC, OutboxRow.key == key_of(run))
    row = db.session.scalar(query.where(OutboxRow.done_at.is_(None)).order_by(OutboxRow.id.desc()).limit(1))
    return row if row is not None and row.error else None


def _share_of_step(walk: Walk, step: str, after: int) -> float:
    if not after:
        return 0.0
    links = Links(walk.run.module.connection.system, walk.lanes[walk.place[0]])
    last = {
        "linked": lambda: func.max(Link.id),
        "crm": lambda: func.max(links.model("crm").id),
        "books": lambda: func.max(links.model("books").id),
    }.get(step)
    return min(after / (db.session.scalar(select(last())) or after), 1.0) if last else 0.0


def _share_undone(run: SyncRun) -> float:
    query = select(SyncRow.outcome, func.count()).where(SyncRow.run_id == run.id).group_by(SyncRow.outcome)
    counted: dict[str, Any] = {row[0]: row[1] for row in db.session.execute(query)}
    return sum(counted.get(each, 0) for each in ENDS) / (sum(counted.values()) or 1)
