"""Throw-away servers for tests: a PostgreSQL, a Valkey and an SMTP server that can misbehave.

Each is a context manager, private to the process that starts it, and gone with it.
"""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

import redis
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from bin.broker import Broker as BrokerAddress
from bin.broker import free_port
from bin.lifeline import die_with


class ServerMissing(RuntimeError):
    """The server that a test needs isn't installed: one sentence saying what to install."""


def wait_until(true: Callable[[], object], seconds: float = 10, every: float = 0.02) -> None:
    """Comes back as soon as the condition holds; fails when it doesn't within the time."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"still not true after {seconds} s"
        time.sleep(every)


# --- PostgreSQL ---------------------------------------------------------------------------------------------

# Speed instead of durability: the data is thrown away anyway.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB", "jit=off")


def postgresql_programs() -> Path:
    """The directory of initdb and postgres: the newest that Debian installed, or the one on the PATH."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]), reverse=True
    )
    found = installed[0] if installed else shutil.which("initdb")
    if not found:
        raise ServerMissing("Install PostgreSQL's server (on Debian: apt-get install postgresql).")
    return Path(found).resolve().parent


def _somebody() -> dict[str, Any]:
    """Popen's arguments that make a process somebody else's when we are root: PostgreSQL refuses that."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    entry = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty database on a new server, reached through a socket in its own directory."""
    programs, somebody = postgresql_programs(), _somebody()
    # not pytest's tmp_path: the path of a socket must be short, and its directory open to the other user
    directory = Path(tempfile.mkdtemp(prefix="kakehashi-pg-"))
    try:
        if somebody:
            os.chown(directory, somebody["user"], somebody["group"])
        _initdb(programs, directory, somebody)
        server = _start_postgres(programs, directory, somebody)
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={directory}"
        finally:
            _stop(server, signal.SIGINT)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _initdb(programs: Path, directory: Path, somebody: dict[str, Any]) -> None:
    options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    subprocess.run(
        [programs / "initdb", "--pgdata", directory / "data", *options],
        cwd=directory,
        check=True,
        stdout=subprocess.DEVNULL,
        **somebody,
    )


def _start_postgres(programs: Path, directory: Path, somebody: dict[str, Any]) -> subprocess.Popen[bytes]:
    settings = ("listen_addresses=", f"unix_socket_directories={directory}", "max_connections=200", *FAST)
    with (directory / "log").open("wb") as log:
        server = subprocess.Popen(
            [programs / "postgres", "-D", directory / "data", *(f"--{setting}" for setting in settings)],
            cwd=directory,
            stdout=log,
            stderr=log,
            preexec_fn=partial(die_with, os.getpid()),
            **somebody,
        )
    status = directory / "data" / "postmaster.pid"
    # the last line of the file says "ready" once connections are taken
    try:
        wait_until(
            lambda: server.poll() is not None or (status.exists() and "ready" in status.read_text()), 30
        )
        assert server.poll() is None
    except AssertionError:
        _stop(server, signal.SIGQUIT)
        raise ServerMissing(f"PostgreSQL didn't start: {(directory / 'log').read_text()}") from None
    return server


def _stop(process: subprocess.Popen[bytes], how: signal.Signals, seconds: float = 10) -> None:
    process.send_signal(how)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


# --- Valkey -------------------------------------------------------------------------------------------------


@dataclass
class Broker:
    """A broker that tests stop, start again at the same address, and empty."""

    address: BrokerAddress = field(default_factory=BrokerAddress)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """What REDIS_URL says."""
        return self.address.url

    def start(self) -> None:
        """The server answers when this comes back."""
        self.process = subprocess.Popen(
            self.address.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            preexec_fn=partial(die_with, os.getpid()),
        )
        with self.process.stdin as pipe:
            pipe.write(self.address.configuration.encode())
        wait_until(lambda: answers(self.url))

    def stop(self) -> None:
        """The server is gone, and everything in it."""
        if self.process:
            _stop(self.process, signal.SIGTERM)
        self.process = None

    def flush(self) -> None:
        """The server is empty."""
        with redis.Redis.from_url(self.url) as connection:
            connection.flushall()


def answers(url: str) -> bool:
    """Whether a broker is there."""
    try:
        with redis.Redis.from_url(url, retry=None) as connection:
            return bool(connection.ping())
    except redis.ConnectionError:
        return False


@contextmanager
def valkey() -> Iterator[Broker]:
    """A broker of one's own, running."""
    broker = Broker()
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


# --- SMTP ---------------------------------------------------------------------------------------------------


