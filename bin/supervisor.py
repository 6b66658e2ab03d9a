"""Keeps the programs of `bin/run` running, and ends them all together.

Why this is our own and not a library: docs/decisions/0007-supervisor.md.
"""

import http.client
import json
import os
import select
import signal
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from bin.lifeline import adopt_orphans
from bin.program import Program, say

GRACE = 3.5
"""Seconds that the web server and the worker have to finish what they are doing."""

LAST_GRACE = 0.7
"""Seconds for those that they needed until then; everything is gone in less than 5."""

PATIENCE = 3.0
"""Seconds that the first "degraded" answer may last before the address is printed all the same."""

GIVING_UP = 4
"""How often the web server may end before its first answer."""


class NeverAnswered(RuntimeError):
    """The web server ended again and again without ever answering."""


class Supervisor:
    """Runs programs until SIGINT, SIGTERM or SIGHUP; a second signal ends them without grace."""

    def __init__(self, programs: list[Program], address: str, welcome: str) -> None:
        self.programs = programs
        self.address = address
        self.welcome: str | None = welcome
        self.signals = 0
        self._first_answer: float | None = None

    def run(self) -> None:
        """Comes back when everything has ended."""
        adopt_orphans()
        with self._waking_up() as self._wakeup:
            try:
                while not self.signals:
                    self._tend()
                    self._sleep(until=self._next())
            finally:
                say("Stopping ...")
                self._end()

    def _tend(self) -> None:
        """One look at everything: start what is due, bury what has ended, say hello once."""
        _bury_orphans({program.process.pid for program in self.programs if program.process})
        for program in self.programs:
            program.tend()
        if self.welcome and self._is_up():
            say(self.welcome)
            self.welcome = None
        if self.welcome and any(program.deaths >= GIVING_UP for program in self.programs):
            raise NeverAnswered("It can't be started; what ended, and why, is said above.")

    def _next(self) -> float | None:
        """When to look again if nothing happens before; None for never."""
        times = [program.due for program in self.programs if program.due is not None]
        return time.monotonic() + 0.05 if self.welcome else min(times, default=None)

    def _is_up(self) -> bool:
        """Whether the pages answer and the worker is there, or have had long enough to come."""
        status = health(self.address)
        if status is None:
            return False
        self._first_answer = self._first_answer or time.monotonic()
        return status == "ok" or time.monotonic() - self._first_answer > PATIENCE

    # --- the end ---

    def _end(self) -> None:
        """First those who use the others, then the others, then whatever may be left of any of them."""
        helpers = ("broker", "mail catcher")
        self._end_some([program for program in self.programs if program.name not in helpers], GRACE)
        self._end_some([program for program in self.programs if program.name in helpers], LAST_GRACE)
        _kill_descendants()

    def _end_some(self, programs: list[Program], grace: float) -> None:
        for program in programs:
            program.ask_to_end()
        deadline = time.monotonic() + grace
        while self.signals < 2 and time.monotonic() < deadline:
            if all(program.has_ended() for program in programs):
                break
            self._sleep(until=min(deadline, time.monotonic() + 0.1))
        for program in programs:
            program.kill()

    # --- sleeping, until a signal comes ---

    @contextmanager
    def _waking_up(self) -> Iterator[int]:
        """A pipe that can be read as soon as a signal has come: a child has ended, or we are to end."""
        read_end, write_end = os.pipe()
        os.set_blocking(read_end, False)
        os.set_blocking(write_end, False)
        before = signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for which in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if which != signal.SIGHUP or signal.getsignal(which) != signal.SIG_IGN:  # nohup
                signal.signal(which, self._told_to_end)
        try:
            yield read_end
        finally:
            signal.set_wakeup_fd(before)
            os.close(read_end)
            os.close(write_end)

    def _told_to_end(self, which: int, frame: FrameType | None) -> None:
        self.signals += 1

    def _sleep(self, until: float | None) -> None:
        seconds = None if until is None else max(0.0, until - time.monotonic())
        if select.select([self._wakeup], [], [], seconds)[0]:
            with suppress(BlockingIOError):
                os.read(self._wakeup, 4096)


def health(address: str) -> str | None:
    """What /healthz says: "ok" or "degraded"; None when it says "down" or nothing."""
    where = urlsplit(address)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=0.5)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        return str(json.load(answer)["status"]) if answer.status == 200 else None
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        return None
    finally:
        connection.close()


# --- orphans: what a program started and left behind becomes our child --------------------------------------


def _bury_orphans(programs: Iterable[int]) -> None:
    """Orphans that have ended are taken off the process table; the programs look after themselves."""
    for process_id in _children():
        if process_id not in programs:
            with suppress(ChildProcessError):
                os.waitpid(process_id, os.WNOHANG)


def _kill_descendants() -> None:
    """Nothing is left. Whose parent is killed becomes our child, so this goes on until there are none."""
    deadline = time.monotonic() + 0.5
    while (children := _children()) and time.monotonic() < deadline:
        for process_id in children:
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(process_id, signal.SIGKILL)
                os.waitpid(process_id, 0)


def _children() -> list[int]:
    """Our child processes, ended ones included; empty where the system doesn't tell."""
    try:
        return [int(number) for number in Path("/proc/thread-self/children").read_text().split()]
    except OSError:
        return []
