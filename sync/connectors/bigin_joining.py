"""Joining the books to a Bigin and parting from it: an attempt becomes a connection once the other side has spoken."""

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from domain.db import db, everywhere, now
from domain.errors import Refused
from domain.organizations.access_tokens import token_behind
from domain.organizations.organizations import current_organization
from domain.outbox import publish
from domain.sync.connections import SyncConnection, SyncModule
from domain.sync.credentials import SyncCredentials, credentials_of
from domain.sync.runs import SyncRun
from domain.timeline import record_event
from domain.words import _
from sync.connectors.bigin_api import Access

KEY = "bigin"
JOIN, LEAVE, LOOK = "bigin.connect", "bigin.revoke", "bigin.look"
"""Topics: what is asked of the other side is asked by a worker."""


def go_on(attempt: SyncCredentials) -> None:
    """Let a worker find out who is behind the address."""
    publish(JOIN, f"bigin-{attempt.id}", {"credentials": attempt.id}, actor_id=attempt.member_id)


def joined(
    attempt: SyncCredentials, access: Access, told: Mapping[str, str], known: Mapping[str, Any]
) -> SyncConnection:
    """The connection that an attempt has become; one that was ended before goes on with its links."""
    system = _system(attempt.address, told["id"])
    _check(system, access, told)
    connection = _found(system) or _founded(system)
    connection.title, connection.is_on = told["company_name"][:100], True
    connection.actor_id, connection.ended_at, connection.trouble = attempt.member_id, None, ""
    connection.settings = {
        "address": attempt.address,
        "organization": told["id"],
        "currency": told.get("iso_code", ""),
        **known,
    }
    _keep(attempt, connection, access)
    record_event(connection, "connected", attempt.member, title=connection.title)
    return connection


def left(connection: SyncConnection) -> None:
    """End it: runs stop, links sleep, and the other side is told that we need its access no more."""
    connection.is_on, connection.ended_at = False, now()
    going = select(SyncRun).join(SyncModule).where(SyncModule.connection_id == connection.id)
    for run in db.session.scalars(going.where(SyncRun.state.in_(("running", "paused")))):
        run.state, run.finished_at = "stopped", now()
    if kept := credentials_of(connection):
        _give_back(kept)


def look(connection: SyncConnection) -> None:
    """Let a worker read anew which fields and views there are, so that what was added is offered."""
    publish(LOOK, f"bigin-look-{connection.id}", {"connection": connection.id})


def connections() -> list[SyncConnection]:
    """The Bigins that the books are, or were, joined to; the one that is on comes first."""
    query = select(SyncConnection).where(SyncConnection.connector == KEY)
    return list(db.session.scalars(query.order_by(SyncConnection.is_on.desc(), SyncConnection.id.desc())))


def connection_in_force() -> SyncConnection | None:
    """The Bigin that the books are joined to now."""
    return next((each for each in connections() if each.is_on), None)


def latest_address() -> str:
    """Where the Bigin is that the books are, or were last, joined to; nothing if they never were."""
    return next((str(each.settings.get("address") or "") for each in connections()), "")


def _system(address: str, organization: str) -> str:
    """Under what its links are kept: which organization at which address."""
    where = hashlib.sha256(f"{address}\n{organization}".encode()).hexdigest()
    return f"{KEY}:{where[:24]}"


def _check(system: str, access: Access, told: Mapping[str, str]) -> None:
    """Refuse whom the books can't be joined to: ourselves, a second one, somebody else's, another currency."""
    name, ours = told["company_name"], current_organization()
    token = token_behind(access.access_token)
    if token is not None and token.organization_id == ours.id:
        raise Refused(_("This opens your own organization, whose CRM and books are joined already."))
    other = connection_in_force()
    if other is not None and other.system != system:
        raise Refused(
            _(
                "This leads to %(theirs)s, but you are connected with %(name)s. Please delete that integration first.",
                theirs=name,
                name=other.title,
            )
        )
    if _is_taken(system):
        raise Refused(
            _("%(name)s is joined to other books already. That integration must be deleted first.", name=name)
        )
    theirs = told.get("iso_code", "")
    if theirs and theirs != ours.currency:
        raise Refused(
            _(
                "%(name)s keeps its records in %(theirs)s, you keep yours in %(ours)s: they can't be in step.",
                name=name,
                theirs=theirs,
                ours=ours.currency,
            )
        )


def _is_taken(system: str) -> bool:
    """Whether another organization of this installation is joined to it: two books can't both be the other half."""
    ours = current_organization().id
    with everywhere():
        query = select(SyncConnection.id).where(
            SyncConnection.system == system, SyncConnection.is_on, SyncConnection.organization_id != ours
        )
        return db.session.scalar(query.limit(1)) is not None


def _found(system: str) -> SyncConnection | None:
    return db.session.scalar(select(SyncConnection).where(SyncConnection.system == system))


def _founded(system: str) -> SyncConnection:
    connection = SyncConnection(connector=KEY, system=system)
    connection.modules = [SyncModule(key=key) for key in ("customers", "products")]
    db.session.add(connection)
    db.session.flush()
    return connection


def _keep(attempt: SyncCredentials, connection: SyncConnection, access: Access) -> None:
    older = credentials_of(connection)
    if older is not None and older.id != attempt.id:
        _give_back(older)
        db.session.flush()
    attempt.connection_id, attempt.state_hash, attempt.code, attempt.error = connection.id, None, "", ""
    attempt.verifier = ""
    attempt.access_token, attempt.refresh_token = access.access_token, access.refresh_token
    attempt.ends_at = access.ends_at


def _give_back(kept: SyncCredentials) -> None:
    """Let a worker tell the other side that we need this access no more."""
    kept.connection_id, kept.verifier = None, ""
    publish(LEAVE, f"bigin-{kept.id}", {"credentials": kept.id})
