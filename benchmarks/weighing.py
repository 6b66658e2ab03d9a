"""Rows about weight: memory after some work, and what a browser loads when it comes for the first time."""

import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench import Bench, served
from benchmarks.browser import Browser
from benchmarks.installation import EMAIL, PASSWORD, installation
from benchmarks.lines import Allowed, Line
from tests.ground.running import Run, children
from tests.servers import wait_until

PACKED = {"Accept-Encoding": "gzip, deflate, br"}
STATIC = re.compile(rb'(?:href|src)="(/static/[^"#]+)')
MEGABYTE, KILOBYTE = 1024, 1000
PAGES = (
    "/",
    "/crm/accounts",
    "/books/customers",
    "/books/invoices?state=overdue",
    "/books/items",
    "/settings",
)


def memory(bench: Bench) -> Iterator[Line]:
    """Row 22: after every kind of page, PDFs and mails: the heaviest process of each program, and all together."""
    with bench.databases.fresh() as url:
        run = Run(bench.folder("memory"), DATABASE_URL=url)
        try:
            wait_until(lambda: run.health().get("status") == "ok" or run.process.poll() is not None, 300)
            assert run.process.poll() is None, run.said()
            _work(Browser(run.port).sign_in(EMAIL, PASSWORD), bench.of(20, 1))
            programs = run.programs()
            web = [_heaviest(programs["web"], "VmRSS")]
            worker = [_heaviest(programs["worker"], "VmRSS")]
            everything = [sum(_weight(each, "smaps_rollup", "Pss") for each in run.family())]
        finally:
            run.end(seconds=10)
    database = bench.database
    yield Line(
        22, "memory of a web worker, with the demo company", "MB", web, Allowed(most=200), database=database
    )
    yield Line(22, "memory of a job worker", "MB", worker, Allowed(most=200), database=database)
    yield Line(22, "memory of all of bin/run (PSS)", "MB", everything, Allowed(most=400), database=database)


def first_load(bench: Bench) -> Iterator[Line]:
    """Row 23: the first page after signing in with its style, scripts and icons, as they come over the wire."""
    with installation(bench) as ours, served("app:create_app()", ours.environment, "/healthz") as port:
        browser = ours.sign_in(port)
        page = browser.get("/").body
        files = sorted(set(STATIC.findall(page)))
        sizes = [len(browser.get(path, PACKED).body) for path in ["/", *(name.decode() for name in files)]]
    job = f"first load with {len(files)} static files, compressed"
    yield Line(
        23, job, "kB", [sum(sizes) / KILOBYTE], Allowed(most=80), rows=len(sizes), database=bench.database
    )


def _work(browser: Browser, rounds: int) -> None:
    for _ in range(rounds):
        for page in PAGES:
            assert browser.get(page).status == 200, page
        for place in range(1, 11):
            browser.get(f"/books/invoices/{place}")
            browser.get(f"/books/invoices/{place}/pdf")


def _heaviest(process_id: int, what: str) -> float:
    family = [process_id, *children(process_id)]
    return max(_weight(each, "status", what) for each in family)


def _weight(process_id: int, file: str, what: str) -> float:
    """Megabytes, as the system counts them; none for a process that is gone."""
    try:
        lines = Path(f"/proc/{process_id}/{file}").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) / MEGABYTE for line in lines if line.startswith(f"{what}:")), 0)
