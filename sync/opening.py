"""A lane made ready to work in: both sides opened, with the fields that are read, and the links between them."""

from collections.abc import Sequence

from sqlalchemy import select

from domain.access import can
from domain.db import db, everywhere, now
from domain.links import BOOKS
from domain.modules import ALL
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.sync.connections import SyncConnection, SyncModule
from domain.sync.runs import SyncRun
from sync.batch import Bench
from sync.connectors import CONNECTORS
from sync.connectors.base import Side, WithViews
from sync.connectors.ours import Ours
from sync.lanes import FieldPair, Lane
from sync.linking import Links
from sync.mapping import pairs_of
from sync.wanted import view_there


def lanes_in_force(settings: SyncModule) -> list[Lane]:
    """The lanes that the settings ask for, in the order in which they are run."""
    lanes = CONNECTORS[settings.connection.connector].lanes_of(settings.key)
    if settings.key != "customers":
        return list(lanes)
    wanted = {"companies": {"companies"}, "contacts": {"loose"}, "both": {"companies", "people"}}[
        settings.covers
    ]
    return [lane for lane in lanes if lane.key in wanted or (lane.key == "loose" and settings.with_loose)]


def lane_named(settings: SyncModule, key: str) -> Lane:
    """One of its lanes."""
    lanes = CONNECTORS[settings.connection.connector].lanes
    return next(lane for lane in lanes if lane.key == key)


def sides_of(
    connection: SyncConnection, lane: Lane, pairs: Sequence[FieldPair] = (), actor: Member | None = None
) -> tuple[Side, Side]:
    """The CRM side and the books side of a lane; only the fields of these pairs are read, without any all."""
    books = Ours(lane, actor, tuple({pair.books for pair in pairs}))
    opener = CONNECTORS[connection.connector].open
    if connection.system == BOOKS or opener is None:
        return Ours(lane, actor, tuple({pair.crm for pair in pairs})), books
    return opener(connection), books


def bench_for(run: SyncRun, lane: Lane) -> Bench:
    """Everything at hand for one lane of a run."""
    settings = run.module
    connection = settings.connection
    # a person who asked for it is the one who writes; what happens by itself is done by the program
    crm, books = sides_of(connection, lane, pairs_of(settings, lane), run.actor)
    if isinstance(crm, WithViews) and (view := view_there(settings, lane.crm)):
        crm = crm.within(view)
    return Bench(run, settings, lane, crm, books, Links(connection.system, lane))


def at_once(module: str) -> list[SyncModule]:
    """The settings of those who bring changes of this module of ours to another system at once."""
    query = select(SyncModule).where(SyncModule.interval == "now", SyncModule.is_on, ~SyncModule.is_paused)
    return [
        settings
        for settings in db.session.scalars(query)
        if settings.is_running_by_itself and module in modules_of(settings)
    ]


def modules_of(settings: SyncModule) -> set[str]:
    """The modules of ours whose records it keeps in step."""
    return {module for lane in lanes_in_force(settings) for module in (lane.crm, lane.books)}


def note_what_goes_at_once() -> None:
    """Let the organization know whose changes are told at once, after settings were changed."""
    query = select(SyncModule).where(SyncModule.interval == "now")
    found = {
        module
        for settings in db.session.scalars(query)
        if settings.is_running_by_itself
        for module in modules_of(settings)
    }
    current_organization().synced_at_once = ",".join(sorted(module for module in found if module in ALL))


def due() -> list[tuple[int, int]]:
    """Modules whose time has come, over all organizations: their ids and their organizations."""
    with everywhere():
        query = select(SyncModule.id, SyncModule.organization_id).where(
            SyncModule.due_at <= now(), SyncModule.is_on, ~SyncModule.is_paused
        )
        return [(row[0], row[1]) for row in db.session.execute(query)]


def may_go_on(run: SyncRun) -> bool:
    """Whether the person behind a run may still do this; what happens by itself asks nobody.

    Whoever looks after the integrations may run anything; one record also whoever may edit it. What another system
    keeps is edited here in the books.
    """
    if run.actor is None or can(run.actor, "settings.integrations.edit"):
        return True
    if run.cause != "record":
        return False
    lane = lane_named(run.module, run.scope["lane"])
    module = lane.crm if "crm" in run.scope and lane.crm in ALL else lane.books
    return can(run.actor, f"{module}.edit")
