"""A run that is about one record: Resync, Sync this record, an answer that somebody gave."""

from dataclasses import replace

from sync.connectors.base import Record
from sync.known import pairings_of
from sync.pairing import Pairing
from sync.steps import Fetched, Found, Step


class OneRecord(Step):
    """Only the record that the run is about, whether it is joined or not."""

    @property
    def side(self) -> str:
        """The side on which the record is named."""
        return "crm" if self.bench.run.scope.get("crm") else "books"

    def ask(self) -> Fetched:
        """The record of the other system, or the one that ours is joined to."""
        scope = self.bench.run.scope
        if self.side == "crm":
            return self._ask_for([scope["crm"]])
        link = self.bench.links.of("books", [scope["books"]]).get(scope["books"])
        return self._ask_for([link.remote_id] if link is not None and link.state != "making" else [])

    def pairings(self, fetched: Fetched) -> Found:
        """It alone; two that somebody joined; or one for which another is made."""
        bench, side, scope = self.bench, self.side, self.bench.run.scope
        if takes := scope.get("takes"):  # somebody said whose value is right
            bench.pairs = tuple(replace(p, wins=takes.get(p.key, p.wins)) for p in bench.pairs)
        link = bench.links.of(side, [scope[side]]).get(scope[side])
        if link is not None:
            return pairings_of(bench, [link], fetched.crm), None
        return self._of_nobody(self._records(fetched)), None

    def _records(self, fetched: Fetched) -> list[Record]:
        bench, side = self.bench, self.side
        if not bench.links.is_here(side):
            return list(fetched.crm.values())
        return list(bench.sides[side].get(bench.links.module(side), [bench.run.scope[side]]).values())

    def _of_nobody(self, records: list[Record]) -> list[Pairing]:
        bench, scope = self.bench, self.bench.run.scope
        if scope.get("with"):
            there = bench.sides["books"].get(bench.lane.books, [scope["with"]])
            return [Pairing(crm=crm, books=books) for crm in records for books in there.values()]
        if self.side == "books" and bench.fetches_only:
            return []
        if scope.get("anew"):
            return self.meeting.made_anew(self.side, records)
        return self.meeting.pairings(self.side, records)
