"""The process that can be killed: it answers, or it is gone."""

import os
import time
from pathlib import Path

import pytest

from delivery.killable import Overrun, killable

pytestmark = pytest.mark.ground


def test_the_answer_comes_back_whole():
    answer = os.urandom(3_000_000)
    assert killable(lambda: answer, seconds=10, megabytes=100) == answer


def test_it_is_another_process():
    assert int(killable(lambda: str(os.getpid()).encode(), seconds=10, megabytes=100)) != os.getpid()


def test_one_that_takes_too_long_is_killed(tmp_path: Path):
    def work() -> bytes:
        (tmp_path / "pid").write_text(str(os.getpid()))
        while True:
            pass

    with pytest.raises(Overrun, match="too long"):
        killable(work, seconds=0.3, megabytes=100)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_one_that_takes_too_much_memory_dies_alone():
    with pytest.raises(Overrun, match="died"):
        killable(lambda: bytes(300_000_000)[:1], seconds=10, megabytes=100)


def test_half_an_answer_is_none():
    def work() -> bytes:
        os._exit(0)

    with pytest.raises(Overrun, match="died"):
        killable(work, seconds=10, megabytes=100)


def test_nothing_of_it_stays_open():
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        killable(lambda: b"", seconds=10, megabytes=100)
        with pytest.raises(Overrun):
            killable(lambda: time.sleep(9) or b"", seconds=0.05, megabytes=100)
    assert len(os.listdir("/proc/self/fd")) == before
