"""Files lie under the digest of what they hold, whole or not at all."""

import hashlib
import os
import threading
from pathlib import Path

import pytest

from delivery.files import FileLost, Files, FilesMissing, files, keep
from domain.db import db
from domain.files import file_name

CONTENT = "請求書".encode()
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(params=["folder", "elsewhere"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    """The same interface over a folder and over what fsspec reaches."""
    return Files(tmp_path.as_uri() if request.param == "folder" else f"memory://{tmp_path.name}")


def test_what_was_saved_is_found_under_its_digest(store):
    assert store.save(CONTENT) == DIGEST
    assert store.exists(DIGEST)
    assert store.read(DIGEST) == CONTENT
    with store.open(DIGEST) as file:
        assert file.read(3) == CONTENT[:3]


def test_what_was_never_saved_is_not_there(store):
    assert not store.exists(DIGEST)
    with pytest.raises(FileLost):
        store.read(DIGEST)


def test_nothing_but_a_digest_leads_anywhere(store):
    for path in ("../../etc/passwd", "", "a" * 63, DIGEST.upper(), f"{DIGEST}\n", "ab/" + "c" * 61):
        with pytest.raises(ValueError):
            store.read(path)


def test_what_can_be_made_again_is_cached_under_a_name(store):
    assert store.cached("pdf-1") is None
    store.cache("pdf-1", CONTENT)
    store.cache("pdf-1", CONTENT + b"2")
    assert store.cached("pdf-1") == CONTENT + b"2"
    with pytest.raises(ValueError):
        store.cached("../pdf-1")


def test_saving_the_same_thing_again_does_not_touch_it(tmp_path):
    store = Files(tmp_path.as_uri())
    store.save(CONTENT)
    (path,) = (path for path in tmp_path.rglob("*") if path.is_file())
    before = path.stat()
    store.save(CONTENT)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_crash_in_the_middle_leaves_nothing_that_can_be_found(tmp_path, monkeypatch):
    def crash(_handle: int) -> None:
        raise OSError("the power went")

    monkeypatch.setattr(os, "fsync", crash)
    store = Files(tmp_path.as_uri())
    with pytest.raises(OSError):
        store.save(CONTENT)
    assert not store.exists(DIGEST)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_many_may_save_the_same_thing_at_once(tmp_path):
    store = Files(tmp_path.as_uri())
    threads = [threading.Thread(target=store.save, args=(CONTENT * 10_000,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()] == [CONTENT * 10_000]


def test_nobody_else_on_the_machine_reads_what_is_kept(tmp_path):
    Files(tmp_path.as_uri()).save(CONTENT)
    (path,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert path.stat().st_mode & 0o077 == 0


def test_storage_that_needs_a_package_is_said_in_one_sentence():
    with pytest.raises(FilesMissing, match="needs a package"):
        Files("s3://bucket/folder")


def test_a_kept_file_has_a_row_for_its_name_and_one_content(session):
    first = keep(CONTENT, "請求書.txt", "text/plain")
    db.session.flush()
    assert keep(CONTENT, "請求書.txt", "text/plain") is first
    other = keep(CONTENT, "copy.txt", "text/plain")
    assert other is not first
    assert (other.digest, other.size) == (first.digest, len(CONTENT))
    assert files().read(other.digest) == CONTENT


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("請求書 INV-1.pdf", "請求書 INV-1.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\a.txt", "a.txt"),
        ('a"b\r\nBcc: x@y.txt', "a b Bcc x@y.txt"),
        ("請求書　みなと.pdf", "請求書 みなと.pdf"),
        ("...", "file"),
        ("", "file"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        (".htaccess", "htaccess"),
        ("a\u202efdp.exe", "a fdp.exe"),
    ],
)
def test_a_name_is_kept_as_far_as_any_system_can_bear_it(typed, kept):
    assert file_name(typed) == kept
