"""The built-in mail catcher's mailbox: what was mailed while no mail server is named, to be read in the browser."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import cached_property
from io import BytesIO
from pathlib import Path


@dataclass(frozen=True)
class Caught:
    """A caught mail as a list shows it."""

    key: str
    path: Path

    @cached_property
    def message(self) -> EmailMessage:
        """The mail itself."""
        parsed = email.message_from_bytes(self.path.read_bytes(), policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def message_id(self) -> str:
        """Its Message-ID, with the angle brackets."""
        return str(self.message["Message-ID"] or "").strip()

    @property
    def subject(self) -> str:
        """Its subject."""
        return str(self.message["Subject"] or "")

    @property
    def to(self) -> str:
        """To whom it was addressed."""
        return str(self.message["To"] or "")

    @property
    def caught_at(self) -> datetime:
        """When it arrived here."""
        return datetime.fromtimestamp(self.path.stat().st_mtime, UTC)


@dataclass(frozen=True)
class AttachedFile:
    """A file that came with a mail."""

    name: str
    media_type: str
    content: bytes

    def stream(self) -> BytesIO:
        """Its bytes, to be sent."""
        return BytesIO(self.content)


@dataclass(frozen=True)
class Message(Caught):
    """A caught mail with everything in it."""

    @property
    def headers(self) -> list[tuple[str, str]]:
        """All headers, in order."""
        return [(name, str(value)) for name, value in self.message.items()]

    @property
    def html(self) -> str:
        """Its HTML part, or nothing."""
        return self._part("html")

    @property
    def text(self) -> str:
        """Its text part, or nothing."""
        return self._part("plain")

    @cached_property
    def files(self) -> list[AttachedFile]:
        """What is attached."""
        return [
            AttachedFile(part.get_filename() or "file", part.get_content_type(), _content(part))
            for part in self.message.iter_attachments()
        ]

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return part.get_content() if part else ""


def newest(mailbox: Path, limit: int) -> list[Caught]:
    """The latest mails in the catcher's Maildir."""
    paths = sorted(_paths(mailbox), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return [Caught(path.name, path) for path in paths[:limit]]


def read(mailbox: Path, key: str) -> Message | None:
    """One of them, by its key; None when there is no such mail."""
    if not re.fullmatch(r"[\w.,=:+-]{1,200}", key) or key.startswith("."):
        return None
    path = next((folder / key for folder in _folders(mailbox) if (folder / key).is_file()), None)
    return Message(key, path) if path else None


def _paths(mailbox: Path) -> Iterator[Path]:
    return (path for folder in _folders(mailbox) if folder.is_dir() for path in folder.iterdir())


def _folders(mailbox: Path) -> tuple[Path, Path]:
    return mailbox / "new", mailbox / "cur"


def _content(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
