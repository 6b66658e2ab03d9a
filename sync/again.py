"""Trying again what failed in a run: all of it, or what failed for one reason, as a run of its own."""

from sqlalchemy import ColumnElement, select

from domain.db import db
from domain.errors import Refused
from domain.links import Link
from domain.organizations.users import Member
from domain.sync.runs import SyncRow, SyncRun
from domain.words import _
from sync import run as runs
from sync.connectors.base import BATCH, Record
from sync.known import pairings_of
from sync.linking import Side
from sync.pairing import Pairing
from sync.steps import Fetched, Found, Step


def retry(run: SyncRun, actor: Member, like: int | None = None) -> SyncRun:
    """Begin a run for what failed in this one and did not go well since; `like` a row, for the same reason."""
    query = select(SyncRow.id).where(*_failed(run.id, like)).limit(1)
    if db.session.scalar(query) is None:
        raise Refused(_("Everything that failed went well later."))
    scope = {"failed_in": run.id} | ({"like": like} if like else {})
    return runs.start(run.module, "retry", actor, scope=scope)


def _failed(run_id: int, like: int | None) -> list[ColumnElement[bool]]:
    failed = [SyncRow.run_id == run_id, SyncRow.outcome == "failed", ~SyncRow.is_settled]
    if like:
        failed.append(SyncRow.reason == select(SyncRow.reason).where(SyncRow.id == like).scalar_subquery())
    return failed


class Again(Step):
    """The records that failed in another run, batch by batch."""

    def ask(self) -> Fetched:
        """Those of the other system, and the other halves of ours."""
        failed = self._rows()
        ids = {row.crm_id for row in failed if row.crm_id}
        ids |= {link.remote_id for link in self._links(failed) if link.state != "making"}
        return self._ask_for(sorted(ids))

    def pairings(self, fetched: Fetched) -> Found:
        """Pairs that are joined, and whoever is joined to nobody."""
        failed = self._rows()
        links = self._links(failed)
        found = pairings_of(self.bench, links, fetched.crm)
        for side in ("crm", "books"):
            found += self._met(side, failed, links, fetched)
        return found, failed[-1].id if len(failed) == BATCH else None

    def _rows(self) -> list[SyncRow]:
        scope = self.bench.run.scope
        wanted = *_failed(scope["failed_in"], scope.get("like")), SyncRow.lane == self.bench.lane.key
        query = select(SyncRow).where(*wanted, SyncRow.id > self.after)
        return list(db.session.scalars(query.order_by(SyncRow.id).limit(BATCH)))

    def _links(self, failed: list[SyncRow]) -> list[Link]:
        found = self.bench.links.of("crm", [row.crm_id for row in failed if row.crm_id])
        found |= self.bench.links.of("books", [row.books_id for row in failed if row.books_id])
        return list({link.id: link for link in found.values()}.values())

    def _met(self, side: Side, failed: list[SyncRow], links: list[Link], fetched: Fetched) -> list[Pairing]:
        bench = self.bench
        if side == "books" and bench.fetches_only:
            return []
        joined = {bench.links.id_of(link, side) for link in links}
        named = {row.crm_id if side == "crm" else row.books_id * (not row.crm_id) for row in failed}
        alone = sorted(named - joined - {""})
        return self.meeting.pairings(side, self._read(side, alone, fetched)) if alone else []

    def _read(self, side: Side, ids: list[str], fetched: Fetched) -> list[Record]:
        bench = self.bench
        there = (
            bench.sides[side].get(bench.links.module(side), ids) if bench.links.is_here(side) else fetched.crm
        )
        return [there[each] for each in ids if each in there]
