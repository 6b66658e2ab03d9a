"""Settings: what the environment says, checked once, so that a wrong value stops the start with one sentence.

The names, their defaults and their meaning are in the README. Each has one small function that reads it.
"""

import fcntl
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar
from urllib.parse import SplitResult, parse_qs, urlsplit

ROOT = Path(__file__).resolve().parent

Value = TypeVar("Value")


class SettingError(ValueError):
    """A setting that can't be used: one sentence that names it, without the secrets it may hold."""


@dataclass(frozen=True)
class Settings:
    """Everything that an installation can choose; the same in every process."""

    data_dir: Path
    database_url: str
    redis_url: str | None
    smtp_url: str | None
    catcher_port: int | None
    secret_key: str
    files_url: str | None
    base_url: str
    host: str
    port: int
    web_workers: int
    job_workers: int
    log_format: str

    @property
    def is_behind_a_proxy(self) -> bool:
        """Whether people come through another address, whose X-Forwarded headers may then be believed."""
        return self.base_url != address(self.host, self.port)

    @property
    def cookie_name(self) -> str:
        """What a sign-in is kept under: browsers tell two installations on one machine apart by nothing else."""
        port = urlsplit(self.base_url).port
        return f"kakehashi_{port}" if port else "kakehashi"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """What the environment says; makes the data directory and the secret key when they aren't there."""

        def setting(name: str, read: Callable[[str, str], Value], default: Value) -> Value:
            text = environ.get(name, "").strip()
            return read(name, text) if text else default

        data_dir = setting("DATA_DIR", _path, ROOT / "var")
        _make_private(data_dir)
        host = setting("HOST", _host, "127.0.0.1")
        port = setting("PORT", _port, 8000)
        return cls(
            data_dir=data_dir,
            database_url=setting("DATABASE_URL", _database, f"sqlite:///{data_dir / 'kakehashi.sqlite3'}"),
            redis_url=setting("REDIS_URL", _redis, None),
            smtp_url=setting("SMTP_URL", _smtp, None),
            catcher_port=setting("CATCHER_PORT", _port, None),
            secret_key=setting("SECRET_KEY", _secret, None) or kept_secret(data_dir / "secret_key"),
            files_url=setting("FILES_URL", _files, None),
            base_url=setting("BASE_URL", _base, address(host, port)),
            host=host,
            port=port,
            web_workers=setting("WEB_WORKERS", _count, 2),
            job_workers=setting("JOB_WORKERS", _count, 2),
            log_format=setting("LOG_FORMAT", _log_format, "text"),
        )


def address(host: str, port: int) -> str:
    """Where a browser on this machine finds what listens on that host and port."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


# --- the data directory -------------------------------------------------------------------------------------


def _make_private(directory: Path) -> None:
    """The directory is there, can be written, and was made for its owner only: it holds mail and secrets."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(f"DATA_DIR {directory} can't be made: {error.strerror}.") from error
    if not os.access(directory, os.W_OK | os.X_OK):
        raise SettingError(f"DATA_DIR {directory} can't be written by this user.")


def kept_secret(path: Path) -> str:
    """The secret in that file, made by whichever process comes first; the others wait for it at the lock."""
    try:
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            secret = file.read().strip()
            if not secret:
                secret = secrets.token_urlsafe(48)
                file.write(secret)
    except OSError as error:
        raise SettingError(f"SECRET_KEY can't be kept in {path}: {error.strerror}.") from error
    return _secret(f"SECRET_KEY in {path}", secret)


# --- one reader per kind of setting: (name, text) -> value, or one sentence ---------------------------------


def _path(name: str, text: str) -> Path:
    return Path(text).expanduser().absolute()


def _number(name: str, text: str, low: int, high: int) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) or not low <= int(text) <= high:
        raise SettingError(f"{name} must be a whole number from {low} to {high}, not {text!r}.")
    return int(text)


def _port(name: str, text: str) -> int:
    return _number(name, text, 1, 65535)


