"""Taking a long list out: what `export.make` in the outbox means."""

import time
from tempfile import TemporaryFile
from typing import Any

from sqlalchemy import update

from delivery import exports, files
from delivery.spreadsheets import FORMATS
from domain.db import db
from domain.errors import NotAllowed
from domain.exports import Export, module_of, require_export
from domain.organizations.users import Member
from domain.outbox import Failure, OutboxRow
from domain.timeline import record_act
from domain.words import _
from jobs.dispatch import transaction
from jobs.handler import Result

EVERY = 1.0
"""Seconds between two notes of how far it is."""


def make_export(row: OutboxRow) -> dict[str, Any] | None:
    """Write the file and keep it; nothing when the export is gone or done."""
    export = db.session.get(Export, row.payload["export"])
    if export is None or export.state == "done":
        return None
    member = _authorised(export)
    progress = _Progress(export.id)
    with TemporaryFile() as file:
        rows = exports.write(export, member, file, progress.note)
        file.seek(0)
        kept = files.keep(file.read(), exports.name_of(export), FORMATS[export.format].media_type)
    with transaction(kept):
        _keep(export.id, rows, kept)
    return {"rows": rows}


def settle(row: OutboxRow, result: Result, again: bool) -> None:
    """Write on the export what became of it."""
    if isinstance(result, Failure):
        _write(row.payload["export"], state="waiting" if again else "failed", error=result.reason)


def _authorised(export: Export) -> Member:
    """Who wants it, if that is still theirs to want: rights may have changed since the click."""
    member = db.session.get(Member, export.member_id)
    if member is None or not (member.is_active and member.user.is_active):
        raise Failure("permanent", _("The person who asked for this is no longer here."))
    try:
        require_export(member, module_of(export.module))
    except NotAllowed as error:
        raise Failure(
            "permanent", _("The person who asked for this may not take it out any more.")
        ) from error
    return member


def _keep(export_id: int, rows: int, kept: Any) -> None:
    export = db.session.get_one(Export, export_id)
    export.file, export.rows_done, export.state = kept, rows, "done"
    member = db.session.get_one(Member, export.member_id)
    export.is_narrow = member.is_assigned_only
    record_act(export.module, "exported", member, count=rows, format=export.format.upper())


class _Progress:
    """Notes now and then how far an export is, in a transaction of its own."""

    def __init__(self, export_id: int) -> None:
        self._export_id = export_id
        self._noted = time.monotonic()

    def note(self, rows: int) -> None:
        """So many rows are written."""
        if time.monotonic() - self._noted < EVERY:
            return
        self._noted = time.monotonic()
        with transaction():
            _write(self._export_id, state="running", rows_done=rows)


def _write(export_id: int, **values: Any) -> None:
    query = update(Export).where(Export.id == export_id).values(**values)
    db.session.execute(query, execution_options={"synchronize_session": False})
