"""The history of a sync: runs by direction, what became of each record, failures by reason; again, and undone."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, request, send_file, url_for
from sqlalchemy import ColumnElement, func, or_, select

from blueprints.integrations import connection_of, page_of
from blueprints.language import t
from blueprints.loading import actor, require
from blueprints.respond import go, respond
from blueprints.said import in_words
from blueprints.toasts import toast
from delivery import failed_rows
from domain.db import db
from domain.errors import Missing, Refused
from domain.modules.kinds import as_id
from domain.sync.connections import SyncConnection
from domain.sync.runs import OUTCOMES, SyncRow, SyncRun
from domain.words import Words, _, _p
from sync import undo as undoing
from sync.answers import sync_record
from sync.connectors import CONNECTORS
from sync.opening import sides_of

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
        **page_of(connection),
        runs=found[:PAGE],
        more=len(found) > PAGE,
        directions=DIRECTIONS,
        direction=direction,
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
    wanted = request.args.get("reason", "")
    rows = [
        (row.title, row.crm_id, row.books_id, t(row.reason))
        for row in db.session.scalars(query.order_by(SyncRow.id).limit(FAILED))
        if not wanted or t(row.reason) == wanted
    ]
    headings = [t(_("Name")), t(_("Number in the CRM")), t(_("Number in the books")), t(_("Reason"))]
    file = failed_rows.written("csv", headings, rows)
    return send_file(file, "text/csv", as_attachment=True, download_name=f"sync-{run.id}-failed.csv")


@bp.post("/integrations/<system>/runs/<int:sync_run_id>/retry")
def retry(system: str, sync_run_id: int) -> Response:
    """Try what failed again, record by record."""
    require("settings.integrations.edit")
    connection = connection_of(system)
    run = _run(connection, sync_run_id)
    query = select(SyncRow).where(SyncRow.run_id == run.id, SyncRow.outcome == "failed", ~SyncRow.is_settled)
    rows = db.session.scalars(query.order_by(SyncRow.id).limit(PAGE)).all()
    for row in rows:
        side = "crm" if row.crm_id else "books"
        sync_record(connection, row.lane, side, row.crm_id or row.books_id, actor())
    toast(_("What failed is tried again."))
    return go(url_for("sync_runs.index", system=system))


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
    return page_of(connection) | {
        "run": run,
        "outcome": outcome,
        "outcomes": OUTCOME_WORDS,
        "tabs": [each for each in (*OUTCOMES, "undone", "kept") if _count(run, each)],
        "rows": rows[:PAGE],
        "more": len(rows) > PAGE,
        "reasons": _reasons(run),
        "lanes": {lane.key: lane for lane in CONNECTORS[connection.connector].lanes},
        "said": in_words,
        "label_of": _label_of(connection, rows[:PAGE]),
    }


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


def _reasons(run: SyncRun) -> list[tuple[Words | str, int]]:
    """Why records failed, and how many for each reason."""
    query = select(SyncRow.reason, func.count()).where(SyncRow.run_id == run.id, SyncRow.outcome == "failed")
    found = db.session.execute(query.group_by(SyncRow.reason).order_by(func.count().desc()).limit(20))
    return [(row[0], row[1]) for row in found]


def _label_of(connection: SyncConnection, rows: Sequence[SyncRow]) -> dict[tuple[str, str, str], str]:
    """What the fields are called, by lane, side and name."""
    found: dict[tuple[str, str, str], str] = {}
    lanes = {lane.key: lane for lane in CONNECTORS[connection.connector].lanes}
    for key in {row.lane for row in rows}:
        sides = zip(("crm", "books"), sides_of(connection, lanes[key]), strict=True)
        for side, opened in sides:
            module = lanes[key].crm if side == "crm" else lanes[key].books
            found |= {(key, side, field.name): t(field.label) for field in opened.fields(module)}
    return found
