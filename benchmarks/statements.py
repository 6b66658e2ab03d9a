"""Rows about SQL: how many statements an answer takes, and that more records don't make it more."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event

from benchmarks.bench import Bench
from benchmarks.browser import HTMX
from benchmarks.installation import EMAIL, PASSWORD, Installation, installation
from benchmarks.lines import Allowed, Line
from domain.db import db
from domain.modules import ALL
from domain.modules.module import Module
from domain.search_text import Searchable
from tests.modules import samples

FEW, MANY = 2, 20


@dataclass(frozen=True)
class Asked:
    """Something that a browser asks for."""

    what: str
    address: str
    fragment: bool = True
    rights: int = 0
    """Statements that find out whether the person may see the record."""


def per_answer(bench: Bench) -> Iterator[Line]:
    """Row 25: of every module the list, the panels and the other fragments, beside session and rights.

    The floor is the same answer with fewer rows: it must cost the same.
    """
    with installation(bench) as ours:
        client = ours.app.test_client()
        client.post("/login", data={"email": EMAIL, "password": PASSWORD})
        for module in ALL.values():
            with ours.working():
                record_id = samples.linked_record_of(module).id
            all_asked = list(_asked_of(module, record_id))
            few = _counts(ours, client, module, record_id, all_asked, FEW)
            many = _counts(ours, client, module, record_id, all_asked, MANY - FEW)
            for asked, before, after in zip(all_asked, few, many, strict=True):
                job = f"statements of {module.key}: {asked.what}"
                yield Line(25, job, "", [after], Allowed(times=1, most=3), [before], MANY, bench.database)


def _asked_of(module: Module, record_id: int) -> Iterator[Asked]:
    path, record = f"/{module.path}", f"/{module.path}/{record_id}"
    sortable = next(field.name for field in module.fields if field.sortable)
    yield Asked("list", path, fragment=False)
    yield Asked("list, as a fragment", path)
    yield Asked("list, sorted", f"{path}?sort=-{sortable}")
    if issubclass(module.model, Searchable):
        yield Asked("list, searched", f"{path}?q=a")
        yield Asked("what a picker offers", f"{path}/options?q=a")
    yield Asked("timeline", f"{record}/timeline", rights=1)
    for related in module.related:
        yield Asked(f"panel {related.module}", f"{record}/related/{ALL[related.module].name}", rights=1)


def _counts(
    ours: Installation, client: FlaskClient, module: Module, record_id: int, asked: list[Asked], more: int
) -> list[int]:
    """How many statements each answer takes once there is so much more to show."""
    with ours.working():
        record = db.session.get_one(module.model, record_id)
        samples.add_to(record, more)
        for _ in range(more):
            samples.full_record_of(module)
            for related in module.related:
                samples.related_record(ALL[related.module], related.through(record))
    return [len(_statements(ours, client, each)) - each.rights for each in asked]


def _statements(ours: Installation, client: FlaskClient, asked: Asked) -> list[str]:
    """What the answer asks of the database, beside who is signed in."""
    with seen_during(ours) as seen:
        answer = client.get(asked.address, headers=HTMX if asked.fragment else {})
    assert answer.status_code == 200, f"{asked.address}: {answer.status_code}"
    return seen


@contextmanager
def seen_during(ours: Installation) -> Iterator[list[str]]:
    """The statements that the application sends meanwhile, beside those that find out who is signed in."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        if not sql.startswith("BEGIN") and "sign_ins" not in sql:
            seen.append(sql)

    with ours.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
