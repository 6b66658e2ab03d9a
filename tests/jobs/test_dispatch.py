"""From the outbox to the broker: at once when it is there, and soon when it is back; no page waits for it."""

import os
import time

import pytest
from redis import Redis
from rq import Queue

import jobs
from bin.broker import free_port
from domain import outbox
from domain.books.customers import Customer
from domain.db import current_organization_id, db, everywhere, scoped_to
from domain.outbox import Failure, OutboxRow, publish
from jobs import dispatch, schedule
from jobs.broker import Broker
from jobs.handler import Handler
from tests.servers import wait_until

BOAT = "paper.boat"


@pytest.fixture
def boats(monkeypatch):
    """A topic of which the tests decide what it does; what was done stands in this list."""
    done: list = []
    monkeypatch.setitem(jobs.HANDLERS, BOAT, Handler(do=lambda row: done.append(row.payload)))
    return done


@pytest.fixture
def connection(broker, choose, session):
    """The broker that the application pushes to."""
    choose(redis_url=broker.url)
    wait_until(lambda: dispatch.worker_count() is not None)  # a page would not wait that long to be connected
    return Redis.from_url(broker.url)


def queued(connection, queue: str = "now") -> list[str]:
    """The ids of the jobs that stand in a queue."""
    return Queue(queue, connection=connection).get_job_ids()


def row(outbox_id: int) -> OutboxRow:
    """The row as it is in the database."""
    db.session.expire_all()
    with everywhere():
        return db.session.get_one(OutboxRow, outbox_id)


# --- pushing ------------------------------------------------------------------------------------------------


def test_a_commit_puts_the_job_into_its_queue(connection):
    first = publish(BOAT, "1")
    second = publish(BOAT, "2", queue="slow")
    db.session.commit()
    assert (queued(connection), queued(connection, "slow")) == ([f"outbox-{first}-0"], [f"outbox-{second}-0"])


def test_a_page_does_not_wait_for_a_broker_that_is_away(session, choose):
    choose(redis_url=f"redis://127.0.0.1:{free_port()}/0")
    durations = []
    for number in range(3):
        publish(BOAT, str(number))
        db.session.flush()
        start = time.perf_counter()
        outbox._hand_over(db.session())
        durations.append(time.perf_counter() - start)
    db.session.commit()
    assert durations[0] < 0.2
    assert max(durations[1:]) < 0.005
    assert outbox.waiting_count() == 3


def test_a_broker_that_does_not_answer_is_given_up_quickly(monkeypatch):
    away = Broker("redis://10.255.255.1:6379/0")  # packets to it vanish
    start = time.perf_counter()
    away.push([outbox.Ready(1, "now", 0)], dispatch.run)
    first = time.perf_counter() - start
    away.push([outbox.Ready(1, "now", 0)], dispatch.run)
    assert first < 0.15
    assert time.perf_counter() - start - first < 0.005


def test_after_a_rest_the_broker_is_tried_again(broker, monkeypatch):
    ours = Broker(broker.url)
    broker.stop()
    ours.push([outbox.Ready(1, "now", 0)], dispatch.run)
    broker.start()
    ours.push([outbox.Ready(1, "now", 0)], dispatch.run)
    assert ours.waiting() == set()
    monkeypatch.setattr("jobs.broker.time.monotonic", lambda: time.perf_counter() + 1e9)
    ours.push([outbox.Ready(1, "now", 0)], dispatch.run)
    assert ours.waiting() == {"outbox-1-0"}


def test_without_a_broker_in_the_settings_everything_waits(session):
    publish(BOAT, "1")
    db.session.commit()
    dispatch.sweep()
    assert (outbox.waiting_count(), dispatch.worker_count()) == (1, None)


# --- performing ---------------------------------------------------------------------------------------------


def test_a_row_is_done_once_however_often_its_job_runs(session, boats):
    made = publish(BOAT, "1", {"boat": 1})
    db.session.commit()
    for _time in range(3):
        dispatch.perform(made)
    assert (boats, row(made).failure, row(made).attempts) == ([{"boat": 1}], None, 1)


def test_a_row_that_is_gone_is_no_failure(session, boats):
    dispatch.perform(12345)
    assert boats == []


def test_the_work_is_done_in_the_rows_organization(session, cast, monkeypatch):
    seen = []
    handler = Handler(do=lambda _row: seen.append(current_organization_id()))
    monkeypatch.setitem(jobs.HANDLERS, BOAT, handler)
    with scoped_to(cast.stranger.organization_id):
        made = publish(BOAT, "1")
        db.session.commit()
    dispatch.perform(made)
    assert seen == [cast.stranger.organization_id]


