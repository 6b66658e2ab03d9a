"""What another system says, step by step: what it was asked to make, what changed there, what went wrong before."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from domain.db import db
from domain.links import Link
from domain.sync.runs import SyncRow, SyncRun
from sync.batch import Bench
from sync.births import is_over
from sync.connectors.base import BATCH, Record
from sync.known import pairings_of, read
from sync.meeting import Meeting
from sync.pairing import Pairing
from sync.run import note
from sync.steps import Fetched, Found, Step
from sync.wanted import is_wanted


class Promised(Step):
    """Its answer was lost: asked again under the same key, before what it made could be taken for somebody new."""

    def pairings(self, fetched: Fetched) -> Found:
        """Records of the books that it was asked to make, and of which nothing was heard."""
        bench = self.bench
        promised = [] if bench.fetches_only else bench.links.promised(self.after, BATCH)
        links = {bench.links.id_of(link, "books"): link for link in promised}
        ours = bench.sides["books"].get(bench.lane.books, list(links)) if links else {}
        pairings = self.meeting.made_anew("books", list(ours.values()))
        for pairing in pairings:
            pairing.link = links[pairing.books.id] if pairing.books else None
        return pairings, promised[-1].id if len(promised) == BATCH else None


class Pulled(Step):
    """What it says has changed."""

    def ask(self) -> Fetched:
        """The next page, from where the last run ended."""
        settings, lane = self.bench.settings, self.bench.lane
        cursor = settings.cursors.get(lane.key, "")
        return Fetched(batch=self.bench.sides["crm"].changed(lane.crm, cursor, BATCH))

    def pairings(self, fetched: Fetched) -> Found:
        """Those that we know, and those that we don't."""
        batch = fetched.batch
        pairings = _heard(self.meeting, batch.records)
        if not self.bench.run.is_dry:
            settings = self.bench.settings
            note(settings, cursors=settings.cursors | {self.bench.lane.key: batch.cursor})
        return pairings, self.after + 1 if batch.has_more else None


class Failed(Step):
    """Whoever of it could not be made here: they are asked for again, since they may not change."""

    def ask(self) -> Fetched:
        """They as they are now."""
        return self._ask_for(_failed_ids(self.bench))

    def pairings(self, fetched: Fetched) -> Found:
        """As if they had changed."""
        return _heard(self.meeting, list(fetched.crm.values())), None


def _failed_ids(bench: Bench) -> list[str]:
    query = select(SyncRow.crm_id).join(SyncRun, SyncRun.id == SyncRow.run_id)
    query = query.where(
        SyncRun.module_id == bench.settings.id,
        SyncRow.lane == bench.lane.key,
        SyncRow.outcome == "failed",
        SyncRow.crm_id != "",
        ~SyncRow.is_settled,
    )
    return sorted(set(db.session.scalars(query.limit(BATCH))))


def _heard(meeting: Meeting, records: Sequence[Record]) -> list[Pairing]:
    bench = meeting.bench
    known = bench.links.of("crm", [key for each in records for key in (each.id, each.key) if key])
    over = {each.id for each in records if each.id in known and is_over(known[each.id], each)}
    _part(bench, [known.pop(each) for each in over])
    there = {each.id: each for each in records if not each.is_gone}
    links = {record.id: known.get(record.id) or known.get(record.key) for record in there.values()}
    pairings = pairings_of(bench, _changed(there, links), there)
    new = [
        each
        for each in there.values()
        if links[each.id] is None and is_wanted(bench.settings, bench.lane, each)
    ]
    return [*pairings, *meeting.pairings("crm", _of_this_lane(bench, new))]


def _changed(there: Mapping[str, Record], links: Mapping[str, Link | None]) -> list[Link]:
    changed = []
    for record_id, link in links.items():
        if link is None:
            continue
        if link.state == "making":
            link.remote_id = record_id  # it was made, and we ended before we could write that down
        elif link.remote_version == there[record_id].version:
            continue
        changed.append(link)
    return changed


def _of_this_lane(bench: Bench, records: Sequence[Record]) -> list[Record]:
    """People with a company, or those without one; and of them whom no question holds and no other lane has."""
    found = [record for record in records if bool(record.parent) == bool(bench.lane.parents)]
    ids = [record.id for record in found]
    out = bench.log.held(ids) | bench.links.elsewhere(ids) if ids else set()
    return [record for record in found if record.id not in out]


def _part(bench: Bench, links: Sequence[Link]) -> None:
    """The other system's record is gone: ours stays, and somebody says what becomes of it."""
    for link in links if not bench.run.is_dry else ():
        books_id = bench.links.id_of(link, "books")
        bench.log.ask_what_becomes_of(books_id, read(bench, "books", [link]).get(books_id))
        db.session.delete(link)
