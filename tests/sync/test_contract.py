"""What every system on a side of a sync must be able to do: both of our own, the one in memory, and one over HTTP."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from app import create_app
from config import Settings
from domain import records
from domain.db import db
from domain.modules import ALL
from domain.outbox import Failure
from domain.words import Words
from sync.calling import call
from sync.connectors import bigin_fields, fake
from sync.connectors.base import BATCH, Answer, Change, Record, Side
from sync.connectors.bigin import Bigin
from sync.connectors.bigin_api import Access, Api
from sync.connectors.ours import Ours
from sync.lanes import BUILT_IN, Lane
from sync.mapping import Across, check
from tests.sync.second import Second, second, tokens_for

KEYS = (f"key-{n}" for n in itertools.count(1))
NUMBERS = itertools.count(1)

KINDS = frozenset(
    ("text", "long_text", "email", "phone", "url", "number", "boolean", "date", "choice", "address", "member")
) | {"price", "reference"}
"""Kinds of values that the engine knows."""


@dataclass
class System:
    """A system under test. What it is told is said in the words of the books, as the engine would say it there."""

    lanes: tuple[Lane, ...]
    open: Callable[[Lane], Side]
    delete: Callable[[str, str], None]
    """How its own people delete a record of a module."""
    is_books: bool = False

    def lane(self, key: str) -> Lane:
        """One of its lanes."""
        return next(lane for lane in self.lanes if lane.key == key)

    def module(self, lane: Lane) -> str:
        """What it calls the module of a lane."""
        return lane.books if self.is_books else lane.crm

    def values(self, lane: Lane, said: dict[str, Any]) -> dict[str, Any]:
        """What the books say, under its own names."""
        if self.is_books:
            return said
        side = self.open(lane)
        across = Across.between(side.fields(lane.crm), Ours(lane).fields(lane.books), lambda *_: None, "EUR")
        pairs = {pair.books: pair for pair in lane.pairs}
        return {pairs[name].crm: across(pairs[name], value, "crm") for name, value in said.items()}


@dataclass
class Tried:
    """One module of a system, opened."""

    system: System
    lane: Lane
    side: Side

    @property
    def module(self) -> str:
        """What the system calls it."""
        return self.system.module(self.lane)

    def change(self, record: Record | None = None, key: str = "", **said: Any) -> Change:
        """A new record, or another word for one."""
        known = {"id": record.id, "version": record.version, "title": record.title} if record else {}
        told = {name: said.pop(name) for name in ("parent", "title") if name in said}
        return Change(key or next(KEYS), self.system.values(self.lane, said), **(known | told))

    def push(self, *changes: Change) -> list[Answer]:
        """Said, as the engine would."""
        return self.side.push(self.module, changes)

    def made(self, **said: Any) -> Record:
        """A record that is there."""
        (answer,) = self.push(self.change(**said))
        assert answer.record is not None, answer.reason
        return answer.record

    def now(self, record: Record) -> Record | None:
        """What it is now."""
        return self.side.get(self.module, [record.id]).get(record.id)

    def named(self, name: str) -> dict[str, Any]:
        """The words that give it a name."""
        key = {"people": "last_name", "loose": "primary_last_name", "products": "name"}
        return {key.get(self.lane.key, "display_name"): name}

    def every(self, cursor: str = "", limit: int = 2) -> tuple[list[Record], str]:
        """All that changed since, and where the next pass begins."""
        found, more = [], True
        while more:
            batch = self.side.changed(self.module, cursor, limit)
            found, cursor, more = [*found, *batch.records], batch.cursor, batch.has_more
        return found, cursor


# --- the systems ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def other(made, cast_template, tmp_path_factory) -> Iterator[Second]:
    """Another installation, running."""
    directory = tmp_path_factory.mktemp("second")
    with made.fresh(cast_template) as url:
        settings = {"DATA_DIR": str(directory / "data"), "DATABASE_URL": url}
        tokens = tokens_for(create_app(Settings.from_environment(settings)), 20)
        with second(url, directory, tokens) as running:
            yield running


@pytest.fixture(params=["crm", "books", "fake", "bigin"])
def system(request, session) -> System:
    """Each of the systems."""
    made: System = request.getfixturevalue(f"_{request.param}")
    return made


def _deleted(module: str, record_id: str) -> None:
    records.delete(db.session.get(ALL[module].model, int(record_id)), None)
    db.session.flush()


@pytest.fixture
def _crm(session) -> System:
    return System(BUILT_IN, Ours, _deleted)


@pytest.fixture
def _books(session) -> System:
    return System(BUILT_IN, Ours, _deleted, is_books=True)


@pytest.fixture
def _fake() -> System:
    kept = fake.System()

    def deleted(module: str, record_id: str) -> None:
        kept.delete(kept.rows[module][record_id])

    return System(fake.LANES, lambda _lane: fake.Fake(kept), deleted)


@pytest.fixture
def _bigin(session, other) -> System:
    api = Api(Access(other.address, access_token=other.tokens.pop()))
    side = Bigin(api, {"currency": "EUR"})
    side.settings = {"currency": "EUR", "fields": side.described()}

    def deleted(module: str, record_id: str) -> None:
        headers = {"Authorization": f"Bearer {api.access.access_token}"}
        assert call("DELETE", f"{other.address}/bigin/v2/{module}/{record_id}", headers).status == 200

    return System(bigin_fields.LANES, lambda _lane: side, deleted)


@pytest.fixture
def tried(system) -> Callable[..., Tried]:
    """Fixture: `tried("people")`."""
    return lambda key="companies": Tried(system, system.lane(key), system.open(system.lane(key)))


@pytest.fixture(params=["fake", "bigin"])
def over_the_wire(request, session) -> Tried:
    """Products of a system that is not this database: here something may get lost on the way."""
    system: System = request.getfixturevalue(f"_{request.param}")
    lane = system.lane("products")
    return Tried(system, lane, system.open(lane))


# --- the contract ---------------------------------------------------------------------------------------------------


def test_its_fields_are_of_known_kinds_and_the_usual_pairs_fit(system):
    for lane in system.lanes:
        side = system.open(lane)
        fields = side.fields(system.module(lane))
        assert len({field.name for field in fields}) == len(fields)
        assert {field.kind for field in fields} <= KINDS
        assert all(str(field.label) for field in fields)
        ours = Ours(lane).fields(lane.books)
        check(lane.pairs, Ours(lane).fields(lane.crm) if system.is_books else fields, ours, lane)


@pytest.mark.parametrize("lane", ["companies", "people", "loose", "products"])
def test_what_is_written_is_given_back_as_it_is_read_afterwards(tried, lane):
    one = tried(lane)
    parent = tried().made(display_name=f"Company {next(NUMBERS)}").id if one.lane.parents else ""
    name = f"みなと {next(NUMBERS)}"
    made = one.made(**one.named(name), parent=parent, title=name)
    assert one.now(made) == made
    assert name in made.title and made.parent == parent and made.version
    assert set(made.values) == {field.name for field in one.side.fields(one.module)}
    [changed] = one.push(one.change(made, **one.named(f"{name} 2")))
    assert changed.record == one.now(made) and changed.record.version != made.version
    assert name in changed.record.title and changed.record.id == made.id


def test_versions_differ_whenever_the_record_does_and_only_then(tried):
    companies = tried()
    made = companies.made(display_name=f"Company {next(NUMBERS)}", phone="1")
    assert companies.now(made).version == made.version
    [changed] = companies.push(companies.change(made, phone="2"))
    assert changed.record.version != made.version == companies.change(made).version


def test_records_are_answered_in_order_and_one_that_is_refused_takes_no_other_with_it(tried):
    companies = tried()
    names = [f"Company {next(NUMBERS)}" for _ in range(3)]
    changes = [companies.change(display_name=name, phone="1") for name in names]
    (phone,) = companies.system.values(companies.lane, {"phone": "1"})
    changes[1] = replace(changes[1], values={**changes[1].values, phone: "0" * 500})
    answers = companies.push(*changes)
    assert [answer.record and answer.record.title for answer in answers] == [names[0], None, names[2]]
    assert isinstance(answers[1].reason, Words) and str(answers[1].reason)
    assert not answers[1].is_stale


def test_a_hundred_go_in_one_call_and_come_in_one(tried):
    companies = tried()
    changes = [companies.change(display_name=f"Company {next(NUMBERS)}") for _ in range(BATCH)]
    answers = companies.push(*changes)
    ids = [answer.record.id for answer in answers]
    assert len(set(ids)) == BATCH
    assert set(companies.side.get(companies.module, ids)) == set(ids)


def test_an_edit_made_meanwhile_is_not_written_over(tried):
    companies = tried()
    made = companies.made(display_name=f"Company {next(NUMBERS)}", phone="1")
    companies.push(companies.change(made, phone="2"))
    [answer] = companies.push(companies.change(made, phone="3"))
    assert answer.is_stale and answer.record is None
    values = companies.system.values(companies.lane, {"phone": "2"})
    assert companies.now(made).values.items() >= values.items()


def test_what_is_gone_is_not_there_and_not_written(tried, system):
    companies = tried()
    made = companies.made(display_name=f"Company {next(NUMBERS)}")
    system.delete(companies.module, made.id)
    assert companies.now(made) is None
    [answer] = companies.push(companies.change(made, phone="2"))
    assert answer.record is None and (answer.is_stale or str(answer.reason))


def test_nothing_asked_is_nothing_said(tried):
    companies = tried()
    assert (companies.push(), companies.side.get(companies.module, [])) == ([], {})
    assert companies.side.get(companies.module, ["999999999"]) == {}


def test_what_it_does_not_know_is_left_out_and_a_nameless_record_is_called_by_its_title(tried):
    companies = tried()
    title = f"Company {next(NUMBERS)}"
    [answer] = companies.push(Change(next(KEYS), {"nonsense": "x"}, title=title))
    assert answer.record.title == title and "nonsense" not in answer.record.values


def test_people_belong_to_a_company_and_move_to_another(tried):
    one, other = (tried().made(display_name=f"Company {next(NUMBERS)}").id for _ in range(2))
    people = tried("people")
    person = people.made(last_name="Sato", email="sato@example.com", parent=one)
    assert person.parent == one
    [answer] = people.push(people.change(person, parent=other))
    assert answer.record.parent == other and people.now(person).parent == other
    [answer] = people.push(people.change(answer.record, phone="1"))
    assert answer.record.parent == other, "who is not moved stays"


def test_it_finds_by_a_part_of_the_name_and_says_where_it_is(tried):
    companies = tried()
    made = companies.made(display_name=f"Findable {next(NUMBERS)}")
    assert made.id in [each.id for each in companies.side.search(companies.module, made.title)]
    assert companies.side.search(companies.module, "nobody is called that") == []
    assert made.id in companies.side.address_of(companies.module, made.id)


def test_all_there_are_come_page_by_page(tried):
    products = tried("products")
    ids = {products.made(name=f"Product {next(NUMBERS)}").id for _ in range(5)}
    found, _cursor = products.every()
    assert ids <= {each.id for each in found}
    assert next(each for each in found if each.id in ids) in [products.now(each) for each in found]


def test_what_changes_is_told_from_where_the_last_pass_ended(over_the_wire):
    one, other, third = (over_the_wire.made(name=f"Product {next(NUMBERS)}") for _ in range(3))
    _found, cursor = over_the_wire.every()
    [changed] = over_the_wire.push(over_the_wire.change(one, name=f"Product {next(NUMBERS)}"))
    over_the_wire.system.delete(over_the_wire.module, third.id)
    again, cursor = over_the_wire.every(cursor)
    told = {each.id: each for each in again if not each.is_gone}
    assert told[one.id] == changed.record
    assert told.get(other.id, other) == other, "what is told again is in the version that is known"
    assert third.id in {each.id for each in again if each.is_gone}
    assert third.id not in told


def test_rows_that_move_while_pages_are_read_are_not_left_out(over_the_wire):
    _found, cursor = over_the_wire.every()
    made = [over_the_wire.made(name=f"Product {next(NUMBERS)}") for _ in range(6)]
    first = over_the_wire.side.changed(over_the_wire.module, cursor, 2)
    moving = [over_the_wire.change(each, name=f"Product {next(NUMBERS)}") for each in (made[0], made[3])]
    moved = over_the_wire.push(*moving)
    made.append(over_the_wire.made(name=f"Product {next(NUMBERS)}"))
    rest, _cursor = over_the_wire.every(first.cursor)
    last = {each.id: each.version for each in (*first.records, *rest) if not each.is_gone}
    assert {each.id for each in made} <= set(last)
    assert all(last[answer.record.id] == answer.record.version for answer in moved)


def test_a_push_that_is_repeated_makes_nothing_twice(over_the_wire):
    changes = [over_the_wire.change(name=f"Product {next(NUMBERS)}") for _ in range(3)]
    first = [answer.record.id for answer in over_the_wire.push(*changes)]
    again = [answer.record.id for answer in over_the_wire.push(*changes[::-1])]
    assert again == first[::-1]


def test_who_is_not_let_in_or_not_there_is_a_failure_and_no_answer(_bigin, other):
    companies = Tried(_bigin, _bigin.lane("companies"), _bigin.open(_bigin.lane("companies")))
    api = companies.side.api
    companies.side.check()
    wrong = {
        "configuration": Access(other.address, access_token="kkh_wrong"),
        "transient": Access("http://127.0.0.1:9"),
    }
    for kind, api.access in wrong.items():
        for ask in (companies.side.check, lambda: companies.push(companies.change(display_name="x"))):
            with pytest.raises(Failure) as failed:
                ask()
            assert failed.value.kind == kind and str(failed.value.reason)
