"""What a run does in a lane, step by step: what is asked of the other system first, and what is done about the answer.

Every step begins behind the last record that was looked at, takes a batch of them, and says where the next one begins.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from domain.links import Link
from sync.batch import Bench
from sync.connectors.base import BATCH, Batch, Record
from sync.known import pairings_of
from sync.linking import Side
from sync.meeting import Meeting
from sync.pairing import Pairing
from sync.wanted import wanted_of_ours

LATEST = 25
"""So many changes are brought over at once; more are left to a full run."""

KEPT = 5 * BATCH
"""The signs of so many records are kept at once."""

Found = tuple[list[Pairing], int | None]
"""What belongs together, and behind which record the next batch begins; None: there is no more."""


@dataclass
class Fetched:
    """What the other system said before the transaction began."""

    batch: Batch = field(default_factory=Batch)
    crm: Mapping[str, Record] = field(default_factory=dict)


@dataclass
class Step:
    """One step of a lane, from where it is."""

    meeting: Meeting
    after: int

    prepares: ClassVar[bool] = False
    """Whether the next steps need all of it, however much that is."""

    @property
    def bench(self) -> Bench:
        """The lane, ready to work in."""
        return self.meeting.bench

    @property
    def is_at_once(self) -> bool:
        """Whether only the latest changes are wanted: somebody may be waiting for one of them."""
        return self.bench.run.cause == "change"

    @property
    def limit(self) -> int:
        """How many records are looked at."""
        return LATEST if self.is_at_once else BATCH

    def ask(self) -> Fetched:
        """What another system has to say about the next batch; outside of any transaction."""
        return Fetched()

    def pairings(self, fetched: Fetched) -> Found:
        """The next batch."""
        raise NotImplementedError

    def _ask_for(self, ids: list[str]) -> Fetched:
        crm = self.bench.sides["crm"]
        return Fetched(crm=crm.get(self.bench.lane.crm, ids) if ids else {})


class Linked(Step):
    """Pairs of which a record of ours changed since they were last looked at."""

    def ask(self) -> Fetched:
        """The other halves."""
        return self._ask_for([link.remote_id for link in self._changed()])

    def pairings(self, fetched: Fetched) -> Found:
        """Both halves of each."""
        links = self._changed()
        found = pairings_of(self.bench, links, fetched.crm)
        return found, links[-1].id if len(links) == self.limit else None

    def _changed(self) -> list[Link]:
        links = self.bench.links
        return links.changed_last(self.limit) if self.is_at_once else links.changed(self.after, self.limit)


class KnowTheBooks(Step):
    """What those of the books are recognised by who are joined to nobody."""

    side: ClassVar[Side] = "books"
    prepares = True

    def pairings(self, fetched: Fetched) -> Found:
        """Nothing yet. Signs are needed where there is somebody on both sides; people are met at their companies."""
        meeting, links = self.meeting, self.bench.links
        others = [side for side in ("crm", "books") if links.is_here(side)]
        if self.bench.lane.parents or self.side not in others:
            return [], None
        if not all(meeting.unlinked.is_anybody(side) for side in others):
            return [], None
        return [], meeting.recognising.keep(self.side, self.after, KEPT)


class KnowTheCrm(KnowTheBooks):
    """The same of the CRM."""

    side = "crm"


class OfTheCrm(Step):
    """Whoever is joined to nobody on a side of ours."""

    side: ClassVar[Side] = "crm"

    def pairings(self, fetched: Fetched) -> Found:
        """Recognised, or to be made on the other side."""
        bench, module = self.bench, self.bench.links.module(self.side)
        wanted = wanted_of_ours(bench.settings, bench.lane, bench.links.model(self.side))
        free = self.meeting.unlinked
        ids = (
            free.last_ids(self.side, self.limit, wanted)
            if self.is_at_once
            else free.ids(self.side, self.after, self.limit, wanted)
        )
        there = bench.sides[self.side].get(module, [str(each) for each in ids])
        records = [there[str(each)] for each in ids if str(each) in there]
        return self.meeting.pairings(self.side, records), ids[-1] if len(ids) == self.limit else None


class OfTheBooks(OfTheCrm):
    """The same of the books, unless nothing is brought into the CRM."""

    side = "books"

    def pairings(self, fetched: Fetched) -> Found:
        """Those of the CRM had their turn: whoever is like one of them is theirs, or asked about."""
        return ([], None) if self.bench.fetches_only else super().pairings(fetched)
