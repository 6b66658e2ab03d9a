"""The supervisor by itself, with small programs: they come back, and none is left, however it ends."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import pytest

from bin import program as programs
from bin.program import Program
from config import ROOT
from tests.ground.running import children, command
from tests.servers import wait_until

pytestmark = pytest.mark.ground

# A program that won't hear of ending, and has a child in a group of its own, as RQ's jobs are.
STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setpgrp()
print("started", flush=True)
while True:
    time.sleep(60)
"""

SUPERVISOR = """
import os, sys
from bin.program import Program
from bin.supervisor import NeverAnswered, Supervisor
try:
    program = Program("program", [sys.executable, "-c", sys.argv[1]], dict(os.environ))
    Supervisor([program], "http://127.0.0.1:1", "up").run()
except NeverAnswered as error:
    sys.exit(str(error))
"""


@pytest.fixture
def supervise():
    """Starts a supervisor of one program, which is a piece of Python."""
    started = []

    def start(code):
        command = [sys.executable, "-c", SUPERVISOR, code]
        with hearing_hangups():
            started.append(
                subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            )
        return started[-1]

    yield start
    for process in started:
        for process_id in descendants(process.pid):
            with suppress(ProcessLookupError):
                os.kill(process_id, signal.SIGKILL)
        process.kill()
        process.communicate(timeout=20)


@contextmanager
def hearing_hangups():
    """Under nohup a SIGHUP is ignored, by children too; these shall hear it wherever the tests are run."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


def descendants(process_id):
    """What it started, and what those started: a failed test shall leave nobody who holds its pipes."""
    return [each for child in children(process_id) for each in (child, *descendants(child))]


def family(process):
    """The program, and what it forked."""
    (program,) = children(process.pid)
    return [program, *children(program)]


@pytest.mark.parametrize("which", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_even_what_will_not_hear_of_it_within_five_seconds(supervise, which):
    process = supervise(STUBBORN)
    for _ in range(2):
        process.stdout.readline()
    alive = family(process)
    assert len(alive) == 2
    process.send_signal(which)
    assert process.wait(5) == 0
    assert not any(command(process_id) for process_id in alive)


def test_a_second_signal_ends_everything_at_once(supervise):
    process = supervise(STUBBORN)
    process.stdout.readline()
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    assert process.wait(5) == 0 and time.monotonic() - begun < 2


def test_a_program_that_only_ends_is_given_up_before_the_first_answer(supervise):
    process = supervise("raise SystemExit(7)")
    _, said = process.communicate(timeout=15)
    assert process.returncode == 1
    assert said.count("ended with code 7; starting it again.") == 4
    assert said.endswith("It can't be started; what ended, and why, is said above.\n")


def test_a_program_that_ends_too_soon_is_started_later_each_time(monkeypatch):
    monkeypatch.setattr(programs, "say", lambda text: None)
    program, waits = Program("program", [sys.executable, "-c", ""], {}), []
    for _ in range(7):
        program.due = 0
        program.tend()
        program.process.wait()
        program.tend()
        waits.append(round(program.due - time.monotonic(), 1))
    assert waits == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]


def test_a_program_that_ran_well_is_started_again_soon(monkeypatch):
    monkeypatch.setattr(programs, "say", lambda text: None)
    monkeypatch.setattr(programs, "SETTLED", -1)
    program = Program("program", [sys.executable, "-c", ""], {}, deaths=9)
    program.tend()
    program.process.wait()
    program.tend()
    assert program.due - time.monotonic() <= 0.2


FORKS = "from bin.lifeline import forks_die_too; forks_die_too()\n" + STUBBORN


def test_nothing_is_left_when_the_supervisor_is_killed(supervise):
    process = supervise(FORKS)
    for _ in range(2):
        process.stdout.readline()
    alive = family(process)
    process.kill()
    wait_until(lambda: not any(command(process_id) for process_id in alive), 3)
