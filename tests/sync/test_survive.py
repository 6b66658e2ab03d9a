"""Whatever happens on the way or on the other side: run again, and both sides agree."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from domain.outbox import Failure
from sync.calling import Said
from sync.connectors.base import Wait
from tests.sync.worlds import (
    World,
    every_one_is_joined,
    in_step,
    phones,
)


def some_people(world: World) -> None:
    """On both sides companies with people, some of whom are known on both."""
    for name in ("Minato", "Sakura"):
        company = world.crm.make("companies", name=name, phone="1")
        world.crm.make(
            "people", last=f"Sato of {name}", email=f"sato@{name.lower()}.example", company=company
        )
    world.crm.make("people", last="Tanaka", email="tanaka@example.com")
    customer = world.books.make("companies", name="Minato")
    world.books.make("people", last="Suzuki", email="suzuki@minato.example", company=customer)
    world.books.make("companies", name="Yama", phone="2")


def test_both_sides_come_into_step_and_stay_there(world):
    some_people(world)
    in_step(world)
    for kind in ("companies", "people", "loose"):
        every_one_is_joined(world, kind)
    assert phones(world.books) == phones(world.crm) == {"Minato": "1", "Sakura": "1", "Yama": "2"}


# --- the other side cannot be asked, or its answer is lost -----------------------------------------------------------


@dataclass
class Edits:
    """Something new, something changed and somebody who moves, on both sides at once; and what both must say then."""

    world: World
    told: dict[str, str] = field(default_factory=lambda: {"Yama": "2"})

    def __call__(self, number: int) -> None:
        """The edits of one round."""
        crm, books = self.world.crm, self.world.books
        theirs = {said["phone"]: each for each, said in crm.all("companies").items()}
        ours = {said["phone"]: each for each, said in books.all("companies").items()}
        people = {said["last"]: each for each, said in crm.all("people").items()}
        moves_to = theirs[self._phone("03", number - 1) if number % 2 else self._phone("06", number - 1)]
        crm.edit("people", people["Sato of Minato"], company=moves_to)
        crm.edit("companies", theirs[self._phone("03", number - 1)], phone=self._phone("03", number))
        books.edit("companies", ours[self._phone("03", number - 1)], name=f"Minato {number}")
        books.edit("companies", ours[self._phone("06", number - 1)], phone=self._phone("06", number))
        crm.make("companies", name=f"New there {number}", phone="3")
        ito = books.make("companies", name=f"New here {number}", phone="4")
        books.make("people", last=f"Ito {number}", email=f"ito{number}@example.com", company=ito)
        self.told |= {f"New there {number}": "3", f"New here {number}": "4"}
        self.last = number

    def begin(self) -> None:
        """Both sides know each other."""
        some_people(self.world)
        for said, prefix in (("Minato", "03"), ("Sakura", "06")):
            each = next(each for each, one in self.world.crm.all("companies").items() if one["name"] == said)
            self.world.crm.edit("companies", each, phone=self._phone(prefix, -1))
        in_step(self.world)

    def were_all_kept(self) -> None:
        """Both sides say what was edited, and nobody is there twice."""
        world = self.world
        in_step(world)
        for kind in ("companies", "people", "loose"):
            every_one_is_joined(world, kind)
        told = self.told | {
            f"Minato {self.last}": self._phone("03", self.last),
            "Sakura": self._phone("06", self.last),
        }
        assert phones(world.crm) == phones(world.books) == told
        names = {each: said["name"] for each, said in world.books.all("companies").items()}
        where = {said["last"]: names[said["company"]] for said in world.books.all("people").values()}
        assert where["Sato of Minato"] == (f"Minato {self.last}" if self.last % 2 else "Sakura")
        assert {where[f"Ito {n}"] for n in range(self.last + 1)} == {
            f"New here {n}" for n in range(self.last + 1)
        }
        assert world.open_questions() == []

    @staticmethod
    def _phone(prefix: str, number: int) -> str:
        return f"{prefix}-0000-{number + 1:04}"


class Killed(BaseException):
    """A worker's end."""


