"""Import: upload a spreadsheet, say what its columns mean, look at what would happen, let it happen, undo it."""

import secrets
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, request, send_file, url_for
from sqlalchemy import select

from blueprints.language import t
from blueprints.loading import actor, may, require
from blueprints.records import once
from blueprints.respond import go, respond
from blueprints.uploads import fill, read_file, sample_of, taken_in, uploaded, wished
from delivery import failed_rows, files, tables
from delivery.spreadsheets import FORMATS
from domain.access import visible
from domain.db import db
from domain.errors import Missing, Refused
from domain.importing import duplicates, plans, starting
from domain.importing.guessing import NUMBERS
from domain.importing.imports import OUTCOMES, Import, ImportRow, reasons_of, rows_with
from domain.importing.lookup import can_make
from domain.importing.plans import Plan
from domain.importing.undoing import may_undo
from domain.modules import ALL
from domain.modules.kinds import as_id
from domain.modules.module import Field, Module
from domain.words import Words, _

bp = Blueprint("imports", __name__)

HISTORY = 50
"""How many imports the history shows."""

ROWS = 100
"""How many rows a page shows."""

FAILED = 100_000

ENCODINGS = {
    "utf-8": _("Unicode (UTF-8)"),
    "utf-16": _("Unicode (UTF-16)"),
    "cp932": _("Japanese (Shift-JIS)"),
    "cp1252": _("Western (Windows-1252)"),
}

DELIMITERS = {",": _("Comma"), ";": _("Semicolon"), "\t": _("Tab"), "|": _("Vertical bar")}


@bp.get("/<importable:module>/import")
def index(module: Module) -> Response:
    """Upload a file; below, what was imported before."""
    require(module.permission("create"))
    return _first_page(module)


@bp.post("/<importable:module>/import")
def create(module: Module) -> Response:
    """Take a file in, and guess what it says; nothing of it is imported yet."""
    require(module.permission("create"))
    try:
        content, name = uploaded()
        read = read_file(content, tables.Wish())
        imported = once(Import, lambda key: taken_in(module, content, name, read, key))
    except Refused as refusal:
        return _first_page(module, refusal.message, 422)
    return go(_url(module, imported))


@bp.get("/<importable:module>/import/<int:import_id>")
def show(module: Module, import_id: int) -> Response:
    """Where the import stands: its columns, its progress, what would happen, what happened."""
    imported = _found(module, import_id)
    return _stage(module, imported, Plan.of(imported.plan))


@bp.get("/<importable:module>/import/<int:import_id>/mapping")
def mapping(module: Module, import_id: int) -> Response:
    """What the columns mean, to be changed after a look at what would happen."""
    imported = _found(module, import_id)
    view = "mapping" if imported.can_be_planned else ""
    return _stage(module, imported, Plan.of(imported.plan), view=view)


@bp.post("/<importable:module>/import/<int:import_id>/reading")
def read_again(module: Module, import_id: int) -> Response:
    """Read the file another way: encoding, delimiter, sheet, with or without headings."""
    imported = _found(module, import_id)
    imported.may_be_planned()
    try:
        read = read_file(files.files().read(imported.file.digest), wished())
        imported = _found(module, import_id, lock=True)
        imported.may_be_planned()
        fill(imported, module, read, heading="heading" in request.form)
    except Refused as refusal:
        return _stage(module, imported, Plan.of(imported.plan), 422, "mapping", message=refusal.message)
    return go(_url(module, imported))


@bp.post("/<importable:module>/import/<int:import_id>/mapping")
def check(module: Module, import_id: int) -> Response:
    """Look through all rows as the form says; nothing is written yet."""
    imported = _found(module, import_id, lock=True)
    imported.may_be_planned()
    plan = _planned(imported)
    try:
        plan = plans.checked(plan, module)
        if plan.overwrites and not may(module.permission("edit")):
            raise Refused(_("You may add records here, but not change them."))
    except Refused as refusal:
        message = None if refusal.fields else refusal.message
        return _stage(module, imported, plan, 422, "mapping", errors=refusal.fields, message=message)
    imported.plan = plan.kept()
    imported.check(actor())
    return go(_url(module, imported))


