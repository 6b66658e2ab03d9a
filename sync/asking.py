"""Looking something up at the other side while somebody waits: a worker asks, the page asks what came of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from domain.db import db
from domain.links import Link
from domain.organizations.users import Member
from domain.outbox import OutboxRow, publish
from domain.sync.connections import SyncConnection
from sync.connectors.bigin import Bigin
from sync.connectors.bigin_fields import LOOSE

TOPIC = "bigin.ask"

LANES = {"companies": "Accounts", "loose": LOOSE}
"""Who may become a customer, by the lane of the sync, and in which list they are found."""

SHOWN = 10


def ask(actor: Member, what: str, **payload: str) -> int:
    """Let a worker look it up; gives the number under which the answer will be."""
    return publish(TOPIC, f"{what}-{actor.id}", {"what": what, **payload}, actor_id=actor.id)


def asked(actor: Member, what: str, row_id: int) -> OutboxRow | None:
    """What this person asked, with what came of it so far."""
    query = select(OutboxRow).where(OutboxRow.id == row_id, OutboxRow.topic == TOPIC)
    row = db.session.scalar(query.where(OutboxRow.actor_id == actor.id))
    return row if row is not None and row.payload.get("what") == what else None


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


def customers_linked_to(connection: SyncConnection, remote_ids: Sequence[str]) -> dict[str, int]:
    """By their id at the other side: the customers that these are here, as far as they are here yet."""
    query = select(Link.remote_id, Link.record_id).where(
        Link.system == connection.system,
        Link.remote_module.in_(LANES.values()),
        Link.remote_id.in_(remote_ids),
        Link.module == "books.customers",
        Link.state != "making",
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def lane_of(link: Link) -> str:
    """The lane by which a customer is joined."""
    return next(lane for lane, module in LANES.items() if module == link.remote_module)
