"""The real worker between a real broker and a real mail server: killed, emptied, and left alone."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from bin.lifeline import die_with
from config import ROOT
from domain import outbox
from domain.db import db, everywhere, now
from domain.emails import Email
from jobs import dispatch
from tests import servers
from tests.servers import MailServer, Mood, wait_until


class Workers:
    """`python worker.py`, and a look at the processes that it consists of."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and don't wait."""
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "worker.py")],
            cwd=ROOT,
            env=os.environ | self.environment,
            preexec_fn=partial(die_with, os.getpid()),
        )

    def stop(self) -> float:
        """End it as a supervisor does; gives the seconds that it took."""
        assert self.process is not None
        start = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)
        return time.monotonic() - start

    def children(self) -> list[int]:
        """The processes that it has started."""
        assert self.process is not None
        try:
            text = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        except FileNotFoundError:
            return []
        return [int(pid) for pid in text.split()]


@pytest.fixture
def workers(app: Any, broker: Any, mail_server: Any, choose: Callable[..., None]) -> Iterator[Workers]:
    """Two workers that are not started yet, on this test's database, broker and mail server."""
    settings = app.config["SETTINGS"]
    choose(redis_url=broker.url, smtp_url=mail_server.url)
    workers = Workers(
        {
            "DATA_DIR": str(settings.data_dir),
            "DATABASE_URL": settings.database_url,
            "SECRET_KEY": settings.secret_key,
            "REDIS_URL": broker.url,
            "SMTP_URL": mail_server.url,
            "JOB_WORKERS": "2",
        }
    )
    yield workers
    if workers.process and workers.process.poll() is None:
        workers.process.kill()
        workers.process.wait()


def states() -> Counter[str]:
    """How many mails are in which state."""
    db.session.rollback()
    with everywhere():
        return Counter(db.session.scalars(db.select(Email.state)))


def all_are(state: str, count: int) -> Callable[[], bool]:
    """Whether all mails have arrived in a state."""
    return lambda: states() == {state: count}


def settle(clock: Callable[..., None]) -> None:
    """What a sweep does when its time has come: claims of the dead are given back, and what can goes on."""
    dispatch.release(timedelta(0))
    clock(now() + timedelta(hours=2))
    for row in outbox.due():
        dispatch.perform(row.id)


def is_accounted_for(server: Any) -> None:
    """Every mail was accepted exactly once and is sent, or is shown as unknown; none twice, none lost."""
    accepted = Counter(received.message["Message-ID"] for received in server.messages)
    db.session.rollback()
    for email in db.session.scalars(db.select(Email)):
        assert email.state in ("sent", "unknown"), email.error
        assert accepted[email.message_id] <= 1
        assert email.state == "unknown" or accepted[email.message_id] == 1


@pytest.fixture
def slow_server(mail_server: MailServer, monkeypatch: pytest.MonkeyPatch) -> MailServer:
    """A mail server that thinks before it answers: that is when the workers are killed."""
    usual = servers._Post.handle_DATA

    async def think(*about: Any) -> str:
        await asyncio.sleep(random.uniform(0, 0.2))
        return await usual(*about)

    monkeypatch.setattr(servers._Post, "handle_DATA", think)
    return mail_server


def kill_now_and_then(workers: Workers, until: Callable[[], object], times: int) -> int:
    """Kill children of the worker that chance chooses, at moments that chance chooses; gives how many."""
    kills, deadline = 0, time.monotonic() + 60
    while kills < times and not until() and time.monotonic() < deadline:
        time.sleep(random.uniform(0.05, 0.4))
        if children := workers.children():
            os.kill(random.choice(children), signal.SIGKILL)
            kills += 1
    return kills


# --- alone --------------------------------------------------------------------------------------------------


def test_mails_go_out_and_the_worker_ends_within_three_seconds(workers, mail, mail_server, broker):
    workers.start()
    for _number in range(4):
        mail(attach_pdf=True)
    wait_until(all_are("sent", 4), 30)
    assert len(mail_server.messages) == 4
    wait_until(lambda: dispatch.worker_count() == 2)
    broker.flush()
    assert dispatch.worker_count() == 2
    children = workers.children()
    assert len(children) == 3
    assert workers.stop() < 3
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)


