"""Imports: some rows at a time, in a transaction each, until all are looked through, taken in, or taken back."""

import time
from collections.abc import Callable
from itertools import islice
from typing import Any

from delivery import files, tables
from delivery.language import in_every_language
from domain.db import db
from domain.errors import DomainError
from domain.importing import slices, undoing
from domain.importing.imports import Import
from domain.importing.plans import Plan
from domain.importing.rows import Row
from domain.modules import ALL
from domain.modules.custom_fields import customized
from domain.organizations.organizations import current_organization
from domain.outbox import Failure, OutboxRow
from jobs.dispatch import transaction
from jobs.handler import Result

SECONDS = 0.5
"""How long a slice may hold what others wait for."""

BATCH = 60
"""More rows than a slice ever gets done."""


def work_on(row: OutboxRow) -> dict[str, Any] | None:
    """One slice of an import; the next one is published with it."""
    imported = db.session.get(Import, row.payload["import"])
    if imported is None or not imported.is_working:
        return None
    state, position = imported.state, imported.position
    rows, last = ([], 0) if state == "undoing" else _next_rows(imported)
    with transaction():
        found = _locked(imported.id)
        if found is None or (found.state, found.position) != (state, position):
            return None  # somebody else did this slice
        try:
            with db.session.begin_nested():
                _slice(found, rows, last)
        except DomainError as refusal:
            found.stop(refusal.message)
        if found.is_working:
            found.publish()
        return {"state": found.state, "handled": found.handled}


def settle(row: OutboxRow, result: Result, again: bool) -> None:
    """An import whose slice failed for good stops, and can go on from there."""
    imported = db.session.get(Import, row.payload["import"])
    if isinstance(result, Failure) and not again and imported is not None and imported.is_working:
        imported.stop(result.reason)


def _locked(import_id: int) -> Import | None:
    return db.session.get(Import, import_id, with_for_update={"of": Import}, populate_existing=True)


def _slice(imported: Import, rows: list[Row], last: int) -> None:
    # held while the slice lasts: the session forgets what nobody holds, and would ask for it with every row
    _held = current_organization(), imported.actor, imported.actor.organization
    modules = {key: customized(module) for key, module in ALL.items()}
    module = modules[imported.module]
    enough = _deadline()
    if imported.state == "undoing":
        return undoing.undo_some(imported, module, modules, imported.actor, enough)
    work = slices.Slice(imported, module, modules, imported.actor, in_every_language)
    done = work.work(rows, enough) if rows else 0
    imported.handled += done
    imported.position = rows[done].position if done < len(rows) else last
    if not rows or imported.handled >= imported.rows:
        slices.finish(imported)


def _deadline() -> Callable[[], bool]:
    end = time.monotonic() + SECONDS
    return lambda: time.monotonic() > end


def _next_rows(imported: Import) -> tuple[list[Row], int]:
    """The next rows in the plain form, and where the one behind them begins."""
    with files.files().open(imported.digest) as file:
        file.seek(imported.position)
        if imported.position == 0 and Plan.of(imported.plan).heading:
            file.readline()
        rows = []
        position = file.tell()
        for line in islice(file, BATCH):
            [(number, cells)] = tables.rows_of([line])
            rows.append(Row(number, position, cells))
            position += len(line)
        return rows, position
