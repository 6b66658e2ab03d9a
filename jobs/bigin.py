"""What is asked of a Bigin beside the sync: who it is when it is connected, to forget us when that has ended."""

from datetime import datetime
from typing import Any

from domain.access import can
from domain.db import db
from domain.errors import Refused
from domain.organizations.users import Member
from domain.outbox import Failure, OutboxRow
from domain.sync.connections import SyncConnection
from domain.sync.credentials import SyncCredentials, renew
from domain.words import _
from jobs.dispatch import transaction
from jobs.handler import Result
from sync.asking import found
from sync.connectors.bigin import Bigin, opened
from sync.connectors.bigin_api import Access, Api
from sync.connectors.bigin_joining import connection_in_force, joined

MAY = "settings.integrations.edit"


def connect(row: OutboxRow) -> dict[str, Any] | None:
    """Fetch the tokens, ask who is there, and join the books to it."""
    attempt = _credentials(row)
    if attempt is None or attempt.connection_id is not None:
        return None
    if not can(attempt.member, MAY):
        raise Failure("permanent", _("You are not allowed to do this."))
    access, code = Access.of(attempt), attempt.code
    known = attempt.redirect_uri, attempt.verifier
    db.session.rollback()
    access.credentials_id = 0  # nothing of it is kept before it has become a connection
    api = Api(access)
    if code:
        api.exchange(code, *known)
        with transaction():  # the code is worth nothing a second time, the refresh token is
            _keep_tokens(row, access)
    side = Bigin(api)
    told, offered = side.organization(), _offered(side)
    with transaction():
        _join(row, access, told, offered)
    return None


def _offered(side: Bigin) -> dict[str, Any]:
    """What can be paired and chosen there, as it is kept with the connection."""
    return {"fields": side.described(), "views": side.views()}


def look(row: OutboxRow) -> dict[str, Any] | None:
    """Read anew which fields and views there are."""
    connection = db.session.get(SyncConnection, row.payload["connection"])
    if connection is None or not connection.is_on:
        return None
    side = opened(connection)
    db.session.rollback()
    offered = _offered(side)
    with transaction():
        connection = db.session.get_one(SyncConnection, row.payload["connection"])
        connection.settings = connection.settings | offered
    return None


def _keep_tokens(row: OutboxRow, access: Access) -> None:
    attempt = _credentials(row)
    if attempt is not None:
        attempt.code, attempt.refresh_token = "", access.refresh_token
        attempt.access_token, attempt.ends_at = access.access_token, access.ends_at


def _join(row: OutboxRow, access: Access, told: dict[str, str], offered: dict[str, Any]) -> None:
    attempt = _credentials(row)
    if attempt is None or attempt.connection_id is not None:
        return
    try:
        with db.session.begin_nested():
            joined(attempt, access, told, offered)
    except Refused as refusal:
        raise Failure("permanent", refusal.message) from refusal


def settle(row: OutboxRow, result: Result, again: bool) -> None:
    """Whoever waits for the connection reads why there is none."""
    attempt = _credentials(row)
    if isinstance(result, Failure) and attempt is not None and attempt.connection_id is None and not again:
        attempt.error = result.reason


def revoke(row: OutboxRow) -> dict[str, Any] | None:
    """Give back what we were allowed, and forget it."""
    kept = _credentials(row)
    if kept is None or kept.connection_id is not None:
        return None
    api = Api(Access.of(kept))
    db.session.rollback()
    api.revoke()
    with transaction():
        if (gone := _credentials(row)) is not None:
            db.session.delete(gone)
    return None


def ask(row: OutboxRow) -> dict[str, Any] | None:
    """Look something up for whoever waits; they must still be allowed to see it."""
    actor = db.session.get(Member, row.actor_id) if row.actor_id else None
    connection, what = connection_in_force(), row.payload["what"]
    if actor is None or connection is None or not _may_ask(actor, what):
        raise Failure("permanent", _("You are not allowed to do this."))
    side = opened(connection)
    db.session.rollback()
    if what == "deals":
        deals = side.deals_of(row.payload["id"], row.payload["of"])
        return {"deals": [{name: str(each.get(name) or "") for name in _SHOWN} for each in deals]}
    return {"found": found(side, row.payload["text"])}


def _may_ask(actor: Member, what: str) -> bool:
    return not actor.is_assigned_only and all(can(actor, right) for right in _RIGHTS[what])


_RIGHTS = {
    "customers": ("books.customers.create",),
    "deals": ("books.customers.view", "crm.deals.view"),
}
"""What one must be allowed to be told of it."""

_SHOWN = ("id", "Deal_Name", "Stage", "Amount", "Currency", "Closing_Date")


def keep(credentials_id: int, access_token: str, ends_at: datetime) -> None:
    """A fresh access token, for the next slice of a run."""
    with transaction():
        renew(credentials_id, access_token, ends_at)


def _credentials(row: OutboxRow) -> SyncCredentials | None:
    return db.session.get(SyncCredentials, row.payload["credentials"])
