"""The history of a sync: runs by direction, what became of each record, failures by reason; again, and undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, send_file, url_for
from sqlalchemy import ColumnElement, case, func, or_, select

from blueprints.language import t
from blueprints.loading import actor, require
from blueprints.respond import go, respond
from blueprints.said import besides, counts_of, written_in
from blueprints.sync_rows import lanes_of, said_of
from blueprints.sync_state import connection_of, frame_of, progress_of
from blueprints.toasts import toast
from delivery import failed_rows
from domain.db import db
from domain.errors import Missing, Refused
from domain.modules.kinds import as_id
from domain.sync.connections import SyncConnection
from domain.sync.runs import OUTCOMES, SyncRow, SyncRun
from domain.words import Words, _, _p
from sync import again
from sync import undo as undoing
from sync.lanes import MODULES

bp = Blueprint("sync_runs", __name__)

PAGE = 50
FAILED = 100_000

DIRECTIONS = {
    "": _p("runs", "All"),
    "books": _p("direction", "Into the books"),
    "crm": _p("direction", "Into the CRM"),
}

OUTCOME_WORDS: dict[str, Words] = {
    "created": _p("synced", "Made"),
    "updated": _p("synced", "Changed"),
    "joined": _p("synced", "Joined"),
    "asked": _("To look at"),
    "conflicted": _p("synced", "In conflict"),
    "skipped": _p("synced", "Left alone"),
    "failed": _p("synced", "Failed"),
    "undone": _("Undone"),
    "kept": _("Could not be undone"),
}


@dataclass(frozen=True)
class Reason:
    """Why records failed, how many of them, how many of these still wait, and one of the rows that say so."""

    words: Words | str
    count: int
    waits: int
    row_id: int


@bp.get("/integrations/<system>/runs")
def index(system: str) -> Response:
    """The runs, newest first; of one direction only those that wrote there."""
    require("settings.integrations.view")
    connection = connection_of(system)
    direction = request.args.get("direction", "")
    before = as_id(request.args.get("before", ""))
    found = _runs(connection, direction if direction in DIRECTIONS else "", before)
    return respond(
        "integrations/runs.html",
        **frame_of(connection),
        runs=found[:PAGE],
        more=len(found) > PAGE,
        directions=DIRECTIONS,
        sides=("books", "crm"),
        direction=direction,
        what_of=_what_of,
        written_in=written_in,
        besides=besides,
    )


@bp.get("/integrations/<system>/runs/<int:sync_run_id>")
def show(system: str, sync_run_id: int) -> Response:
    """What became of the records; asked for again while it goes on."""
    require("settings.integrations.view")
    connection = connection_of(system)
    return respond("integrations/run.html", "run", **_page(connection, _run(connection, sync_run_id)))


@bp.get("/integrations/<system>/runs/<int:sync_run_id>/failed.csv")
def failed(system: str, sync_run_id: int) -> Response:
    """The failures as a spreadsheet; with a reason those of that reason."""
    require("settings.integrations.view")
    run = _run(connection_of(system), sync_run_id)
    query = select(SyncRow).where(SyncRow.run_id == run.id, SyncRow.outcome == "failed")
    if like := as_id(request.args.get("like", "")):
        query = query.where(SyncRow.reason.in_(select(SyncRow.reason).where(SyncRow.id == like)))
    rows = [
        (row.title, row.crm_id, row.books_id, t(row.reason))
        for row in db.session.scalars(query.order_by(SyncRow.id).limit(FAILED))
    ]
    headings = [t(_("Name")), t(_("Number in the CRM")), t(_("Number in the books")), t(_("Reason"))]
    file = failed_rows.written("csv", headings, rows)
    return send_file(file, "text/csv", as_attachment=True, download_name=f"sync-{run.id}-failed.csv")


@bp.post("/integrations/<system>/runs/<int:sync_run_id>/retry")
def retry(system: str, sync_run_id: int) -> Response:
    """Try again what failed, or what failed for one reason."""
    require("settings.integrations.edit")
    connection = connection_of(system)
    run = _run(connection, sync_run_id)
    begun = again.retry(run, actor(), as_id(request.form.get("like", "")))
    toast(_("What failed is tried again."))
    return go(url_for("sync_runs.show", system=system, sync_run_id=begun.id))


@bp.get("/integrations/<system>/runs/<int:sync_run_id>/undo")
def confirm_undo(system: str, sync_run_id: int) -> Response:
    """What undoing a run means."""
    require("settings.integrations.edit")
    connection = connection_of(system)
    run = _run(connection, sync_run_id)
    return respond(
        "integrations/undo.html", **frame_of(connection), run=run, what=_what_of(run), counts_of=counts_of
    )


@bp.post("/integrations/<system>/runs/<int:sync_run_id>/undo")
def undo(system: str, sync_run_id: int) -> Response:
    """Take a run back, as far as nobody has worked with the records since."""
    require("settings.integrations.edit")
    run = _run(connection_of(system), sync_run_id)
    undoing.undo(run, actor())
    toast(_("The run is being undone."))
    return go(url_for("sync_runs.show", system=system, sync_run_id=run.id))


# --- what the pages show ------------------------------------------------------------------------------------------


def _run(connection: SyncConnection, run_id: int) -> SyncRun:
    ids = [each.id for each in connection.modules]
    run = db.session.scalar(select(SyncRun).where(SyncRun.id == run_id, SyncRun.module_id.in_(ids)))
    if run is None:
        raise Missing()
    return run


def _runs(connection: SyncConnection, direction: str, before: int | None) -> Sequence[SyncRun]:
    ids = [each.id for each in connection.modules]
    query = select(SyncRun).where(SyncRun.module_id.in_(ids), *([SyncRun.id < before] if before else []))
    if direction:
        counted = (
            SyncRun.counts[f"{direction}.{outcome}"].as_integer() for outcome in ("created", "updated")
        )
        query = query.where(or_(*(count > 0 for count in counted)))
    return db.session.scalars(query.order_by(SyncRun.id.desc()).limit(PAGE + 1)).all()


def _page(connection: SyncConnection, run: SyncRun) -> dict[str, Any]:
    outcome = request.args.get("outcome", "")
    if outcome and outcome not in OUTCOME_WORDS:
        raise Refused(_("Please choose from the list."))
    rows = _rows(run, [SyncRow.outcome == outcome] if outcome else [])
    return (
        frame_of(connection)
        | {
            "run": run,
            "outcome": outcome,
            "outcomes": OUTCOME_WORDS,
            "tabs": [each for each in (*OUTCOMES, "undone", "kept") if _count(run, each)],
            "rows": rows[:PAGE],
            "more": len(rows) > PAGE,
            "reasons": _reasons(run),
            "lanes": lanes_of(connection),
            "what": _what_of(run),
            "progress": {run.id: progress_of(run)} if run.is_working else {},
        }
        | said_of(connection, rows[:PAGE])
    )


def _what_of(run: SyncRun) -> Words:
    """What a run is about."""
    module = MODULES[run.module.key]
    if run.cause == "retry":
        return _("%(what)s, what failed in run %(id)s", what=module, id=run.scope.get("failed_in", ""))
    return _("%(what)s, one record", what=module) if run.scope else module


def _rows(run: SyncRun, narrowed: list[ColumnElement[bool]]) -> Sequence[SyncRow]:
    after = as_id(request.args.get("after", ""))
    query = select(SyncRow).where(
        SyncRow.run_id == run.id, *narrowed, *([SyncRow.id > after] if after else [])
    )
    return db.session.scalars(query.order_by(SyncRow.id).limit(PAGE + 1)).all()


def _count(run: SyncRun, outcome: str) -> int:
    if outcome in OUTCOMES and run.state not in ("undoing", "undone"):
        return run.count(outcome)
    query = select(SyncRow.id).where(SyncRow.run_id == run.id, SyncRow.outcome == outcome).limit(1)
    return 1 if db.session.scalar(query) else 0


def _reasons(run: SyncRun) -> list[Reason]:
    """Why records failed, the most frequent reason first."""
    waits = func.sum(case((SyncRow.is_settled, 0), else_=1))
    query = select(SyncRow.reason, func.count(), waits, func.min(SyncRow.id))
    query = query.where(SyncRow.run_id == run.id, SyncRow.outcome == "failed").group_by(SyncRow.reason)
    return [Reason(*row) for row in db.session.execute(query.order_by(func.count().desc()).limit(20))]
