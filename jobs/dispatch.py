"""From the outbox to the workers and back: push a row's job, run it, write down what came of it, sweep up."""

import faulthandler
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import Flask, current_app

import jobs
from domain import outbox
from domain.db import db, scoped_to, writing
from domain.outbox import Failure, OutboxRow, Ready
from domain.words import _
from jobs.broker import JOB_TIMEOUT, Broker, broker, job_id
from jobs.handler import Handler, Result

log = logging.getLogger(__name__)

STALE = timedelta(seconds=2 * JOB_TIMEOUT)
"""A claim this old belongs to nobody: its worker was killed."""

GRACE = 30
"""Seconds that a job has, after its time is up, to notice it."""

_app: Flask | None = None


def serve(app: Flask) -> None:
    """Jobs of this process run in that application."""
    global _app
    _app = app


def push(rows: Sequence[Ready]) -> None:
    """Hand rows over to the workers, quickly; without a broker they wait for the sweep."""
    if found := _broker():
        found.push(rows, run)


def worker_count() -> int | None:
    """How many workers are there; None when there is no broker to ask."""
    found = _broker()
    return found.worker_count() if found else None


def _broker() -> Broker | None:
    url = current_app.config["SETTINGS"].redis_url
    return broker(url) if url else None


# --- running ------------------------------------------------------------------------------------------------


def run(outbox_id: int) -> None:
    """What RQ calls: the row's work, under a time limit that holds whatever the work is stuck in."""
    assert _app is not None, "the worker says in which application jobs run"
    # RQ's own limit comes as an exception, which waits for Python to have its turn; this one ends the process
    faulthandler.dump_traceback_later(JOB_TIMEOUT + GRACE, exit=True)
    try:
        with _app.app_context():
            perform(outbox_id)
    finally:
        faulthandler.cancel_dump_traceback_later()


def perform(outbox_id: int) -> None:
    """Do what one row of the outbox asks for; nothing when it is gone, taken, done or not yet due."""
    with transaction():
        row = outbox.claim(outbox_id)
    if row is None:
        return
    with scoped_to(row.organization_id):
        result = _attempt(row)
        with transaction():
            _settle(row, result)


def _attempt(row: OutboxRow) -> Result:
    try:
        return _handler(row).do(row)
    except Failure as failure:
        return failure
    except Exception as error:
        log.exception("Row %s of the outbox (%s, %s) failed.", row.id, row.topic, row.key)
        return Failure("transient", f"{type(error).__name__}: {error}")


def _settle(row: OutboxRow, result: Result) -> None:
    """Write down the outcome, in the outbox and where the topic shows it."""
    fate = None
    if isinstance(result, Failure):
        fate = outbox.fail(row, result.kind, result.reason)
    else:
        outbox.finish(row, result)
    if (
        fate != "taken"
    ):  # else somebody has said already how it failed; that it went well is true whoever claims it
        _handler(row).settle(row, result, fate == "again")


def _handler(row: OutboxRow) -> Handler:
    return jobs.HANDLERS.get(row.topic, _UNKNOWN)


def _refuse(row: OutboxRow) -> None:
    raise Failure("configuration", _("Nothing in this version does “%(topic)s”.", topic=row.topic))


_UNKNOWN = Handler(do=_refuse)


@contextmanager
def transaction(*made: Any) -> Iterator[None]:
    """A short writing transaction of its own: reading has ended before it, records just `made` come along."""
    db.session.rollback()
    db.session.add_all(made)
    with writing():
        try:
            yield
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise


# --- sweeping up --------------------------------------------------------------------------------------------


def sweep() -> None:
    """Put back what got lost: claims whose worker is gone, and rows whose job stands in no queue any more."""
    release()
    push_again()


def release(older_than: timedelta = STALE) -> None:
    """Give back the claims of workers that are gone, each by itself, lest one hold up the others."""
    db.session.rollback()
    for row in outbox.stale(older_than):
        with scoped_to(row.organization_id), transaction():
            if taken := outbox.take_over(row):
                _settle(taken, _handler(row).abandoned(row))


def push_again() -> None:
    """Enqueue what is due and stands in no queue: the broker was away or emptied, or a worker was killed."""
    found = _broker()
    if found is None:
        return
    queued = found.waiting()
    after = 0
    while rows := outbox.due(after=after):
        found.enqueue([row for row in rows if job_id(row) not in queued], run)
        after = rows[-1].id
    db.session.rollback()
