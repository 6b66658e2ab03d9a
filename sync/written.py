"""What a run writes down: a row for each record it had to do with, counts, and the questions that it leaves."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, update

from domain.db import db, now
from domain.links import BOOKS, Link
from domain.sync.questions import Question, ask_what_becomes_of_the_other
from domain.sync.runs import SyncRow, SyncRun
from domain.words import Words
from sync.connectors.base import Record
from sync.lanes import FieldPair, Lane


class Log:
    """Writes down what becomes of the records of one lane in a run."""

    def __init__(self, run: SyncRun, lane: Lane, system: str) -> None:
        self.run = run
        self.lane = lane
        self.system = system
        self.counts: dict[str, int] = {}
        self._rows: list[dict[str, Any]] = []
        self.begin()

    def begin(self) -> None:
        """A transaction begins: what an earlier one said and could not keep is forgotten."""
        self.counts, self._rows = dict(self.run.counts), []

    def count(self, name: str, by: int = 1) -> None:
        """One more of these."""
        self.counts[name] = self.counts.get(name, 0) + by

    def row(
        self,
        outcome: str,
        crm: Record | None,
        books: Record | None,
        *,
        direction: str = "",
        changes: Sequence[list[Any]] = (),
        reason: Words | str = "",
    ) -> None:
        """What became of one record."""
        self.count(f"{direction}.{outcome}" if direction else outcome)
        written = {"crm": crm, "books": books}.get(direction)
        either = crm or books
        self._rows.append(
            {
                "organization_id": self.run.organization_id,
                "run_id": self.run.id,
                "lane": self.lane.key,
                "direction": direction,
                "outcome": outcome,
                "crm_id": crm.id if crm else "",
                "books_id": books.id if books else "",
                "title": (either.title if either else "")[:200],
                "changes": list(changes),
                "version": written.version if written else "",
                "reason": reason,
            }
        )

    def write(self) -> None:
        """What was said so far, in one statement: a batch may have a hundred rows."""
        self.run.counts = dict(self.counts)
        if self._rows:
            db.session.execute(insert(SyncRow), self._rows)
            self._rows = []

    def settle_failures(self, crm_ids: Sequence[str], books_ids: Sequence[str]) -> None:
        """What went wrong with these before went well now."""
        for column, ids in ((SyncRow.crm_id, crm_ids), (SyncRow.books_id, books_ids)):
            wrong = SyncRow.lane == self.lane.key, column.in_(ids), SyncRow.outcome == "failed"
            db.session.execute(
                update(SyncRow).where(*wrong).values(is_settled=True),
                execution_options={"synchronize_session": False},
            )

    # --- questions --------------------------------------------------------------------------------------------

    def ask_who(self, side: str, record: Record, candidates: Sequence[str]) -> None:
        """Is it one of these? Nothing is made of it before somebody says so."""
        detail: dict[str, Any] = {"side": side, "candidates": list(candidates)}
        if self.system != BOOKS:  # pages don't wait for another system: they show what it said now
            detail["values"] = dict(record.values)
        ids = {"crm_id": "", "books_id": "", f"{side}_id": record.id}
        asked = self.open_question("match", **ids) or self._question("match", record.title, {})
        asked.crm_id, asked.books_id, asked.detail = ids["crm_id"], ids["books_id"], detail
        db.session.add(asked)

    def leave_apart(self, side: str, record: Record, candidate: str) -> None:
        """The other side has it already, and duplicates are left where they are: for good, unless somebody says so."""
        asked = self._question("match", record.title, {"side": side, "candidates": [candidate]})
        setattr(asked, f"{side}_id", record.id)
        asked.answer, asked.answered_at = "skipped", now()
        db.session.add(asked)

    def ask_which(
        self,
        known: Question | None,
        crm: Record,
        books: Record,
        pairs: Sequence[FieldPair],
        snapshot: Mapping[str, Any],
    ) -> bool:
        """Both sides changed: which is right? Whether that is asked anew, or in other words than before."""
        fields = {
            pair.key: [crm.values[pair.crm], books.values[pair.books], *snapshot.get(pair.key, [])[:2]]
            for pair in pairs
        }
        if known is not None and known.detail.get("fields") == fields:
            return False
        asked = known or self._question("conflict", crm.title, {})
        asked.crm_id, asked.books_id, asked.holds = crm.id, books.id, False
        asked.detail, asked.title = {"fields": fields}, crm.title[:200]
        db.session.add(asked)
        return True

    def settle_by_itself(self, known: Question | None) -> None:
        """There is nothing to ask any more: both sides say the same now."""
        if known is not None:
            known.answer, known.answered_at = "agreed", now()

    def propose_merging(self, link: Link, crm: Record, books: Record) -> None:
        """Several records of the CRM are one in the books now."""
        if self.open_question("merged", crm.id, books.id) is None:
            asked = self._question("merged", crm.title, {"link": link.id})
            asked.crm_id, asked.books_id, asked.holds = crm.id, books.id, False
            db.session.add(asked)

    def open_conflicts(self, crm_ids: Sequence[str]) -> dict[str, Question]:
        """The open conflicts of these records, by their id in the CRM."""
        query = select(Question).where(
            Question.system == self.system,
            Question.lane == self.lane.key,
            Question.kind == "conflict",
            Question.answer == "",
            Question.crm_id.in_(crm_ids),
        )
        return {asked.crm_id: asked for asked in db.session.scalars(query)}

    def held(self, crm_ids: Sequence[str]) -> set[str]:
        """Those of another system about whom a question is open, or was answered with leaving them alone."""
        query = select(Question.crm_id).where(
            Question.system == self.system,
            Question.lane == self.lane.key,
            Question.holds,
            Question.crm_id.in_(crm_ids),
        )
        return set(db.session.scalars(query))

    def ask_what_becomes_of(self, books_id: str, books: Record | None) -> None:
        """The other system's record was deleted."""
        title = books.title if books else ""
        ask_what_becomes_of_the_other(self.system, self.lane.key, "crm", books_id, title)

    def open_question(self, kind: str, crm_id: str, books_id: str) -> Question | None:
        """The one that waits about these two."""
        return db.session.scalar(
            select(Question).where(
                Question.system == self.system,
                Question.lane == self.lane.key,
                Question.kind == kind,
                Question.crm_id == crm_id,
                Question.books_id == books_id,
                Question.answer == "",
            )
        )

    def _question(self, kind: str, title: str, detail: dict[str, Any]) -> Question:
        return Question(
            system=self.system, lane=self.lane.key, kind=kind, title=title[:200], detail=detail, holds=True
        )
