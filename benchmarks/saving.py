"""Rows about writing: a long document, and what a change of status asks of the database."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, insert, select

from benchmarks.bench import Bench
from benchmarks.installation import EMAIL, PASSWORD, Installation, installation
from benchmarks.lines import Allowed, Line
from benchmarks.statements import seen_during
from benchmarks.turns import in_turn, timed
from domain.books.document import Document
from domain.books.invoices import Invoice
from domain.books.lines import DocumentLine
from domain.db import db, everywhere
from domain.modules import ALL
from domain.modules.module import Module
from tests import factories
from tests.modules import samples

LONG, SHORT = 200, 2
RIGHTS = 1
"""The statement that finds out whether the person may see the document."""

KEPT_BY_ITSELF = ("id", "stage")


def long_document(bench: Bench) -> Iterator[Line]:
    """Row 20: a new draft of 200 lines, from what was typed to the commit, beside the bare INSERTs of its rows."""
    with installation(bench) as ours:
        (model_id,) = ours.invoices(1, lines=LONG)
        with ours.working() as admin:
            model = db.session.get_one(Invoice, model_id)
            typed, party_id = model.typed_lines, model.party_id
            head, lines = _rows(model_id)
            engine = db.engine
            del admin, model

        def save() -> None:
            with ours.working() as admin:
                Invoice.create({"party_id": party_id}, typed, admin)

        floor, figures = in_turn(bench.of(25, 2), timed(lambda: _insert(engine, head, lines)), timed(save))
    job = f"save of a document of {LONG} lines"
    yield Line(20, job, "ms", figures, Allowed(times=2), floor, LONG, bench.database)


def status_change(bench: Bench) -> Iterator[Line]:
    """Row 21: the statements of each first step (Mark as Sent, …), beside those that find out who clicks and may."""
    with installation(bench) as ours:
        for module in (each for each in ALL.values() if each.is_document):
            step = next(each for each in module.model.STATUS.transitions if each.primary)
            short, long = (
                [_statements(ours, module, step.name, lines) for _ in range(2)][-1] for lines in (SHORT, LONG)
            )
            job = f"statements of {module.key}: {step.name}, {LONG} lines, beside {SHORT}"
            allowed = Allowed(times=1, most=8)
            yield Line(21, job, "", [long], allowed, [short], LONG, bench.database)


def _statements(ours: Installation, module: Module, step: str, lines: int) -> int:
    with ours.working() as admin:
        drawn_up = [factories.line(1000 + n) for n in range(lines)]
        document = samples.record_of(module, admin, lines=drawn_up)
        path = f"/{module.path}/{document.id}/status"
    client = ours.app.test_client()
    client.post("/login", data={"email": EMAIL, "password": PASSWORD})
    with seen_during(ours) as seen:
        answer = client.post(path, data={"transition": step})
    assert answer.status_code == 303, answer.status_code
    return len(seen) - RIGHTS


def _rows(invoice_id: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What stands in the tables for that document, to be written once more."""
    documents, lines = Document.__table__, DocumentLine.__table__
    with everywhere():
        head = db.session.execute(select(documents).where(documents.c.id == invoice_id)).one()
        found = db.session.execute(select(lines).where(lines.c.document_id == invoice_id)).all()
    return {**_bare(head), "form_key": None}, [_bare(each) for each in found]


def _bare(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row._mapping.items() if name not in KEPT_BY_ITSELF}


def _insert(engine: Engine, head: dict[str, Any], lines: list[dict[str, Any]]) -> None:
    documents, line_table = Document.__table__, DocumentLine.__table__
    with engine.begin() as connection:
        made = connection.execute(insert(documents).values(**head).returning(documents.c.id)).scalar_one()
        connection.execute(insert(line_table), [{**line, "document_id": made} for line in lines])
