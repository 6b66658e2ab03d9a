"""Records that are hard to keep in step: alike, renamed, moved, deleted, too long, in other letters, and very many."""

import resource
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.books import merging
from domain.books.customers import Customer
from domain.crm.accounts import Account
from domain.db import db, now
from domain.sync.questions import Question
from domain.sync.runs import SyncRun
from jobs import sync as jobs_sync
from sync.answers import answer, settle
from sync.connectors import CONNECTORS, fake
from sync.mapping import as_kept
from sync.walk import Walk
from tests.sync.working import rows_of, work_off
from tests.sync.worlds import World, every_one_is_joined, in_memory, in_step, phones, what_was_done


def asked(world: World, kind: str) -> Question:
    """The one question that waits."""
    (question,) = world.open_questions()
    assert question.kind == kind
    return question


def names(kept, kind="companies"):
    """The names on a side, each as often as it is there."""
    return sorted(said["name"] for said in kept.all(kind).values())


# --- who is whom -----------------------------------------------------------------------------------------------------


def test_half_width_kana_and_other_widths_are_the_same_name_and_stay_as_they_were_written(world):
    world.crm.make("companies", name="ﾐﾅﾄ製作所", phone="０３－１１１１")
    world.books.make("companies", name="ミナト製作所", phone="03-1111")
    in_step_but_for_writing(world)
    assert (names(world.crm), names(world.books)) == (["ﾐﾅﾄ製作所"], ["ミナト製作所"])
    (crm_id,) = world.crm.all("companies")
    world.crm.edit("companies", crm_id, phone="０３－２２２２")
    world.sync()
    assert [said["phone"] for said in world.books.all("companies").values()] == ["０３－２２２２"]
    in_step_but_for_writing(world)


def in_step_but_for_writing(world: World) -> None:
    """As `in_step`, of two who say the same in letters of their own."""
    world.sync()
    assert what_was_done(world.sync()) == []
    every_one_is_joined(world, "companies")


def test_two_of_one_name_on_both_sides_are_asked_about_and_then_joined_as_somebody_says(world):
    theirs = [world.crm.make("companies", name="Minato", phone=phone) for phone in ("1", "2")]
    world.books.make("companies", name="Minato", phone="9")
    world.sync()
    questions = {each.crm_id: each for each in world.open_questions("match")}
    if world.is_built_in:  # elsewhere nobody knows how many more of that name will come
        assert set(questions) == set(theirs)
    assert names(world.books)[0] == "Minato"
    for each in questions.values():
        answer(world.connection, each, "new", world.connection.actor)
    db.session.commit()
    work_off()
    world.sync()
    every_one_is_joined(world, "companies") if not questions else None
    assert what_was_done(world.sync()) == []


def test_two_of_one_name_in_the_crm_are_two_customers(world):
    for phone in ("1", "2"):
        world.crm.make("companies", name="Minato", phone=phone)
    world.sync()
    assert what_was_done(world.sync()) == []
    every_one_is_joined(world, "companies")
    assert sorted(said["phone"] for said in world.books.all("companies").values()) == ["1", "2"]


def test_a_company_renamed_on_both_sides_is_asked_about_once_and_settled_with_one_click(world):
    crm_id = world.crm.make("companies", name="Minato", phone="1")
    in_step(world)
    books_id = world.linked("companies")[crm_id]
    somebody_says_whose_name_is_right(world)
    world.crm.edit("companies", crm_id, name="Minato there")
    world.books.edit("companies", books_id, name="Minato here")
    world.sync()
    in_step(world)
    question = asked(world, "conflict")
    settle(
        world.connection, question, dict.fromkeys(question.detail["fields"], "books"), world.connection.actor
    )
    db.session.commit()
    work_off()
    in_step(world)
    assert names(world.crm) == names(world.books) == ["Minato here"]
    assert world.open_questions() == []


def somebody_says_whose_name_is_right(world: World) -> None:
    """Not the newest wins, but whom a person chooses."""
    lane = next(lane for lane in CONNECTORS[world.connection.connector].lanes if lane.key == "companies")
    pairs = [replace(pair, wins="ask") if pair.books == "display_name" else pair for pair in lane.pairs]
    world.settings().mapping = {"companies": as_kept(pairs)}
    db.session.commit()


def test_a_company_renamed_to_the_same_on_both_sides_is_no_conflict(world):
    crm_id = world.crm.make("companies", name="Minato")
    in_step(world)
    world.crm.edit("companies", crm_id, name="Minato Works")
    world.books.edit("companies", world.linked("companies")[crm_id], name="Minato Works")
    in_step(world)
    assert world.open_questions() == []
    assert names(world.crm) == names(world.books) == ["Minato Works"]


