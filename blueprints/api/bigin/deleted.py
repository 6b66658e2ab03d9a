"""What was deleted: from the audit trail, which keeps what is gone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from blueprints.api.answers import Problem
from blueprints.api.bigin.rows import MOST
from blueprints.api.bigin.values import plain
from blueprints.api.bigin.wire import Wire
from blueprints.loading import actor
from domain.db import db
from domain.modules.kinds import as_id
from domain.timeline import TimelineEntry


def page_of(wire: Wire, args: Mapping[str, str], since: datetime | None) -> dict[str, Any] | None:
    """A page of what was deleted, newest first; None where nothing was. Bigin's recycle bin is not there."""
    size = as_id(args.get("per_page") or str(MOST))
    if not size or size > MOST:
        raise Problem(400, "INVALID_DATA", f"at most {MOST} rows a page", param_name="per_page")
    if args.get("type") == "recycle":
        return None
    entries = list(db.session.scalars(_query(wire, args, since).limit(size + 1)))
    if not entries:
        return None
    more, entries = len(entries) > size, entries[:size]
    token = str(entries[-1].id) if more else None
    info = {"per_page": size, "count": len(entries), "more_records": more, "next_page_token": token}
    return {"data": [_row(entry) for entry in entries], "info": info}


def _query(wire: Wire, args: Mapping[str, str], since: datetime | None) -> Any:
    query = select(TimelineEntry).where(TimelineEntry.module == wire.key, TimelineEntry.verb == "deleted")
    if actor().is_assigned_only:  # who sees some records only is told of those that they deleted themselves
        query = query.where(TimelineEntry.actor_id == actor().id)
    if since is not None:
        query = query.where(TimelineEntry.at >= since)
    if args.get("page_token"):
        query = query.where(TimelineEntry.id < (as_id(args["page_token"]) or 0))
    return query.order_by(TimelineEntry.id.desc())


def _row(entry: TimelineEntry) -> dict[str, Any]:
    who = {"id": str(entry.actor_id), "name": entry.actor_name} if entry.actor_id else None
    return {
        "id": str(entry.record_id),
        "display_name": str(entry.title),
        "deleted_time": plain(entry.at),
        "deleted_by": who,
        "type": "permanent",
    }
