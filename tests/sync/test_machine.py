"""Random edits on both sides, syncs that go well or wrong, until all is quiet: then what must always hold does."""

from collections import defaultdict
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select

from domain.books import merging
from domain.books.customers import Customer
from domain.db import db
from domain.errors import Refused
from domain.organizations.users import Member
from domain.outbox import Failure
from domain.sync.questions import Question
from domain.sync.runs import SyncRow
from tests.sync.test_survive import Killed, raises
from tests.sync.worlds import World, in_step

SIDES = st.sampled_from(("crm", "books"))
WHICH = st.integers(0, 7)
"""Of those that are there, counted around."""


class Machine(RuleBasedStateMachine):
    """Two people, one at each side, and a sync that is interrupted now and then."""

    world: World
    actor: Member

    def __init__(self) -> None:
        super().__init__()
        self.edits: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
        """By kind, side and id: what was said there since both sides were in step, by field."""
        self.number = 0

    @initialize()
    def begin(self) -> None:
        """Nobody is there yet."""
        for kind in ("people", "loose", "companies"):
            for record_id in self.world.books.all(kind):
                with suppress(Refused):
                    self.world.books.delete(kind, record_id)
        for kind in ("people", "companies"):
            for record_id in self.world.crm.all(kind):
                self.world.crm.delete(kind, record_id)
        for model in (Question, SyncRow):
            db.session.execute(delete(model))
        db.session.commit()

    # --- what people do --------------------------------------------------------------------------------------------

    @rule(side=SIDES, twin=st.booleans(), which=WHICH)
    def somebody_new(self, side: str, twin: bool, which: int) -> None:
        """A company, sometimes one that the other side knows by the same name."""
        others = [said["name"] for said in self._kept(_other(side)).all("companies").values()]
        name = others[which % len(others)] if twin and others else self._word("Company")
        with suppress(Refused):  # in the books a name is taken once
            self._kept(side).make("companies", name=name, phone=self._word(""))

    @rule(side=SIDES, which=WHICH)
    def a_person(self, side: str, which: int) -> None:
        """Somebody at a company."""
        company = self._pick(side, "companies", which)
        if company:
            self._kept(side).make("people", last=self._word("Name"), email="", company=company)

    @rule()
    def somebody_alone(self) -> None:
        """A contact without a company."""
        self.world.crm.make("people", last=self._word("Alone"), email="")

    @rule(side=SIDES, kind=st.sampled_from(("companies", "people")), which=WHICH, name=st.booleans())
    def an_edit(self, side: str, kind: str, which: int, name: bool) -> None:
        """Another word for something."""
        record_id = self._pick(side, kind, which)
        if record_id:
            words = ("name", "phone") if kind == "companies" else ("last", "email")
            field = words[not name]
            value = (
                self._word("Other") if name else self._word("") + ("@example.com" if kind == "people" else "")
            )
            self._kept(side).edit(kind, record_id, **{field: value})
            self.edits[kind, side, record_id][field] = value

    @rule(which=WHICH, where=st.integers(-1, 7))
    def a_move(self, which: int, where: int) -> None:
        """A contact works somewhere else now, or nowhere."""
        person = self._pick("crm", "people", which)
        company = self._pick("crm", "companies", where) if where >= 0 else ""
        if person and company is not None:
            self.world.crm.edit("people", person, company=company)

    @rule(side=SIDES, kind=st.sampled_from(("companies", "people")), which=WHICH)
    def a_deletion(self, side: str, kind: str, which: int) -> None:
        """Somebody is no longer needed, unless they still are."""
        record_id = self._pick(side, kind, which)
        if record_id:
            with suppress(Refused):
                self._delete(side, kind, record_id)
        db.session.rollback()

    def _delete(self, side: str, kind: str, record_id: str) -> None:
        kept = self._kept(side)
        if side == "crm" and kind == "companies":  # theirs work nowhere then
            for person, said in kept.all("people").items():
                if said["company"] == record_id:
                    kept.edit("people", person, company="")
        kept.delete(kind, record_id)

    @rule(one=WHICH, other=WHICH)
    def a_merge(self, one: int, other: int) -> None:
        """Two customers are one."""
        ids = [self._pick("books", "companies", each) for each in (one, other)]
        if ids[0] != ids[1]:
            main, merged = (db.session.get(Customer, int(each)) for each in ids if each)
            with suppress(Refused):
                merging.merge(main, [merged], {}, self.actor)
            db.session.commit()

    # --- what the worker does --------------------------------------------------------------------------------------

    @precondition(lambda self: not self.world.is_built_in)
    @rule(call=st.integers(0, 9), after=st.booleans(), killed=st.booleans())
    def a_sync_that_goes_wrong(self, call: int, after: bool, killed: bool) -> None:
        """At one of its calls, before or after the other side did what it was asked."""
        between = self.world.between
        assert between is not None
        between.calm()
        error = Killed() if killed else Failure("transient", "cut")
        (between.after if after else between.before)[call] = raises(error)
        with suppress(Killed):
            self.world.sync()
        between.calm()

    @rule()
    def until_quiet(self) -> None:
        """Both sides agree, nobody is there twice, no edit is lost, and nothing echoes."""
        self.world.go_on()
        in_step(self.world)
        self._nobody_is_left_over()
        self._no_edit_is_lost()
        self.edits.clear()

    def teardown(self) -> None:
        """In the end, too."""
        if hasattr(self, "world"):
            self.until_quiet()

    # --- what must hold --------------------------------------------------------------------------------------------

    def _nobody_is_left_over(self) -> None:
        """Everybody is joined, or somebody is asked about them, or it is said what went wrong."""
        for kind in ("companies", "people", "loose"):
            pairs = self.world.linked(kind, shared=True)
            crm, books = self.world.crm.all("people" if kind == "loose" else kind), self.world.books.all(kind)
            if kind == "companies":
                assert set(crm) - set(pairs) <= self._told("crm_id")
            assert set(books) - set(pairs.values()) <= self._told("books_id") | self._without_company(
                kind, books
            )

    def _told(self, column: str) -> set[str]:
        queries = (
            select(getattr(Question, column)),
            select(getattr(SyncRow, column)).where(SyncRow.outcome == "failed"),
        )
        candidates = {
            each
            for question in db.session.scalars(select(Question).where(Question.kind == "match"))
            for each in question.detail["candidates"]
        }
        found = {each for query in queries for each in db.session.scalars(query)}
        return found | (candidates if column == "books_id" else set())

    def _without_company(self, kind: str, books: dict[str, Any]) -> set[str]:
        """People at customers that are joined to nobody come over with these."""
        joined = set(self.world.linked("companies").values())
        return {each for each, said in books.items() if kind == "people" and said["company"] not in joined}

    def _no_edit_is_lost(self) -> None:
        asked = {question.crm_id for question in self.world.open_questions()}
        for kind in ("companies", "people"):
            crm, books = self.world.crm.all(kind), self.world.books.all(kind)
            for crm_id, books_id in self.world.linked(kind).items():
                theirs = self.edits.get((kind, "crm", crm_id), {})
                ours = self.edits.get((kind, "books", books_id), {})
                if crm_id in asked or crm_id not in crm or books_id not in books:
                    continue
                for field in theirs.keys() ^ ours.keys():
                    assert crm[crm_id][field] == (theirs | ours)[field]
                for field in theirs.keys() & ours.keys():
                    assert crm[crm_id][field] in (theirs[field], ours[field])

    def _kept(self, side: str) -> Any:
        return self.world.crm if side == "crm" else self.world.books

    def _pick(self, side: str, kind: str, which: int) -> str | None:
        there = sorted(self._kept(side).all(kind))
        return there[which % len(there)] if there else None

    def _word(self, text: str) -> str:
        self.number += 1
        return f"{text} {self.number}".strip()


def _other(side: str) -> str:
    return "books" if side == "crm" else "crm"


def run(world: World, actor: Member, examples: int, steps: int, phases=tuple(Phase)) -> None:
    """As many random days as that."""
    machine = type("OfThisWorld", (Machine,), {"world": world, "actor": actor})
    how = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        database=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=how)


@pytest.mark.parametrize("kind", ["here", "memory"])
def test_random_days_come_to_rest(request, cast, kind):
    run(request.getfixturevalue(kind), cast.admin, examples=3, steps=12)


@pytest.mark.long
@pytest.mark.parametrize("kind", ["here", "memory", "http"])
def test_many_random_days_come_to_rest(request, cast, kind):
    run(request.getfixturevalue(kind), cast.admin, examples=100, steps=30)
