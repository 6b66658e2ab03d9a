"""What a record's page shows of its comments, its history and its files."""

from typing import Any

from flask import request
from markupsafe import Markup
from sqlalchemy import select

from blueprints.forms import Form
from blueprints.loading import actor, may
from delivery.clean_html import body_of
from domain import attachments, comments
from domain.access import visible
from domain.comments import COMMENTED, Comment
from domain.db import db
from domain.modules import ALL
from domain.modules.kinds import as_id
from domain.modules.module import Module
from domain.portal import notices
from domain.timeline import entries_for

ADMINISTRATOR = "settings.organization.edit"
"""Who has this right may delete what others wrote."""


def stream_of(module: Module, record: Any, tab: str = "all") -> dict[str, Any]:
    """The stream under a tab: all that happened with the comments among it, comments alone, or history alone."""
    before = as_id(request.args.get("before", ""))
    said, entries = (), ()  # type: ignore[var-annotated]
    if tab == "comments":
        said = comments.comments_of(record, before)
    else:
        without = COMMENTED if tab == "history" else ""
        entries = entries_for(module.key, record.id, before=before, without=without)
    return {
        "module": module,
        "record": record,
        "tab": tab,
        "entries": entries,
        "said": said,
        "written": comments.comments_in(entries),
        "form": Form({}),
        "portal": comments.may_be_in_portal(record),
    }


def files_on(module: Module, record: Any) -> dict[str, Any]:
    """The card of a record's files."""
    return {
        "module": module,
        "record": record,
        "attachments": attachments.attachments_of(record),
        "portal": comments.may_be_in_portal(record),
        "most": attachments.PER_RECORD,
        "megabytes": attachments.MEGABYTES,
    }


def comment_html(comment: Comment) -> Markup:
    """A comment as paragraphs with links; whoever is mentioned stands out."""
    return Markup(body_of(comment.body, bold=comment.mentioned).html)


def may_change(comment: Comment) -> bool:
    """Whether the person signed in wrote it."""
    return comment.is_by(actor())


def may_delete(comment: Comment) -> bool:
    """Whether the person signed in may delete it."""
    return comment.is_by(actor()) or may(ADMINISTRATOR)


def unread_mentions() -> list[tuple[Any, Module]]:
    """The unread mentions with the modules of their records; nothing is asked while the bell is silent.

    Not those of records that the person may no longer see: what one was called by then is theirs no more.
    """
    if not actor().unread_mentions:
        return []
    mentions = comments.unread_mentions(actor())
    return _of_records_seen([(each, each.comment.module, each.comment.record_id) for each in mentions])


def unread_notices() -> list[tuple[Any, Module]]:
    """What customers did in the portal and the person has not looked at yet; as with mentions."""
    if not actor().unread_mentions:
        return []
    found = notices.unread_notices(actor())
    return _of_records_seen([(each, each.module, each.record_id) for each in found])


def _of_records_seen(about: list[tuple[Any, str, int]]) -> list[tuple[Any, Module]]:
    """Of what is about records: that about those which the person sees, with their modules."""
    wanted: dict[str, list[int]] = {}
    for _each, key, record_id in about:
        wanted.setdefault(key, []).append(record_id)
    seen = {key: _seen(ALL[key], ids) for key, ids in wanted.items()}
    return [(each, ALL[key]) for each, key, record_id in about if record_id in seen[key]]


def _seen(module: Module, ids: list[int]) -> set[int]:
    if not may(module.permission("view")):
        return set()
    model = module.model
    return set(db.session.scalars(select(model.id).where(model.id.in_(ids), visible(actor(), model))))
