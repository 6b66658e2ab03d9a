"""Looking something up at the other side while somebody waits: a worker asks, the page asks what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote

from sqlalchemy import select

from domain.db import db
from domain.links import Link
from domain.organizations.users import Member
from domain.outbox import OutboxRow, publish
from domain.sync.connections import SyncConnection, SyncModule
from domain.sync.questions import Question
from domain.sync.runs import SyncRow, SyncRun
from domain.words import Words, _
from sync import run as runs
from sync.connectors.bigin import PATHS, Bigin
from sync.connectors.bigin_fields import LOOSE

TOPIC = "bigin.ask"

LANES = {"companies": "Accounts", "loose": LOOSE}
"""Who may become a customer, by the lane of the sync, and in which list they are found."""

SHOWN = 10


@dataclass(frozen=True)
class RemoteDeal:
    """A deal at the other side, as it was when somebody asked."""

    id: str
    name: str
    stage: str
    amount: Decimal | None
    currency: str
    closing_on: date | None


def ask(actor: Member, what: str, **payload: str) -> int:
    """Let a worker look it up; gives the number under which the answer will be."""
    return publish(TOPIC, f"{what}-{actor.id}", {"what": what, **payload}, actor_id=actor.id)


def ask_for_deals(actor: Member, link: Link) -> int:
    """Let a worker ask for the deals of whom a customer is at the other side."""
    of = "Account_Name" if lane_of(link) == "companies" else "Contact_Name"
    return ask(actor, "deals", id=link.remote_id, of=of)


def asked(actor: Member, what: str, row_id: int) -> OutboxRow | None:
    """What this person asked, with what came of it so far."""
    query = select(OutboxRow).where(OutboxRow.id == row_id, OutboxRow.topic == TOPIC)
    row = db.session.scalar(query.where(OutboxRow.actor_id == actor.id))
    return row if row is not None and row.payload.get("what") == what else None


def deals_in(row: OutboxRow | None) -> list[RemoteDeal]:
    """The deals that an answer holds, if it has come."""
    rows = (row.result or {}).get("deals", []) if row is not None else []
    return [_deal(each) for each in rows if each.get("id")]


def _deal(row: Mapping[str, str]) -> RemoteDeal:
    """What another system says is not always a number or a date: then nothing is said."""
    try:
        amount = Decimal(row.get("Amount") or "0")
    except InvalidOperation:
        amount = Decimal("NaN")
    try:
        closing_on = date.fromisoformat(row.get("Closing_Date") or "")
    except ValueError:
        closing_on = None
    name = (row.get("Deal_Name") or row["id"]).replace("\x00", "")[:200]
    known = amount if amount.is_finite() else None
    return RemoteDeal(row["id"][:100], name, row.get("Stage", ""), known, row.get("Currency", ""), closing_on)


def address_of_deal(system: str, deal_id: str) -> str:
    """The page of a deal at the other side; nothing when we do not know any more where that is."""
    connection = db.session.scalar(select(SyncConnection).where(SyncConnection.system == system))
    address = connection.settings.get("address") if connection else ""
    return f"{address}/{PATHS['Pipelines']}/{quote(deal_id, safe='')}" if address else ""


def found(side: Bigin, text: str) -> list[dict[str, str]]:
    """Companies and contacts of their own whose names hold the text."""
    return [
        {"lane": lane, "id": each.id, "title": each.title, "about": _about(each.values)}
        for lane, module in LANES.items()
        for each in side.search(module, text, SHOWN)
    ]


def _about(values: Mapping[str, Any]) -> str:
    return " · ".join(str(values[name]) for name in ("Email", "Phone", "Website") if values.get(name))


def link_of_customer(connection: SyncConnection, customer_id: int) -> Link | None:
    """Who a customer is at the other side of this connection."""
    return db.session.scalar(
        select(Link).where(
            Link.system == connection.system,
            Link.module == "books.customers",
            Link.record_id == customer_id,
            Link.remote_module.in_(LANES.values()),
        )
    )


def customers_linked_to(
    connection: SyncConnection, those: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """By lane and id at the other side: the customers that these are here, as far as they are here yet.

    The lane matters: a company and a contact may go by the same id.
    """
    query = select(Link.remote_module, Link.remote_id, Link.record_id).where(
        Link.system == connection.system,
        Link.remote_module.in_(LANES.values()),
        Link.remote_id.in_([remote_id for _lane, remote_id in those]),
        Link.module == "books.customers",
        Link.state != "making",
    )
    found = {(lane_to(row[0]), row[1]): row[2] for row in db.session.execute(query)}
    return {each: found[each] for each in those if each in found}


def lane_of(link: Link) -> str:
    """The lane by which a customer is joined."""
    return lane_to(link.remote_module)


def lane_to(module: str) -> str:
    """The lane that leads to a list at the other side."""
    return next(lane for lane, each in LANES.items() if each == module)


# --- bringing somebody over ---------------------------------------------------------------------------------------


def bring(connection: SyncConnection, lane: str, remote_id: str, actor: Member) -> None:
    """A run for one record alone, unless they are here or on their way already."""
    latest = latest_run_for(connection, lane, remote_id)
    if customers_linked_to(connection, [(lane, remote_id)]) or (latest is not None and latest.is_working):
        return
    runs.start(settings_of_customers(connection), "record", actor, scope=_scope(lane, remote_id))


def latest_run_for(connection: SyncConnection, lane: str, remote_id: str) -> SyncRun | None:
    """The latest run that was for this record alone."""
    settings = settings_of_customers(connection)
    query = select(SyncRun).where(SyncRun.module_id == settings.id, SyncRun.cause == "record")
    latest = db.session.scalars(query.order_by(SyncRun.id.desc()).limit(20))
    return next((run for run in latest if run.scope.items() >= _scope(lane, remote_id).items()), None)


def question_about(connection: SyncConnection, lane: str, remote_id: str) -> Question | None:
    """Which of those in the books somebody may be: what waits, or was answered with leaving them alone."""
    query = select(Question).where(
        Question.system == connection.system,
        Question.lane == lane,
        Question.kind == "match",
        Question.crm_id == remote_id,
        Question.answer.in_(("", "skipped", "apart")),
    )
    return db.session.scalar(query.order_by(Question.id.desc()).limit(1))


def why_not(run: SyncRun) -> Words | str:
    """Why a run for one record has not brought it over."""
    failed = select(SyncRow.reason).where(SyncRow.run_id == run.id, SyncRow.outcome == "failed")
    reason: Words | str | None = run.error or db.session.scalar(failed.limit(1))
    return reason or _("They could not be brought over. Please search again.")


def settings_of_customers(connection: SyncConnection) -> SyncModule:
    """How customers are synced over a connection."""
    return next(each for each in connection.modules if each.key == "customers")


def _scope(lane: str, remote_id: str) -> dict[str, str]:
    return {"lane": lane, "crm": remote_id[:100]}