def test_a_failure_says_what_becomes_of_the_row(session, monkeypatch):
    def fail(_row: OutboxRow) -> None:
        raise Failure("permanent", "there is no pond")

    monkeypatch.setitem(jobs.HANDLERS, BOAT, Handler(do=fail))
    made = publish(BOAT, "1")
    db.session.commit()
    dispatch.perform(made)
    assert (row(made).has_stopped, row(made).error) == (True, "there is no pond")


def test_a_surprise_is_tried_again_and_leaves_nothing_half_done(session, monkeypatch, factories):
    def fail(_row: OutboxRow) -> None:
        factories.customer(display_name="Half done")
        raise ZeroDivisionError("oops")

    monkeypatch.setitem(jobs.HANDLERS, BOAT, Handler(do=fail))
    made = publish(BOAT, "1")
    db.session.commit()
    dispatch.perform(made)
    assert (row(made).failure, row(made).error) == ("transient", "ZeroDivisionError: oops")
    assert db.session.scalar(db.select(Customer).where(Customer.display_name == "Half done")) is None


def test_a_topic_that_this_version_does_not_know_stops(session):
    made = publish("from.the-future", "1")
    db.session.commit()
    dispatch.perform(made)
    assert (row(made).failure, "from.the-future" in str(row(made).error)) == ("configuration", True)


def test_a_job_that_hangs_beyond_its_time_ends_its_process(app, session, monkeypatch):
    monkeypatch.setitem(jobs.HANDLERS, BOAT, Handler(do=lambda _row: time.sleep(60)))
    monkeypatch.setattr(dispatch, "JOB_TIMEOUT", 0)
    monkeypatch.setattr(dispatch, "GRACE", 0.3)
    made = publish(BOAT, "1")
    db.session.commit()
    child = os.fork()
    if child == 0:
        db.engine.dispose(close=False)
        dispatch.run(made)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    assert row(made).claimed_at is not None


# --- sweeping -----------------------------------------------------------------------------------------------


def test_what_the_broker_forgot_is_put_back(connection, boats):
    made = publish(BOAT, "1")
    db.session.commit()
    connection.flushall()
    dispatch.sweep()
    assert queued(connection) == [f"outbox-{made}-0"]


def test_what_stands_in_a_queue_is_left_there(connection, boats):
    made = publish(BOAT, "1")
    db.session.commit()
    dispatch.sweep()
    dispatch.sweep()
    assert queued(connection) == [f"outbox-{made}-0"]


def test_a_job_that_a_dying_worker_took_out_of_its_queue_is_put_back(connection, boats):
    made = publish(BOAT, "1")
    db.session.commit()
    connection.lpop("rq:queue:now")  # its hash is still there, so RQ says that the job exists
    dispatch.sweep()
    assert queued(connection) == [f"outbox-{made}-0"]


def test_many_rows_are_put_back_in_pages(connection, boats, monkeypatch):
    monkeypatch.setattr(outbox.due, "__defaults__", (2, 0))
    for number in range(5):
        publish(BOAT, str(number))
    db.session.commit()
    connection.flushall()
    dispatch.sweep()
    assert len(queued(connection)) == 5


def test_what_failed_in_passing_comes_back_when_its_time_has_come(connection, monkeypatch, clock):
    def fail(_row: OutboxRow) -> None:
        raise Failure("transient", "the pond is frozen")

    monkeypatch.setitem(jobs.HANDLERS, BOAT, Handler(do=fail))
    made = publish(BOAT, "1")
    db.session.commit()
    connection.flushall()
    dispatch.perform(made)
    dispatch.sweep()
    assert queued(connection) == []
    clock(row(made).not_before)
    dispatch.sweep()
    assert queued(connection) == [f"outbox-{made}-1"]


def test_a_broker_is_new_once_after_it_was_emptied(broker):
    ours = Broker(broker.url)
    assert [ours.is_new(), ours.is_new()] == [True, False]
    broker.flush()
    assert ours.is_new()


def test_everything_on_the_schedule_can_be_run_twice_and_says_why(connection):
    for task in schedule.SCHEDULE:
        task.run()
        task.run()
        assert task.why


def test_what_goes_wrong_on_the_schedule_does_not_end_it(app, caplog):
    def fall_over() -> None:
        raise ZeroDivisionError

    schedule._run(app, schedule.Task(fall_over, 60, "to see it fall"))
    assert "fall_over failed" in caplog.text
