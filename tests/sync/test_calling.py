"""Asking another system: what is cut, slow, endless or nonsense, and addresses that must not be reached."""

import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpcore
import pytest

from domain.outbox import Failure
from sync import calling
from sync.calling import call, may_be_reached

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@contextmanager
def server(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A system that answers every connection in its own way."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _address = listening.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                answer(connection)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.close()


def says(text: bytes) -> Callable[[socket.socket], None]:
    """It sends this and hangs up."""
    return lambda connection: connection.sendall(text)


def body(text: bytes) -> bytes:
    """A whole answer."""
    return OK + b"Content-Length: %d\r\n\r\n" % len(text) + text


def test_a_whole_answer_is_read(app, session):
    with server(says(body(b'{"data": [1.10], "name": "\xe4\xba\xac"}'))) as url:
        said = call("GET", f"{url}/x", query={"a": "é"})
    assert (said.status, said.body) == (200, {"data": ["1.10"], "name": "京"}), "no digit of a number is lost"


BROKEN = {
    "cut in the body": OK + b'Content-Length: 100\r\n\r\n{"data": [',
    "cut in the headers": b"HTTP/1.1 200 OK\r\nContent-",
    "nothing": b"",
    "no HTTP": b"+PONG\r\n",
    "no JSON": body(b"<html>"),
    "brackets without end": body(b"[" * 100_000),
}


def test_what_is_cut_or_nonsense_is_a_failure_in_passing(app, session, subtests):
    for name, text in BROKEN.items():
        with subtests.test(name), server(says(text)) as url, pytest.raises(Failure) as failed:
            call("GET", url)
        assert failed.value.kind == "transient", name


def test_who_says_nothing_or_too_slowly_or_too_much_is_given_up(app, session, monkeypatch):
    monkeypatch.setattr(calling, "READ", 0.2)
    with server(lambda connection: threading.Event().wait(1)) as url, pytest.raises(Failure, match="answer"):
        call("GET", url)
    monkeypatch.setattr(calling, "WHOLE", 0)
    with server(says(body(b"{}"))) as url, pytest.raises(Failure, match="answer"):
        call("GET", url)
    monkeypatch.setattr(calling, "WHOLE", 60)
    monkeypatch.setattr(calling, "LARGEST", 10)
    with server(says(body(b"[" + b"1," * 50 + b"1]"))) as url, pytest.raises(Failure, match="more"):
        call("GET", url)


def test_a_redirect_is_not_followed(app, session):
    target = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with server(says(target)) as url:
        assert call("GET", url).status == 302


NEVER = (
    "169.254.169.254",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "fe80::1",
    "::",
    "ff02::1",
    "::ffff:169.254.169.254",
)
INSIDE = (
    "127.0.0.1",
    "10.0.0.1",
    "192.168.1.1",
    "172.16.0.1",
    "100.64.0.1",
    "::1",
    "fd00::1",
    "::ffff:127.0.0.1",
    "2002:7f00:1::",
)
OUTSIDE = ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946")


@pytest.mark.parametrize("ourselves", [False, True])
def test_private_addresses_are_reached_from_private_installations_only(monkeypatch, ourselves):
    monkeypatch.setattr(calling, "_is_private_ourselves", lambda: ourselves)
    assert not any(may_be_reached(ipaddress.ip_address(each)) for each in NEVER)
    assert all(may_be_reached(ipaddress.ip_address(each)) == ourselves for each in INSIDE)
    assert all(may_be_reached(ipaddress.ip_address(each)) for each in OUTSIDE)


def test_a_public_installation_reaches_nobody_inside(app, session, monkeypatch):
    monkeypatch.setattr(calling, "_is_private_ourselves", lambda: False)
    reached = []
    with server(lambda connection: reached.append(connection)) as url:
        port = url.rpartition(":")[2]
        for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"):
            with pytest.raises(Failure):
                call("GET", f"http://{host}:{port}/")
    assert not reached


def test_what_is_judged_is_what_is_connected_to(app, session, monkeypatch):
    answers = iter([[(2, 1, 6, "", ("93.184.216.34", 80))], [(2, 1, 6, "", ("127.0.0.1", 80))]])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: next(answers))
    asked = []

    def connect(_backend, host, *_args):
        asked.append(host)
        raise httpcore.ConnectError

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    with pytest.raises(Failure):
        call("GET", "http://changing.example/")
    assert asked == ["93.184.216.34"], "the name is looked up once"


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.com/", "http://", "x", "gopher://127.0.0.1/"]
)
def test_only_the_web_is_asked(app, session, url):
    with pytest.raises(Failure) as failed:
        call("GET", url)
    assert failed.value.kind in ("configuration", "transient")