@pytest.mark.parametrize("skew", [-10, 10])
def test_a_clock_that_is_ten_minutes_wrong_loses_no_edit(monkeypatch, cast, skew):
    world = in_memory(
        monkeypatch, cast.admin, lambda: now() + timedelta(minutes=skew, seconds=-1 if skew > 0 else 1)
    )
    crm_id = world.crm.make("companies", name="Minato", phone="1")
    in_step(world)
    books_id = world.linked("companies")[crm_id]
    world.crm.edit("companies", crm_id, phone="2")
    in_step(world)
    assert phones(world.books) == {"Minato": "2"}
    world.crm.edit("companies", crm_id, phone="3")
    world.books.edit("companies", books_id, phone="4")
    world.sync()
    question = asked(world, "conflict")
    (fields,) = question.detail["fields"].values()
    assert fields[:2] == ["3", "4"], "within ten minutes nobody knows which is newer"
    world.books.edit("companies", books_id, phone="3")
    in_step(world)
    assert world.open_questions() == [], "they agree by themselves"


# --- values that don't fit -------------------------------------------------------------------------------------------


def test_what_is_too_long_is_told_and_comes_over_once_it_was_shortened(memory):
    long = memory.crm.make("companies", name="x" * 201)
    memory.crm.make("companies", name="Minato")
    ours = memory.books.make("companies", name="Sakura", phone="0" * 40)
    run = memory.sync()
    told = {row[2][:6] for row in rows_of(run) if row[0] == "failed"}
    assert (run.state, told) == ("done", {"xxxxxx", "Sakura"})
    assert names(memory.books) == ["Minato", "Sakura"]
    memory.crm.edit("companies", long, name="Short")
    memory.books.edit("companies", ours, phone="1")
    in_step(memory)
    every_one_is_joined(memory, "companies")
    assert memory.sync().counts.get("failed", 0) == 0


def test_what_the_other_side_says_besides_is_left_alone(memory):
    crm_id = memory.crm.make("companies", name="Minato")
    row = memory.crm.system.rows["companies"][crm_id]
    row.values["unheard_of"] = {"deep": [1, None]}
    in_step(memory)
    memory.books.edit("companies", memory.linked("companies")[crm_id], phone="1")
    in_step(memory)
    assert row.values["unheard_of"] == {"deep": [1, None]}


def test_a_field_that_is_not_there_any_more_is_not_synced_and_the_others_are(memory, monkeypatch):
    crm_id = memory.crm.make("companies", name="Minato")
    in_step(memory)
    fewer = tuple(each for each in fake.FIELDS["companies"] if each.name != "website")
    monkeypatch.setattr(fake, "FIELDS", {**fake.FIELDS, "companies": fewer})
    del memory.crm.system.rows["companies"][crm_id].values["website"]
    memory.crm.edit("companies", crm_id, phone="1")
    in_step(memory)
    assert phones(memory.books) == {"Minato": "1"}


def test_fields_and_kinds_that_nobody_here_knows_are_left_alone_over_http(http, neighbour):
    crm_id = http.crm.make("companies", name="Minato")
    described = http.between.side.settings = dict(http.connection.settings)
    described["fields"]["Accounts"] += [
        {"api_name": "Riddle", "data_type": "hologram"},
        {"api_name": "Twice", "data_type": "text", "length": "long", "pick_list_values": None},
        {"nonsense": 1},
    ]
    http.connection.settings = described
    db.session.commit()
    in_step(http)
    http.crm.edit("companies", crm_id, phone="1")
    in_step(http)
    assert phones(http.books) == {"Minato": "1"}


# --- who goes where --------------------------------------------------------------------------------------------------


def where(world: World) -> dict[str, str]:
    """In the books: the name of everybody's company."""
    companies = {each: said["name"] for each, said in world.books.all("companies").items()}
    return {said["last"]: companies[said["company"]] for said in world.books.all("people").values()}


def test_a_contact_moves_between_companies(world):
    one, other = (world.crm.make("companies", name=name) for name in ("One", "Other"))
    person = world.crm.make("people", last="Sato", company=one)
    in_step(world)
    world.crm.edit("people", person, company=other)
    in_step(world)
    assert where(world) == {"Sato": "Other"}
    world.crm.edit("people", person, company=one, last="Suzuki")
    in_step(world)
    assert where(world) == {"Suzuki": "One"}


