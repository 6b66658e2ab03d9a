"""A start finds out by itself, and quickly, whether the database's tables are the newest."""

import subprocess
import sys

import pytest
from alembic.script import ScriptDirectory

from bin import ready
from config import ROOT
from migrations.upgrade import configuration, downgrade
from tests.servers import postgresql

pytestmark = pytest.mark.ground


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """An empty database of either kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/books.sqlite3"
    else:
        with postgresql() as url:
            yield url


def test_the_newest_version_is_the_one_that_alembic_would_go_to():
    assert ready.newest() == ScriptDirectory.from_config(configuration("sqlite://")).get_current_head()


@pytest.fixture
def mark(tmp_path):
    """Where a first start leaves its mark."""
    return tmp_path / ready.FIRST_START


def test_an_empty_database_has_no_version_and_gets_the_newest(url, mark):
    assert ready.version(url) is None
    assert ready.upgrade(url, mark) == 0
    assert ready.version(url) == ready.newest() and mark.exists()


def test_a_database_that_has_tables_is_upgraded_without_being_taken_for_a_new_one(url, mark):
    ready.upgrade(url, mark)
    mark.unlink()
    downgrade(url)
    assert ready.version(url) is None
    assert ready.upgrade(url, mark) == 0 and not mark.exists()


def test_the_mark_is_there_even_if_the_tables_could_not_be_made(url, mark, monkeypatch):
    monkeypatch.setattr("migrations.upgrade.upgrade", lambda url: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        ready.upgrade(url, mark)
    assert mark.exists()


def test_a_start_with_nothing_to_do_does_not_import_the_program(tmp_path, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    program = "import sys; from bin import ready; print(ready.main(), 'sqlalchemy' in sys.modules)"
    for imported in ("True", "False"):
        ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
        assert ended.stdout.split() == ["0", imported], ended.stderr
