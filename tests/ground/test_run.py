"""`bin/run`: everything starts, everything comes back, everything ends."""

import os
import shutil
import signal
import smtplib
import sqlite3
import urllib.request
from email.message import EmailMessage
from mailbox import Maildir
from types import SimpleNamespace

import pytest

from bin import broker, ready, start
from tests.ground.running import Run, children, command, running
from tests.servers import answers, smtp_server, valkey, wait_until

# one worker of the test run does them all: they share what they start
pytestmark = [pytest.mark.ground, pytest.mark.xdist_group("run")]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A data directory with tables and nobody in it, made once."""
    directory = tmp_path_factory.mktemp("made")
    assert ready.upgrade(f"sqlite:///{directory}/kakehashi.sqlite3", directory / "mark") == 0
    return directory


@pytest.fixture
def data(made, tmp_path):
    """A data directory of one's own, on which a start has nothing to make."""
    return shutil.copytree(made, tmp_path / "data")


@pytest.fixture(scope="module")
def run(made, tmp_path_factory):
    """A run without demo data, for the tests that leave it running."""
    with running(shutil.copytree(made, tmp_path_factory.mktemp("run") / "data")) as run:
        yield run


def test_it_says_where_it_is_and_is_well_by_then(run):
    assert f"http://127.0.0.1:{run.port} " in run.said()
    assert run.health()["status"] == "ok"


def test_without_the_demo_no_sign_ins_are_shown(run):
    assert "demo-password" not in run.said()


@pytest.mark.parametrize("name", ["web", "worker", "mail catcher", "broker"])
def test_a_program_that_is_killed_comes_back(run, name):
    before = run.program(name)
    os.kill(before, signal.SIGKILL)
    assert run.program(name, after=before)
    wait_until(lambda: run.health().get("status") == "ok", 15)
    assert f"{name} (process {before}) was ended by SIGKILL; starting it again." in run.said()


def test_a_killed_web_worker_comes_back(run):
    before = set(children(run.program("web")))
    os.kill(min(before), signal.SIGKILL)
    wait_until(lambda: len(set(children(run.program("web"))) - before) == 1)
    assert run.health()["status"] == "ok"


def test_nothing_that_a_killed_program_forked_goes_on_beside_its_successor(run):
    forked = {name: set(children(run.program(name))) for name in ("web", "worker")}
    for name in forked:
        os.kill(run.program(name), signal.SIGKILL)
    wait_until(lambda: not any(command(process) for process in forked["web"] | forked["worker"]), 5)
    wait_until(lambda: run.health().get("status") == "ok", 15)


def test_nobody_is_turned_away_while_the_web_server_is_started_again(run):
    web = run.program("web")
    workers = children(web)
    os.kill(web, signal.SIGKILL)
    wait_until(lambda: not any(command(worker) for worker in workers))
    with urllib.request.urlopen(f"http://127.0.0.1:{run.port}/healthz", timeout=15) as answer:
        assert answer.status == 200


def test_the_broker_comes_back_at_the_same_address(run):
    url = run.setting("REDIS_URL")
    before = run.program("broker")
    os.kill(before, signal.SIGKILL)
    assert run.program("broker", after=before)
    wait_until(lambda: answers(url))


def test_caught_mail_lies_in_the_data_directory(run):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "books@example.com", "aki@example.com", "Invoice"
    message.set_content("Attached.")
    with smtplib.SMTP("127.0.0.1", int(run.setting("CATCHER_PORT")), timeout=5) as client:
        client.send_message(message)
    (caught,) = Maildir(run.data / "mail-catcher")
    assert (caught["X-MailFrom"], caught["X-RcptTo"]) == ("books@example.com", "aki@example.com")


# --- the end ------------------------------------------------------------------------------------------------


def test_ctrl_c_ends_everything_within_five_seconds(data):
    with running(data) as run:
        family = run.family()
        assert len(family) >= 8
        assert run.end(signal.SIGINT, seconds=5) == 0
        assert not run.family() and not any(command(process) for process in family)


def test_nothing_is_left_when_the_supervisor_itself_is_killed(data):
    with running(data) as run:
        family = run.family()
        run.end(signal.SIGKILL)
        wait_until(lambda: not run.family() and not any(command(process) for process in family), 3)


def test_it_can_be_stopped_while_it_starts(tmp_path):
    run = Run(tmp_path / "data")
    wait_until(lambda: "Loading the demo" in run.said())
    assert run.end(signal.SIGTERM, seconds=5) == 130
    wait_until(lambda: not run.family(), 3)


# --- starting again -----------------------------------------------------------------------------------------


