"""The workers: a parent that has everything loaded, children that run jobs, and one that keeps the schedule.

    python worker.py

The parent only starts its children again when they end. Loading takes seconds and forking milliseconds: what
a job needs is imported here, once. A child runs its jobs itself: RQ's usual way, a fork for each, costs 10 ms
more, and every one of them begins cold. What must be killable while the job lives on has a process of its own
(`delivery/killable.py`), and a child makes way for a fresh one after some jobs.
"""

import gc
import logging
import os
import signal
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial

from flask import Flask
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import SimpleWorker
from sqlalchemy.orm import configure_mappers

from app import create_app
from bin.lifeline import forks_die_too
from config import SettingError, Settings
from delivery import formats
from domain.db import db
from domain.outbox import QUEUES
from domain.words import LANGUAGES
from jobs import schedule
from jobs.broker import WORKER

log = logging.getLogger("worker")

SIGNALS = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD}

GRACE = 2.0
"""Seconds that a job has to end when everything ends; then it is killed."""

LAST_GRACE = 0.4
"""Seconds for the workers to notice that."""

SETTLED = 5.0
"""Seconds after which a child counts as running well: it is started again at once when it ends later."""

DELAY = 1.0

WORKER_TTL = 60
"""Seconds after which a worker looks whether the broker is still there, and is forgotten if it doesn't."""

MAX_JOBS = 1000
"""Jobs after which a child makes way for a fresh one: what libraries don't give back goes with it."""

RECONNECT = 1.0
"""Seconds between two looks for a broker that is away."""


def main() -> int:
    """Run until SIGTERM or SIGINT; everything has ended within three seconds of it."""
    try:
        settings = Settings.from_environment()
        if not settings.redis_url:
            raise SettingError("REDIS_URL must name the broker that the workers wait at.")
    except SettingError as error:
        print(error, file=sys.stderr)
        return 2
    app = create_app(settings)
    load(app)
    children = [Child(partial(work, settings.redis_url)) for _ in range(settings.job_workers)]
    tend([*children, Child(partial(schedule.keep, app))])
    return 0


def load(app: Flask) -> None:
    """Have in memory, shared by all children, what jobs would otherwise import and read one by one."""
    configure_mappers()
    for language in LANGUAGES:
        formats.money(0, "JPY", language)
        formats.long_date(date(2026, 1, 1), language)
    with app.app_context():
        db.engine.dispose()  # no connection is taken along through a fork
    gc.collect()
    gc.freeze()  # what is never looked at by the collector stays shared


# --- the parent ---------------------------------------------------------------------------------------------


@dataclass
class Child:
    """A process that is started again whenever it ends."""

    target: Callable[[], object]
    pid: int = 0
    due: float = 0.0
    _began: float = 0.0

    def start(self) -> None:
        """Fork; the child never comes back from here."""
        self._began = time.monotonic()
        self.pid = os.fork()
        if self.pid == 0:
            self._live()

    def bury(self) -> None:
        """Notice that it has ended, and plan its next start: later if it ended too soon."""
        if self.pid and os.waitpid(self.pid, os.WNOHANG)[0]:
            lived = time.monotonic() - self._began
            self.pid, self.due = 0, time.monotonic() + (0 if lived > SETTLED else DELAY)

    def send(self, which: signal.Signals) -> None:
        """Send it a signal, if it is there."""
        if self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, which)

    def _live(self) -> None:
        code = 1
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            self.target()
            code = 0
        except SystemExit:
            code = 0
        except BaseException:
            log.exception("A child of the worker ended.")
        finally:
            os._exit(code)


def tend(children: list[Child]) -> None:
    """Keep the children running until a signal says that it is enough, then end them in order."""
    forks_die_too()
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # they are waited for, so none comes at a bad moment
    told_to_end = False
    while not told_to_end:
        for child in children:
            if not child.pid and child.due <= time.monotonic():
                child.start()
        told_to_end = _wait(children, 0.5)
    _end(children)


def _wait(children: list[Child], seconds: float) -> bool:
    """Whether a signal came, before the time was over, that says to end."""
    came = signal.sigtimedwait(SIGNALS, seconds)
    for child in children:
        child.bury()
    return came is not None and came.si_signo != signal.SIGCHLD


def _end(children: list[Child]) -> None:
    """Ask; then end the jobs that take too long (a worker does so at the second signal); then kill."""
    for which, grace in ((signal.SIGTERM, GRACE), (signal.SIGTERM, LAST_GRACE), (signal.SIGKILL, LAST_GRACE)):
        for child in children:
            child.send(which)
        deadline = time.monotonic() + grace
        while any(child.pid for child in children) and time.monotonic() < deadline:
            _wait(children, max(0.0, deadline - time.monotonic()))


# --- the children -------------------------------------------------------------------------------------------


def work(url: str) -> None:
    """Run jobs, one after the other; comes back when told to end, or after enough of them."""
    name = f"{WORKER}{uuid.uuid4().hex}"
    connection = Redis.from_url(url, client_name=name, socket_keepalive=True, retry=Retry(NoBackoff(), 1))
    _wait_for(connection)
    worker = SimpleWorker(
        QUEUES, name=name, connection=connection, worker_ttl=WORKER_TTL, log_job_description=False
    )
    worker.log_result_lifespan = False
    worker.max_connection_wait_time = RECONNECT
    with suppress(RedisError):  # at its end it says goodbye to a broker that may be gone
        worker.work(logging_level="WARNING", max_jobs=MAX_JOBS)


def _wait_for(connection: Redis) -> None:
    while True:
        with suppress(RedisError):
            connection.ping()
            return
        time.sleep(RECONNECT)


if __name__ == "__main__":
    sys.exit(main())
