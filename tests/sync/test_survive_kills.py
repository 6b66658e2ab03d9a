"""A worker that is really killed, again and again, at random moments of a first sync."""

import os
import random
import subprocess
import sys
import time

import pytest

from config import ROOT
from domain.db import db
from tests.ground.running import SETTINGS
from tests.sync.worlds import every_one_is_joined, in_step

PEOPLE, KILLS = 1500, 12


def created(run) -> int:
    """How many it has made by now."""
    db.session.rollback()
    db.session.refresh(run)
    return run.count("created")


@pytest.mark.long
def test_a_worker_that_is_killed_again_and_again_leaves_everybody_joined_once(
    here, app, database_url, tmp_path
):
    for number in range(PEOPLE):
        here.crm.make("companies", name=f"Company {number}", phone=str(number))
    run = here.start()
    settings = {"DATABASE_URL": database_url, "DATA_DIR": str(tmp_path / "data"), "PYTHONPATH": str(ROOT)}
    inherited = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    chance, halves = random.Random(1), set[int]()
    for _turn in range(KILLS):
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.sync.worker"], cwd=ROOT, env=inherited | settings
        )
        before = created(run)
        while worker.poll() is None and created(run) == before:
            time.sleep(0.02)
        try:
            worker.wait(chance.uniform(0, 0.3))
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
        halves.add(created(run))
    assert halves - {0, PEOPLE}, "nobody was killed in the middle"
    here.go_on()
    db.session.refresh(run)
    assert (run.state, run.count("created")) == ("done", PEOPLE)
    in_step(here)
    every_one_is_joined(here, "companies")
