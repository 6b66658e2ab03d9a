"""How a connection stands: its modules, their latest runs, and what waits for a person."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import func, or_, select

from blueprints.said import counts_of
from domain.db import db, now
from domain.errors import Missing
from domain.links import BOOKS, Link
from domain.outbox import OutboxRow
from domain.sync.connections import SyncConnection, SyncModule
from domain.sync.questions import Question, open_about
from domain.sync.runs import WORKING, SyncRun
from domain.words import Words, _
from sync.connectors import CONNECTORS
from sync.lanes import MODULES
from sync.progress import doing, held_up, share_done

BUILT_IN = "crm"
"""What the built-in connection is called in addresses."""


@dataclass(frozen=True)
class Standing:
    """How one module stands."""

    settings: SyncModule
    run: SyncRun | None
    """The run that goes on, or else the last one."""
    joined: int
    """How many pairs of records are kept in step."""

    @property
    def label(self) -> Words:
        """What the module is called."""
        return MODULES[self.settings.key]

    @property
    def in_a_word(self) -> tuple[str, Words, str]:
        """Key, word and tone."""
        run = self.run
        words = (
            (not self.settings.is_on, "new", _("Not set up"), ""),
            (not self.settings.connection.is_on, "off", _("Switched off"), ""),
            (self.settings.is_paused, "paused", _("Paused"), "wait"),
            (run is not None and run.is_working, "running", _("Syncing"), "live"),
            (run is not None and run.state == "stopped", "stopped", _("Stopped"), "bad"),
            (run is not None and run.count("failed") > 0, "failed", _("Some failed"), "wait"),
        )
        found = next((word[1:] for word in words if word[0]), None)
        return found or ("on", _("In step"), "good")

    @property
    def is_due(self) -> bool:
        """Whether its next run begins as soon as a worker has time."""
        return self.settings.due_at is not None and self.settings.due_at <= now()


def connection_of(system: str) -> SyncConnection:
    """The connection that an address names; of several of one sort the one that is on, or was last."""
    key = BOOKS if system == BUILT_IN else system
    query = select(SyncConnection).where(SyncConnection.connector == key)
    found = db.session.scalar(query.order_by(SyncConnection.is_on.desc(), SyncConnection.id.desc()).limit(1))
    if found is None:
        raise Missing()
    return found


def name_of(connection: SyncConnection) -> str:
    """What a connection is called in addresses."""
    return BUILT_IN if connection.connector == BOOKS else connection.connector


def settings_of(connection: SyncConnection, part: str) -> SyncModule:
    """How one of its modules is synced."""
    found = next((each for each in connection.modules if each.key == part), None)
    if found is None:
        raise Missing()
    return found


def frame_of(connection: SyncConnection) -> dict[str, Any]:
    """What stands above every page of a connection."""
    return {
        "connection": connection,
        "connector": CONNECTORS[connection.connector],
        "system": name_of(connection),
        "waiting": waiting_of(connection),
    }


def page_of(connection: SyncConnection) -> dict[str, Any]:
    """What the page of a connection shows."""
    standings = standings_of(connection)
    working = [each.run for each in standings if each.run is not None and each.run.is_working]
    return frame_of(connection) | {
        "standings": standings,
        "counts_of": counts_of,
        "is_running": bool(working),
        "progress": {run.id: progress_of(run) for run in working},
    }


def progress_of(run: SyncRun) -> tuple[Words, int, OutboxRow | None]:
    """What a run is at, how many per cent are done, and what holds it up."""
    return doing(run), round(100 * share_done(run)), held_up(run)


def standings_of(connection: SyncConnection) -> list[Standing]:
    """How each module stands."""
    runs, joined = _latest_runs(connection), _joined(connection)
    return [Standing(each, runs.get(each.id), joined.get(each.key, 0)) for each in connection.modules]


def waiting_of(connection: SyncConnection) -> dict[str, int]:
    """How many questions wait, by the page on which they are answered."""
    query = select(Question.kind, func.count()).where(
        Question.system == connection.system, Question.answer == ""
    )
    found = {row[0]: row[1] for row in db.session.execute(query.group_by(Question.kind))}
    conflicts = found.pop("conflict", 0)
    return {"conflicts": conflicts, "review": sum(found.values())}


def waiting_everywhere() -> list[dict[str, Any]]:
    """The connections that need a person, each with how many questions there are."""
    asked = select(Question.system).where(Question.answer == "").distinct()
    waits = or_(SyncConnection.system.in_(asked), SyncConnection.trouble != "")
    query = select(SyncConnection).where(SyncConnection.is_on, waits)
    return [frame_of(each) for each in db.session.scalars(query.order_by(SyncConnection.id))]


def question_about(record: Any) -> tuple[Words, str] | None:
    """What waits for a person about a record, and where it is answered; nothing for most."""
    asked = open_about(record.MODULE, record.id)
    if asked is None:
        return None
    query = select(SyncConnection).where(SyncConnection.system == asked.system)
    connection = db.session.scalars(query).one()
    page = "conflicts" if asked.kind == "conflict" else "review"
    words = _("Edited on both sides") if asked.kind == "conflict" else _("Sync waits for a decision")
    return words, url_for(f"sync_questions.{page}", system=name_of(connection))


def _latest_runs(connection: SyncConnection) -> dict[int, SyncRun]:
    """By module: the run that goes on, or else the last one."""
    ids = [each.id for each in connection.modules]
    whole = SyncRun.module_id.in_(ids), SyncRun.cause.in_(("hand", "schedule", "change")), ~SyncRun.is_dry
    last = select(func.max(SyncRun.id)).where(*whole).group_by(SyncRun.module_id)
    going = select(SyncRun).where(SyncRun.state.in_((*WORKING, "paused")), *whole)
    found = {run.module_id: run for run in db.session.scalars(select(SyncRun).where(SyncRun.id.in_(last)))}
    return found | {run.module_id: run for run in db.session.scalars(going.order_by(SyncRun.id))}


def _joined(connection: SyncConnection) -> dict[str, int]:
    """By module that is set up: how many records are joined."""
    query = select(Link.remote_module, func.count()).where(Link.system == connection.system)
    counted = {row[0]: row[1] for row in db.session.execute(query.group_by(Link.remote_module))}
    remote = {
        lane.books if connection.system == BOOKS else lane.crm: lane.module
        for lane in reversed(CONNECTORS[connection.connector].lanes)
    }
    found: dict[str, int] = {}
    for module, count in counted.items():
        found[remote.get(module, "")] = found.get(remote.get(module, ""), 0) + count
    return found