class Mood(StrEnum):
    """How the mail server treats a message."""

    ACCEPT = "accept"
    REFUSE = "refuse"  # 550 for each recipient: permanent
    GREYLIST = "greylist"  # 451 for each recipient: try again later
    REFUSE_DATA = "refuse data"  # 554 after the message
    HANG = "hang"  # the recipient never gets an answer
    HANG_AT_END = "hang at end"  # the message was received, its acceptance is never said
    DROP = "drop"  # the connection ends in the middle of the message
    DROP_AT_END = "drop at end"  # the message was received, the connection ends without a reply
    ACCEPT_AND_DIE = "accept and die"  # the message is accepted, and nobody listens after that


@dataclass(frozen=True)
class Received:
    """One message as it came in: the envelope and the bytes."""

    sender: str
    recipients: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The parsed message."""
        return message_from_bytes(self.content, policy=policy.default)  # type: ignore[return-value]


@dataclass
class MailServer:
    """A real SMTP server. `messages` were accepted; `unanswered` were received, but the client can't know."""

    port: int = field(default_factory=free_port)
    user: str | None = None
    password: str | None = None
    mood: Mood = Mood.ACCEPT
    messages: list[Received] = field(default_factory=list)
    unanswered: list[Received] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    _moods: list[Mood] = field(default_factory=list)
    _controller: Controller | None = None

    @property
    def url(self) -> str:
        """What SMTP_URL says."""
        login = f"{self.user}:{self.password}@" if self.user else ""
        return f"smtp://{login}127.0.0.1:{self.port}"

    def behave(self, mood: Mood, times: int | None = None) -> None:
        """Treat the next messages like this; without a number of times, all of them."""
        if times is None:
            self.mood, self._moods = mood, []
        else:
            self._moods = [mood] * times

    def start(self) -> None:
        """The server listens when this comes back."""
        login = {"authenticator": self._authenticate, "auth_required": True, "auth_require_tls": False}
        self._controller = _Controller(
            _Post(self), "127.0.0.1", self.port, timeout=600, **(login if self.user else {})
        )
        self._controller.start()

    def stop(self) -> None:
        """Nobody listens any more; open connections are cut."""
        if self._controller:
            self._controller.stop(no_assert=True)
        self._controller = None

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, how: str, data: Any
    ) -> AuthResult:
        expected = LoginPassword((self.user or "").encode(), (self.password or "").encode())
        return AuthResult(success=data == expected, handled=False)

    def _next_mood(self) -> Mood:
        return self._moods.pop(0) if self._moods else self.mood


@contextmanager
def smtp_server(user: str | None = None, password: str | None = None) -> Iterator[MailServer]:
    """A mail server of one's own, listening; with a user it asks for the password."""
    server = MailServer(user=user, password=password)
    server.start()
    try:
        yield server
    finally:
        server.stop()


class _Protocol(SMTP):
    """aiosmtpd's server, and a way to end the conversation in the middle of a message."""

    mood: Mood = Mood.ACCEPT

    async def smtp_DATA(self, arg: str) -> None:
        """Takes the message, or ends the connection when a part of it has come."""
        if self.mood is not Mood.DROP:
            return await super().smtp_DATA(arg)
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        await self._reader.readline()
        self.transport.abort()


class _Controller(Controller):
    """aiosmtpd's controller, making our protocol."""

    def factory(self) -> SMTP:
        """The server's side of one connection."""
        return _Protocol(self.handler, **self.SMTP_kwargs)


@dataclass
class _Post:
    """The hooks that aiosmtpd calls, one mood for each message."""

    server: MailServer

    async def handle_MAIL(
        self, smtp: _Protocol, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """A message begins: choose how to treat it."""
        smtp.mood = self.server._next_mood()
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, smtp: _Protocol, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Takes the recipient, refuses it, or says nothing."""
        if smtp.mood is Mood.HANG:
            await asyncio.sleep(3600)
        if smtp.mood in (Mood.REFUSE, Mood.GREYLIST):
            self.server.refused.append(address)
            return "550 5.1.1 No such mailbox" if smtp.mood is Mood.REFUSE else "451 4.7.1 Greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, smtp: _Protocol, session: Session, envelope: Envelope) -> str:
        """Records the message, and answers as the mood says."""
        received = Received(envelope.mail_from or "", list(envelope.rcpt_tos), bytes(envelope.content or b""))
        if smtp.mood is Mood.REFUSE_DATA:
            return "554 5.6.0 Message refused"
        if smtp.mood in (Mood.HANG_AT_END, Mood.DROP_AT_END):
            self.server.unanswered.append(received)
            if smtp.mood is Mood.HANG_AT_END:
                await asyncio.sleep(3600)
            smtp.transport.abort()
            return "250 OK"
        self.server.messages.append(received)
        if smtp.mood is Mood.ACCEPT_AND_DIE:
            self.server._controller.server.close()  # the answer still goes out on the open connection
        return "250 OK"