@bp.post("/<importable:module>/import/<int:import_id>/run")
def run(module: Module, import_id: int) -> Response:
    """Carry it out, or go on where it stopped."""
    imported = _found(module, import_id, lock=True)
    imported.run(actor())
    return go(_url(module, imported))


@bp.get("/<importable:module>/import/<int:import_id>/rows/<outcome>")
def rows(module: Module, import_id: int, outcome: str) -> Response:
    """The rows that had an outcome, each with its record or its reason."""
    imported = _found(module, import_id)
    if outcome not in (*OUTCOMES, "undone", "kept"):
        raise Missing()
    found = rows_with(imported, outcome, as_id(request.args.get("after", "")) or 0, ROWS + 1)
    context = {"module": module, "imported": imported, "outcome": outcome, "reasons_of": reasons_of}
    context["changes_of"] = lambda row: _changes(module, row)
    return respond("imports/rows.html", rows=found[:ROWS], more=len(found) > ROWS, **context)


@bp.get("/<importable:module>/import/<int:import_id>/failed.<any(csv, xlsx):ending>")
def failed(module: Module, import_id: int, ending: str) -> Response:
    """The rows that failed, to be mended: the same columns, and why."""
    imported = _found(module, import_id)
    headings = [
        *(heading or _("Column %(n)s", n=n) for n, heading in enumerate(imported.headings, 1)),
        _("Reason"),
    ]
    content = failed_rows.written(
        ending, [t(each) for each in headings], list(_failed_rows(module, imported))
    )
    name = imported.file.name.rpartition(".")[0] or imported.file.name
    name = t(_("%(name)s, failed rows", name=name))
    media_type = FORMATS[ending].media_type
    return send_file(content, media_type, as_attachment=True, download_name=f"{name}.{ending}")


@bp.get("/<importable:module>/import/<int:import_id>/undo")
def confirm_undo(module: Module, import_id: int) -> Response:
    """Ask before undoing."""
    imported = _found(module, import_id)
    return respond("imports/undo.html", module=module, imported=imported)


@bp.post("/<importable:module>/import/<int:import_id>/undo")
def undo(module: Module, import_id: int) -> Response:
    """Take back what it did, as far as nobody has worked with it since."""
    imported = _found(module, import_id, lock=True)
    if not may_undo(actor(), module, imported):
        raise Refused(_("You may not delete or change these records, so you can't undo this."))
    imported.undo(actor())
    return go(_url(module, imported))


# --- finding and showing ------------------------------------------------------------------------------------


def _found(module: Module, import_id: int, lock: bool = False) -> Import:
    """The import, for whoever may make records here; assigned staff sees only their own."""
    require(module.permission("create"))
    query = select(Import).where(
        Import.id == import_id, Import.module == module.key, visible(actor(), Import)
    )
    if lock:
        query = query.with_for_update(of=Import).execution_options(populate_existing=True)
    imported = db.session.scalar(query)
    if imported is None:
        raise Missing()
    return imported


def _first_page(module: Module, error: Words | None = None, status: int = 200) -> Response:
    query = select(Import).where(Import.module == module.key, visible(actor(), Import))
    history = db.session.scalars(query.order_by(Import.id.desc()).limit(HISTORY)).all()
    context = {"module": module, "history": history, "error": error}
    return respond("imports/index.html", "form", status=status, form_key=secrets.token_urlsafe(16), **context)


