"""What leaves the building is owed in the transaction of its cause, and paid once."""

from datetime import timedelta

import pytest

from domain import outbox
from domain.db import db, everywhere, now, scoped_to
from domain.errors import Refused
from domain.outbox import (
    OutboxRow,
    claim,
    dismiss,
    due,
    fail,
    finish,
    forget,
    publish,
    retry,
    stale,
    take_over,
    waiting_count,
)
from domain.words import _


@pytest.fixture
def pushed(session):
    """What was handed over, in the order in which it was."""
    rows: list = []
    outbox.on_commit(rows.extend)
    yield rows
    outbox.on_commit(None)


def row(outbox_id: int) -> OutboxRow:
    """The row as it is in the database."""
    db.session.expire_all()
    with everywhere():
        return db.session.get_one(OutboxRow, outbox_id)


def claimed(outbox_id: int) -> OutboxRow:
    """The row, claimed as a worker does."""
    found = claim(outbox_id)
    assert found is not None
    db.session.commit()
    return found


def state(outbox_id: int) -> str:
    """What the row is doing."""
    found = row(outbox_id)
    if found.done_at:
        return "stopped" if found.has_stopped else "done"
    return "running" if found.claimed_at else "waiting"


# --- publishing ---------------------------------------------------------------------------------------------


def test_what_is_published_is_handed_over_after_the_commit_and_not_before(pushed):
    made = publish("paper.boat", "boat-1", {"boat": 1}, queue="bulk")
    assert pushed == []
    db.session.commit()
    assert pushed == [(made, "bulk", 0)]


def test_what_is_rolled_back_was_never_owed(pushed):
    publish("paper.boat", "boat-1")
    db.session.rollback()
    db.session.commit()
    assert (pushed, waiting_count()) == ([], 0)


def test_a_savepoint_hands_nothing_over(pushed):
    with db.session.begin_nested():
        made = publish("paper.boat", "boat-1")
    assert pushed == []
    db.session.commit()
    assert [pushed_row.id for pushed_row in pushed] == [made]


def test_publishing_again_refreshes_what_waits(pushed):
    first = publish("paper.boat", "boat-1", {"colour": "red"})
    db.session.commit()
    assert publish("paper.boat", "boat-1", {"colour": "blue"}, queue="slow") == first
    db.session.commit()
    assert (row(first).payload, row(first).queue, waiting_count()) == ({"colour": "blue"}, "slow", 1)


def test_while_one_runs_one_more_may_wait(pushed):
    first = publish("paper.boat", "boat-1")
    db.session.commit()
    claimed(first)
    second = publish("paper.boat", "boat-1")
    assert publish("paper.boat", "boat-1") == second != first


def test_each_organization_owes_for_itself(pushed, cast):
    first = publish("paper.boat", "boat-1", {"whose": "ours"})
    db.session.commit()
    with scoped_to(cast.stranger.organization_id):
        assert publish("paper.boat", "boat-1", {"whose": "theirs"}) != first
        db.session.commit()
    assert row(first).payload == {"whose": "ours"}


def test_what_is_for_later_is_not_handed_over_now(pushed):
    made = publish("paper.boat", "boat-1", not_before=now() + timedelta(hours=1))
    db.session.commit()
    assert (pushed, due(), claim(made)) == ([], [], None)


def test_a_broker_that_fails_does_not_reach_the_one_who_commits(session):
    def fall_over(_rows: object) -> None:
        raise ConnectionError

    outbox.on_commit(fall_over)
    try:
        made = publish("paper.boat", "boat-1")
        db.session.commit()
    finally:
        outbox.on_commit(None)
    assert state(made) == "waiting"


# --- working ------------------------------------------------------------------------------------------------


def test_a_row_is_claimed_once(pushed):
    made = publish("paper.boat", "boat-1", {"boat": 1})
    db.session.commit()
    ours = claimed(made)
    assert (ours.attempts, ours.payload, ours.topic) == (1, {"boat": 1}, "paper.boat")
    assert claim(made) is None
    assert claim(made + 1000) is None


def test_what_is_done_is_done(pushed):
    made = publish("paper.boat", "boat-1")
    db.session.commit()
    finish(claimed(made), {"reply": "250 OK"})
    db.session.commit()
    assert (state(made), row(made).result) == ("done", {"reply": "250 OK"})
    assert claim(made) is None


def test_what_fails_in_passing_waits_longer_each_time_and_at_last_for_a_person(pushed, clock):
    made = publish("paper.boat", "boat-1")
    db.session.commit()
    waits = []
    for _attempt in range(5):
        moment = row(made).not_before
        clock(moment)
        fate = fail(claimed(made), "transient", "the pond is frozen")
        db.session.commit()
        waits.append((row(made).not_before - moment).total_seconds() / 60 if fate == "again" else None)
    assert waits == [1, 5, 15, 60, None]
    assert (state(made), row(made).error, row(made).attempts) == ("stopped", "the pond is frozen", 5)


def test_a_reason_is_read_later_in_any_language(pushed):
    made = publish("paper.boat", "boat-1")
    db.session.commit()
    fail(claimed(made), "permanent", _("There is no pond at %(place)s.", place="Kyoto"))
    assert str(row(made).error) == "There is no pond at Kyoto."
    assert row(made).error == _("There is no pond at %(place)s.", place="Kyoto")


