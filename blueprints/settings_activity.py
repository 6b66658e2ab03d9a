"""Settings ▸ Activity: what leaves the building, what waits, what failed and why, and trying it again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from blueprints.loading import require
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain import exports, outbox, printing, statement_runs
from domain.books import merging, reminding
from domain.books.document import Document
from domain.comments import Mention
from domain.db import db
from domain.emails import TOPIC, Email
from domain.errors import Missing, Refused
from domain.exports import Export
from domain.importing import imports
from domain.importing.imports import Import
from domain.modules import ALL, bulk
from domain.modules.bulk_runs import BulkRun
from domain.modules.kinds import as_id
from domain.outbox import OutboxRow
from domain.portal import inviting, notices
from domain.sync import changes
from domain.words import Words, _, _n, _p
from sync import asking, run
from sync.connectors.bigin_joining import JOIN, LEAVE, LOOK

bp = Blueprint("activity", __name__)

SHOWN = 50

TABS: dict[str, Words] = {
    "": _p("list", "All"),
    "waiting": _p("list", "Waiting"),
    "running": _p("list", "Running"),
    "failed": _p("list", "Failed"),
    "done": _p("list", "Done"),
}


@dataclass(frozen=True)
class About:
    """What a row of the outbox is about: its words, and the page where it was begun."""

    words: Words | str
    url: str = ""


@bp.get("/settings/activity")
def index() -> Response:
    """What leaves the building, newest first."""
    require("settings.activity.view")
    state = request.args.get("state", "")
    if state not in TABS:
        raise Refused(_("This list can't be filtered by “%(name)s”.", name=state[:50]))
    rows = outbox.rows(state, before=as_id(request.args.get("before", "")), limit=SHOWN + 1)
    shown = rows[:SHOWN]
    return respond(
        "settings/activity.html",
        "activity",
        rows=[(row, about) for row, about in zip(shown, _about(shown), strict=True)],
        tabs=TABS,
        state=state,
        older=shown[-1].id if len(rows) > SHOWN else None,
        reasons=outbox.reasons() if state in ("", "failed") else [],
        topics=TOPICS,
    )


@bp.post("/settings/activity/<int:row_id>/retry")
def retry(row_id: int) -> Response:
    """Try a stopped row again."""
    require("settings.activity.edit")
    outbox.retry(_row(row_id))
    toast(_("It will be tried again."))
    return go(url_for("activity.index"))


@bp.post("/settings/activity/<int:row_id>/retry-alike")
def retry_alike(row_id: int) -> Response:
    """Try everything again that failed for the same reason as this row."""
    require("settings.activity.edit")
    count = outbox.retry_alike(_row(row_id))
    toast(_n("%(n)s will be tried again.", "%(n)s will be tried again.", n=count))
    return go(url_for("activity.index"))


TOPICS: dict[str, Words] = {
    TOPIC: _("Mail"),
    printing.TOPIC: _("PDF of a long document"),
    imports.TOPIC: _("Import"),
    exports.TOPIC: _("Export"),
    bulk.TOPIC: _("Bulk action"),
    statement_runs.TOPIC: _("Scheduled statements"),
    reminding.TOPIC: _("Reminders of the day"),
    merging.TOPIC: _("Merge of customers"),
    changes.TOPIC: _("Changes to bring to the other side"),
    run.TOPIC: _("Sync"),
    JOIN: _("Connecting with Bigin"),
    LEAVE: _("Giving back access to Bigin"),
    LOOK: _("Reading the fields and views of Bigin"),
    asking.TOPIC: _("Looking something up in Bigin"),
    inviting.TOPIC: _("Invitation to the portal"),
    notices.TOPIC: _("Word from the portal"),
}
"""What each topic is called for people."""

_WORK: dict[str, tuple[str, Any]] = {
    imports.TOPIC: ("import", Import),
    exports.TOPIC: ("export", Export),
    bulk.TOPIC: ("run", BulkRun),
}
"""Work on the records of a module: under which name a row holds its id, and what it is."""


def _row(row_id: int) -> OutboxRow:
    row = db.session.scalar(select(OutboxRow).where(OutboxRow.id == row_id))
    if row is None:
        raise Missing()
    return row


def _about(rows: Sequence[OutboxRow]) -> Iterable[About]:
    """What each row is about, in as few questions as there are topics."""
    found = {TOPIC: _emails(_ids(rows, TOPIC, "email")), printing.TOPIC: _documents(rows)}
    found |= {topic: _works(model, _ids(rows, topic, name)) for topic, (name, model) in _WORK.items()}
    names = {TOPIC: "email", printing.TOPIC: "document"} | {
        topic: name for topic, (name, _model) in _WORK.items()
    }
    return [
        found.get(row.topic, {}).get(row.payload.get(names.get(row.topic, "")), About(row.key))
        for row in rows
    ]


def _ids(rows: Sequence[OutboxRow], topic: str, name: str) -> list[Any]:
    return [row.payload[name] for row in rows if row.topic == topic and row.payload.get(name)]


def _works(model: Any, ids: list[Any]) -> dict[Any, About]:
    """What is done to the records of which module."""
    found = db.session.execute(select(model.id, model.module).where(model.id.in_(ids))).all() if ids else []
    return {each.id: About(ALL[each.module].label) for each in found if each.module in ALL}


def _documents(rows: Sequence[OutboxRow]) -> dict[Any, About]:
    ids = _ids(rows, printing.TOPIC, "document")
    found = db.session.scalars(select(Document).where(Document.id.in_(ids))).all() if ids else []
    return {each.id: About(each.title, _url_of(each)) for each in found}


def _emails(ids: list[Any]) -> dict[Any, About]:
    with_records = (joinedload(Email.document), joinedload(Email.party))
    query = select(Email).where(Email.id.in_(ids)).options(*with_records)
    found = db.session.scalars(query).all()
    mentions = {
        mention.email_id: mention.comment
        for mention in db.session.scalars(
            select(Mention).where(Mention.email_id.in_([email.id for email in found if email.notice]))
        )
    }
    return {email.id: About(email.subject, _page_of(email, mentions.get(email.id))) for email in found}


def _page_of(email: Email, comment: Any) -> str:
    """The record's page: of the document, of the party, or of what was commented on."""
    record = email.document or email.party
    if record is not None:
        return _url_of(record)
    if comment is not None:
        return url_for("records.show", module=ALL[comment.module], record_id=comment.record_id)
    return ""


def _url_of(record: Any) -> str:
    return url_for("records.show", module=ALL[record.MODULE], record_id=record.id)