def _stage(
    module: Module, imported: Import, plan: Plan, status: int = 200, view: str = "", **context: Any
) -> Response:
    """The page of an import; its changing part alone under HTMX, which asks again while a job is at it."""
    view = view or _VIEWS[imported.state]
    if view == "mapping":
        context |= _for_mapping(module, imported)
    context = {"errors": {}, "message": None} | context
    return respond(
        "imports/show.html",
        "stage",
        status=status,
        module=module,
        imported=imported,
        plan=plan,
        view=view,
        **context,
    )


_VIEWS = {
    "mapping": "mapping",
    "checked": "preview",
    "checking": "progress",
    "running": "progress",
    "undoing": "progress",
    "done": "result",
    "stopped": "result",
    "undone": "result",
}


def _for_mapping(module: Module, imported: Import) -> dict[str, Any]:
    sample = sample_of(imported.digest)
    fields = plans.fields_of(module)
    return {
        "samples": starting.samples(imported, sample),
        "fields": fields,
        "sections": _sections(module),
        "keys": duplicates.keys_of(module),
        "refers": any(field.kind == "reference" for field in fields),
        "makes": any(can_make(field, ALL) for field in fields),
        "has_dates": any(field.kind == "date" for field in fields),
        "has_numbers": any(field.kind in NUMBERS for field in fields),
        "choices": {"dates": plans.DATES, "decimal": plans.DECIMALS},
        "duplicates": [c for c in plans.DUPLICATES if c.key != "overwrite" or may(module.permission("edit"))],
        "missing": plans.MISSING,
        "encodings": ENCODINGS,
        "delimiters": DELIMITERS,
    }


def _sections(module: Module) -> list[tuple[Words | str, list[Any]]]:
    """The fields as the form groups them; to what a record belongs comes first, what it has beside the form last."""
    parent = [(module.label_one, [module.by_name[module.parent]])] if module.parent else []
    aside = [(_("Templates"), list(module.aside))] if module.aside else []
    return [
        *parent,
        *((s.label, [module.by_name[name] for name in s.fields]) for s in module.sections),
        *aside,
    ]


def _url(module: Module, imported: Import) -> str:
    return url_for("imports.show", module=module, import_id=imported.id)


def _changes(module: Module, row: ImportRow) -> list[dict[str, str]]:
    """What changed, in words."""
    fields = {field.column: field for field in module.fields}
    return [
        {
            "label": t(fields[name].label),
            "before": _words(fields[name], before),
            "after": _words(fields[name], after),
        }
        for name, before, after in row.changes
        if name in fields
    ]


def _words(field: Field, kept: list[Any]) -> str:
    value, words = kept
    if field.kind in ("choice", "status"):
        return t(field.label_of(value))
    if field.kind == "boolean":
        return t(_("Yes") if value else _("No"))
    return words or ("" if value is None else str(value))


def _planned(imported: Import) -> Plan:
    form = request.form
    return Plan(
        columns=tuple(form.get(f"column_{n}", "") for n in range(len(imported.headings))),
        heading=Plan.of(imported.plan).heading,
        dates=form.get("dates", "ymd"),
        decimal=form.get("decimal", "."),
        match=tuple(form.getlist("match")),
        duplicates=form.get("duplicates", "skip"),
        missing=form.get("missing", "fail"),
    )


def _failed_rows(module: Module, imported: Import) -> Iterator[list[tables.Cell]]:
    """The cells as they were in the file, as many as there are headings, and the reason in words."""
    labels = {field.name: field.label for field in module.fields}
    with files.files().open(imported.digest) as file:
        for row in rows_with(imported, "failed", limit=FAILED):
            file.seek(row.position)
            [(_number, cells)] = tables.rows_of([file.readline()])
            cells = [*cells, *[""] * (len(imported.headings) - len(cells))]
            yield [*cells, " ".join(_reason(labels, *each) for each in reasons_of(row))]


def _reason(labels: dict[str, Words | str], field: str, sentence: Words | str) -> str:
    return f"{t(labels[field])}: {t(sentence)}" if field in labels else t(sentence)