def test_a_worker_in_the_middle_of_a_mail_ends_in_time_and_the_mail_is_accounted_for(
    workers, mail, mail_server, clock
):
    mail_server.behave(Mood.HANG_AT_END)
    workers.start()
    mail()
    wait_until(lambda: mail_server.unanswered, 30)
    assert workers.stop() < 3
    settle(clock)
    assert states() == {"unknown": 1}


def test_all_children_end_when_their_parent_is_killed(workers):
    workers.start()
    wait_until(lambda: len(workers.children()) == 3, 30)
    children = workers.children()
    workers.process.kill()
    workers.process.wait()
    wait_until(lambda: not any(_runs(pid) for pid in children), 3)


def _runs(pid: int) -> bool:
    """Whether the process is there and not a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_without_a_broker_in_the_settings_one_sentence_says_so(workers):
    environment = {name: value for name, value in workers.environment.items() if name != "REDIS_URL"}
    result = subprocess.run(
        [sys.executable, "worker.py"], cwd=ROOT, env=os.environ | environment, capture_output=True, text=True
    )
    assert (result.returncode, len(result.stderr.strip().splitlines())) == (2, 1)
    assert "REDIS_URL" in result.stderr


# --- a broker with troubles ---------------------------------------------------------------------------------


def test_a_broker_that_comes_late_finds_everything_and_sends_it_once(workers, mail, mail_server, broker):
    broker.stop()
    workers.start()
    for _number in range(5):
        mail()
    wait_until(lambda: len(workers.children()) == 3, 30)
    broker.start()
    wait_until(all_are("sent", 5), 30)
    is_accounted_for(mail_server)


def test_a_broker_that_goes_away_in_the_middle_delays_the_mails_and_no_more(
    workers, mail, mail_server, broker
):
    workers.start()
    mail()
    wait_until(all_are("sent", 1), 30)
    broker.stop()
    for _number in range(5):
        mail()
    broker.start()
    wait_until(all_are("sent", 6), 30)
    is_accounted_for(mail_server)


def empty_the_broker_in_the_middle(
    workers: Workers, mail: Any, mail_server: Any, broker: Any, count: int
) -> None:
    """Mail `count` invoices, and empty the broker as soon as a quarter of them is gone."""
    for _number in range(count):
        mail()
    workers.start()
    wait_until(lambda: len(mail_server.messages) >= count // 4, 30)
    broker.flush()
    wait_until(lambda: states()["sent"] + states()["unknown"] == count, 120)
    is_accounted_for(mail_server)


def test_a_broker_that_is_emptied_in_the_middle_loses_nothing(workers, mail, mail_server, broker):
    empty_the_broker_in_the_middle(workers, mail, mail_server, broker, 20)


@pytest.mark.long
def test_a_broker_that_is_emptied_among_100_mails_loses_nothing(workers, mail, mail_server, broker):
    empty_the_broker_in_the_middle(workers, mail, mail_server, broker, 100)


# --- workers that are killed --------------------------------------------------------------------------------


def kill_workers_in_the_middle(
    workers: Workers, mail: Any, mail_server: Any, clock: Any, count: int, kills: int
) -> None:
    """Mail `count` invoices while workers are killed, and look whether every one is accounted for."""
    for _number in range(count):
        mail(attach_pdf=True)
    workers.start()
    wait_until(lambda: mail_server.messages, 30)

    def is_over() -> bool:
        db.session.rollback()  # or SQLite would go on showing us how it was
        return not outbox.waiting_count()

    assert kill_now_and_then(workers, is_over, kills) > 1
    wait_until(is_over, 90)
    workers.stop()
    settle(clock)
    is_accounted_for(mail_server)


def test_mails_are_accounted_for_when_workers_are_killed_at_random(workers, mail, slow_server, clock):
    kill_workers_in_the_middle(workers, mail, slow_server, clock, count=20, kills=6)


@pytest.mark.long
def test_100_mails_are_accounted_for_when_workers_are_killed_at_random(workers, mail, slow_server, clock):
    kill_workers_in_the_middle(workers, mail, slow_server, clock, count=100, kills=40)


def test_a_killed_worker_is_replaced(workers, mail, mail_server, broker):
    workers.start()
    wait_until(lambda: Redis.from_url(broker.url).exists("kakehashi:known"), 30)
    for pid in workers.children():
        os.kill(pid, signal.SIGKILL)
    mail()
    wait_until(all_are("sent", 1), 30)
