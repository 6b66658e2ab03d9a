"""A function in a process of its own, which is ended when it takes too much time or memory.

The process is a fork of the one that asks. That costs a few milliseconds, because everything is imported
already; a new interpreter would cost half a second.
"""

import gc
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import NoReturn

CHUNK = 1 << 20
SIZE_BYTES = 8  # the answer begins with its length: a child that dies while writing has given none


class Overrun(Exception):
    """The process took too long, or died of the memory limit, before it had an answer."""


def killable(
    work: Callable[[], bytes],
    *,
    seconds: float,
    megabytes: int,
    while_forking: AbstractContextManager[object] = nullcontext(),  # noqa: B008
) -> bytes:
    """What `work` returns, or `Overrun`. `while_forking` holds a lock that the child must not find taken."""
    reading, writing = os.pipe()
    with while_forking:
        child = os.fork()
        if child == 0:
            _work_and_exit(work, writing, seconds, megabytes)
    os.close(writing)
    try:
        return _answer(reading, time.monotonic() + seconds)
    finally:
        os.close(reading)
        _end(child)


def _answer(reading: int, deadline: float) -> bytes:
    """All that the child has to say, if it says it before the deadline."""
    heard = bytearray()
    while part := _part(reading, deadline):
        heard += part
    length, answer = heard[:SIZE_BYTES], heard[SIZE_BYTES:]
    if len(length) < SIZE_BYTES or int.from_bytes(length) != len(answer):
        raise Overrun("the process died before it had an answer")
    return bytes(answer)


def _part(reading: int, deadline: float) -> bytes:
    """The next piece of the answer; empty at its end."""
    left = deadline - time.monotonic()
    if left <= 0 or not select.select([reading], [], [], left)[0]:
        raise Overrun("the process took too long")
    return os.read(reading, CHUNK)


def _end(child: int) -> None:
    """The child is gone, however it was doing. (Something else may have collected it already.)"""
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    with suppress(ChildProcessError):
        os.waitpid(child, 0)


def _work_and_exit(work: Callable[[], bytes], writing: int, seconds: float, megabytes: int) -> NoReturn:
    """The whole life of the child. It never returns: what it inherited is the parent's to close."""
    try:
        gc.freeze()  # and the parent's garbage is the parent's to collect
        _limit(seconds, megabytes)
        answer = work()
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(len(answer).to_bytes(SIZE_BYTES) + answer)
    finally:
        os._exit(0)


def _limit(seconds: float, megabytes: int) -> None:
    """Set the limits. The alarm is for the case that the parent dies and nobody is left to end this."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds + 1)
    present = _address_space()
    if present:
        most = present + megabytes * 1_000_000
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _address_space() -> int:
    """Bytes of address space in use; 0 where that can't be told."""
    if not sys.platform.startswith("linux"):
        return 0
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
