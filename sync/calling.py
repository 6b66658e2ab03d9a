"""Asking another system something over HTTP: with patience that ends, and never at an address it must not reach.

The name is looked up once and every address behind it is judged; the connection then goes to what was judged, so that
a name can't mean something else a moment later. No redirect is followed, no proxy asked.
"""

import ipaddress
import json
import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpcore
from flask import current_app

from domain.outbox import Failure
from domain.words import _

CONNECT, READ, WHOLE = 5, 20, 60
"""Seconds: to be let in, for the next bytes, for all of it."""

LARGEST = 20 * 1024 * 1024
"""Bytes of an answer."""

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Said:
    """What the other system answered."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: Any
    """What its JSON says; None where there is none."""


def call(
    method: str,
    url: str,
    headers: Mapping[str, str] | None = None,
    *,
    query: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    body: Any = None,
) -> Said:
    """Ask once; raises Failure when there is no whole answer."""
    target = url + (f"?{urlencode(query)}" if query else "")
    sent = {"Accept": "application/json", "User-Agent": "Kakehashi", **(headers or {})}
    content = b""
    if form is not None:
        content, sent["Content-Type"] = urlencode(form).encode(), "application/x-www-form-urlencoded"
    elif body is not None:
        content, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
    try:
        return _answer(method, target, sent, content)
    except (httpcore.TimeoutException, TimeoutError) as error:
        raise Failure("transient", _("The other system does not answer.")) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        raise Failure("transient", _("The connection to the other system broke off.")) from error
    except (httpcore.UnsupportedProtocol, UnicodeError, ValueError) as error:
        raise Failure(
            "configuration", _("This is not the address of a system that can be reached.")
        ) from error


def _answer(method: str, url: str, headers: Mapping[str, str], content: bytes) -> Said:
    ends = time.monotonic() + WHOLE
    timeout = {"connect": CONNECT, "read": READ, "write": READ, "pool": CONNECT}
    sent = [(name.encode(), value.encode("ascii")) for name, value in headers.items()]
    with (
        httpcore.ConnectionPool(network_backend=_Judged()) as pool,
        pool.stream(method, url, headers=sent, content=content, extensions={"timeout": timeout}) as answer,
    ):
        text = _all(answer.iter_stream(), ends)
        found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
        return Said(answer.status, found, _parsed(text, answer.status))


def _all(pieces: Iterable[bytes], ends: float) -> bytes:
    """The whole body, as long as it is neither too large nor too slow."""
    whole = bytearray()
    for piece in pieces:
        whole += piece
        if len(whole) > LARGEST:
            raise Failure("permanent", _("The other system says more than can be taken in."))
        if time.monotonic() > ends:
            raise TimeoutError
    return bytes(whole)


def _parsed(text: bytes, status: int) -> Any:
    """What the JSON says; a success that is no JSON was cut short, or is somebody else's page."""
    if not text:
        return None
    try:
        return json.loads(text, parse_float=str)
    except (ValueError, RecursionError) as error:
        if status < 400:
            raise Failure("transient", _("The answer of the other system is not complete.")) from error
        return None


# --- which addresses ----------------------------------------------------------------------------------------------


class _Judged(httpcore.NetworkBackend):
    """Connects to addresses that may be reached, and to no other."""

    def __init__(self) -> None:
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address behind the name."""
        address = _address_of(host, port)
        return self._backend.connect_tcp(address, port, timeout, local_address, socket_options)

    def connect_unix_socket(self, path: str, *_args: Any, **_options: Any) -> httpcore.NetworkStream:
        """Never."""
        raise httpcore.UnsupportedProtocol(path)

    def sleep(self, seconds: float) -> None:
        """Nothing waits here."""
        self._backend.sleep(seconds)


def _address_of(host: str, port: int) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise Failure("transient", _("There is no system at this address.")) from error
    addresses = [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]
    if not addresses or not all(map(may_be_reached, addresses)):
        raise Failure("configuration", _("This address may not be reached from here."))
    return str(addresses[0])


def may_be_reached(address: Ip) -> bool:
    """Whether a connection may go there: into a private network only from an installation that is in one itself."""
    if isinstance(address, ipaddress.IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inside is not None:
            return may_be_reached(inside)
    if address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved:
        return address.is_loopback and _is_private_ourselves()
    return address.is_global or _is_private_ourselves()


def _is_private_ourselves() -> bool:
    """Whether people reach this installation at a private address themselves, as on one machine or in an office."""
    host = urlsplit(current_app.config["SETTINGS"].base_url).hostname or ""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".local", ".internal", ".lan", ".home.arpa"))
