"""Where the bytes of files lie, in a folder or in storage elsewhere, behind one small interface.

What is kept is found by the digest of its content: nothing is ever overwritten, keeping the same thing twice
is keeping it once, and a half-written file can't be found. What can be made again is cached under a name.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

import fsspec
from flask import current_app

from domain.files import StoredFile, stored_file


class FilesMissing(RuntimeError):
    """The storage that was named can't be used: one sentence saying what to do."""


class Store(Protocol):
    """A place for bytes under relative paths."""

    def exists(self, path: str) -> bool:
        """Whether something complete is there."""

    def write(self, path: str, content: bytes) -> None:
        """Put it there, whole or not at all."""

    def open(self, path: str) -> BinaryIO:
        """What is there, for reading; FileNotFoundError if nothing is."""

    def paths(self) -> Iterator[str]:
        """Everything that is there."""


class FileLost(FileNotFoundError):
    """A file that the database knows is not in the storage: the folder was cleared, or not restored."""


class Files:
    """All files of an installation, in the storage at this address: `file:///folder`, `s3://bucket/folder`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._store: Store = Folder(Path(unquote(parts.path))) if parts.scheme == "file" else Elsewhere(url)

    def save(self, content: bytes) -> str:
        """Keep these bytes; gives the digest under which they are found again."""
        digest = hashlib.sha256(content).hexdigest()
        if not self.exists(digest):
            self._store.write(_kept(digest), content)
        return digest

    def read(self, digest: str) -> bytes:
        """The bytes; FileLost when nothing has this digest."""
        with self.open(digest) as file:
            return file.read()

    def open(self, digest: str) -> BinaryIO:
        """The bytes, one after the other, for what is too long to hold."""
        try:
            return self._store.open(_kept(digest))
        except FileNotFoundError as error:
            raise FileLost(digest) from error

    def exists(self, digest: str) -> bool:
        """Whether something of this digest is kept."""
        return self._store.exists(_kept(digest))

    def digests(self) -> Iterator[str]:
        """Everything that is kept, by its digest; not what was cached."""
        return (path[6:] for path in self._store.paths() if _KEPT.fullmatch(path))

    def cached(self, key: str) -> bytes | None:
        """What was cached under this key, or None."""
        try:
            with self._store.open(_cached(key)) as file:
                return file.read()
        except FileNotFoundError:
            return None

    def cache(self, key: str, content: bytes) -> None:
        """Have this at hand under a key that says what it was made from; it may be thrown away any time."""
        self._store.write(_cached(key), content)


def files() -> Files:
    """The files of the application that runs."""
    settings = current_app.config["SETTINGS"]
    return _files(settings.files_url or (settings.data_dir / "files").absolute().as_uri())


def keep(content: bytes, name: str, media_type: str) -> StoredFile:
    """Keep a file of the organization in scope, under this name; the row is not yet written."""
    return stored_file(files().save(content), name, media_type, len(content))


@cache
def _files(url: str) -> Files:
    return Files(url)


_KEPT = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64}")


def _kept(digest: str) -> str:
    """In folders of a size that can still be listed. Only digests pass, so no path leads anywhere else."""
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise ValueError(f"{digest!r} is not a digest")
    return f"{digest[:2]}/{digest[2:4]}/{digest}"


def _cached(key: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,99}", key):
        raise ValueError(f"{key!r} is not a key")
    return f"cache/{key[-2:]}/{key}"


class Folder:
    """A folder of this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def exists(self, path: str) -> bool:
        """Whether something complete is there."""
        return (self._root / path).is_file()

    def write(self, path: str, content: bytes) -> None:
        """Written beside its place, on the disk for good, and only then moved there."""
        target = self._root / path
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = target.with_name(f".{secrets.token_hex(8)}")
        try:
            _write_down(draft, content)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
        _settle(target.parent)

    def open(self, path: str) -> BinaryIO:
        """What is there, for reading."""
        return (self._root / path).open("rb")

    def paths(self) -> Iterator[str]:
        """Everything that is there."""
        return (str(path.relative_to(self._root)) for path in self._root.rglob("*") if path.is_file())


def _write_down(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """A new name is on the disk when its folder is."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Elsewhere:
    """Storage that fsspec reaches; an object there is whole or not there."""

    def __init__(self, url: str) -> None:
        try:
            self._system, self._root = fsspec.core.url_to_fs(url)
        except (ImportError, ValueError) as error:
            raise FilesMissing(f"FILES_URL names storage that needs a package: {error}.") from error

    def exists(self, path: str) -> bool:
        """Whether something complete is there."""
        return bool(self._system.exists(f"{self._root}/{path}"))

    def write(self, path: str, content: bytes) -> None:
        """Put it there."""
        self._system.makedirs(f"{self._root}/{path}".rpartition("/")[0], exist_ok=True)
        self._system.pipe_file(f"{self._root}/{path}", content)

    def open(self, path: str) -> BinaryIO:
        """What is there, for reading."""
        if not self.exists(path):
            raise FileNotFoundError(path)
        return BytesIO(self._system.cat_file(f"{self._root}/{path}"))

    def paths(self) -> Iterator[str]:
        """Everything that is there."""
        root = self._system._strip_protocol(self._root)
        return (path.removeprefix(f"{root}/") for path in self._system.find(root))
