"""Sync: batch by batch, in a transaction each, until a run is through; and what begins one by itself."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from domain.db import db, scoped_to
from domain.locking import lock
from domain.outbox import Failure, OutboxRow
from domain.sync.connections import SyncModule
from domain.sync.runs import SyncRun, forget
from domain.words import _
from jobs.dispatch import transaction
from jobs.handler import Result
from sync import run as runs
from sync import undo
from sync.connectors.base import Wait
from sync.opening import at_once, due, may_go_on
from sync.steps import Fetched
from sync.walk import Walk

MONTHS = timedelta(days=183)
"""So long the history goes back."""

SECONDS = 1.0
"""How long a slice lasts before it lets others have the worker."""


def work_on(row: OutboxRow) -> dict[str, Any] | None:
    """One slice of a run; the next one is published with its last batch."""
    run = db.session.get(SyncRun, row.payload["run"])
    if run is not None and run.state == "undoing":
        _undo_some(run)
        return None
    if run is None or run.state != "running":
        return None
    if not may_go_on(run):
        with transaction():
            lock(run)
            runs.stop(run, _("The person who started this sync may not do this any more."))
        return None
    walk, enough = Walk(run), _deadline()
    try:
        while _one_batch(walk, enough):
            pass
    except Wait as wait:
        with transaction():
            runs.publish_next(run, wait.seconds)
    return None


def changes_came(row: OutboxRow) -> dict[str, Any] | None:
    """Records of a module changed: whoever wants that brought over at once begins a run that finds them.

    Where both sides are ours, its first batch is there with its beginning, lest it wait for its turn once more.
    """
    with transaction():
        for settings in at_once(row.payload["module"]):
            walk = Walk(runs.start_at_once(settings))
            if walk.is_here:
                walk.batch(Fetched())
            _go_on(walk, lambda: True)
    return None


def begin_what_is_due() -> None:
    """Begin the runs whose time has come, each organization's by itself."""
    db.session.rollback()
    for module_id, organization_id in due():
        with scoped_to(organization_id), transaction():
            settings = db.session.get(SyncModule, module_id)
            if settings is not None and settings.is_running_by_itself:
                runs.start(settings, "schedule")


def forget_old_runs() -> None:
    """Forget runs of half a year ago, with their rows."""
    with transaction():
        forget(MONTHS)


def settle(row: OutboxRow, result: Result, again: bool) -> None:
    """A run whose slice failed for good stops, and says why."""
    run = db.session.get(SyncRun, row.payload["run"])
    if isinstance(result, Failure) and run is not None and run.is_working:
        if result.kind == "configuration":
            run.module.connection.trouble = result.reason
        if not again:
            runs.stop(run, result.reason)


def _undo_some(run: SyncRun) -> None:
    with transaction():
        lock(run.module)
        lock(run)
        if run.state == "undoing":
            undo.undo_some(run)
        if run.state == "undoing":
            runs.publish_next(run)


def _deadline() -> Callable[[], bool]:
    end = time.monotonic() + SECONDS
    return lambda: time.monotonic() > end


def _one_batch(walk: Walk, enough: Callable[[], bool]) -> bool:
    """Whether this slice goes on with another one."""
    run, place = walk.run, dict(walk.run.place)
    fetched = walk.fetch()
    with transaction():
        if not _is_still_there(run, place):
            return False
        outgoing = [] if walk.is_through else walk.batch(fetched)
        goes_on = bool(outgoing) or _go_on(walk, enough)
    if outgoing:
        answers = walk.bench().send(outgoing)
        with transaction():
            if not _is_still_there(run, place):
                return False
            walk.answered(outgoing, answers)
            goes_on = _go_on(walk, enough)
    return goes_on


def _is_still_there(run: SyncRun, place: dict[str, Any]) -> bool:
    """Whether the run goes on, and nobody else did this batch; others wait until ours is written."""
    lock(run.module)
    lock(run)
    return run.state == "running" and run.place == place


def _go_on(walk: Walk, enough: Callable[[], bool]) -> bool:
    if walk.is_through:
        runs.finish(walk.run)
        return False
    if enough():
        runs.publish_next(walk.run)
        return False
    return True
