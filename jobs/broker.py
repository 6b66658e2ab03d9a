"""The way to the broker: quick when it is there, and quickly given up when it is not."""

import logging
import time
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue

from domain.outbox import QUEUES, Ready

log = logging.getLogger(__name__)

PATIENCE = 0.05
"""Seconds that a page waits to be connected to a broker."""

REST = 3.0
"""Seconds in which nobody tries again when that was in vain."""

JOB_TIMEOUT = 120
"""Seconds after which a job is ended. Long work is cut into slices of about a second, so one number does."""

WORKER = "kakehashi-worker-"
"""How the names of our workers begin, and so the names of their connections."""

_KNOWN = "kakehashi:known"


class Broker:
    """A broker as those see it who give it work."""

    def __init__(self, url: str) -> None:
        self.connection = Redis.from_url(
            url, socket_connect_timeout=PATIENCE, socket_timeout=10 * PATIENCE, retry=Retry(NoBackoff(), 0)
        )
        self._queues = {name: Queue(name, connection=self.connection) for name in QUEUES}
        self._rests_until = 0.0

    def push(self, rows: Iterable[Ready], job: Callable[[int], None]) -> None:
        """Enqueue these rows' jobs; when the broker is away nothing happens, and no new try for a while."""
        if time.monotonic() < self._rests_until:
            return
        try:
            self.enqueue(rows, job)
        except RedisError as error:
            self._rests_until = time.monotonic() + REST
            log.warning("The broker is away (%s). The outbox keeps what is owed.", error)

    def enqueue(self, rows: Iterable[Ready], job: Callable[[int], None]) -> None:
        """Enqueue these rows' jobs in one round trip.

        Not `unique`, as RQ calls it: a worker killed at the wrong moment leaves a job that "exists" in no
        queue, and its row could not be enqueued again. That a row is worked on once is the claim's business.
        """
        with self.connection.pipeline(transaction=False) as pipeline:
            for row in rows:
                self._queues[row.queue].enqueue_many([_job(row, job)], pipeline=pipeline)
            pipeline.execute()

    def waiting(self) -> set[str]:
        """The ids of all jobs that stand in a queue."""
        return {job_id for queue in self._queues.values() for job_id in queue.get_job_ids()}

    def is_new(self) -> bool:
        """Whether it was started or emptied since any process last asked."""
        return bool(self.connection.set(_KNOWN, "1", nx=True))

    def worker_count(self) -> int | None:
        """How many workers are connected, here and on other machines; None when the broker doesn't answer.

        RQ's own register forgets them when the broker is emptied, and keeps those that were killed.
        """
        try:
            clients = self.connection.client_list()
        except RedisError:
            return None
        return len({client["name"] for client in clients if client["name"].startswith(WORKER)})


@cache
def broker(url: str) -> Broker:
    """The broker at that address, one object for the process."""
    return Broker(url)


def job_id(row: Ready) -> str:
    """The name of the job for this attempt at a row."""
    return f"outbox-{row.id}-{row.attempt}"


def _job(row: Ready, job: Callable[[int], None]) -> Any:
    """A job that leaves nothing behind in the broker: what came of it stands in the outbox."""
    return Queue.prepare_data(
        job, args=(row.id,), job_id=job_id(row), timeout=JOB_TIMEOUT, result_ttl=0, failure_ttl=60
    )
