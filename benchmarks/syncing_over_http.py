"""Row 17 over HTTP: the companies and people of another installation come into empty books."""

import time
from collections.abc import Iterator
from unittest import mock

from sqlalchemy import func, select

from benchmarks.bench import Bench, served
from benchmarks.installation import Installation, installation
from benchmarks.lines import Allowed, Line
from benchmarks.syncing import FEW, people, perform
from domain.db import db, of_this_organization
from domain.links import Link
from domain.organizations.access_tokens import make_token
from domain.sync import credentials
from sync import calling
from sync import run as runs
from sync.connectors.bigin_joining import connection_in_force, go_on

COMPANIES = 10_000


def first_sync(bench: Bench) -> Iterator[Line]:
    """Records a second with one worker on either side, and how many records a call is about."""
    companies = bench.of(COMPANIES, FEW)
    rates, calls = [], []
    for _turn in range(bench.of(3, 1)):
        with installation(bench) as theirs, installation(bench, WEB_WORKERS="1") as ours:
            people(theirs, companies)
            with served("app:create_app()", theirs.environment, "/healthz") as port:
                _join(ours, theirs, port)
                with mock.patch.object(calling, "_answer", wraps=calling._answer) as asked:
                    rates.append(3 * companies / _run(ours, 3 * companies))
            calls.append(3 * companies / asked.call_count)
    job = f"first sync over HTTP, {companies:,} companies and {2 * companies:,} contacts"
    yield Line(17, job, "/s", rates, Allowed(least=300), rows=3 * companies, database=bench.database)
    enough = Allowed() if bench.small else Allowed(least=95)
    yield Line(17, f"{job}: records a call", "", calls, enough, rows=3 * companies, database=bench.database)


def _join(ours: Installation, theirs: Installation, port: int) -> None:
    with theirs.working() as owner:
        token = make_token(owner, "Books", ["crm.read", "crm.write"], None).secret
    with ours.working() as admin:
        attempt, _state = credentials.begin(admin, f"http://127.0.0.1:{port}", access_token=token)
        go_on(attempt)
    perform(ours, "bigin.%")
    with ours.working():
        connection = connection_in_force()
        assert connection is not None, "the other installation lets us in"
        for each in connection.modules:
            each.is_on = True


def _run(ours: Installation, records: int) -> float:
    begun = time.perf_counter()
    with ours.working():
        connection = connection_in_force()
        assert connection is not None
        runs.start(next(each for each in connection.modules if each.key == "customers"), "hand")
    perform(ours, "sync.%")
    seconds = time.perf_counter() - begun
    with ours.working():
        linked = db.session.scalar(select(func.count()).select_from(Link).where(of_this_organization(Link)))
    assert linked == records, f"{linked} of {records} records are joined"
    return seconds
