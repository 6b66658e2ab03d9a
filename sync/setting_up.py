"""How a module is synced, as people set it up: what may be chosen, what is saved, and what that brings with it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select, update

from domain.db import db, now
from domain.errors import Refused
from domain.links import Link
from domain.modules import ALL
from domain.modules.module import Choice
from domain.modules.saved_views import SavedView
from domain.organizations.users import Member
from domain.sync.connections import INTERVALS, SyncConnection, SyncModule
from domain.timeline import record_act
from domain.words import Words, _, _p
from sync import mapping
from sync.connectors import CONNECTORS
from sync.lanes import FieldPair, Lane
from sync.linking import Links
from sync.opening import note_what_goes_at_once, sides_of
from sync.wanted import OURS, THEIRS

COVERS = (
    Choice("both", _("Accounts with their contacts")),
    Choice("companies", _("Accounts only")),
    Choice("contacts", _("Contacts only, each as an individual customer")),
)
DIRECTIONS = (Choice("both", _("Both ways")), Choice("fetch", _("From the CRM into the books only")))
DUPLICATES = (
    Choice("join", _("Join: what is empty is filled in; where both differ, whoever wins that field")),
    Choice("overwrite", _("Overwrite: the CRM's record replaces what the books say")),
    Choice("clone", _("Clone: another record is made")),
    Choice("skip", _("Skip: the record in the books stays, the CRM's is not synced")),
)
INTERVAL_CHOICES = (
    Choice("now", _("At once, and every 2 hours to be safe")),
    Choice("15m", _("Every 15 minutes")),
    Choice("2h", _("Every 2 hours")),
)
WINNERS = (
    Choice("newest", _("The newer change")),
    Choice("crm", _("The CRM")),
    Choice("books", _("The books")),
    Choice("ask", _("Ask me")),
)
WAYS = (
    Choice("both", _("Both ways")),
    Choice("books", _p("direction", "Into the books")),
    Choice("crm", _p("direction", "Into the CRM")),
)


def records_choices(settings: SyncModule, member: Member) -> tuple[Choice, ...]:
    """Which records may be chosen to be brought over: also any view that this person has of them."""
    modules = [
        each
        for lane in lanes_of(settings)
        for each in (lane.crm, lane.books)
        if not lane.parents and each in ALL
    ]
    query = select(SavedView).where(
        SavedView.module.in_(modules), or_(SavedView.is_shared, SavedView.member_id == member.id)
    )
    views = db.session.scalars(query.order_by(SavedView.module, SavedView.name)).all()
    usual = (
        Choice("all", _p("records", "All")),
        Choice("mine", _("Those of whoever set it up")),
        Choice("created", _("Made in the last 30 days")),
        Choice("modified", _("Changed in the last 30 days")),
    )
    ours = tuple(
        Choice(f"{OURS}{view.id}", _view_called(view.name, ALL[view.module].label)) for view in views
    )
    return usual + ours + _views_there(settings)


def _views_there(settings: SyncModule) -> tuple[Choice, ...]:
    """The views that the other system has of what is brought over, as far as it told of them."""
    known = settings.connection.settings.get("views") or {}
    modules = dict.fromkeys(lane.crm.partition(":")[0] for lane in lanes_of(settings))
    return tuple(
        Choice(
            f"{THEIRS}{module}-{view['id']}",
            _(
                "%(view)s (%(system)s)",
                view=_view_called(view["name"], module),
                system=settings.connection.title,
            ),
        )
        for module in modules
        for view in known.get(module, ())
    )


def _view_called(name: str, module: Words | str) -> Words:
    return _("View “%(name)s” of %(module)s", name=name, module=module)


def lanes_of(settings: SyncModule) -> tuple[Lane, ...]:
    """All its lanes, also those that are switched off."""
    return CONNECTORS[settings.connection.connector].lanes_of(settings.key)


def configure(
    settings: SyncModule, values: Mapping[str, Any], pairs: Mapping[str, Sequence[FieldPair]], actor: Member
) -> None:
    """Save how a module is synced; what the new settings touch is looked at again with the next run."""
    kept = _checked(settings, pairs)
    changed = [lane for lane in lanes_of(settings) if _differs(settings, lane, kept.get(lane.key))]
    for name, value in values.items():
        setattr(settings, name, value)
    settings.mapping = kept
    settings.cursors = {}  # whoever was left out before may be meant now
    if not settings.is_on or settings.connection.actor_id is None:
        settings.connection.actor_id = actor.id
    settings.is_on = True
    settings.due_at = now() + INTERVALS[settings.interval]
    db.session.flush()
    for lane in changed:
        _look_again(settings.connection, lane)
    note_what_goes_at_once()
    record_act("settings.integrations", "sync_configured", actor)


def _checked(settings: SyncModule, pairs: Mapping[str, Sequence[FieldPair]]) -> dict[str, Any]:
    kept = {}
    for lane in lanes_of(settings):
        if lane.key in pairs:
            crm, books = sides_of(settings.connection, lane)
            try:
                mapping.check(pairs[lane.key], crm.fields(lane.crm), books.fields(lane.books), lane)
            except Refused as refusal:
                raise Refused(**{lane.key: refusal.message}) from refusal
            if tuple(pairs[lane.key]) != lane.pairs:
                kept[lane.key] = mapping.as_kept(pairs[lane.key])
    return kept


def _differs(settings: SyncModule, lane: Lane, kept: Any) -> bool:
    return settings.is_on and settings.mapping.get(lane.key) != kept


def _look_again(connection: SyncConnection, lane: Lane) -> None:
    """Other fields are paired now: every pair of records is worth a look, whether it changed or not."""
    links = Links(connection.system, lane)
    db.session.execute(
        update(Link).where(links.of_lane).values(record_version=None),
        execution_options={"synchronize_session": False},
    )


def switch(connection: SyncConnection, is_on: bool, actor: Member) -> None:
    """Delete an integration, or begin it again: links sleep meanwhile, and nothing that was synced goes away."""
    connection.is_on = is_on
    connection.ended_at = None if is_on else now()
    connection.trouble = ""
    db.session.flush()
    note_what_goes_at_once()
    verb = "integration_connected" if is_on else "integration_ended"
    record_act("settings.integrations", verb, actor)
