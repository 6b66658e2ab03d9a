"""Row 15: taking 100,000 customers out."""

import json
import subprocess
import sys
from collections.abc import Iterator

from sqlalchemy import insert

from benchmarks.bench import Bench, clean_environment
from benchmarks.installation import Installation, installation
from benchmarks.lines import Allowed, Line
from config import ROOT
from domain.books.customers import Customer
from domain.books.parties import name_key_of
from domain.db import db, now

FULL, SMALL = 100_000, 2_000
RUNS = {"csv": 5, "xlsx": 3, "xls": 1}
LEAST = {"csv": 20_000, "xlsx": 5_000, "xls": None}
MOST = {"csv": 200, "xlsx": 200, "xls": None}
"""Megabytes; the library for XLS keeps every text until the end."""


def customers(bench: Bench) -> Iterator[Line]:
    """Rows a second of the list as it is shown, and the memory of the process that writes them."""
    rows = bench.of(FULL, SMALL)
    with installation(bench) as ours:
        _fill(ours, rows)
        for format, runs in RUNS.items():
            done = [_run(ours, bench, format) for _ in range(1 if bench.small else runs)]
            assert {each["rows"] for each in done} == {rows}
            job = f"{rows:,} customers as {format.upper()}"
            rates, memory = [each["rate"] for each in done], [each["memory"] for each in done]
            yield Line(
                15,
                f"{job}: rows a second",
                "/s",
                rates,
                Allowed(least=LEAST[format]),
                [],
                rows,
                bench.database,
            )
            yield Line(
                15, f"{job}: memory", "MB", memory, Allowed(most=MOST[format]), [], rows, bench.database
            )


def _run(ours: Installation, bench: Bench, format: str) -> dict[str, float]:
    target = bench.folder("export") / f"customers.{format}"
    program = [sys.executable, "-m", "benchmarks.export_ours", format, str(target)]
    environment = clean_environment() | ours.environment
    done = subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    target.unlink()
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _fill(ours: Installation, rows: int) -> None:
    with ours.working():
        shared = {
            "organization_id": ours.organization_id,
            "kind": "customer",
            "currency": "JPY",
            "version": 1,
        }
        shared |= {"created_at": now(), "updated_at": now()}
        made = [
            shared
            | {
                "display_name": f"株式会社京都物産{n}",
                "name_key": name_key_of(f"株式会社京都物産{n}"),
                "company_name": f"株式会社京都物産{n}",
                "email": f"office{n}@example.com",
                "phone": f"075-555-{n:06}",
                "receivable_minor": n,
                "search_text": "",
            }
            for n in range(rows)
        ]
        db.session.connection().execute(insert(Customer.__table__), made)
