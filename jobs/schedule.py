"""What is done again and again, and why. One process of the worker keeps to it; twice is harmless."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from flask import Flask
from redis.exceptions import RedisError

from domain import outbox
from jobs import dispatch, reminders, statements, sync
from jobs.broker import REST, broker

log = logging.getLogger(__name__)

LOOK = 2.0
"""Seconds between two looks at the broker."""


class Task(NamedTuple):
    """A function, the seconds between two runs of it, and why it is run."""

    run: Callable[[], None]
    every: float
    why: str


def forget_what_is_done() -> None:
    """Delete what was done a month ago."""
    with dispatch.transaction():
        outbox.forget(timedelta(days=30))


SWEEP = Task(dispatch.sweep, 15, "what is owed goes out even if the broker or a worker forgot it")

SCHEDULE = (
    SWEEP,
    Task(sync.begin_what_is_due, 30, "modules are synced every two hours, or as often as somebody chose"),
    Task(sync.forget_old_runs, 24 * 3600, "the history of the sync goes back half a year"),
    Task(reminders.begin_the_day, 300, "reminders go out once a day, at the organization's own hour"),
    Task(statements.begin_the_day, 300, "scheduled statements go out on their day, or as soon as they can"),
    Task(forget_what_is_done, 24 * 3600, "the outbox shall not grow for ever"),
)


def keep(app: Flask) -> None:
    """Run every task when it is due, and the sweep also as soon as the broker is back or was emptied."""
    due = dict.fromkeys(SCHEDULE, 0.0)
    while True:
        new = _broker_is_new(app)
        for task in SCHEDULE:
            hurry = new and task is SWEEP
            if hurry or due[task] <= time.monotonic():
                # once more when those have noticed who had given the broker up
                due[task] = time.monotonic() + (2 * REST if hurry else task.every)
                _run(app, task)
        time.sleep(LOOK)


def _broker_is_new(app: Flask) -> bool:
    try:
        return broker(app.config["SETTINGS"].redis_url).is_new()
    except RedisError:
        return False


def _run(app: Flask, task: Task) -> None:
    """One task; whatever goes wrong, the schedule goes on."""
    try:
        with app.app_context():
            task.run()
    except RedisError as error:
        log.warning("The broker is away: %s (%s)", error, task.run.__name__)
    except Exception:
        log.exception("%s failed", task.run.__name__)
