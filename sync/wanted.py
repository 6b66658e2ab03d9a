"""Which records are brought over: all, one's own, those of the last days, or those of a view of either side.

Records that are joined already stay in step whatever is chosen, and people come with their company.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement

from domain.db import db, now
from domain.modules import ALL
from domain.modules.custom_fields import customized
from domain.modules.listing import Listing
from domain.modules.saved_views import SavedView
from domain.sync.connections import SyncModule
from sync.connectors.base import Record, ViewIsGone
from sync.lanes import Lane

RECENT = timedelta(days=30)

OURS, THEIRS = "view-", "there-"
"""How a choice begins that is a view: one of ours, by its id; one of the other system, by its module and id."""


def wanted_of_ours(settings: SyncModule, lane: Lane, model: Any) -> ColumnElement[bool] | None:
    """The condition under which records of ours are brought over; None for all."""
    if settings.records.startswith(OURS):
        return _of_view(settings, model)
    if lane.parents:
        return None
    if settings.records == "mine":
        owner = getattr(model, "owner_id", None)
        return None if owner is None else owner == settings.connection.actor_id
    if settings.records in ("created", "modified"):
        column = model.created_at if settings.records == "created" else model.updated_at
        condition: ColumnElement[bool] = column > now() - RECENT
        return condition
    return None


def _of_view(settings: SyncModule, model: Any) -> ColumnElement[bool] | None:
    view = db.session.get(SavedView, int(settings.records.removeprefix(OURS)))
    actor = settings.connection.actor
    if view is None or actor is None:
        raise ViewIsGone
    if view.module != model.MODULE:
        return None
    listing = Listing.from_args(customized(ALL[view.module]), view.args)
    return listing.conditions(actor)


def is_wanted(settings: SyncModule, lane: Lane, record: Record) -> bool:
    """The same for a record of another system."""
    if record.is_outside:
        return False
    if lane.parents:
        return True
    moments: dict[str, datetime | None] = {"created": record.created_at, "modified": record.modified_at}
    if settings.records in moments:
        moment = moments[settings.records]
        return moment is None or moment > now() - RECENT
    if settings.records == "mine":
        actor = settings.connection.actor
        return actor is None or record.owner.lower() == actor.user.email.lower()
    return True


def view_there(settings: SyncModule, module: str) -> str:
    """The view of the other system whose records of that module are brought over; nothing for all of them."""
    if not settings.records.startswith(THEIRS):
        return ""
    of, _dash, view = settings.records.removeprefix(THEIRS).partition("-")
    return view if of == module.partition(":")[0] else ""
