"""A run on its way: which records come next, and what is to be done about them. Nothing here commits.

A run goes through the lanes of its module one after the other, and through each in steps. Where both sides are ours:
pairs of which one changed, then whoever of the CRM is joined to nobody, then whoever of the books is. Where the CRM is
another system: what it was asked to make without our hearing of it, what it says has changed, pairs of which ours
changed, then whoever of the books is joined to nobody. Every batch can be done twice without harm.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select

from domain.db import db
from domain.links import Link
from domain.sync.runs import SyncRow, SyncRun
from sync.batch import Bench, Pairing
from sync.connectors.base import BATCH, Batch, Record
from sync.meeting import Meeting, is_wanted, wanted_of_ours
from sync.opening import bench_for, lane_named, lanes_in_force
from sync.run import note

HERE = ("linked", "crm", "books")
OVER_THE_WIRE = ("promised", "pulled", "failed", "linked", "books")


@dataclass
class Fetched:
    """What the other system said before the transaction began."""

    batch: Batch = field(default_factory=Batch)
    crm: dict[str, Record] = field(default_factory=dict)


class Walk:
    """A run on its way; one of these lasts for a slice."""

    def __init__(self, run: SyncRun) -> None:
        self.run = run
        self.lanes = self._lanes()
        self._bench: Bench | None = None
        self._meeting: Meeting | None = None

    def _lanes(self) -> list[Any]:
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

    def bench(self) -> Bench:
        """The lane it is in, ready to work in."""
        lane = self.lanes[self.place[0]]
        if self._bench is None or self._bench.lane != lane:
            self._bench = bench_for(self.run, lane)
            self._meeting = Meeting(self._bench)
        return self._bench

    def meeting(self) -> Meeting:
        """Those who are joined to nobody, in the lane it is in."""
        self.bench()
        assert self._meeting is not None
        return self._meeting

    @property
    def steps(self) -> Sequence[str]:
        """The steps of the lane it is in."""
        if self.run.scope:
            return ("record",)
        return HERE if self.bench().links.is_built_in else OVER_THE_WIRE

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

    # --- asking the other system --------------------------------------------------------------------------------

    def fetch(self) -> Fetched:
        """What the other system has to say about the next batch, outside of any transaction."""
        if self.is_through or self.bench().links.is_built_in:
            return Fetched()
        crm, lane = self.bench().sides["crm"], self.bench().lane
        if self.step == "pulled":
            return Fetched(batch=crm.changed(lane.crm, self._cursor(), BATCH))
        if self.step == "linked":
            links = self._changed()
            ids = [link.remote_id for link in links]
            return Fetched(crm=crm.get(lane.crm, ids) if ids else {})
        if self.step == "failed":
            ids = self._failed_ids()
            return Fetched(crm=crm.get(lane.crm, ids) if ids else {})
        if self.step == "record":
            return Fetched(crm=self._fetch_record(crm, lane))
        return Fetched()

    def _fetch_record(self, crm: Any, lane: Any) -> dict[str, Record]:
        scope = self.run.scope
        ids = [scope["crm"]] if scope.get("crm") else []
        if not ids:
            link = self.bench().links.of("books", [scope["books"]]).get(scope["books"])
            ids = [link.remote_id] if link is not None and link.state != "making" else []
        return dict(crm.get(lane.crm, ids)) if ids else {}

    def _cursor(self) -> str:
        return self.run.module.cursors.get(self.bench().lane.key, "")

    # --- one batch ----------------------------------------------------------------------------------------------

    def batch(self, fetched: Fetched) -> list[Pairing]:
        """Bring the next records into step; gives those for whom the other system must be asked first."""
        pairings, self._next = _STEPS[self.step](self, fetched)
        outgoing = self.bench().bring_into_step(pairings)
        db.session.flush()
        if not outgoing:
            self.go_to(self._next)
        return outgoing

    def answered(self, outgoing: list[Pairing], answers: Sequence[Any]) -> None:
        """What the other system said to what it was asked; with that the batch is done."""
        bench = self.bench()
        bench.log.counts = dict(self.run.counts)
        links = {link.id: link for link in self._again([p.link.id for p in outgoing if p.link])}
        for pairing in outgoing:
            pairing.link = links.get(pairing.link.id) if pairing.link else None
        bench.take_answers(outgoing, "crm", answers)
        bench.settle(outgoing)
        db.session.flush()
        self.go_to(self._next)

    def _again(self, ids: list[int]) -> Sequence[Link]:
        return db.session.scalars(select(Link).where(Link.id.in_(ids))).all()

    def _linked(self, fetched: Fetched) -> tuple[list[Pairing], int | None]:
        links = self._changed()
        return self._pairings_of(links, fetched), links[-1].id if len(links) == BATCH else None

    def _changed(self) -> list[Link]:
        also_failed = self.run.cause != "change"
        return self.bench().links.changed(self.place[2], BATCH, also_failed)

    def _crm(self, _fetched: Fetched) -> tuple[list[Pairing], int | None]:
        return self._meet("crm")

    def _books(self, _fetched: Fetched) -> tuple[list[Pairing], int | None]:
        if self.bench().fetches_only:
            return [], None
        return self._meet("books")

    def _meet(self, side: str) -> tuple[list[Pairing], int | None]:
        bench = self.bench()
        wanted = wanted_of_ours(self.run.module, bench.links.model(side), side)
        ids = bench.links.unlinked(side, self.place[2], BATCH, wanted)
        there = bench.sides[side].get(bench.links.module(side), [str(each) for each in ids])
        records = [there[str(each)] for each in ids if str(each) in there]
        return self.meeting().pairings(side, records), ids[-1] if len(ids) == BATCH else None

    # --- pairs that exist -----------------------------------------------------------------------------------------

    def _pairings_of(self, links: Sequence[Link], fetched: Fetched) -> list[Pairing]:
        """Both records of each link; what lost one of them, or shares one with an older link, is left out."""
        bench = self.bench()
        crm = self._read("crm", links, fetched.crm)
        books = self._read("books", links, {})
        elders = bench.links.elders(links) if links else {}
        found = []
        for link in links:
            ours = crm.get(bench.links.id_of(link, "crm"))
            theirs = books.get(bench.links.id_of(link, "books"))
            if theirs is None or (ours is None and link.state != "making"):
                continue
            if ours and elders.get(theirs.id, link.id) != link.id:
                self._is_shared(link, ours, theirs)
                continue
            found.append(Pairing(ours, theirs, link))
        return self._moved(found)

    def _read(self, side: str, links: Sequence[Link], fetched: dict[str, Record]) -> dict[str, Record]:
        bench = self.bench()
        if not bench.links.is_here(side):
            return fetched
        ids = [bench.links.id_of(link, side) for link in links]
        return bench.sides[side].get(bench.links.module(side), ids) if ids else {}

    def _is_shared(self, link: Link, crm: Record, books: Record) -> None:
        """Two of the CRM are one in the books, since they were merged there: the same is proposed for the CRM."""
        bench = self.bench()
        if not self.run.is_dry:
            link.state = "shared"
            bench.links.note_versions(link, crm, books)
            bench.log.propose_merging(link, crm, books)

    def _moved(self, pairings: list[Pairing]) -> list[Pairing]:
        """People who belong to another company in the CRM now move there in the books."""
        bench = self.bench()
        if bench.lane.parents:
            ids = sorted({pairing.crm.parent for pairing in pairings if pairing.crm and pairing.crm.parent})
            companies = bench.links.parents_of("crm", ids) if ids else {}
            for pairing in pairings:
                wanted = companies.get(pairing.crm.parent, "") if pairing.crm else ""
                is_elsewhere = pairing.books is not None and wanted not in ("", pairing.books.parent)
                pairing.parent = wanted if is_elsewhere else ""
        return pairings

    # --- what another system says -----------------------------------------------------------------------------------

    def _promised(self, _fetched: Fetched) -> tuple[list[Pairing], int | None]:
        """Its answer was lost: asked again under the same key, before what it made could be taken for somebody new."""
        bench = self.bench()
        promised = [] if bench.fetches_only else bench.links.promised(self.place[2], BATCH)
        links = {bench.links.id_of(link, "books"): link for link in promised}
        ours = bench.sides["books"].get(bench.lane.books, list(links)) if links else {}
        pairings = self.meeting().made_anew("books", list(ours.values()))
        for pairing in pairings:
            pairing.link = links[pairing.books.id] if pairing.books else None
        return pairings, promised[-1].id if len(promised) == BATCH else None

    def _pulled(self, fetched: Fetched) -> tuple[list[Pairing], int | None]:
        batch = fetched.batch
        pairings = self._of_the_other(batch.records)
        if not self.run.is_dry:
            settings = self.run.module
            note(settings, cursors=settings.cursors | {self.bench().lane.key: batch.cursor})
        return pairings, self.place[2] + 1 if batch.has_more else None

    def _failed(self, fetched: Fetched) -> tuple[list[Pairing], int | None]:
        return self._of_the_other(list(fetched.crm.values())), None

    def _of_the_other(self, records: Sequence[Record]) -> list[Pairing]:
        links = self.bench().links
        known = links.of("crm", [key for each in records for key in (each.id, each.key) if key])
        self._part([known[each.id] for each in records if each.is_gone and each.id in known])
        there = {each.id: each for each in records if not each.is_gone}
        pairs = {record.id: known.get(record.id) or known.get(record.key) for record in there.values()}
        changed = [
            link
            for record_id, link in pairs.items()
            if link and (link.state == "making" or link.remote_version != there[record_id].version)
        ]
        for record_id, link in pairs.items():
            if link in changed and link is not None and link.state == "making":
                link.remote_id = record_id  # it was made, and we ended before we could write that down
        pairings = self._pairings_of(changed, Fetched(crm=there))
        new = [each for each in there.values() if pairs[each.id] is None and is_wanted(self.run.module, each)]
        return [*pairings, *self.meeting().pairings("crm", self._not_held(new))]

    def _not_held(self, records: Sequence[Record]) -> list[Record]:
        held = self.bench().log.held([record.id for record in records]) if records else set()
        return [record for record in records if record.id not in held]

    def _part(self, links: Sequence[Link]) -> None:
        """The other system's record is gone: ours stays, and somebody says what becomes of it."""
        bench = self.bench()
        for link in links if not self.run.is_dry else ():
            books = self._read("books", [link], {}).get(bench.links.id_of(link, "books"))
            bench.log.ask_what_becomes_of(bench.links.id_of(link, "books"), books)
            db.session.delete(link)

    def _failed_ids(self) -> list[str]:
        """Whoever of the other system could not be made here: they are asked for again, since they may not change."""
        query = select(SyncRow.crm_id).join(SyncRun, SyncRun.id == SyncRow.run_id)
        query = query.where(
            SyncRun.module_id == self.run.module_id,
            SyncRow.lane == self.bench().lane.key,
            SyncRow.outcome == "failed",
            SyncRow.crm_id != "",
            ~SyncRow.is_settled,
        )
        return sorted(set(db.session.scalars(query.limit(BATCH))))

    # --- one record ---------------------------------------------------------------------------------------------------

    def _record(self, fetched: Fetched) -> tuple[list[Pairing], int | None]:
        """Only the record that the run is about, whether it is joined or not."""
        scope, bench = self.run.scope, self.bench()
        side = "crm" if scope.get("crm") else "books"
        if takes := scope.get("takes"):  # somebody said whose value is right
            bench.pairs = tuple(replace(p, wins=takes.get(p.key, p.wins)) for p in bench.pairs)
        link = bench.links.of(side, [scope[side]]).get(scope[side])
        if link is not None:
            return self._pairings_of([link], fetched), None
        if bench.links.is_here(side):
            records = list(bench.sides[side].get(bench.links.module(side), [scope[side]]).values())
        else:
            records = list(fetched.crm.values())
        if scope.get("with"):
            there = bench.sides["books"].get(bench.lane.books, [scope["with"]])
            return [Pairing(crm=crm, books=books) for crm in records for books in there.values()], None
        if side == "books" and bench.fetches_only:
            return [], None
        if scope.get("anew"):
            return self.meeting().made_anew(side, records), None
        return self.meeting().pairings(side, records), None


_STEPS: dict[str, Callable[[Walk, Fetched], tuple[list[Pairing], int | None]]] = {
    "linked": Walk._linked,
    "crm": Walk._crm,
    "books": Walk._books,
    "promised": Walk._promised,
    "pulled": Walk._pulled,
    "failed": Walk._failed,
    "record": Walk._record,
}
