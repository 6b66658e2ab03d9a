"""The rows about the sync: a first run, a run with nothing to do, and a change brought over while a run goes on."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from statistics import quantiles
from threading import Event

from sqlalchemy import func, insert, select, update

from benchmarks.bench import Bench, clean_environment
from benchmarks.installation import Installation, installation
from benchmarks.lines import Allowed, Line
from config import ROOT
from domain import records
from domain.books.customers import Customer
from domain.books.parties import name_key_of
from domain.crm.accounts import Account
from domain.crm.contacts import Contact
from domain.db import db, now, of_this_organization, scoped_to
from domain.links import Link, books_id_of
from domain.outbox import OutboxRow
from domain.sync.connections import SyncModule
from jobs import dispatch
from sync import run as runs
from sync import setting_up

COMPANIES, MANY, FEW = 10_000, 33_334, 20
CHANGES = 100


def first_and_again(bench: Bench) -> Iterator[Line]:
    """Rows 17 and 18: companies with two contacts each meet empty books; then nothing has changed."""
    companies = bench.of(COMPANIES, FEW)
    rates, quiet = [], []
    for _turn in range(bench.of(3, 1)):
        with installation(bench) as ours:
            people(ours, companies)
            rates.append(3 * companies / _run(ours, "hand"))
            quiet.append(_run(ours, "hand"))
            quiet.append(_run(ours, "hand"))
    job = f"first sync, {companies:,} companies and {2 * companies:,} contacts, built-in"
    yield Line(17, job, "/s", rates, Allowed(least=1000), rows=3 * companies, database=bench.database)
    job = f"sync run with nothing changed, {3 * companies:,} links"
    yield Line(18, job, "s", quiet, Allowed(most=2), rows=3 * companies, database=bench.database)
    yield from _memory(bench)


def _memory(bench: Bench) -> Iterator[Line]:
    """Row 17, its weight: 100,000 records, a third of them companies that the books have under other names."""
    companies = bench.of(MANY, FEW)
    with installation(bench) as ours:
        people(ours, companies)
        _strangers(ours, companies)
        with ours.working():
            runs.start(db.session.scalars(select(SyncModule).order_by(SyncModule.id)).first(), "hand")
        worker = [sys.executable, "-m", "benchmarks.sync_ours"]
        environment = clean_environment() | ours.environment
        done = subprocess.run(worker, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        with ours.working():
            linked = db.session.scalar(
                select(func.count()).select_from(Link).where(of_this_organization(Link))
            )
        assert linked == 4 * companies, f"{linked} of {4 * companies} records are joined"
    megabytes = [json.loads(done.stdout.splitlines()[-1])["memory"]]
    job = f"memory of a worker, first sync of {3 * companies:,} records with {companies:,} others there"
    yield Line(17, job, "MB", megabytes, Allowed(most=200), rows=3 * companies, database=bench.database)


def at_once_beside_a_run(bench: Bench) -> Iterator[Line]:
    """Row 19: from the save to the other side, with full runs on the other worker; the 95th of a hundred."""
    companies, changes = bench.of(COMPANIES // 5, FEW), bench.of(CHANGES, 5)
    enough = Event()
    with installation(bench) as ours, ThreadPoolExecutor(1) as other_worker:
        people(ours, companies)
        _run(ours, "hand")
        with ours.working():
            settings = db.session.scalars(select(SyncModule).where(SyncModule.key == "customers")).one()
            settings.interval = "now"
            setting_up.note_what_goes_at_once()
        _one_change(ours, "03-0000")
        full = other_worker.submit(_full_runs, ours, enough)
        try:
            seconds = [_one_change(ours, f"03-{n:04}") for n in range(1, changes + 1)]
        finally:
            enough.set()
        full.result()
    late = quantiles(seconds, n=20)[-1]
    job = "a change on the other side, beside a full run"
    yield Line(19, job, "s", [late], Allowed(most=2), rows=changes, database=bench.database)


def _full_runs(ours: Installation, enough: Event) -> None:
    """One after the other, each with the versions of all companies but the last forgotten: it looks at every pair."""
    while not enough.is_set():
        with ours.working():
            last = select(func.max(Account.id)).where(of_this_organization(Account)).scalar_subquery()
            forgotten = {"version": Account.version + 1, "updated_at": Account.updated_at}
            db.session.execute(
                update(Account).where(Account.id != last).values(**forgotten),
                execution_options={"synchronize_session": False},
            )
        _run(ours, "hand")


def people(ours: Installation, companies: int) -> None:
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


def _strangers(ours: Installation, companies: int) -> None:
    """Customers in the books whom nobody of the CRM is."""
    with ours.working():
        stamps = {"organization_id": ours.organization_id, "created_at": now(), "updated_at": now()}
        names = [f"Stranger {n}" for n in range(companies)]
        shared = {**stamps, "kind": "customer", "currency": "JPY"}
        made = [{**shared, "display_name": name, "name_key": name_key_of(name)} for name in names]
        db.session.execute(insert(Customer), made)


def _run(ours: Installation, cause: str) -> float:
    """Seconds from the click to the end of the run, with one worker."""
    begun = time.perf_counter()
    with ours.working():
        runs.start(db.session.scalars(select(SyncModule).order_by(SyncModule.id)).first(), cause)
    perform(ours, "sync.%", "slow")
    return time.perf_counter() - begun


def perform(ours: Installation, topics: str, queue: str = "%") -> None:
    """What one worker does: the rows of its queue, until there is none."""
    with ours.app.app_context():
        while True:
            with scoped_to(ours.organization_id):
                waiting = select(OutboxRow.id).where(
                    OutboxRow.topic.like(topics), OutboxRow.queue.like(queue), OutboxRow.done_at.is_(None)
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
    perform(ours, "sync.%", "now")
    seconds = time.perf_counter() - begun
    with ours.working():
        said = db.session.scalar(select(Customer.phone).where(Customer.id == customer_id))
        assert said == phone, f"{said} is said on the other side, and not {phone}"
    return seconds