def _count(name: str, text: str) -> int:
    return _number(name, text, 1, 64)


def _host(name: str, text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.-]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*", text):
        raise SettingError(f"{name} must be an address or a host name such as 127.0.0.1, not {text!r}.")
    return text


def _log_format(name: str, text: str) -> str:
    if text not in ("text", "json"):
        raise SettingError(f"{name} must be text or json, not {text!r}.")
    return text


def _secret(name: str, text: str) -> str:
    if len(text) < 16:
        raise SettingError(f"{name} must have at least 16 characters; 48 random ones are better.")
    return text


def _split(name: str, text: str, schemes: tuple[str, ...], example: str) -> SplitResult:
    """The parts of an address; the sentence never repeats the address, since that may hold a password."""
    wrong = SettingError(f"{name} must look like {example}.")
    if re.search(r"\s", text):
        raise wrong
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  (reading it is what checks it)
    except ValueError:
        raise wrong from None
    if parts.scheme not in schemes:
        raise wrong
    return parts


def _database(name: str, text: str) -> str:
    example = "sqlite:////absolute/path.sqlite3 or postgresql+psycopg://user:password@host/database"
    schemes = ("sqlite", "sqlite+pysqlite", "postgresql", "postgres", "postgresql+psycopg")
    parts = _split(name, text, schemes, example)
    if parts.scheme.startswith("sqlite"):
        return _sqlite(name, parts, text)
    if not parts.path.strip("/"):
        raise SettingError(f"{name} must name a database, as in {example.partition(' or ')[2]}.")
    return "postgresql+psycopg" + text.removeprefix(parts.scheme)


def _sqlite(name: str, parts: SplitResult, text: str) -> str:
    """The address with an absolute path: the processes don't all work in the same directory."""
    path = text.partition(":///")[2].partition("?")[0]
    if not path or ":memory:" in path or parts.netloc:
        raise SettingError(f"{name} must name a file (sqlite:////absolute/path): several processes share it.")
    options = f"?{parts.query}" if parts.query else ""
    return f"sqlite:///{Path(path).absolute()}{options}"


def _redis(name: str, text: str) -> str:
    example = "redis://:password@host:6379/0, rediss://... or unix:///path"
    parts = _split(name, text, ("redis", "rediss", "unix"), example)
    if parts.scheme == "unix":
        usable = parts.path.startswith("/")
    else:
        usable = bool(parts.hostname) and re.fullmatch(r"(/[0-9]*)?", parts.path) is not None
    if not usable:
        raise SettingError(f"{name} must look like {example}.")
    return text


def _smtp(name: str, text: str) -> str:
    example = "smtp://user:password@host:587?tls=starttls or smtps://user:password@host"
    parts = _split(name, text, ("smtp", "smtps"), example)
    options = parse_qs(parts.query, keep_blank_values=True)
    allowed = [{}, {"tls": ["starttls"]}] if parts.scheme == "smtp" else [{}]
    if not parts.hostname or parts.path.strip("/") or parts.fragment or options not in allowed:
        raise SettingError(f"{name} must look like {example}.")
    if (parts.password is None) != (parts.username is None):
        raise SettingError(f"{name} must have a user and a password, or neither.")
    return text


def _files(name: str, text: str) -> str:
    example = "file:///absolute/path or s3://bucket/folder"
    parts = _split(name, text, ("file", "s3"), example)
    if not (parts.netloc if parts.scheme == "s3" else parts.path.startswith("/") and not parts.netloc):
        raise SettingError(f"{name} must look like {example}.")
    if parts.scheme == "s3" and find_spec("s3fs") is None:
        raise SettingError(f"{name} names S3 storage, which needs a package: .venv/bin/pip install s3fs.")
    return text


def _base(name: str, text: str) -> str:
    parts = _split(name, text, ("http", "https"), "https://books.example.com")
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise SettingError(f"{name} must look like https://books.example.com, without a path.")
    return text.rstrip("/")
