"""The throw-away servers are real ones, and misbehave as they are told."""

import os
import smtplib
import socket
import subprocess
import sys
import time
from email.message import EmailMessage

import pytest
import redis
from sqlalchemy import create_engine, text

from config import ROOT
from tests.servers import (
    Mood,
    ServerMissing,
    answers,
    postgresql,
    postgresql_programs,
    smtp_server,
    valkey,
    wait_until,
)

pytestmark = pytest.mark.ground


def test_postgresql_is_an_empty_server_that_leaves_nothing():
    with postgresql() as url:
        directory = url.partition("host=")[2]
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("create table words (word text)"))
            connection.execute(text("insert into words values ('架け橋')"))
            assert connection.scalar(text("select word from words")) == "架け橋"
        engine.dispose()
    assert not os.path.exists(directory)


def test_a_missing_postgresql_is_said_in_one_sentence(monkeypatch):
    monkeypatch.setattr("tests.servers.Path.glob", lambda *_: [])
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ServerMissing, match="Install PostgreSQL's server"):
        postgresql_programs()


def test_the_broker_comes_back_empty_at_the_same_address():
    with valkey() as broker:
        client = redis.Redis.from_url(broker.url)
        client.set("word", "kakehashi")
        broker.stop()
        assert not answers(broker.url)
        broker.start()
        assert client.get("word") is None


def test_the_broker_can_be_emptied():
    with valkey() as broker:
        client = redis.Redis.from_url(broker.url)
        client.set("word", "kakehashi")
        broker.flush()
        assert client.get("word") is None


def test_the_broker_wants_its_password():
    with valkey() as broker, pytest.raises(redis.AuthenticationError):
        redis.Redis(port=broker.address.port, retry=None).ping()


def test_the_brokers_password_is_in_no_command_line():
    with valkey() as broker:
        assert broker.address.password not in " ".join(broker.process.args)


PROGRAM = """
import sys
from tests.servers import answers, postgresql, valkey
with postgresql() as url, valkey() as broker:
    print(url.partition("host=")[2], broker.address.port, flush=True)
    sys.stdin.read()
"""


def test_servers_end_with_a_test_run_that_is_killed():
    run = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    directory, port = run.stdout.readline().split()
    run.kill()
    run.communicate()
    wait_until(lambda: not listens("127.0.0.1", int(port)) and not listens(f"{directory}/.s.PGSQL.5432"))
    subprocess.run(["rm", "-r", directory], check=True)


def listens(host, port=None):
    """Whether something takes connections there."""
    with socket.socket(socket.AF_INET if port else socket.AF_UNIX) as probe:
        return probe.connect_ex((host, port) if port else host) == 0


# --- SMTP ---------------------------------------------------------------------------------------------------


def letter():
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "books@example.com", "aki@example.com", "請求書"
    message.set_content("Please find the invoice attached.")
    return message


def post(server, timeout=0.5):
    with smtplib.SMTP("127.0.0.1", server.port, timeout=timeout) as client:
        if server.user:
            client.login(server.user, server.password)
        return client.send_message(letter())


@pytest.fixture
def server():
    with smtp_server() as server:
        yield server


def test_an_accepted_message_is_recorded_with_its_envelope(server):
    post(server)
    (received,) = server.messages
    assert (received.sender, received.recipients) == ("books@example.com", ["aki@example.com"])
    assert received.message["Subject"] == "請求書"
    assert "invoice" in received.message.get_content()


@pytest.mark.parametrize(("mood", "code"), [(Mood.REFUSE, 550), (Mood.GREYLIST, 451)])
def test_a_recipient_is_refused(server, mood, code):
    server.behave(mood)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        post(server)
    assert refusal.value.recipients["aki@example.com"][0] == code
    assert server.refused == ["aki@example.com"] and not server.messages


def test_a_message_is_refused_after_its_data(server):
    server.behave(Mood.REFUSE_DATA)
    with pytest.raises(smtplib.SMTPDataError):
        post(server)
    assert not server.messages and not server.unanswered


def test_a_mood_can_last_for_some_messages_only(server):
    server.behave(Mood.GREYLIST, times=1)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        post(server)
    post(server)
    assert len(server.messages) == 1


def test_a_hanging_server_never_answers(server):
    server.behave(Mood.HANG)
    with pytest.raises((TimeoutError, smtplib.SMTPServerDisconnected)):
        post(server, timeout=0.3)
    assert not server.messages and not server.unanswered


def test_the_connection_ends_in_the_middle_of_a_message(server):
    server.behave(Mood.DROP)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        post(server)
    assert not server.messages and not server.unanswered


@pytest.mark.parametrize("mood", [Mood.DROP_AT_END, Mood.HANG_AT_END])
def test_a_message_is_received_and_nothing_is_said(server, mood):
    server.behave(mood)
    with pytest.raises((smtplib.SMTPServerDisconnected, TimeoutError)):
        post(server, timeout=0.3)
    assert len(server.unanswered) == 1 and not server.messages


def test_a_message_is_accepted_and_then_nobody_listens(server):
    server.behave(Mood.ACCEPT_AND_DIE)
    post(server)
    assert len(server.messages) == 1
    with pytest.raises(ConnectionRefusedError):
        post(server)


def test_a_stopped_server_comes_back_at_the_same_port(server):
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        post(server)
    server.start()
    post(server)
    assert len(server.messages) == 1


def test_a_server_with_a_user_wants_the_password():
    with smtp_server(user="books", password="right") as server:
        post(server)
        server.password, right = "wrong", server.password
        client = smtplib.SMTP("127.0.0.1", server.port, timeout=2)
        with client, pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("books", right)
        assert len(server.messages) == 1


def test_stopping_a_server_that_hangs_takes_no_time(server):
    server.behave(Mood.HANG)
    with pytest.raises((TimeoutError, smtplib.SMTPServerDisconnected)):
        post(server, timeout=0.2)
    begun = time.monotonic()
    server.stop()
    assert time.monotonic() - begun < 1
