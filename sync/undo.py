"""Undoing a run: what it made here is deleted, what it changed here says again what it said, what it joined is parted.

Only where nobody has worked with a record since; what stays is named with the reason. Whatever is undone is not done
again by the next run: both sides are then taken to differ on purpose.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from domain import records
from domain.db import db, now
from domain.errors import Refused
from domain.integrity import is_used
from domain.links import Link
from domain.locking import lock
from domain.organizations.users import Member
from domain.sync.questions import Question
from domain.sync.runs import SyncRow, SyncRun
from domain.words import Words, _
from sync.batch import Bench
from sync.connectors.base import BATCH, Change
from sync.opening import bench_for, lane_named
from sync.run import publish_next

UNDOABLE = ("created", "updated", "joined")


def undo(run: SyncRun, actor: Member) -> None:
    """Begin to take a run back."""
    lock(run)
    if run.state not in ("done", "stopped") or run.is_dry:
        raise Refused(_("Only a run that has ended can be undone."))
    run.state, run.actor_id, run.place, run.error = "undoing", actor.id, {}, ""
    db.session.flush()
    publish_next(run)


def undo_some(run: SyncRun) -> None:
    """Take back some records, the last ones first; when none is left, the run is undone."""
    rows = _next(run)
    benches: dict[str, Bench] = {}
    for row in rows:
        if row.lane not in benches:
            benches[row.lane] = bench_for(run, lane_named(run.module, row.lane))
        _take_back(row, benches[row.lane])
        run.place = {"before": row.id}
    if len(rows) < BATCH:
        run.state, run.finished_at = "undone", now()
    db.session.flush()


def _next(run: SyncRun) -> Sequence[SyncRow]:
    query = select(SyncRow).where(SyncRow.run_id == run.id, SyncRow.outcome.in_(UNDOABLE))
    if before := run.place.get("before"):
        query = query.where(SyncRow.id < before)
    return db.session.scalars(query.order_by(SyncRow.id.desc()).limit(BATCH)).all()


def _take_back(row: SyncRow, bench: Bench) -> None:
    why = _UNDO[row.outcome](row, bench)
    row.outcome, row.reason = ("kept", why) if why else ("undone", "")


def _unmake(row: SyncRow, bench: Bench) -> Words | None:
    """What was made here goes, unless somebody has built upon it."""
    side = row.direction
    if not bench.links.is_here(side):
        return _("It was made in the other system. Please delete it there.")
    record = db.session.get(bench.links.model(side), int(row.crm_id if side == "crm" else row.books_id))
    if record is None:
        return None
    if str(record.version) != row.version or is_used(
        record, apart_from=("contact_persons", "document_counts")
    ):
        return _("Somebody has worked with it since.")
    try:
        with db.session.begin_nested():
            records.delete(record, bench.run.actor)
    except Refused as refusal:
        return refusal.message
    _keep_the_other(row, bench)
    return None


def _keep_the_other(row: SyncRow, bench: Bench) -> None:
    """Whoever undoes a run has said what becomes of the other one: it stays, alone, and nobody need be asked."""
    survivor = Question.books_id == row.books_id if row.direction == "crm" else Question.crm_id == row.crm_id
    asked = (
        Question.system == bench.links.system,
        Question.lane == row.lane,
        Question.kind == "gone",
        Question.answer == "",
    )
    settled = {"answer": "keep", "answered_at": now(), "member_id": bench.run.actor_id}
    db.session.execute(update(Question).where(survivor, *asked).values(**settled))


def _change_back(row: SyncRow, bench: Bench) -> Words | None:
    """What was changed says again what it said."""
    side = row.direction
    if not bench.sides[side].is_local:
        return _("It was changed in the other system. Please change it there.")
    record_id = row.crm_id if side == "crm" else row.books_id
    values = {name: before for name, before, _after in row.changes}
    change = Change(key=f"undo-{row.id}", values=values, id=record_id, version=row.version)
    (answer,) = bench.sides[side].push(bench.links.module(side), [change])
    if answer.record is None:
        return answer.reason or _("Somebody has worked with it since.")  # type: ignore[return-value]
    link = bench.links.of(side, [record_id]).get(record_id)
    if link is not None:
        _differ_on_purpose(link, side, answer.record.values, values, bench)
        column = bench.links.version_column(side).key
        setattr(link, column, int(answer.record.version))
    return None


def _differ_on_purpose(link: Link, side: str, said: Any, values: Any, bench: Bench) -> None:
    snapshot = dict(link.snapshot)
    for pair in bench.pairs:
        name = pair.crm if side == "crm" else pair.books
        if name in values and pair.key in snapshot:
            crm, books = snapshot[pair.key]
            snapshot[pair.key] = [said[name], books] if side == "crm" else [crm, said[name]]
    link.snapshot = snapshot


def _part(row: SyncRow, bench: Bench) -> Words | None:
    """Two who were joined stand alone again, and stay so."""
    link = bench.links.of("crm", [row.crm_id]).get(row.crm_id)
    if link is None or bench.links.id_of(link, "books") != row.books_id:
        return None
    db.session.delete(link)
    db.session.add(
        Question(
            system=bench.links.system,
            lane=row.lane,
            kind="match",
            crm_id=row.crm_id,
            title=row.title,
            detail={"side": "crm", "candidates": [row.books_id]},
            answer="apart",
            answered_at=now(),
            holds=True,
        )
    )
    return None


_UNDO: dict[str, Any] = {"created": _unmake, "updated": _change_back, "joined": _part}
