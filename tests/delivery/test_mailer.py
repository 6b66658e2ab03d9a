"""A conversation with a mail server ends in exactly one of five ways, whatever the server does."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace

import pytest

from bin.broker import free_port
from delivery import mailer
from delivery.mailer import Envelope, Server
from domain.outbox import Failure
from tests.servers import smtp_server

DROP, RESET, HANG = "drop", "reset", "hang"

FRIENDLY = {
    "connect": "220 mail.example",
    "EHLO": "250-mail.example\r\n250 SIZE 1000000",
    "MAIL": "250 OK",
    "RCPT": "250 OK",
    "DATA": "354 Go on",
    ".": "250 Taken as 42",
    "QUIT": "221 Bye",
}


@dataclass
class Script:
    """A mail server that says what it is told at each step, and remembers what it heard."""

    answers: dict[str, str]
    port: int = 0
    commands: list[str] = field(default_factory=list)
    message: bytes = b""
    over: threading.Event = field(default_factory=threading.Event)

    def serve(self, listener: socket.socket) -> None:
        """One conversation."""
        connection, _address = listener.accept()
        with closing(connection), connection.makefile("rb") as lines, suppress(ConnectionError):
            if not self._say(connection, "connect"):
                return
            for line in lines:
                command = line.decode("utf-8", "replace").rstrip("\r\n")
                self.commands.append(command)
                verb = command.split(" ")[0].upper()
                if not self._say(connection, command if command in self.answers else verb):
                    return
                goes_on = verb == "DATA" and self.answers[verb].startswith("354")
                if goes_on and not self._listen(connection, lines):
                    return

    def _listen(self, connection: socket.socket, lines: Iterator[bytes]) -> bool:
        if "message" in self.answers:
            next(lines)
            return self._say(connection, "message")
        for line in lines:
            if line == b".\r\n":
                return self._say(connection, ".")
            self.message += line
        return False

    def _say(self, connection: socket.socket, step: str) -> bool:
        answer = self.answers.get(step, "502 What?")
        if answer == HANG:
            self.over.wait(5)
        if answer == RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        if answer in (HANG, DROP, RESET):
            return False
        connection.sendall(answer.encode() + b"\r\n")
        return True


@contextmanager
def scripted(**answers: str) -> Iterator[Script]:
    """A friendly server, apart from these answers; `end` is the answer to the dot."""
    if "end" in answers:
        answers["."] = answers.pop("end")
    script = Script(FRIENDLY | answers)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        script.port = listener.getsockname()[1]
        thread = threading.Thread(target=script.serve, args=(listener,), daemon=True)
        thread.start()
        yield script
        script.over.set()
        thread.join(3)


LETTER = Envelope("books@example.com", ["a@example.com", "b@example.com"], b"Subject: x\r\n\r\nHello\r\n")


def send(script: Script, letter: Envelope = LETTER, **server: object) -> mailer.Accepted:
    """Send a letter to a scripted server, with little patience."""
    options: dict = {"timeout": 0.3} | server
    return mailer.send(Server("127.0.0.1", script.port, **options), letter)


def failure_of(letter: Envelope = LETTER, server: dict | None = None, **answers: str) -> Failure:
    """How it fails when the server answers like this."""
    with scripted(**answers) as script, pytest.raises(Failure) as caught:
        send(script, letter, **(server or {}))
    return caught.value


def test_an_accepted_message_arrives_as_it_is():
    with scripted() as script:
        accepted = send(script)
    assert accepted == mailer.Accepted("250 Taken as 42", {})
    assert script.message == LETTER.content
    assert script.commands[1].startswith("mail FROM:<books@example.com> size=")


@pytest.mark.parametrize("step", ["connect", "EHLO", "MAIL", "RCPT", "DATA", "message"])
@pytest.mark.parametrize("action", [DROP, RESET, HANG])
def test_what_breaks_off_before_the_final_dot_is_tried_again(step, action):
    # longer than what the two kernels hold between them: else the dot is sent before the end is noticed
    letter = replace(LETTER, content=(b"x" * 998 + b"\r\n") * 10_000)
    assert failure_of(letter, **{step: action}).kind == "transient"


@pytest.mark.parametrize("action", [DROP, RESET, HANG, "garbage", "123 What"])
def test_after_the_final_dot_only_a_clear_reply_tells_what_happened(action):
    assert failure_of(end=action).kind == "unknown"


@pytest.mark.parametrize("step", ["connect", "EHLO", "MAIL", "RCPT", "DATA", "end"])
def test_a_4xx_is_tried_again(step):
    failure = failure_of(**{step: "451 4.7.1 Later, please"}, **({"HELO": "451 x"} if step == "EHLO" else {}))
    assert failure.kind == "transient"
    assert "451" in str(failure)


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "end"])
def test_a_5xx_is_for_good_and_keeps_the_servers_words(step):
    failure = failure_of(**{step: "550 5.7.1 We don't want\tthis"})
    assert (failure.kind, failure.reason) == ("permanent", "550 5.7.1 We don't want this")


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_wants_a_password_is_a_matter_of_settings(step):
    assert failure_of(**{step: "530 5.7.0 Authentication required"}).kind == "configuration"


def test_a_greeting_that_turns_us_away_is_a_matter_of_settings():
    assert failure_of(connect="554 No SMTP service here").kind == "configuration"


def test_a_wrong_password_is_a_matter_of_settings_and_is_not_repeated():
    login = {"user": "books", "password": "s3cret-word"}
    answers = {"EHLO": "250-mail.example\r\n250 AUTH PLAIN", "AUTH": "535 5.7.8 Wrong"}
    failure = failure_of(server=login, **answers)
    assert (failure.kind, failure.reason) == ("configuration", "535 5.7.8 Wrong")
    assert "s3cret-word" not in repr(Server("mail.example", 25, **login))


def test_a_login_that_fails_in_passing_is_tried_again():
    answers = {"EHLO": "250-mail.example\r\n250 AUTH PLAIN", "AUTH": "454 4.7.0 Busy"}
    assert failure_of(server={"user": "books", "password": "x"}, **answers).kind == "transient"


def test_a_server_without_login_or_starttls_is_a_matter_of_settings():
    assert failure_of(server={"user": "books", "password": "x"}).kind == "configuration"
    assert failure_of(server={"security": "starttls"}).kind == "configuration"


def test_a_server_that_does_not_speak_tls_is_a_matter_of_settings():
    starttls = {"EHLO": "250-mail.example\r\n250 STARTTLS", "STARTTLS": "220 Go\r\nthis is no handshake"}
    assert failure_of(server={"security": "starttls"}, **starttls).kind == "configuration"
    assert failure_of(server={"security": "tls"}, connect="220 plain text").kind == "configuration"


def test_a_server_that_is_not_there_is_waited_for():
    with pytest.raises(Failure) as caught:
        mailer.send(Server("127.0.0.1", free_port()), LETTER)
    assert caught.value.kind == "transient"


@pytest.mark.parametrize(
    ("error", "kind"),
    [(socket.EAI_NONAME, "configuration"), (socket.EAI_AGAIN, "transient")],
)
def test_a_name_that_does_not_exist_is_a_setting_and_a_silent_name_server_is_not(monkeypatch, error, kind):
    def fail(*_args: object, **_options: object) -> None:
        raise socket.gaierror(error, "no answer")

    monkeypatch.setattr("smtplib.socket.create_connection", fail)
    with pytest.raises(Failure) as caught:
        mailer.send(Server("mail.example", 25), LETTER)
    assert caught.value.kind == kind


def test_a_refused_recipient_does_not_keep_the_mail_from_the_others():
    with scripted(**{"rcpt TO:<b@example.com>": "550 No such mailbox"}) as script:
        accepted = send(script)
    assert accepted.refused == {"b@example.com": "550 No such mailbox"}
    assert script.message == LETTER.content


def test_when_everybody_is_refused_one_who_may_be_let_in_later_is_reason_to_try_again():
    answers = {"rcpt TO:<a@example.com>": "550 Never", "rcpt TO:<b@example.com>": "451 Later"}
    assert failure_of(**answers).kind == "transient"
    assert failure_of(RCPT="550 Never").kind == "permanent"


def test_a_server_that_closes_among_the_recipients_is_tried_again():
    assert failure_of(**{"rcpt TO:<b@example.com>": "421 Closing"}).kind == "transient"


def test_a_line_with_a_dot_and_a_bare_line_end_cannot_end_the_message():
    content = b"Subject: x\r\n\r\n.\r\n.dot\n.\nbare\r.\rend"
    with scripted() as script:
        send(script, Envelope("books@example.com", ["a@example.com"], content))
    assert script.message == b"Subject: x\r\n\r\n..\r\n..dot\r\n..\r\nbare\r\n..\r\nend\r\n"


def test_letters_outside_of_ascii_before_the_at_sign_need_a_server_that_knows_them():
    letter = Envelope("books@example.com", ["田中@example.com"], b"x", needs_utf8=True)
    assert failure_of(letter).kind == "permanent"
    with scripted(EHLO="250-mail.example\r\n250 SMTPUTF8") as script:
        send(script, letter)
    assert "rcpt TO:<田中@example.com>" in script.commands


def test_a_line_break_in_an_address_never_reaches_the_server():
    with scripted() as script, suppress(Failure):
        send(script, Envelope("books@example.com", ["a@example.com>\r\nRSET\r\n", "b@x\r\nRSET"], b"x"))
    assert "RSET" not in script.commands


def test_a_server_that_says_nothing_to_our_goodbye_has_taken_the_message_all_the_same():
    with scripted(QUIT=DROP) as script:
        assert send(script).reply == "250 Taken as 42"


def test_a_login_and_a_long_message_go_through_a_real_server():
    content = b"Subject: x\r\n\r\n" + b"0123456789\r\n" * 20_000
    with smtp_server(user="books", password="p:w@d/") as server:
        to = Server("127.0.0.1", server.port, user="books", password="p:w@d/")
        mailer.send(to, Envelope("books@example.com", ["a@example.com"], content))
    assert server.messages[0].content == content
    assert server.messages[0].recipients == ["a@example.com"]


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", Server("mail.example", 25)),
        ("smtp://mail.example:2525", Server("mail.example", 2525)),
        (
            "smtp://u%40x:p%2Fw@mail.example?tls=starttls",
            Server("mail.example", 587, "u@x", "p/w", "starttls"),
        ),
        ("smtps://u:p@mail.example", Server("mail.example", 465, "u", "p", "tls")),
        ("smtps://[::1]:4650", Server("::1", 4650, security="tls")),
    ],
)
def test_a_url_names_server_login_and_security(url, server):
    assert Server.from_url(url) == server