def test_who_leaves_their_company_or_finds_one_is_not_made_twice_and_stays_in_step(world):
    company = world.crm.make("companies", name="One")
    leaves = world.crm.make("people", last="Sato", company=company)
    finds = world.crm.make("people", last="Tanaka")
    in_step(world)
    world.crm.edit("people", leaves, company="", email="sato@example.com")
    world.crm.edit("people", finds, company=company, email="tanaka@example.com")
    in_step(world)
    people, alone = world.books.all("people"), world.books.all("loose")
    assert [(said["last"], said["email"]) for said in people.values()] == [("Sato", "sato@example.com")]
    assert [(said["last"], said["email"]) for said in alone.values()] == [("Tanaka", "tanaka@example.com")]


def test_what_was_deleted_on_one_side_stays_on_the_other_until_somebody_says_so(world):
    for name in ("Gone there", "Gone here"):
        world.crm.make("companies", name=name)
    in_step(world)
    pairs = {
        world.crm.all("companies")[crm]["name"]: (crm, books)
        for crm, books in world.linked("companies").items()
    }
    world.crm.delete("companies", pairs["Gone there"][0])
    world.books.delete("companies", pairs["Gone here"][1])
    in_step(world)
    assert (names(world.crm), names(world.books)) == (["Gone here"], ["Gone there"])
    questions = {question.title: question for question in world.open_questions("gone")}
    assert set(questions) == {"Gone there", "Gone here"}
    answer(world.connection, questions["Gone there"], "again", world.connection.actor)
    answer(world.connection, questions["Gone here"], "keep", world.connection.actor)
    db.session.commit()
    work_off()
    in_step(world)
    assert (names(world.crm), names(world.books)) == (["Gone here", "Gone there"], ["Gone there"])


def test_a_number_that_is_given_again_is_somebody_else(http):
    """SQLite gives the number of the last record to the next one once it is deleted."""
    crm_id = http.crm.make("companies", name="Minato", phone="1")
    with http.crm.there():  # some seconds lie between: that long is a second to the other side
        db.session.get(Account, int(crm_id)).created_at = now() - timedelta(hours=1)
        db.session.commit()
    in_step(http)
    http.crm.delete("companies", crm_id)
    again = http.crm.make("companies", name="Sakura", phone="2")
    in_step(http)
    assert phones(http.books) == {"Minato": "1", "Sakura": "2"}
    assert asked(http, "gone").title == "Minato"
    assert list(http.linked("companies")) == [again]
    http.crm.edit("companies", again, phone="3")
    in_step(http)
    assert phones(http.books) == {"Minato": "1", "Sakura": "3"}


def test_customers_that_are_merged_stay_in_step_and_the_same_is_proposed_for_the_crm(world, cast):
    for name in ("Minato", "Minato Works"):
        world.crm.make("companies", name=name)
    in_step(world)
    main, other = sorted(
        world.books.all("companies"), key=lambda each: world.books.all("companies")[each]["name"]
    )
    merge = merging.merge(
        db.session.get(Customer, int(main)), [db.session.get(Customer, int(other))], {}, cast.admin
    )
    db.session.commit()
    in_step(world)
    assert names(world.books) == ["Minato"] and names(world.crm) == ["Minato", "Minato Works"]
    world.books.edit("companies", main, phone="1")
    in_step(world)
    assert asked(world, "merged").title == "Minato Works"
    assert phones(world.crm) == {"Minato": "1", "Minato Works": ""}
    merging.undo(merge, cast.admin)
    db.session.commit()
    world.sync()
    in_step(world)
    every_one_is_joined(world, "companies")


# --- two at once, and very many --------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", ["changed", "push"])
def test_two_workers_at_the_same_batch_do_it_once(memory, call):
    for number in range(5):
        memory.crm.make("companies", name=f"Company {number}")
    memory.books.make("companies", name="Ours")
    run = memory.start()
    done = []

    def another_worker() -> None:
        again = db.session.get(SyncRun, run.id)
        walk = Walk(again)
        while jobs_sync._one_batch(walk, lambda: False):
            done.append(dict(again.place))

    memory.between.before = {call: another_worker}
    memory.go_on()
    assert done
    in_step(memory)
    every_one_is_joined(memory, "companies")
    assert names(memory.crm) == names(memory.books)


@pytest.mark.parametrize("many", [150, pytest.param(10_000, marks=pytest.mark.long)])
def test_very_many_contacts_who_are_joined_to_nobody_come_over_in_even_memory(memory, many):
    company = memory.crm.make("companies", name="Minato")
    for number in range(many):
        memory.crm.make("people", last=f"Name {number:05}", company=company if number % 2 else "")
    memory.sync()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert what_was_done(memory.sync()) == []
    for kind in ("people", "loose"):
        every_one_is_joined(memory, kind)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000
