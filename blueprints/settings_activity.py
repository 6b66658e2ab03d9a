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
from domain import outbox
from domain.comments import Mention
from domain.db import db
from domain.emails import TOPIC, Email
from domain.errors import Missing, Refused
from domain.modules import ALL
from domain.modules.kinds import as_id
from domain.outbox import OutboxRow
from domain.words import Words, _, _n, _p

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


TOPICS: dict[str, Words] = {TOPIC: _("Mail")}
"""What each topic is called for people; another one shows its own name."""


def _row(row_id: int) -> OutboxRow:
    row = db.session.scalar(select(OutboxRow).where(OutboxRow.id == row_id))
    if row is None:
        raise Missing()
    return row


def _about(rows: Sequence[OutboxRow]) -> Iterable[About]:
    """What each row is about, in as few questions as there are topics."""
    emails = _emails(row.payload.get("email") for row in rows if row.topic == TOPIC)
    return [emails.get(row.payload.get("email"), About(row.key)) for row in rows]


def _emails(ids: Iterable[Any]) -> dict[Any, About]:
    with_records = (joinedload(Email.document), joinedload(Email.party))
    query = select(Email).where(Email.id.in_([each for each in ids if each])).options(*with_records)
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
        return url_for("records.show", module=ALL[record.MODULE], record_id=record.id)
    if comment is not None:
        return url_for("records.show", module=ALL[comment.module], record_id=comment.record_id)
    return ""
