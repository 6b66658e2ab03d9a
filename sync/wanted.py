"""Which records are brought over: all, one's own, those of the last days, or those of a saved view."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement

from domain.db import db, now
from domain.modules import ALL
from domain.modules.custom_fields import customized
from domain.modules.listing import Listing
from domain.modules.saved_views import SavedView
from domain.sync.connections import SyncModule
from sync.connectors.base import Record

RECENT = timedelta(days=30)


def wanted_of_ours(settings: SyncModule, model: Any, side: str) -> ColumnElement[bool] | None:
    """The condition under which records of ours are brought over; None for all.

    Records that are joined already stay in step whatever it says.
    """
    if settings.records.startswith("view-"):
        return _of_view(settings, model)
    if side != "crm":
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
    view = db.session.get(SavedView, int(settings.records.removeprefix("view-")))
    actor = settings.connection.actor
    if view is None or actor is None or view.module != model.MODULE:
        return None
    listing = Listing.from_args(customized(ALL[view.module]), view.args)
    return listing.conditions(actor)


def is_wanted(settings: SyncModule, record: Record) -> bool:
    """The same for a record of another system."""
    moments: dict[str, datetime | None] = {"created": record.created_at, "modified": record.modified_at}
    if settings.records in moments:
        moment = moments[settings.records]
        return moment is None or moment > now() - RECENT
    if settings.records == "mine":
        actor = settings.connection.actor
        return actor is None or str(record.values.get("owner") or "").lower() == actor.user.email.lower()
    return True