def raises(error: BaseException) -> Callable[[], None]:
    """Something that goes wrong."""

    def go_wrong() -> None:
        raise error

    return go_wrong


IN_PASSING = (
    Failure("transient", "slow, down, 500, or cut in the middle"),
    Wait("The other system asks us to wait.", 7),
    Killed(),
)


@pytest.mark.parametrize("moment", [pytest.param("before", marks=pytest.mark.long), "after"])
def test_whichever_call_goes_wrong_nothing_is_lost_and_nobody_is_made_twice(memory, moment):
    """Each call of a run in turn: before the other side has done what it was asked, and after it."""
    edits, between = Edits(memory), memory.between
    edits.begin()
    number, calls = 0, 1
    while number < calls:
        edits(number)
        between.calm()
        getattr(between, moment)[number] = raises(IN_PASSING[number % 3])
        with suppress(Killed):
            memory.sync()
        memory.go_on()
        calls = len(between.calls)
        number += 1
    assert number >= 8
    between.calm()
    edits.were_all_kept()


def test_who_may_not_come_in_any_more_is_told_and_goes_on_where_it_ended(memory):
    edits = Edits(memory)
    edits.begin()
    edits(0)
    memory.between.calm()
    why = "The other system does not allow us in any more. Please connect it again."
    memory.between.before[2] = raises(Failure("configuration", why))
    run = memory.sync()
    assert (run.state, str(run.error), str(memory.connection.trouble)) == ("stopped", why, why)
    edits.were_all_kept()


AT_HTTP = (
    ("GET", Failure("transient", "The other system gave no answer in time.")),
    ("PUT", Said(429, {"retry-after": "7"}, None)),
    ("POST", Said(503, {}, None)),
    ("PUT", Said(500, {}, None)),
    ("GET", "cut"),
    ("POST", "cut"),
    ("PUT", "cut"),
)


def test_http_that_goes_wrong_is_asked_again(http, neighbour):
    """Refused, silent, or cut in the middle of the answer to what was done; test_calling.py breaks real answers."""
    edits = Edits(http)
    edits.begin()
    for number, (method, what) in enumerate(AT_HTTP):
        edits(number)
        if what == "cut":
            neighbour.loses = method
        else:
            neighbour.at[method] = what
        http.sync()
        assert not neighbour.loses and not neighbour.at, f"nothing was asked by {method}"
        http.go_on()
    edits.were_all_kept()


# --- things that change on the way -----------------------------------------------------------------------------------


def test_pages_that_shift_while_they_are_read_leave_nobody_out(memory, monkeypatch):
    monkeypatch.setattr("sync.hearing.BATCH", 2)
    ids = [memory.crm.make("companies", name=f"Company {n}", phone="1") for n in range(7)]
    moved = iter((0, 5, 1, 6, 0, 2))

    def shift() -> None:
        number = next(moved, None)
        if number is not None:
            memory.crm.edit("companies", ids[number], phone=f"{number}{number}")

    memory.between.before = dict.fromkeys(range(1, 7), shift)
    memory.sync()
    in_step(memory)
    assert phones(memory.books) == phones(memory.crm)
    assert len(phones(memory.books)) == 7


@pytest.mark.parametrize("side", ["crm", "books"])
def test_what_is_edited_while_it_is_pushed_is_not_lost(memory, side):
    """The other side answers that it is stale, or ours has moved on before the answer came."""
    crm_id = memory.crm.make("companies", name="Minato", phone="1")
    in_step(memory)
    books_id = memory.linked("companies")[crm_id]
    memory.books.edit("companies", books_id, name="Minato Works")
    memory.between.calm()

    def edit() -> None:
        kept, record_id = (memory.crm, crm_id) if side == "crm" else (memory.books, books_id)
        kept.edit("companies", record_id, phone="2")

    memory.between.before = {"push": edit}
    memory.sync()
    in_step(memory)
    assert phones(memory.crm) == phones(memory.books) == {"Minato Works": "2"}
    assert memory.open_questions() == []
