"""Workers that are killed at any moment of a bulk change, an import or a merge: each row once, or untouched."""

import multiprocessing
import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from delivery import files, tables
from delivery.language import in_every_language
from domain import outbox
from domain.books import merging
from domain.books.check import differences
from domain.books.customers import Customer
from domain.books.invoices import Invoice
from domain.books.merging.merges import Merge, MergedRow
from domain.db import db, now, scoped_to
from domain.importing import starting
from domain.importing.imports import Import, ImportRow
from domain.modules import ALL
from domain.modules.bulk import start
from domain.modules.bulk_actions import ACTIONS
from domain.modules.bulk_runs import BulkRun
from domain.organizations.users import Member
from domain.outbox import OutboxRow
from domain.timeline import TimelineEntry
from jobs import dispatch
from tests import factories
from tests.blueprints.spreadsheets import HEADINGS, as_csv, customers
from tests.cast import Cast

pytestmark = pytest.mark.long

MANY = 300
Look = Callable[[], None]


def killed_until_done(app: Flask, organization_id: int, look: Look = lambda: None) -> int:
    """Let one worker after the other begin, and kill it; `look` sees what each leaves behind. Gives the kills."""
    dice, kills = random.Random(7), 0
    db.session.commit()
    while outbox.waiting_count() and kills < 400:
        db.session.remove()
        db.engine.dispose()
        worker = multiprocessing.get_context("fork").Process(target=_work, args=(app,), daemon=True)
        worker.start()
        worker.join(dice.choice((0.03, 0.1, 0.3, 0.6, 1.0, 2.0)))
        kills += worker.is_alive()
        worker.kill()
        worker.join()
        with scoped_to(organization_id):
            look()
            _sweep()
    return kills


def _work(app: Flask) -> None:
    with app.app_context():
        while due := [row.id for row in outbox.due()]:
            for each in due:
                dispatch.perform(each)


def _sweep() -> None:
    """What the dispatcher does some minutes later."""
    dispatch.release(timedelta(0))
    with dispatch.transaction():
        waits = update(OutboxRow).where(OutboxRow.done_at.is_(None))
        db.session.execute(waits.values(not_before=now(), attempts=0))


def test_a_bulk_update_changes_each_record_once(app: Flask, cast: Cast) -> None:
    ids = [factories.customer().id for _ in range(MANY)]
    start(ALL["books.customers"], ACTIONS["update"], {"notes": "Watch"}, ids, cast.admin, "key")
    assert killed_until_done(app, cast.organization_id) > 1
    run = db.session.scalars(select(BulkRun)).one()
    assert (run.state, sorted(each for each, *_rest in run.changed), run.refused) == ("done", sorted(ids), [])
    edited = select(TimelineEntry.record_id).where(
        TimelineEntry.module == "books.customers", TimelineEntry.verb == "edited"
    )
    assert Counter(db.session.scalars(edited)) == Counter(ids)


def test_an_import_makes_each_customer_once(app: Flask, cast: Cast) -> None:
    content = as_csv([HEADINGS, *customers(MANY)])
    read = tables.read(content)
    module = ALL["books.customers"]
    imported = starting.begin(module, files.keep(content, "a.csv", "text/csv"), cast.admin, None)
    found = {"digest": files.files().save(read.lines), "rows": read.rows, "reading": {"kind": "csv"}}
    sample = [cells for _number, cells in tables.rows_of(read.lines.splitlines())]
    starting.take_table(imported, module, found, sample, in_every_language, "ja")
    imported.state = "checked"
    imported.run(cast.admin)
    assert killed_until_done(app, cast.organization_id) > 1
    assert db.session.scalars(select(Import.state)).one() == "done"
    assert db.session.scalar(select(func.count(Customer.id))) == MANY
    assert list(db.session.scalars(select(ImportRow.outcome))) == ["new"] * MANY


def test_a_merge_and_its_undo_are_whole_or_nothing(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "IN_REQUEST", 0)
    main, other = factories.customer(), factories.customer()
    for _ in range(MANY):
        factories.invoice(other, issued=True)
    own, ids = other.id, (main.id, other.id)

    def look() -> None:
        of_main = db.session.scalar(select(func.count(Invoice.id)).where(Invoice.party_id == ids[0]))
        merged = db.session.scalar(select(Customer.merge_id).where(Customer.id == own))
        noted = db.session.scalar(select(func.count(MergedRow.row_id)).where(MergedRow.sort == "documents"))
        assert (of_main, bool(merged), noted) in ((0, False, 0), (MANY, True, MANY))

    admin_id, organization_id = cast.admin.id, cast.organization_id
    merging.merge(main, [other], {}, cast.admin)
    kills = killed_until_done(app, organization_id, look)
    merge = db.session.scalars(select(Merge)).one()
    assert (merge.state, merge.counts["documents"]) == ("done", MANY)
    merging.undo(merge, db.session.get_one(Member, admin_id))
    kills += killed_until_done(app, organization_id, look)
    assert (db.session.scalars(select(Merge.state)).one(), kills > 1) == ("undone", True)
    assert [str(each) for each in differences()] == []