def test_what_somebody_else_said_stays_as_it_was(pushed):
    made = publish("paper.boat", "boat-1")
    db.session.commit()
    fail(claimed(made), "permanent", "550 100% full {x}")
    assert row(made).error == "550 100% full {x}"


@pytest.mark.parametrize("kind", ["permanent", "configuration", "unknown"])
def test_what_fails_otherwise_stops_at_once(pushed, kind):
    made = publish("paper.boat", "boat-1")
    db.session.commit()
    assert fail(claimed(made), kind, "there is no pond") == "stopped"
    assert (state(made), row(made).failure) == ("stopped", kind)


def test_what_stopped_is_tried_again_with_fresh_patience_when_a_person_says_so(pushed):
    made = publish("paper.boat", "boat-1")
    db.session.commit()
    fail(claimed(made), "permanent", "there is no pond")
    db.session.commit()
    pushed.clear()
    retry(row(made))
    db.session.commit()
    assert (state(made), row(made).attempts, pushed) == ("waiting", 0, [(made, "now", 0)])
    retry(row(made))
    assert state(made) == "waiting"


def test_a_younger_wish_stands_for_the_one_that_failed(pushed):
    first = publish("paper.boat", "boat-1")
    db.session.commit()
    running = claimed(first)
    second = publish("paper.boat", "boat-1")
    db.session.commit()
    assert fail(running, "transient", "the pond is frozen") == "again"
    db.session.commit()
    assert (state(first), state(second)) == ("done", "waiting")


def test_what_may_have_been_done_is_not_done_again_by_a_click_in_a_list(pushed):
    made = publish("paper.boat", "boat-1")
    db.session.commit()
    fail(claimed(made), "unknown", "no answer")
    with pytest.raises(Refused):
        retry(row(made))


def test_what_somebody_has_dealt_with_asks_for_attention_no_more(pushed):
    first, other = publish("paper.boat", "boat-1"), publish("paper.boat", "boat-2")
    db.session.commit()
    for made in (first, other):
        fail(claimed(made), "unknown", "no answer")
    dismiss("paper.boat", "boat-1")
    assert (state(first), state(other)) == ("done", "stopped")


def test_nothing_is_retried_beside_one_that_waits(pushed):
    first = publish("paper.boat", "boat-1")
    db.session.commit()
    fail(claimed(first), "permanent", "there is no pond")
    second = publish("paper.boat", "boat-1")
    db.session.commit()
    retry(row(first))
    db.session.commit()
    assert (state(first), state(second)) == ("stopped", "waiting")


# --- keeping house ------------------------------------------------------------------------------------------


def test_what_is_due_is_found_in_pages_over_all_organizations(pushed, cast):
    ids = [publish("paper.boat", f"boat-{number}") for number in range(3)]
    publish("paper.boat", "later", not_before=now() + timedelta(hours=1))
    db.session.commit()
    with scoped_to(cast.stranger.organization_id):
        ids.append(publish("paper.boat", "boat-1"))
        db.session.commit()
    first = due(limit=2)
    assert [ready.id for ready in first + due(limit=9, after=first[-1].id)] == ids


def test_a_claim_whose_worker_is_gone_is_found_by_its_age(pushed, clock):
    made = publish("paper.boat", "boat-1")
    db.session.commit()
    began = now()
    claimed(made)
    assert stale(timedelta(minutes=4)) == []
    clock(began + timedelta(minutes=5))
    assert [found.id for found in stale(timedelta(minutes=4))] == [made]


def test_who_lost_the_claim_cannot_end_it(pushed, clock):
    made = publish("paper.boat", "boat-1")
    db.session.commit()
    late = claimed(made)
    fail(late, "transient", "the worker is gone")
    db.session.commit()
    clock(row(made).not_before)
    claimed(made)
    finish(late, {"reply": "250 OK"})
    assert fail(late, "transient", "too late") == fail(late, "permanent", "too late") == "taken"
    assert state(made) == "running"


def test_a_claim_is_taken_over_only_from_those_who_are_really_gone(pushed):
    made = publish("paper.boat", "boat-1")
    db.session.commit()
    slow = claimed(made)
    seen_long_ago = stale(timedelta(0))[0]
    finish(slow)
    db.session.commit()
    assert take_over(seen_long_ago) is None
    assert state(made) == "done"


def test_who_took_a_claim_over_ends_it(pushed):
    made = publish("paper.boat", "boat-1")
    db.session.commit()
    gone = claimed(made)
    ours = take_over(stale(timedelta(0))[0])
    db.session.commit()
    assert fail(gone, "permanent", "too late") == "taken"
    assert fail(ours, "permanent", "the worker is gone") == "stopped"


def test_what_was_done_is_forgotten_in_time_and_what_stopped_is_not(pushed, clock):
    done, stopped, waiting = (publish("paper.boat", f"boat-{number}") for number in range(3))
    db.session.commit()
    finish(claimed(done))
    fail(claimed(stopped), "permanent", "there is no pond")
    db.session.commit()
    clock(now() + timedelta(days=31))
    forget(timedelta(days=30))
    with everywhere():
        left = set(db.session.scalars(db.select(OutboxRow.id)))
    assert left == {stopped, waiting}
