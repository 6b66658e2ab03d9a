"""`bin/run` as a test sees it: a process, what it printed, and everything that belongs to it."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bin.broker import free_port
from config import ROOT
from tests.servers import wait_until

SETTINGS = ("DATABASE_URL", "REDIS_URL", "SMTP_URL", "SECRET_KEY", "BASE_URL", "WEB_WORKERS", "JOB_WORKERS")


class Run:
    """One `bin/run` without its shell part, on a data directory and a port of its own."""

    def __init__(self, data: Path, *options: str, **environment: str) -> None:
        self.data = data
        self.port = free_port()
        self.printed = data.with_name(f"{data.name}-{self.port}.txt")
        inherited = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        self.environment = inherited | {"PYTHONPATH": str(ROOT)} | environment
        with self.printed.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "bin.start", f"--port={self.port}", f"--data={data}", *options],
                env=self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def said(self) -> str:
        """Everything that it printed so far."""
        return self.printed.read_text()

    def wait_until_up(self) -> None:
        """Comes back when it has printed its address."""
        wait_until(lambda: "is running at" in self.said() or self.process.poll() is not None, 120)
        assert self.process.poll() is None, self.said()

    def command(self, *words: str) -> None:
        """Run one of the program's own commands on the same data."""
        command = [sys.executable, "-m", "flask", "--app", "app", *words]
        subprocess.run(command, cwd=ROOT, env=self.environment | {"DATA_DIR": str(self.data)}, check=True)

    def health(self) -> dict[str, object]:
        """What /healthz says; nothing while it doesn't answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                return dict(json.load(answer))
        except OSError:
            return {}

    def programs(self) -> dict[str, int]:
        """The process of each program, by a word of its command."""
        words = {"gunicorn": "web", "worker.py": "worker", "bin.catcher": "mail catcher", "valkey": "broker"}
        found = {}
        for child in children(self.process.pid):
            found |= {name: child for word, name in words.items() if word in command(child)}
        return found

    def program(self, name: str, after: int | None = None) -> int:
        """The process of that program, as soon as there is one other than `after`."""
        wait_until(lambda: self.programs().get(name, after) != after)
        return self.programs()[name]

    def setting(self, name: str) -> str:
        """What the worker's environment says."""
        variables = _read(f"/proc/{self.program('worker')}/environ").decode().split("\0")
        return dict(variable.split("=", 1) for variable in variables if variable)[name]

    def family(self) -> set[int]:
        """Every process that belongs to this run, orphans too: all but the broker know the data directory."""
        mark = f"DATA_DIR={self.data}\0".encode()
        knowing = {
            int(entry.name) for entry in Path("/proc").glob("[0-9]*") if mark in _read(entry / "environ")
        }
        return knowing | set(self.programs().values())

    def end(self, which: signal.Signals = signal.SIGINT, seconds: float = 5) -> int:
        """The exit code, after that signal."""
        self.process.send_signal(which)
        return self.process.wait(seconds)


@contextmanager
def running(data: Path, *options: str, **environment: str) -> Iterator[Run]:
    """A `bin/run` that answers; whatever is left of it is killed at the end."""
    run = Run(data, *options, **environment)
    try:
        run.wait_until_up()
        yield run
    finally:
        if run.process.poll() is None:
            run.end()
        for process_id in run.family():
            with suppress(ProcessLookupError):
                os.kill(process_id, signal.SIGKILL)


def children(process_id: int) -> list[int]:
    """The child processes of a process."""
    return [int(number) for number in _read(f"/proc/{process_id}/task/{process_id}/children").split()]


def command(process_id: int) -> str:
    """The command line of a process."""
    return _read(f"/proc/{process_id}/cmdline").replace(b"\0", b" ").decode()


def _read(path: str | Path) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""
