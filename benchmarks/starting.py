"""Rows about starting: the first time, with the demo company, and later."""

import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.lines import Allowed, Line
from tests.ground.running import Run
from tests.servers import wait_until


def start(bench: Bench) -> Iterator[Line]:
    """Row 24: until /healthz says that all is well."""
    options = ("--empty",) if bench.small else ()
    first, later = [], []
    for _ in range(bench.of(3, 1)):
        with bench.databases.fresh() as url:
            data_dir = bench.folder("start")
            first.append(_start(data_dir, url, *options))
            later += [_start(data_dir, url) for _ in range(bench.of(3, 1))]
    what = "empty" if bench.small else "with the demo company"
    yield Line(
        24, f"first start, {what}, packages installed", "s", first, Allowed(most=90), database=bench.database
    )
    yield Line(24, "later start", "s", later, Allowed(most=4), database=bench.database)


def _start(data_dir: Path, url: str, *options: str) -> float:
    """The seconds from the command until it is well; it has ended when this comes back."""
    begun = time.monotonic()
    run = Run(data_dir, *options, DATABASE_URL=url)
    try:
        wait_until(lambda: run.health().get("status") == "ok" or run.process.poll() is not None, 300)
        assert run.process.poll() is None, run.said()
        return time.monotonic() - begun
    finally:
        run.end(seconds=10)
