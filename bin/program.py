"""One program that `bin/run` keeps running."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bin.lifeline import die_with
from config import ROOT

FIRST_DELAY = 0.2
LONGEST_DELAY = 5.0
SETTLED = 10.0
"""Seconds after which a program counts as running well: if it ends later, its next start is not put off."""


def say(text: str) -> None:
    """A line on the terminal."""
    print(text, file=sys.stderr, flush=True)


@dataclass
class Program:
    """A process under a name: started again whenever it ends, and later each time if it ends too soon."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(repr=False)
    given: str = field(default="", repr=False)
    """What it reads from standard input."""
    kept_open: tuple[int, ...] = ()
    """Sockets that it inherits: they outlive it, so that nobody is turned away until it is back."""
    output: Path | None = None
    """A file for what it prints, when that is not for the terminal."""
    process: "subprocess.Popen[bytes] | None" = None
    due: float | None = 0
    """When to start it; None while it runs, and once it has been asked to end."""
    deaths: int = 0
    """How many times in a row it ended too soon."""
    _began: float = 0

    def tend(self) -> None:
        """Notice that it has ended and plan its next start; start it when the time has come."""
        if self.process and self.process.poll() is not None:
            self._plan(self.process.pid, self.process.returncode)
        if self.due is not None and self.due <= time.monotonic():
            self._start()

    def ask_to_end(self) -> None:
        """SIGTERM, to the process alone: it knows best in which order its own children end."""
        self.due = None
        self._send(os.kill, signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL, to the process and everything in its group."""
        self._send(os.killpg, signal.SIGKILL)

    def has_ended(self) -> bool:
        """Whether no process runs under this name."""
        return self.process is None or self.process.poll() is not None

    def _start(self) -> None:
        self._began, self.due = time.monotonic(), None
        output = self.output.open("wb") if self.output else None
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            pass_fds=self.kept_open,
            process_group=0,  # Ctrl-C is for `bin/run`, which ends everything in order
            preexec_fn=partial(die_with, os.getpid()),
        )
        if output:
            output.close()
        if self.process.stdin:
            with suppress(BrokenPipeError), self.process.stdin as pipe:
                pipe.write(self.given.encode())

    def _plan(self, process_id: int, code: int) -> None:
        self.kill()  # what it may have left behind must not go on beside its successor
        lived_long = time.monotonic() - self._began > SETTLED
        self.process, self.deaths = None, 1 if lived_long else self.deaths + 1
        self.due = time.monotonic() + min(FIRST_DELAY * 2 ** (self.deaths - 1), LONGEST_DELAY)
        say(f"{self.name} (process {process_id}) {_end(code)}; starting it again.")

    def _send(self, send: Callable[[int, int], None], which: signal.Signals) -> None:
        if self.process:
            with suppress(ProcessLookupError, PermissionError):
                send(self.process.pid, which)


def _end(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
