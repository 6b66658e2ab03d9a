"""`bin/bench --small`: everything that is quick is measured; how long it took is nobody's business here."""

import json
import subprocess
import sys

import pytest

from benchmarks.lines import Allowed, Line
from benchmarks.table import as_text, verdict
from config import ROOT

QUICK = (6, 8, 11, 25)


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """What a small run of the quick rows wrote down."""
    file = tmp_path_factory.mktemp("bench") / "figures.json"
    rows = [f"--row={row}" for row in QUICK]
    command = [sys.executable, "-m", "benchmarks", "--small", "--database=sqlite", f"--json={file}", *rows]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return json.loads(file.read_text())


@pytest.mark.ground
@pytest.mark.parametrize("row", QUICK)
def test_every_quick_row_is_measured(measured, row):
    lines = [line for line in measured["lines"] if line["row"] == row]
    assert lines
    assert all(line["our_runs"] for line in lines)
    assert all(line["rows"] > 0 for line in lines)


@pytest.mark.ground
def test_what_does_not_depend_on_the_machine_is_judged_even_then(measured):
    counted = [line for line in measured["lines"] if not line["unit"]]
    assert {line["verdict"] for line in counted} == {"ok"}
    assert all(line["verdict"] == "not judged" for line in measured["lines"] if line["unit"])


def line(ours: float, allowed: Allowed, floor: tuple[float, ...] = (), unit: str = "ms") -> Line:
    return Line(1, "a job", unit, [ours], allowed, floor)


def test_a_line_is_held_to_a_multiple_of_its_floor():
    assert verdict(line(29, Allowed(times=3), (10,)), small=False) == "ok"
    assert verdict(line(31, Allowed(times=3), (10,)), small=False) == "OVER"


def test_a_rate_is_compared_the_other_way_round():
    assert line(50, Allowed(times=3), (100,), "/s").ratio == 2


def test_a_line_is_held_to_what_it_may_come_to_at_most_and_at_least():
    assert verdict(line(1.1, Allowed(most=1)), small=False) == "OVER"
    assert verdict(line(29, Allowed(least=30)), small=False) == "OVER"
    assert verdict(line(30, Allowed(least=30)), small=False) == "ok"


def test_the_figure_is_the_median_of_all_runs():
    shown = Line(1, "a job", "ms", [1, 2, 90], Allowed(times=3), [1, 1, 50])
    assert (shown.figure, shown.floor_figure, shown.ratio) == (2, 1, 2)
    assert "2.00 ms" in as_text(shown, small=False)
