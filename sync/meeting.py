"""Records that are joined to nobody yet: whom they are, or what is made of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from domain.db import db
from domain.names import full_name
from domain.sync.questions import Question
from sync.batch import Bench
from sync.connectors.base import Record
from sync.match import Match, Pool, Signs
from sync.pairing import Pairing
from sync.recognising import Recognising
from sync.unlinked import Unlinked


class Meeting:
    """Those of both sides who are joined to nobody, batch by batch."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.unlinked = Unlinked(bench.links)
        self.recognising = Recognising(self.unlinked)
        self._alike = Pool()
        self._people: dict[str, Pool] = {}
        self._twins: Counter[str] = Counter()
        self._anybody: dict[str, bool] = {}
        self._candidates: set[str] | None = None

    def pairings(self, side: str, records: Sequence[Record]) -> list[Pairing]:
        """What is to be done about records of one side; whom a person must look at is asked about here."""
        parents = self._parents(side, records)
        self._gather(side, records, parents)
        found = [self._pairing(side, record, parents) for record in records]
        pairings = [pairing for pairing in found if pairing is not None]
        return self._with_others(side, pairings)

    def made_anew(self, side: str, records: Sequence[Record]) -> list[Pairing]:
        """Somebody said that they are nobody of those who are there."""
        parents = self._parents(side, records)
        found = [(record, parents.get(record.parent, "")) for record in records]
        ready = [(record, parent) for record, parent in found if parent or not self.bench.lane.parents]
        return [Pairing(**{side: record}, parent=parent) for record, parent in ready]  # type: ignore[arg-type]

    def _pairing(self, side: str, record: Record, parents: Mapping[str, str]) -> Pairing | None:
        parent = parents.get(record.parent, "")
        if self.bench.lane.parents and not parent and not self.bench.run.is_dry:
            return None
        match = self._match(side, record, parent)
        if side == "books":
            # those of the CRM had their turn: whoever is like one of them is theirs, or asked about
            return None if match.sure or match.maybe else Pairing(books=record, parent=parent)
        pairing = self._of_the_crm(record, match, parent)
        if pairing is not None and self._twins:
            self._twins[self.signs_of(side, record).name] -= 1
        return pairing

    def _of_the_crm(self, record: Record, match: Match, parent: str) -> Pairing | None:
        if not (match.sure or match.maybe):
            return Pairing(crm=record, parent=parent)
        how = self.bench.settings.duplicates
        if how == "clone":
            return Pairing(crm=record, parent=parent)
        if match.maybe:
            self._ask(record, match.maybe)
            return None
        if how == "skip":
            self._skip(record, match.sure)
            return None
        self._pool_for(parent).remove(match.sure)
        other = Record(match.sure, "", {})  # read with all the others at the end
        return Pairing(crm=record, books=other, first="overwrite" if how == "overwrite" else "join")

    def _ask(self, record: Record, candidates: Sequence[str]) -> None:
        self.bench.log.row("asked", record, None)
        if not self.bench.run.is_dry:
            self.bench.log.ask_who("crm", record, candidates)

    def _skip(self, record: Record, candidate: str) -> None:
        self.bench.log.row("skipped", record, None)
        if not self.bench.run.is_dry:
            self.bench.log.leave_apart("crm", record, candidate)

    def _with_others(self, side: str, pairings: list[Pairing]) -> list[Pairing]:
        """The records that were recognised, read; who was joined to somebody else meanwhile waits for the next run."""
        wanted = [pairing.books.id for pairing in pairings if side == "crm" and pairing.books]
        if not wanted:
            return pairings
        free = self.unlinked.still("books", wanted)
        there = self.bench.sides["books"].get(self.bench.lane.books, sorted(free))
        ready = []
        for pairing in pairings:
            if pairing.books is not None:
                pairing.books = there.get(pairing.books.id)
                if pairing.books is None:
                    continue
            ready.append(pairing)
        return ready

    # --- recognising ------------------------------------------------------------------------------------------

    def _match(self, side: str, record: Record, parent: str) -> Match:
        other = "books" if side == "crm" else "crm"
        if not self.bench.links.is_here(other):
            return Match(maybe=("?",)) if record.id in self._asked_about else Match()
        pool = self._pool_for(parent)
        if not len(pool):
            return Match()
        signs = self.signs_of(side, record)
        return pool.match(signs, self._twins[signs.name] if self._twins else 1)

    def _pool_for(self, parent: str) -> Pool:
        return self._people.get(parent, Pool()) if self.bench.lane.parents else self._alike

    def _gather(self, side: str, records: Sequence[Record], parents: Mapping[str, str]) -> None:
        """Whom these records may be, for this batch alone; and how many of their own side have one name."""
        other = "books" if side == "crm" else "crm"
        self._alike, self._people, self._twins = Pool(), {}, Counter()
        if not self._is_anybody(other):
            return
        if self.bench.lane.parents:
            self._people = self.recognising.people(other, sorted(set(parents.values()))) if parents else {}
            return
        signs = [self.signs_of(side, record) for record in records]
        self._alike = self.recognising.alike(other, signs)
        if len(self._alike) and self.bench.links.is_here(side):
            self._twins = self.recognising.named(side, signs)

    def _is_anybody(self, side: str) -> bool:
        if side not in self._anybody:
            self._anybody[side] = self.bench.links.is_here(side) and self.unlinked.is_anybody(side)
        return self._anybody[side]

    @property
    def _asked_about(self) -> set[str]:
        """Records of the books that somebody of the CRM may be, as a question says that is not answered yet."""
        if self._candidates is None:
            query = select(Question.detail).where(
                Question.system == self.bench.links.system,
                Question.lane == self.bench.lane.key,
                Question.kind == "match",
                Question.holds,
            )
            self._candidates = {
                each for detail in db.session.scalars(query) for each in detail.get("candidates", ())
            }
        return self._candidates

    def signs_of(self, side: str, record: Record) -> Signs:
        """What a record is recognised by: the fields that are paired with those of the books' record."""
        said = {
            pair.books: record.values.get(pair.crm if side == "crm" else pair.books, "")
            for pair in self.bench.pairs
        }
        name = record.title if not self.bench.lane.parents else _person(said) or record.title
        return Signs.of(
            name,
            str(said.get("email") or ""),
            str(said.get("phone") or ""),
            str(said.get("tax_registration") or said.get("sku") or ""),
        )

    def _parents(self, side: str, records: Sequence[Record]) -> Mapping[str, str]:
        ids = sorted({record.parent for record in records if record.parent})
        return self.bench.links.parents_of(side, ids) if self.bench.lane.parents and ids else {}


def _person(said: Mapping[str, Any]) -> str:
    return full_name(str(said.get("first_name") or ""), str(said.get("last_name") or ""))
