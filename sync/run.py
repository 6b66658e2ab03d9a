"""A run: begun, paused, resumed, ended. What it does in between is `walk`; nothing here commits."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from domain.db import db, now
from domain.errors import Refused
from domain.locking import lock
from domain.organizations.users import Member
from domain.outbox import publish
from domain.sync.connections import INTERVALS, SyncModule
from domain.sync.runs import WORKING, SyncRun
from domain.words import Words, _
from sync.connectors import CONNECTORS

TOPIC = "sync.run"


def start(
    settings: SyncModule,
    cause: str,
    actor: Member | None = None,
    *,
    is_dry: bool = False,
    scope: dict[str, Any] | None = None,
) -> SyncRun:
    """Begin a run, or find the one that goes on: the same module is gone through once at a time."""
    lock(settings)
    _check(settings)
    going = under_way(settings)
    if going is not None and not scope and not is_dry:
        if cause == "hand" and going.is_working:
            publish_next(going)  # whoever asks for it does not wait for the next attempt
        return going
    run = SyncRun(module=settings, cause=cause, is_dry=is_dry, actor=actor, scope=scope or {})
    db.session.add(run)
    db.session.flush()
    if not scope and not is_dry:
        note(settings, due_at=now() + INTERVALS[settings.interval])
    publish_next(run)
    if not scope and cause != "change" and (look := CONNECTORS[settings.connection.connector].look):
        look(settings.connection)
    return run


def start_at_once(settings: SyncModule) -> SyncRun:
    """Begin a run for the latest changes, beside one that goes through everything."""
    lock(settings)
    _check(settings)
    run = SyncRun(module=settings, cause="change")
    db.session.add(run)
    db.session.flush()
    return run


def _check(settings: SyncModule) -> None:
    if not settings.connection.is_on:
        raise Refused(_("This integration is switched off."))
    if settings.is_paused:
        raise Refused(_("Sync is paused. Please resume it first."))


def under_way(settings: SyncModule) -> SyncRun | None:
    """The run that goes on, or waits because of a pause; single records and dry runs apart."""
    query = select(SyncRun).where(
        SyncRun.module_id == settings.id,
        SyncRun.state.in_((*WORKING, "paused")),
        SyncRun.cause.in_(("hand", "schedule")),
    )
    return next(
        (run for run in db.session.scalars(query.order_by(SyncRun.id.desc())) if not run.is_dry), None
    )


def pause(settings: SyncModule) -> None:
    """Stop within a batch; what is done stays done."""
    lock(settings)
    settings.is_paused = True
    going = select(SyncRun).where(SyncRun.module_id == settings.id, SyncRun.state == "running")
    for run in db.session.scalars(going):
        run.state = "paused"


def resume(settings: SyncModule) -> None:
    """Go on where it was paused, and by itself from now on."""
    lock(settings)
    settings.is_paused = False
    settings.due_at = now() if settings.is_on else None
    waiting = select(SyncRun).where(SyncRun.module_id == settings.id, SyncRun.state == "paused")
    for run in db.session.scalars(waiting):
        run.state = "running"
        publish_next(run)


def publish_next(run: SyncRun, seconds: float = 0) -> None:
    """Let a worker go on with it, after some seconds if the other system asked for that.

    What somebody is waiting for goes before what happens by itself.
    """
    queue = "now" if run.scope or run.cause == "change" else "slow"
    when = now() + timedelta(seconds=seconds) if seconds else None
    payload = {"run": run.id}
    publish(TOPIC, key_of(run), payload, queue=queue, not_before=when, actor_id=run.actor_id)


def key_of(run: SyncRun) -> str:
    """Under which its next slice waits."""
    return f"sync-{run.id}"


def stop(run: SyncRun, why: Words | str) -> None:
    """It can't go on; what is done so far stays done."""
    run.state, run.error, run.finished_at = "stopped", why, now()


def finish(run: SyncRun) -> None:
    """It is through; one that was caused by a single change, and found nothing to do, leaves no trace."""
    run.state, run.finished_at = "done", now()
    settings = run.module
    settings.connection.trouble = ""  # whatever it was, it is over
    if not run.is_dry and not run.scope:
        note(settings, synced_at=now())
    if any(name.startswith("crm.") for name in run.counts):
        note(settings, pushed_at=now())
    db.session.flush()
    if run.cause == "change" and not any(name != "seen" for name in run.counts):
        db.session.delete(run)


def note(settings: SyncModule, **values: Any) -> None:
    """Write down how far it is, which is no edit of the settings: whoever has their form open is not told."""
    db.session.execute(update(SyncModule).where(SyncModule.id == settings.id).values(**values))
