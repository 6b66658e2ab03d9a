"""A run on its way: in which lane and step it is, and what comes next. Nothing here commits.

A run goes through the lanes of its module one after the other, and through each in steps. Where both sides are ours:
pairs of which one changed, then whoever of the CRM is joined to nobody, then whoever of the books is (before them,
what those are recognised by is looked up). Where the CRM is
another system: what it was asked to make without our hearing of it, what it says has changed, pairs of which ours
changed, then whoever of the books is joined to nobody. Every batch can be done twice without harm.
"""

from collections.abc import Sequence

from sqlalchemy import select

from domain.db import db
from domain.links import BOOKS, Link
from domain.sync.runs import SyncRun
from sync.again import Again
from sync.batch import Bench
from sync.connectors.base import BATCH, Answer
from sync.hearing import Failed, Promised, Pulled
from sync.lanes import Lane
from sync.meeting import Meeting
from sync.one_record import OneRecord
from sync.opening import bench_for, lane_named, lanes_in_force
from sync.pairing import Pairing
from sync.run import start
from sync.steps import Fetched, KnowTheBooks, KnowTheCrm, Linked, OfTheBooks, OfTheCrm, Step

STEPS: dict[str, type[Step]] = {
    "linked": Linked,
    "know-books": KnowTheBooks,
    "know-crm": KnowTheCrm,
    "crm": OfTheCrm,
    "books": OfTheBooks,
    "promised": Promised,
    "pulled": Pulled,
    "failed": Failed,
    "record": OneRecord,
    "again": Again,
}

HERE = ("linked", "know-books", "know-crm", "crm", "books")
OVER_THE_WIRE = ("promised", "know-books", "pulled", "failed", "linked", "books")
ONE_RECORD = ("know-books", "know-crm", "record")
WHAT_FAILED = ("know-books", "know-crm", "again")


class Walk:
    """A run on its way; one of these lasts for a slice."""

    def __init__(self, run: SyncRun) -> None:
        self.run = run
        self.lanes = self._lanes()
        self._meeting: Meeting | None = None
        self._next: int | None = None

    def _lanes(self) -> list[Lane]:
        if key := self.run.scope.get("lane"):
            return [lane_named(self.run.module, key)]
        return lanes_in_force(self.run.module)

    # --- where it is --------------------------------------------------------------------------------------------

    @property
    def place(self) -> tuple[int, str, int]:
        """Lane, step, and the id of the last record that was looked at."""
        place = self.run.place
        return place.get("lane", 0), place.get("step", ""), place.get("after", 0)

    @property
    def is_through(self) -> bool:
        """Whether all lanes are behind it."""
        return self.place[0] >= len(self.lanes)

    def meeting(self) -> Meeting:
        """Those who are joined to nobody, in the lane it is in."""
        lane = self.lanes[self.place[0]]
        if self._meeting is None or self._meeting.bench.lane != lane:
            self._meeting = Meeting(bench_for(self.run, lane))
        return self._meeting

    def bench(self) -> Bench:
        """The lane it is in, ready to work in."""
        return self.meeting().bench

    @property
    def is_here(self) -> bool:
        """Whether both sides are in this database, so that nobody need be asked."""
        return self.run.module.connection.system == BOOKS

    @property
    def steps(self) -> Sequence[str]:
        """The steps of the lane it is in."""
        if self.run.scope:
            return WHAT_FAILED if "failed_in" in self.run.scope else ONE_RECORD
        return HERE if self.is_here else OVER_THE_WIRE

    @property
    def step(self) -> str:
        """The step it is in."""
        return self.place[1] or self.steps[0]

    def go_to(self, after: int | None) -> None:
        """On in this step behind that record; or, when it has none, to the next step or lane."""
        lane, _step, _after = self.place
        if after is not None:
            self.run.place = {"lane": lane, "step": self.step, "after": after}
            return
        rest = self.steps[self.steps.index(self.step) + 1 :]
        self.run.place = {"lane": lane, "step": rest[0]} if rest else {"lane": lane + 1}

    def _step(self) -> Step:
        return STEPS[self.step](self.meeting(), self.place[2])

    # --- one batch ----------------------------------------------------------------------------------------------

    def fetch(self) -> Fetched:
        """What the other system has to say about the next batch, outside of any transaction."""
        if self.is_through or self.is_here:
            return Fetched()
        if not self.run.place and not self.run.scope and self.run.cause != "change":
            self.bench().sides["crm"].check()
        return self._step().ask()

    def batch(self, fetched: Fetched) -> list[Pairing]:
        """Bring the next records into step; gives those for whom the other system must be asked first.

        Where nobody is asked, steps with little to do share a transaction: a single change is there in one.
        """
        seen = 0
        while True:
            pairings, outgoing = self._bring_into_step(fetched)
            if outgoing:
                return outgoing
            seen += len(pairings)
            self._go_on()
            is_full = self._next is not None or seen >= BATCH
            if is_full or self.is_through or not self.is_here:
                return []

    def _bring_into_step(self, fetched: Fetched) -> tuple[list[Pairing], list[Pairing]]:
        bench = self.bench()
        bench.log.begin()
        pairings, self._next = self._step().pairings(fetched)
        outgoing = bench.bring_into_step(pairings)
        bench.log.write()
        db.session.flush()
        return pairings, outgoing

    def answered(self, outgoing: list[Pairing], answers: Sequence[Answer]) -> None:
        """What the other system said to what it was asked; with that the batch is done."""
        bench = self.bench()
        bench.log.begin()
        links = {link.id: link for link in _again([p.link.id for p in outgoing if p.link])}
        for pairing in outgoing:
            pairing.link = links.get(pairing.link.id) if pairing.link else None
        bench.take_answers(outgoing, "crm", answers)
        bench.settle(outgoing)
        bench.log.write()
        db.session.flush()
        self._go_on()

    def _go_on(self) -> None:
        if self.run.cause == "change" and self._next is not None and not STEPS[self.step].prepares:
            start(self.run.module, "schedule")  # there is more than what is quickly done
            self._next = None
        self.go_to(self._next)


def _again(ids: list[int]) -> Sequence[Link]:
    return db.session.scalars(select(Link).where(Link.id.in_(ids))).all()
