"""Imports at work: slice by slice, each row once, whatever happens to the worker."""

import pytest
from sqlalchemy import func, select

from delivery import files, tables
from delivery.language import in_every_language
from domain.books.customers import Customer
from domain.db import db
from domain.importing import starting
from domain.importing.imports import Import, ImportRow
from domain.outbox import OutboxRow
from jobs import imports
from tests.blueprints.spreadsheets import HEADINGS, as_csv, customers

ROWS = 30


@pytest.fixture
def brought(cast):
    """`brought()`: an import of thirty customers that somebody has just started; its id."""

    def brought(actor=None, rows=ROWS):
        content = as_csv([HEADINGS, *customers(rows)])
        read = tables.read(content)
        from domain.modules import ALL

        module = ALL["books.customers"]
        imported = starting.begin(module, files.keep(content, "a.csv", "text/csv"), actor or cast.admin, None)
        found = {"digest": files.files().save(read.lines), "rows": read.rows, "reading": {"kind": "csv"}}
        sample = [cells for _number, cells in tables.rows_of(read.lines.splitlines())]
        starting.take_table(imported, module, found, sample, in_every_language, "ja")
        imported.state = "checked"
        imported.run(actor or cast.admin)
        db.session.commit()
        return imported.id

    return brought


def count():
    return db.session.scalar(select(func.count(Customer.id)))


def outcomes(import_id):
    query = select(ImportRow.outcome).where(ImportRow.import_id == import_id)
    return sorted(db.session.scalars(query))


def test_a_slice_ends_in_time_and_the_next_one_goes_on_where_it_came_to(brought, work, monkeypatch):
    monkeypatch.setattr(imports, "SECONDS", 0)
    import_id = brought()
    assert work() == 1
    assert (count(), db.session.get(Import, import_id).handled) == (1, 1)
    while work():
        pass
    assert count() == ROWS
    assert db.session.get(Import, import_id).state == "done"
    assert outcomes(import_id) == ["new"] * ROWS


def test_a_worker_that_dies_in_the_middle_of_a_slice_leaves_nothing_half_done(brought, work, monkeypatch):
    import_id = brought()
    real = imports.slices.Slice.work

    def dies(self, rows, enough):
        real(self, rows[:7], enough)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(imports.slices.Slice, "work", dies)
        with pytest.raises(KeyboardInterrupt):
            work()
    db.session.rollback()
    assert count() == 0
    row = db.session.scalar(select(OutboxRow).where(OutboxRow.key == f"import-{import_id}"))
    assert row.claimed_at is not None
    row.claimed_at = None  # as the sweep does with the claims of workers that are gone
    while work():
        pass
    assert count() == ROWS


def test_two_jobs_for_the_same_slice_take_in_each_row_once(brought, work):
    import_id = brought()
    row = db.session.scalar(select(OutboxRow).where(OutboxRow.key == f"import-{import_id}"))
    imports.work_on(row)
    imports.work_on(row)
    while work():
        pass
    assert count() == ROWS
    assert len(outcomes(import_id)) == ROWS


def test_an_import_that_is_gone_or_done_does_nothing(brought, work):
    import_id = brought(rows=2)
    while work():
        pass
    row = OutboxRow(topic="import.work", key="x", payload={"import": import_id})
    assert imports.work_on(row) is None
    row.payload = {"import": 999}
    assert imports.work_on(row) is None
    assert count() == 2


def test_a_slice_that_fails_for_good_stops_the_import_and_it_can_go_on(brought, work, monkeypatch, cast):
    import_id = brought()

    def breaks(self, rows, enough):
        raise imports.Failure("permanent", "The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(imports.slices.Slice, "work", breaks)
        work()
    imported = db.session.get(Import, import_id)
    assert (imported.state, imported.error) == ("stopped", "The disk is full.")
    imported.run(cast.admin)
    while work():
        pass
    assert count() == ROWS


def test_a_row_costs_the_same_number_of_statements_however_many_there_are(brought, work, count_queries):
    few, many = brought(rows=5), None
    with count_queries() as for_few:
        while work():
            pass
    assert count() == 5
    for customer in db.session.scalars(select(Customer)):
        db.session.delete(customer)
    many = brought(rows=25)
    with count_queries() as for_many:
        while work():
            pass
    assert few != many
    assert len(for_many) - len(for_few) <= 20 * 12
