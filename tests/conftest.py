"""What tests stand on: a database each, the cast, an application, browsers that are signed in, a clock."""

import contextvars
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import scoped_session

import jobs
from app import create_app
from config import Settings
from domain import db as database
from domain.db import db, scoped_to
from domain.organizations import sign_ins
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from tests import factories as all_factories
from tests import world
from tests.cast import Cast, cast, invite
from tests.databases import Databases, databases, with_tables


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--database postgresql` runs everything on a throw-away server; `--long` runs the soak tests, too."""
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.addoption("--long", action="store_true", help="also run the tests marked long")


def pytest_configure(config: pytest.Config) -> None:
    """Try every address with every module when there is time."""
    world.EVERY_MODULE = config.getoption("--long")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long tests out unless they were asked for."""
    if not config.getoption("--long"):
        skip = pytest.mark.skip(reason="runs with --long")
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(skip)


# --- databases ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Databases of the kind this run is about."""
    with databases(request.config.getoption("--database"), tmp_path_factory.mktemp("databases")) as made:
        yield made


@pytest.fixture(scope="session")
def empty_template(made: Databases) -> Iterator[str]:
    """A database with tables and nobody in it."""
    with with_tables(made) as url:
        yield url


@pytest.fixture(scope="session")
def cast_template(
    made: Databases, empty_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A database with the cast in it, to be copied for each test."""
    with made.fresh(empty_template) as url:
        app = _application(tmp_path_factory.mktemp("cast"), url)
        with app.app_context():
            invite()
            db.session.commit()
            db.session.remove()
            db.engine.dispose()
        yield url


@pytest.fixture
def database_url(made: Databases, cast_template: str) -> Iterator[str]:
    """This test's own database, with the cast in it."""
    with made.fresh(cast_template) as url:
        yield url


@pytest.fixture
def empty_database_url(made: Databases, empty_template: str) -> Iterator[str]:
    """A database as it is before anybody founded an organization."""
    with made.fresh(empty_template) as url:
        yield url


# --- the application ----------------------------------------------------------------------------------------


def _settings(data_dir: Path, url: str) -> Settings:
    secret = "not a secret, only a test"
    return Settings.from_environment({"DATA_DIR": str(data_dir), "DATABASE_URL": url, "SECRET_KEY": secret})


def _application(data_dir: Path, url: str, **overrides: Any) -> Flask:
    testing = {"TESTING": True, "WTF_CSRF_ENABLED": False}
    app = create_app(_settings(data_dir, url), **(testing | overrides))
    app.test_client_class = Browser
    return app


@pytest.fixture
def make_app(tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """`make_app(url, **overrides)`: an application on a database, its connections closed after the test."""
    apps: list[Flask] = []

    def make(url: str, **overrides: Any) -> Flask:
        apps.append(_application(tmp_path / "data", url, **overrides))
        return apps[-1]

    yield make
    for app in apps:
        with app.app_context():
            db.engine.dispose()


_APPS: dict[str, Flask] = {}
"""By database address. To make one costs as much as twenty requests, and the next test's address is the same."""


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on this test's database; forms need no CSRF token (`make_app` for those that do).

    What a test changes about its configuration and its views is put back.
    """
    app = _APPS.get(database_url) or _APPS.setdefault(
        database_url, _application(tmp_path / "data", database_url)
    )
    config, views = dict(app.config), dict(app.view_functions)
    app.config["SETTINGS"] = _settings(tmp_path / "data", database_url)
    jobs.register(app)
    yield app
    for kept, before in ((app.config, config), (app.view_functions, views)):
        kept.clear()
        kept.update(before)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[scoped_session[Any]]:
    """The database session, in the cast's organization."""
    with app.app_context():
        with scoped_to(cast().organization_id):
            # held here as it is held by whoever is signed in: else every question about it were a query
            organization = current_organization()
            yield db.session
            del organization
        db.session.rollback()
        db.session.remove()


@pytest.fixture(name="cast")
def the_cast(session: scoped_session[Any]) -> Cast:
    """admin, staff, assigned, sales, stranger."""
    return cast()


@pytest.fixture
def factories(session: scoped_session[Any]) -> ModuleType:
    """Records with all that a test doesn't care about filled in."""
    return all_factories


# --- browsers -----------------------------------------------------------------------------------------------


class Browser(FlaskClient):
    """A test client whose requests see what the test wrote, and whose writing the test sees.

    A request runs in a context of its own, as in a server: with its own session, and without the organization
    that the test is in.
    """

    def open(self, *args: Any, **options: Any) -> Any:
        """Send a request."""
        if has_app_context():
            db.session.commit()
        return contextvars.Context().run(super().open, *args, **options)


@pytest.fixture
def client(app: Flask, session: scoped_session[Any]) -> Browser:
    """A browser where nobody is signed in."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def client_of(app: Flask, session: scoped_session[Any]) -> Callable[[Member], Browser]:
    """`client_of(cast.staff)`: a browser where somebody is signed in."""

    def sign_in(member: Member) -> Browser:
        with database.everywhere():
            token = sign_ins._start(member, "127.0.0.1")
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        return client  # type: ignore[return-value]

    return sign_in


# --- time and counting --------------------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """`clock(moment)`: from here on it is that moment, everywhere in the program."""
    modules = _modules_with(database.now)

    def set_to(moment: datetime) -> None:
        assert moment.tzinfo is not None, "a moment has a time zone"
        for module in modules:
            monkeypatch.setattr(module, "now", lambda: moment)

    return set_to


def _modules_with(now: Callable[[], datetime]) -> list[ModuleType]:
    """Every module that has imported the program's clock by name."""
    return [module for module in list(sys.modules.values()) if getattr(module, "now", None) is now]


class Statements(list[str]):
    """The SQL that was run, one string a statement."""


@pytest.fixture
def count_queries(session: scoped_session[Any]) -> Callable[[], AbstractContextManager[Statements]]:
    """`with count_queries() as queries: …; assert len(queries) <= 3`."""

    @contextmanager
    def counting() -> Iterator[Statements]:
        statements = Statements()

        def note(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
            statements.append(sql)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return counting
