"""Rows about issuing invoices: eight people at once, through HTTP."""

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import quantiles

from sqlalchemy import func, select

from benchmarks.bench import Bench, served
from benchmarks.browser import HTMX, Browser
from benchmarks.installation import Installation, installation
from benchmarks.lines import Allowed, Line
from domain.books.invoices import Invoice
from domain.db import db

CLIENTS = 8
LEAD = 0.5
"""Seconds until all clients are there and begin together."""


@dataclass(frozen=True)
class Round:
    """What came of one round: when it began and ended, how long each answer took, how many were wrong."""

    seconds: float
    latencies: Sequence[float]
    errors: int

    @property
    def rate(self) -> float:
        """Invoices a second."""
        return len(self.latencies) / self.seconds

    @property
    def p99(self) -> float:
        """The seconds within which 99 of 100 were answered."""
        return quantiles(self.latencies, n=100)[98]


def eight_clients(bench: Bench) -> Iterator[Line]:
    """Row 11: invoices issued by eight clients, each a process that is signed in and clicks Mark as Sent."""
    count, rounds = bench.of(400, 16), bench.of(3, 1)
    with installation(bench) as ours, served("app:create_app()", ours.environment, "/healthz") as port:
        browsers = [ours.sign_in(port) for _ in range(CLIENTS)]
        _round(browsers, ours.invoices(CLIENTS * 2))
        done = [_round(browsers, ours.invoices(count)) for _ in range(rounds)]
        gaps, twice = _gaps_and_twice(ours)
    line = partial(Line, 11, rows=count, database=bench.database)
    yield line("invoices issued, 8 clients", "/s", [each.rate for each in done], Allowed(least=30))
    yield line("- 99 of 100 answered within", "s", [each.p99 for each in done], Allowed(most=1))
    yield line("- errors", "", [each.errors for each in done], Allowed(most=0))
    yield line("- numbers left out", "", [gaps], Allowed(most=0))
    yield line("- numbers given twice", "", [twice], Allowed(most=0))


def _round(browsers: list[Browser], invoice_ids: list[int]) -> Round:
    """All clients issue their share, beginning at the same moment."""
    begin = time.monotonic() + LEAD
    shares = [(browser, invoice_ids[n :: len(browsers)], begin) for n, browser in enumerate(browsers)]
    with multiprocessing.get_context("fork").Pool(len(browsers)) as clients:
        answers = [answer for share in clients.starmap(_issue, shares, chunksize=1) for answer in share]
    ends, latencies, good = zip(*answers, strict=True)
    return Round(max(ends) - begin, latencies, len(answers) - sum(good))


def _issue(browser: Browser, invoice_ids: list[int], begin: float) -> list[tuple[float, float, bool]]:
    """One client: of each invoice when its answer was there, after how long, and whether it was good."""
    browser = Browser(browser.port, browser.cookie, browser.token)
    answers = []
    time.sleep(max(0, begin - time.monotonic()))
    for invoice_id in invoice_ids:
        asked = time.monotonic()
        answer = browser.post(f"/books/invoices/{invoice_id}/status", HTMX, transition="mark_as_sent")
        answered = time.monotonic()
        answers.append((answered, answered - asked, answer.status == 200))
    return answers


def _gaps_and_twice(ours: Installation) -> tuple[int, int]:
    """How many numbers are missing from the row of all issued invoices, and how many were given twice."""
    with ours.working():
        numbers = list(db.session.scalars(select(Invoice.number).where(Invoice.number != "")))
        drafts = db.session.scalar(select(func.count(Invoice.id)).where(Invoice.number == "")) or 0
    counted = {int(number.rpartition("-")[2]) for number in numbers}
    return drafts + max(counted) - len(counted), len(numbers) - len(set(numbers))
