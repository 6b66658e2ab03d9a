"""Taking turns: the floor, ours, the floor, ours, so that whatever else the machine does falls on both."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from bin.lifeline import die_with
from config import ROOT

Turn = Callable[[], float]
"""Does the work once and says how long it took, or what else is measured of it."""


def in_turn(times: int, *turns: Turn) -> tuple[list[float], ...]:
    """What each turn gave, that many times, after one round to warm up."""
    for turn in turns:
        turn()
    rounds = [[turn() for turn in turns] for _ in range(times)]
    return tuple(list(each) for each in zip(*rounds, strict=True))


def timed(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> Turn:
    """A turn that gives the milliseconds that the work takes.

    With `time.process_time` as clock only those count in which this process had a processor: of work that
    waits for nothing it is the same on a quiet machine, and still right on a busy one.
    """

    def turn() -> float:
        begun = clock()
        work()
        return (clock() - begun) * 1000

    return turn


@contextmanager
def player(module: str, *arguments: str) -> Iterator[Callable[[str], float]]:
    """A program that takes its turns in a process of its own: `play("latin")` gives its figure.

    It imports what it likes, and nothing that others teach their libraries is taught to its own.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
        preexec_fn=partial(die_with, os.getpid()),
    )
    assert process.stdin and process.stdout

    def play(what: str) -> float:
        print(what, file=process.stdin, flush=True)
        answer = process.stdout.readline()
        assert answer, f"{module} ended"
        return float(answer)

    try:
        yield play
    finally:
        process.stdin.close()
        process.wait(10)


def take_turns(turns: Callable[[str], Turn]) -> None:
    """What a player does: for each line that it reads, the turn of that name, and the figure as a line."""
    for line in sys.stdin:
        print(turns(line.strip())(), flush=True)
