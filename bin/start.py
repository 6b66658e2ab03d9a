"""What `bin/run` starts in .venv: checks the settings, makes the database ready, calls the supervisor."""

import argparse
import errno
import fcntl
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bin.broker import Broker, NoServer
from bin.lifeline import die_with
from bin.program import Program, say
from bin.ready import FIRST_START
from bin.supervisor import NeverAnswered, Supervisor
from config import ROOT, SettingError, Settings, address

DEMO = """\
The demo company's sign-ins, all with the password demo-password:
    admin@example.com       Admin
    staff@example.com       Staff
    assigned@example.com    Staff, assigned customers only
    sales@example.com       CRM profile, no finance role
    customer@example.com    a customer, at /portal/login"""


class CannotRun(RuntimeError):
    """What keeps it from running, in one sentence for the person who typed `bin/run`."""


def main(arguments: list[str] | None = None) -> int:
    """Runs until it is told to end; the exit code."""
    options = _options(arguments)
    environment = dict(os.environ) | _chosen(options)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job would ignore it
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        settings = Settings.from_environment(environment)
        _run(settings, _environment_for(settings, environment), demo=not options.empty)
        return 0
    except (SettingError, CannotRun, NoServer, NeverAnswered) as error:
        say(str(error))
        return 2 if isinstance(error, SettingError) else 1
    except KeyboardInterrupt:
        return 130


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/run", description="Starts everything. Ctrl-C stops it.")
    parser.add_argument("--port", metavar="N", help="port to listen on (8000)")
    parser.add_argument("--host", metavar="H", help="address to listen on (127.0.0.1)")
    parser.add_argument("--data", metavar="DIR", help="directory of everything that is kept (var)")
    parser.add_argument("--empty", action="store_true", help="no demo company on the first start")
    return parser.parse_args(arguments)


def _chosen(options: argparse.Namespace) -> dict[str, str]:
    """The options as settings: one that was given takes precedence over the environment."""
    settings = {"PORT": options.port, "HOST": options.host, "DATA_DIR": options.data}
    return {name: value for name, value in settings.items() if value is not None}


def _environment_for(settings: Settings, environment: Mapping[str, str]) -> dict[str, str]:
    """What the programs get to read: the same settings, with nothing left that depends on this directory."""
    return dict(environment) | {
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "HOST": settings.host,
        "PORT": str(settings.port),
        "PYTHONUNBUFFERED": "1",
        "MALLOC_ARENA_MAX": "2",  # glibc's arenas, one for each thread, cost more memory than they save time
    }


def _run(settings: Settings, environment: dict[str, str], demo: bool) -> None:
    with (
        _alone_in(settings.data_dir),
        _bound(settings.host, settings.port) as web,
        _bound("127.0.0.1") as mail,
    ):
        programs = list(_programs(settings, environment, web, mail))
        _make_ready(settings, environment, demo)
        where = address(settings.host, settings.port)
        Supervisor(programs, where, _welcome(where, settings)).run()


# --- what must be so before anything starts -----------------------------------------------------------------


@contextmanager
def _alone_in(data_dir: Path) -> Iterator[None]:
    """Nobody else runs on this data directory; the lock goes with the process, however it ends."""
    with (data_dir / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotRun(
                f"Another bin/run (process {lock.read().strip()}) is using {data_dir}; "
                "stop it, or choose another directory with --data."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextmanager
def _bound(host: str, port: int = 0) -> Iterator[socket.socket]:
    """A socket at that address for a program: it stays ours while the program is started again."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
    except OSError as error:
        raise SettingError(f"HOST {host} can't be found: {error.strerror}.") from None
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            # Without this a second socket could still be bound beside one that doesn't listen yet.
            listener.listen()
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise SettingError(f"HOST {host} isn't an address of this machine.") from None
            raise SettingError(
                f"PORT {port} on {host} can't be used: {error.strerror}; choose another with --port."
            ) from None
        yield listener


def _make_ready(settings: Settings, environment: dict[str, str], demo: bool) -> None:
    """The database has the newest tables and, on a first start, the demo company.

    The mark of a first start stays until that is over: when it is interrupted, the next one goes on.
    """
    mark = settings.data_dir / FIRST_START
    _step(["-m", "bin.ready"], environment, "The database couldn't be made ready.")
    if mark.exists() and demo:
        say("Loading the demo company ...")
        _step(["-m", "flask", "--app", "app", "demo"], environment, "The demo company couldn't be loaded.")
        (settings.data_dir / "demo-loaded").touch()
    mark.unlink(missing_ok=True)


def _step(command: list[str], environment: dict[str, str], failure: str) -> None:
    """Runs one of our commands to its end."""
    ended = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, preexec_fn=partial(die_with, os.getpid())
    )
    if ended.returncode == 2:
        sys.exit(2)  # a setting is wrong, and the command has said which
    if ended.returncode:
        raise CannotRun(failure)


# --- the programs -------------------------------------------------------------------------------------------


def _programs(
    settings: Settings, environment: dict[str, str], web: socket.socket, mail: socket.socket
) -> Iterator[Program]:
    """All of them, in the order in which they start; `environment` tells them where the first ones listen."""
    if not settings.redis_url:
        broker = Broker()
        environment["REDIS_URL"] = broker.url
        log = settings.data_dir / "broker.log"
        yield Program("broker", broker.command, environment, given=broker.configuration, output=log)
    if not settings.smtp_url:
        environment["CATCHER_PORT"] = str(mail.getsockname()[1])
        catcher = ["bin.catcher", str(mail.fileno()), str(settings.data_dir / "mail-catcher")]
        yield Program("mail catcher", _python(*catcher), environment, kept_open=(mail.fileno(),))
    gunicorn = ["--config", "bin/gunicorn.conf.py", "--bind", f"fd://{web.fileno()}", "app:create_app()"]
    yield Program("web", _python("gunicorn", *gunicorn), environment, kept_open=(web.fileno(),))
    yield Program("worker", [sys.executable, "worker.py"], environment)


def _welcome(where: str, settings: Settings) -> str:
    lines = [f"Kakehashi is running at {where} (Ctrl-C stops it)."]
    if (settings.data_dir / "demo-loaded").exists():
        lines.append(DEMO)
    if not settings.smtp_url:
        lines.append("Mail goes to the mail catcher: read it under Settings > Mail catcher.")
    return "\n".join(lines)


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


if __name__ == "__main__":
    sys.exit(main())
