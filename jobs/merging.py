"""Merges of customers with many documents: each in one transaction, so that nothing is ever half merged."""

from typing import Any

from domain.books.merging import carry_out
from domain.books.merging.merges import Merge
from domain.db import db
from domain.errors import DomainError, Stale
from domain.organizations.users import Member
from domain.outbox import Failure, OutboxRow
from jobs.dispatch import transaction
from jobs.handler import Result


def work_on(row: OutboxRow) -> dict[str, Any] | None:
    """Merge, or undo a merge; nothing when that is done already or the merge is gone."""
    with transaction():
        wanted = db.session.get(Merge, row.payload["merge"])
        actor = db.session.get(Member, row.actor_id) if row.actor_id else None
        if wanted is None or not wanted.is_under_way or actor is None:
            return None
        try:
            carry_out(wanted, actor)
        except Stale as stale:
            raise Failure("transient", stale.message) from stale
        except DomainError as refusal:
            raise Failure("permanent", refusal.message) from refusal
        return dict(wanted.counts)


def settle(row: OutboxRow, result: Result, again: bool) -> None:
    """Whoever waits for it shall not wait for ever: it failed, and everything is as it was."""
    if not isinstance(result, Failure) or again:
        return
    wanted = db.session.get(Merge, row.payload["merge"])
    if wanted is not None and wanted.is_under_way:
        wanted.state = "failed" if wanted.state == "waiting" else "done"
        wanted.error = result.reason