def organizations(data):
    """How many organizations that installation has."""
    connection = sqlite3.connect(data / "kakehashi.sqlite3")
    try:
        return connection.execute("select count(*) from organizations").fetchone()[0]
    finally:
        connection.close()


def test_the_demo_is_loaded_once_and_a_second_start_keeps_the_data(tmp_path):
    data = tmp_path / "data"
    for first in (True, False):
        with running(data) as run:
            assert "admin@example.com" in run.said()
            assert ("Loading the demo company" in run.said()) is first
            assert organizations(data) == 2, "the company and its office in Europe"
            key = (data / "secret_key").read_text()
    assert (data / "secret_key").read_text() == key


@pytest.mark.parametrize(
    ("options", "is_first", "loaded"),
    [([], True, True), ([], False, False), (["--empty"], True, False)],
    ids=["first start", "later start", "empty first start"],
)
def test_the_demo_comes_with_the_first_start_only(tmp_path, monkeypatch, options, is_first, loaded):
    steps = []
    monkeypatch.setattr(start, "_step", lambda command, *_: steps.append(command[-1]))
    monkeypatch.setattr(start, "Supervisor", lambda *_: SimpleNamespace(run=lambda: None))
    if is_first:
        (tmp_path / ready.FIRST_START).touch()
    start.main([f"--data={tmp_path}", f"--port={broker.free_port()}", *options])
    assert steps == ["bin.ready", "demo"][: 1 + loaded]
    assert not (tmp_path / ready.FIRST_START).exists()


def test_a_first_start_that_was_interrupted_stays_a_first_start(tmp_path, monkeypatch):
    def interrupted(command, *_):
        if command[-1] == "demo":
            raise KeyboardInterrupt

    monkeypatch.setattr(start, "_step", interrupted)
    (tmp_path / ready.FIRST_START).touch()
    assert start.main([f"--data={tmp_path}", f"--port={broker.free_port()}"]) == 130
    assert (tmp_path / ready.FIRST_START).exists()


def test_servers_that_are_named_are_used_and_none_is_started(data):
    with valkey() as queue, smtp_server() as mail:
        settings = {"REDIS_URL": queue.url, "SMTP_URL": mail.url}
        with running(data, **settings) as run:
            assert set(run.programs()) == {"web", "worker"}
            assert run.health()["status"] == "ok"


# --- one sentence -------------------------------------------------------------------------------------------


def refusal(data, *options, **environment):
    """The exit code and the lines of a run that can't start."""
    run = Run(data, *options, **environment)
    return run.process.wait(15), run.said().strip().splitlines()


@pytest.mark.parametrize(
    ("name", "text"),
    [("WEB_WORKERS", "none"), ("DATABASE_URL", "books"), ("REDIS_URL", "x"), ("SMTP_URL", "x")],
)
def test_a_wrong_setting_stops_the_start_with_one_sentence(tmp_path, name, text):
    code, lines = refusal(tmp_path / "data", **{name: text})
    assert code == 2 and len(lines) == 1 and lines[0].startswith(f"{name} must ")


def test_a_wrong_option_is_named_as_its_setting(tmp_path):
    code, lines = refusal(tmp_path / "data", "--port", "80000")
    assert (code, lines) == (2, ["PORT must be a whole number from 1 to 65535, not '80000'."])


def test_a_database_that_does_not_answer_is_said(tmp_path):
    code, lines = refusal(tmp_path / "data", DATABASE_URL="postgresql://books:secret@127.0.0.1:1/books")
    assert code == 2 and lines[0].startswith("DATABASE_URL: the database can't be used: ")
    assert "secret" not in "".join(lines) and "Traceback" not in "".join(lines)


def test_a_second_run_on_the_same_data_is_refused(run):
    code, lines = refusal(run.data)
    assert code == 1 and len(lines) == 1
    assert lines[0].startswith(f"Another bin/run (process {run.process.pid}) is using {run.data};")


def test_a_port_in_use_is_said(run, tmp_path):
    code, lines = refusal(tmp_path / "data", "--port", str(run.port))
    assert code == 2 and len(lines) == 1
    assert lines[0].startswith(f"PORT {run.port} on 127.0.0.1 can't be used: Address already in use;")


def test_an_address_of_another_machine_is_said(tmp_path):
    code, lines = refusal(tmp_path / "data", "--host", "192.0.2.1")
    assert code == 2 and len(lines) == 1 and lines[0].startswith("HOST 192.0.2.1 ")


def test_without_a_broker_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setattr(broker, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(broker.NoServer, match=r"^Install valkey-server or redis-server, or .* REDIS_URL\.$"):
        broker.find_server()
