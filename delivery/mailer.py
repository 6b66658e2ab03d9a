"""One conversation with a mail server, phase by phase, so that its outcome is known exactly.

Until the dot that ends the message is sent, the server has taken nothing: whatever goes wrong went wrong in
passing, for good, or because of a setting. After that dot only the server knows, until its reply is here.
"""

import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from smtplib import SMTP, SMTP_SSL, SMTPException, SMTPResponseException, SMTPServerDisconnected
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from domain.outbox import Failure, Kind
from domain.words import _

TIMEOUT = 30.0
"""Seconds to wait for the server at each step."""

CHUNK = 64 * 1024
"""Bytes sent in one step: a long message may take long, as long as it goes on."""

Security = Literal["", "starttls", "tls"]


@dataclass(frozen=True)
class Server:
    """A mail server and how to speak with it."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    security: Security = ""
    timeout: float = TIMEOUT

    @classmethod
    def from_url(cls, url: str, timeout: float = TIMEOUT) -> "Server":
        """The server that SMTP_URL names: `smtp://user:password@host:587?tls=starttls`, `smtps://host`."""
        parts = urlsplit(url)
        starttls = "starttls" in parse_qs(parts.query).get("tls", [])
        security: Security = "tls" if parts.scheme == "smtps" else "starttls" if starttls else ""
        port = parts.port or {"tls": 465, "starttls": 587, "": 25}[security]
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname or "", port, user, password, security, timeout)


@dataclass(frozen=True)
class Envelope:
    """Who sends the bytes to whom; addresses as the protocol wants them."""

    sender: str
    recipients: Sequence[str]
    content: bytes
    needs_utf8: bool = False
    """Whether an address has letters outside of ASCII before its @ sign."""


@dataclass(frozen=True)
class Accepted:
    """The server has taken the message, for everybody but those it refused."""

    reply: str
    refused: dict[str, str]


def send(server: Server, envelope: Envelope) -> Accepted:
    """Give a message to a server; raises Failure, whose kind is `unknown` when it may have been taken."""
    smtp = _connect(server)
    try:
        with _before_the_end():
            _introduce(smtp, server)
            _begin(smtp, envelope)
            refused = _name_recipients(smtp, envelope.recipients)
            _transmit(smtp, envelope.content)
        accepted = Accepted(_end(smtp), refused)
        _take_leave(smtp)
        return accepted
    finally:
        smtp.close()


# --- the phases, in order -----------------------------------------------------------------------------------


def _connect(server: Server) -> SMTP:
    smtp = _speaker(server)
    try:
        code, text = smtp.connect(server.host, server.port)
    except (socket.gaierror, UnicodeError) as error:
        raise _not_found(server, error) from error
    except ssl.SSLError as error:
        raise _insecure(server, error) from error
    except (OSError, SMTPException) as error:
        silent = _("The mail server %(host)s doesn't answer: %(why)s", host=server.host, why=_said(error))
        raise Failure("transient", silent) from error
    if code != 220:
        smtp.close()
        raise _refusal(code, text, permanent="configuration")
    return smtp


def _speaker(server: Server) -> SMTP:
    name = socket.gethostname()
    # left to itself smtplib asks a name server what we are called, which may take seconds
    name = name if "." in name and name.isascii() else "[127.0.0.1]"
    if server.security != "tls":
        smtp = SMTP(timeout=server.timeout, local_hostname=name)
    else:
        smtp = SMTP_SSL(timeout=server.timeout, local_hostname=name, context=ssl.create_default_context())
    smtp._host = server.host  # type: ignore[attr-defined]  # whose certificate it must be
    return smtp


def _introduce(smtp: SMTP, server: Server) -> None:
    try:
        smtp.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
        if server.user:
            smtp.login(server.user, server.password)
    except SMTPServerDisconnected:
        raise
    except ssl.SSLError as error:
        raise _insecure(server, error) from error
    except SMTPResponseException as error:  # a wrong password among them
        raise _refusal(error.smtp_code, error.smtp_error, permanent="configuration") from error
    except (SMTPException, UnicodeError) as error:
        unable = _("The mail server %(host)s doesn't do that: %(why)s", host=server.host, why=_said(error))
        raise Failure("configuration", unable) from error


def _begin(smtp: SMTP, envelope: Envelope) -> None:
    options = [f"size={len(envelope.content)}"] if smtp.has_extn("size") else []
    if envelope.needs_utf8:
        if not smtp.has_extn("smtputf8"):
            unable = _("The mail server can't send to an address with such letters (SMTPUTF8).")
            raise Failure("permanent", unable)
        options += ["SMTPUTF8", "BODY=8BITMIME"]
    code, text = smtp.mail(envelope.sender, options)
    if code != 250:
        raise _refusal(code, text)


def _name_recipients(smtp: SMTP, recipients: Sequence[str]) -> dict[str, str]:
    """Who was refused, and in what words; raises when that is everybody."""
    refused: dict[str, tuple[int, bytes]] = {}
    for recipient in recipients:
        code, text = smtp.rcpt(recipient)
        if code == 421:  # the server is closing
            raise _refusal(code, text)
        if not 250 <= code <= 259:
            refused[recipient] = (code, text)
    if len(refused) == len(recipients):
        failures = [_refusal(*answer) for answer in refused.values()]
        # one that may go well another time is reason enough to try again
        raise min(failures, key=lambda failure: failure.kind != "transient")
    return {recipient: _reply(*answer) for recipient, answer in refused.items()}


def _transmit(smtp: SMTP, content: bytes) -> None:
    """Everything but the dot at the end. Line ends are made equal: a bare one could hide a dot of its own."""
    code, text = smtp.docmd("data")
    if code != 354:
        raise _refusal(code, text)
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", content)
    lines = re.sub(rb"(?m)^\.", b"..", lines)
    lines += b"" if lines.endswith(b"\r\n") else b"\r\n"
    for start in range(0, len(lines), CHUNK):
        smtp.send(lines[start : start + CHUNK])


def _end(smtp: SMTP) -> str:
    """The dot, and what the server says to it."""
    try:
        smtp.send(b".\r\n")
    except SMTPServerDisconnected as error:  # so few bytes are either handed to the network or not at all
        raise _broken_off(error) from error
    except Exception as error:
        raise _unanswered(error) from error
    try:
        code, text = smtp.getreply()
    except Exception as error:
        raise _unanswered(error) from error
    if 200 <= code <= 299:
        return _reply(code, text)
    if not 400 <= code <= 599:
        odd = _("The message went out, and the server answered: %(reply)s", reply=_reply(code, text))
        raise Failure("unknown", odd)
    raise _refusal(code, text)


def _take_leave(smtp: SMTP) -> None:
    with suppress(Exception):
        smtp.sock.settimeout(1)  # type: ignore[union-attr]
        smtp.docmd("quit")


# --- what went wrong ----------------------------------------------------------------------------------------

_NEEDS_LOGIN = (530, 534, 535, 538)


@contextmanager
def _before_the_end() -> Iterator[None]:
    """What is no reply breaks the conversation off before anything was taken: it may go well another time."""
    try:
        yield
    except Failure:
        raise
    except ValueError as error:
        unsaid = _("This can't be said to a mail server: %(why)s", why=_said(error))
        raise Failure("permanent", unsaid) from error
    except Exception as error:
        raise _broken_off(error) from error


def _broken_off(error: Exception) -> Failure:
    lost = _("The conversation with the mail server broke off: %(why)s", why=_said(error))
    return Failure("transient", lost)


def _unanswered(error: Exception) -> Failure:
    return Failure("unknown", _("The message went out, but no answer came back: %(why)s", why=_said(error)))


def _refusal(code: int, text: bytes | str, permanent: Kind = "permanent") -> Failure:
    """The failure that a reply means: 5xx for good or because of a setting, all others in passing."""
    if code in _NEEDS_LOGIN:
        permanent = "configuration"
    return Failure(permanent if 500 <= code <= 599 else "transient", _reply(code, text))


def _not_found(server: Server, error: Exception) -> Failure:
    passing = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
    why = getattr(error, "strerror", None) or str(error)
    missing = _("The mail server %(host)s can't be found: %(why)s", host=server.host, why=why)
    return Failure("transient" if passing else "configuration", missing)


def _insecure(server: Server, error: ssl.SSLError) -> Failure:
    reason = getattr(error, "verify_message", None) or error.reason or str(error)
    kind: Kind = "transient" if isinstance(error, ssl.SSLEOFError) else "configuration"
    why = _("The connection to %(host)s can't be made secure: %(why)s", host=server.host, why=reason)
    return Failure(kind, why)


def _reply(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(words.split())}"[:500]


def _said(error: BaseException) -> str:
    return (str(error) or type(error).__name__)[:500]
