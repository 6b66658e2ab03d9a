"""What was backed up comes back whole, on both databases, and nothing is replaced by mistake."""

import json
import shutil

import pytest
from sqlalchemy import func, select

from backups import MANIFEST
from delivery.files import files
from domain.books.invoices import Invoice
from domain.db import db, scoped_to
from tests import factories
from tests.cast import cast


@pytest.fixture
def backup(app, tmp_path):
    """Fixture: the folder of a backup with an invoice and a file, and how it went."""
    with app.app_context():
        with scoped_to(cast().organization_id):
            factories.invoice(issued=True)
            factories.attachment(factories.account(), None, "kept.txt", b"kept")
            db.session.commit()
        files().cache("thumbnail-1", b"can be made again")
        db.session.remove()
    folder = tmp_path / "backup"
    assert run(app, "backup", str(folder)).exit_code == 0
    return folder


def run(app, *arguments):
    """A command, as one types it."""
    return app.test_cli_runner().invoke(args=list(arguments))


def invoices(app):
    """How many invoices there are."""
    with app.app_context(), scoped_to(cast().organization_id):
        count = db.session.scalar(select(func.count(Invoice.id)))
        db.session.remove()
        db.engine.dispose()
        return count


def test_a_backup_comes_back_into_an_empty_database(app, backup, make_app, empty_database_url, tmp_path):
    shutil.rmtree(tmp_path / "data" / "files")
    other = make_app(empty_database_url)
    ended = run(other, "restore", str(backup))
    assert (ended.exit_code, "is back" in ended.output) == (0, True), ended.output
    assert invoices(other) == 1
    with other.app_context():
        [digest] = files().digests()
        assert files().read(digest) == b"kept"


def test_what_happened_since_is_gone_after_a_forced_restore(app, backup):
    with app.app_context():
        with scoped_to(cast().organization_id):
            factories.invoice()
            db.session.commit()
        db.session.remove()
    assert invoices(app) == 2
    assert run(app, "restore", str(backup), "--force").exit_code == 0
    assert invoices(app) == 1


def test_a_database_in_which_there_is_somebody_is_not_replaced_without_force(app, backup):
    ended = run(app, "restore", str(backup))
    assert (ended.exit_code, "--force" in ended.output) == (1, True)
    assert invoices(app) == 1


def test_a_backup_is_not_written_over_another(app, backup):
    ended = run(app, "backup", str(backup))
    assert (ended.exit_code, "not empty" in ended.output) == (1, True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"schema": "9999"}, "newer version"),
        ({"format": 2}, "newer version"),
        ({"database": "oracle"}, "DATABASE_URL names"),
        ({"files": 7}, "of which 1 are here"),
    ],
)
def test_a_backup_that_does_not_fit_is_refused_before_anything_is_changed(app, backup, changes, said):
    manifest = json.loads((backup / MANIFEST).read_text()) | changes
    (backup / MANIFEST).write_text(json.dumps(manifest))
    ended = run(app, "restore", str(backup), "--force")
    assert (ended.exit_code, said in ended.output) == (1, True), ended.output
    assert invoices(app) == 1


def test_a_damaged_backup_is_refused_before_anything_is_changed(app, backup):
    [kept] = [path for path in (backup / "files").rglob("*") if path.is_file()]
    kept.write_bytes(b"other")
    assert "damaged" in run(app, "restore", str(backup), "--force").output
    [dump] = backup.glob("database.*")
    kept.write_bytes(b"kept")
    dump.write_bytes(b"not a database")
    assert run(app, "restore", str(backup), "--force").exit_code == 1
    (backup / MANIFEST).unlink()
    assert "no complete backup" in run(app, "restore", str(backup), "--force").output
    assert invoices(app) == 1


def test_without_its_programs_postgresql_is_said_to_need_them(app, tmp_path, monkeypatch):
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        pytest.skip("SQLite needs no programs")
    monkeypatch.setenv("PATH", "")
    assert "pg_dump is not on the PATH" in run(app, "backup", str(tmp_path / "b")).output
