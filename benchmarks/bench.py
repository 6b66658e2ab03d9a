"""What a group of rows is measured on: which database, how much, and where."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from unittest import mock

from bin.broker import free_port
from bin.lifeline import die_with
from config import ROOT
from tests import databases, servers
from tests.servers import wait_until

T = TypeVar("T")

DURABLE = ("shared_buffers=128MB",)
"""PostgreSQL as it comes: what is committed is on the disk. (The tests' server has that turned off.)"""


@dataclass(frozen=True)
class Bench:
    """One run of `bin/bench` on one database."""

    database: str
    databases: databases.Databases
    directory: Path
    small: bool
    stack: ExitStack = field(default_factory=ExitStack, compare=False)
    _lasting: dict[str, Any] = field(default_factory=dict, compare=False)

    def of(self, full: int, small: int) -> int:
        """How many of something: of a full run or of a small one."""
        return small if self.small else full

    def lasting(self, name: str, make: Callable[[], AbstractContextManager[T]]) -> T:
        """What is made once and then serves several rows, until the bench ends."""
        if name not in self._lasting:
            self._lasting[name] = self.stack.enter_context(make())
        made: T = self._lasting[name]
        return made

    def folder(self, name: str) -> Path:
        """A new directory."""
        folder = self.directory / f"{name}-{len(list(self.directory.iterdir()))}"
        folder.mkdir()
        return folder


@contextmanager
def bench(database: str, directory: Path, small: bool) -> Iterator[Bench]:
    """A bench on SQLite or on a PostgreSQL server of its own."""
    with mock.patch.object(servers, "FAST", DURABLE), databases.databases(database, directory) as made:
        made_here = Bench(database, made, directory, small)
        with made_here.stack:
            yield made_here


@contextmanager
def program(*arguments: str, environment: Mapping[str, str]) -> Iterator[None]:
    """A Python program beside us, for as long as it is needed."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=clean_environment() | environment,
        preexec_fn=partial(die_with, os.getpid()),
    )
    try:
        yield
        assert process.poll() is None, f"{' '.join(arguments)} ended with {process.returncode}"
    finally:
        process.terminate()
        process.wait(15)


@contextmanager
def served(application: str, environment: Mapping[str, str], ready: str) -> Iterator[int]:
    """An application behind gunicorn as `bin/run` has it: its port, once `ready` answers there."""
    port = free_port()
    gunicorn = (
        "-m",
        "gunicorn",
        "--config",
        "bin/gunicorn.conf.py",
        "--bind",
        f"127.0.0.1:{port}",
        application,
    )
    with program(*gunicorn, environment=environment):
        wait_until(lambda: answers(port, ready), 30)
        yield port


def answers(port: int, path: str) -> bool:
    """Whether something answers there, and well."""
    from benchmarks.browser import Browser  # noqa: PLC0415

    try:
        return Browser(port).get(path).status == 200
    except OSError:
        return False


def clean_environment() -> dict[str, str]:
    """Our environment without the settings of an installation that may run here."""
    settings = ("DATA_DIR", "DATABASE_URL", "REDIS_URL", "SMTP_URL", "FILES_URL", "BASE_URL", "HOST", "PORT")
    more = ("CATCHER_PORT", "SECRET_KEY", "WEB_WORKERS", "JOB_WORKERS", "LOG_FORMAT")
    return {name: value for name, value in os.environ.items() if name not in (*settings, *more)}
