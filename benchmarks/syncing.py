"""The rows about the sync: a first run, a run with nothing to do, and a change brought over while a run goes on."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from statistics import quantiles

from sqlalchemy import insert, select, update

from benchmarks.bench import Bench
from benchmarks.installation import Installation, installation
from benchmarks.lines import Allowed, Line
from domain import records
from domain.books.customers import Customer
from domain.crm.accounts import Account
from domain.crm.contacts import Contact
from domain.db import db, now, scoped_to
from domain.links import books_id_of
from domain.outbox import OutboxRow
from domain.sync.connections import SyncModule
from jobs import dispatch
from sync import run as runs
from sync import setting_up

COMPANIES, FEW = 10_000, 20
CHANGES = 20


def first_and_again(bench: Bench) -> Iterator[Line]:
    """Rows 17 and 18: companies with two contacts each meet empty books; then nothing has changed."""
    companies = bench.of(COMPANIES, FEW)
    rates, quiet = [], []
    for _turn in range(bench.of(3, 1)):
        with installation(bench) as ours:
            _people(ours, companies)
            rates.append(3 * companies / _run(ours, "hand"))
            quiet.append(_run(ours, "hand"))
            quiet.append(_run(ours, "hand"))
    job = f"first sync, {companies:,} companies and {2 * companies:,} contacts, built-in"
    yield Line(17, job, "/s", rates, Allowed(least=1000), rows=3 * companies, database=bench.database)
    job = f"sync run with nothing changed, {3 * companies:,} links"
    yield Line(18, job, "s", quiet, Allowed(most=2), rows=3 * companies, database=bench.database)


def at_once_beside_a_run(bench: Bench) -> Iterator[Line]:
    """Row 19: from the save to the other side, with a full run on the other worker; the 95th of a hundred."""
    companies = bench.of(COMPANIES // 5, FEW)
    with installation(bench) as ours, ThreadPoolExecutor(1) as other_worker:
        _people(ours, companies)
        _run(ours, "hand")
        with ours.working():
            settings = db.session.scalars(select(SyncModule).where(SyncModule.key == "customers")).one()
            settings.interval = "now"
            setting_up.note_what_goes_at_once()
            # with all the versions forgotten, the full run looks at every pair
            db.session.execute(update(Account).values(version=Account.version + 1))
        full = other_worker.submit(_run, ours, "hand")
        seconds = [_one_change(ours, f"03-{n:04}") for n in range(CHANGES)]
        full.result()
    late = quantiles(seconds, n=20)[-1]
    yield Line(
        19,
        "a change on the other side, beside a full run",
        "s",
        [late],
        Allowed(most=2),
        rows=CHANGES,
        database=bench.database,
    )


def _people(ours: Installation, companies: int) -> None:
    """Companies with two contacts each, on the CRM side alone."""
    with ours.working():
        stamps = {"organization_id": ours.organization_id, "created_at": now(), "updated_at": now()}
        accounts = [{**stamps, "name": f"Company {n}", "phone": f"03-1234-{n:05}"} for n in range(companies)]
        db.session.execute(insert(Account), accounts)
        ids = db.session.scalars(select(Account.id).order_by(Account.id)).all()
        people = [
            {**stamps, "last_name": f"Name {n}", "email": f"person{n}@example.com", "account_id": ids[n // 2]}
            for n in range(2 * companies)
        ]
        db.session.execute(insert(Contact), people)
        db.session.execute(update(SyncModule).values(is_on=True))


def _run(ours: Installation, cause: str) -> float:
    """Seconds from the click to the end of the run, with one worker."""
    begun = time.perf_counter()
    with ours.working():
        runs.start(db.session.scalars(select(SyncModule).order_by(SyncModule.id)).first(), cause)
    _work(ours, "slow")
    return time.perf_counter() - begun


def _work(ours: Installation, queue: str) -> None:
    """What one worker does: the rows of its queue, until there is none."""
    with ours.app.app_context():
        while True:
            with scoped_to(ours.organization_id):
                waiting = select(OutboxRow.id).where(
                    OutboxRow.topic.like("sync.%"), OutboxRow.queue == queue, OutboxRow.done_at.is_(None)
                )
                ids = db.session.scalars(waiting.where(OutboxRow.claimed_at.is_(None))).all()
            db.session.rollback()
            if not ids:
                return
            for each in ids:
                dispatch.perform(each)


def _one_change(ours: Installation, phone: str) -> float:
    """Seconds from the save of an account to the same word on its customer; the one that the run comes to last."""
    begun = time.perf_counter()
    with ours.working() as admin:
        account = db.session.scalars(select(Account).order_by(Account.id.desc()).limit(1)).one()
        customer_id = books_id_of(account.MODULE, account.id)
        records.update(account, {"phone": phone}, admin)
    _work(ours, "now")
    seconds = time.perf_counter() - begun
    with ours.working():
        said = db.session.scalar(select(Customer.phone).where(Customer.id == customer_id))
        assert said == phone, f"{said} is said on the other side, and not {phone}"
    return seconds
