"""Whom a record may be is looked up by signs that are kept: taken once, anew when the record changes, gone with it."""

from sqlalchemy import select

from domain import records
from domain.books.customers import Customer
from domain.db import db
from domain.sync.questions import Question
from domain.sync.signs import KeptSigns


def kept(module: str = "books.customers") -> list[tuple[str, str]]:
    query = select(KeptSigns.name, KeptSigns.phone).where(KeptSigns.module == module)
    return [tuple(row) for row in db.session.execute(query.order_by(KeptSigns.id))]


def test_signs_are_kept_of_those_whom_somebody_may_be(sync, factories):
    factories.account(name="ミナト商事", phone="03-1234-5678")
    factories.customer(display_name="株式会社ﾐﾅﾄ商事", phone="+81 3 1234 5678")
    sync()
    assert kept() == [("株式会社みなと商事", "312345678")]
    assert len(db.session.scalars(select(Customer)).all()) == 1


def test_nothing_is_kept_where_there_is_nobody_on_the_other_side(sync, factories):
    factories.account(name="Minato")
    sync()
    assert db.session.scalars(select(KeptSigns)).all() == []


def test_signs_of_a_record_that_changed_are_taken_anew(sync, factories, cast):
    customer = factories.customer(display_name="Minato Ltd", phone="0312345678")
    factories.account(name="Minato Inc", phone="")
    sync()
    records.update(customer, {"phone": "0387654321"}, cast.admin)
    db.session.commit()
    sync()
    assert kept() == [("minato ltd", "387654321")]


def test_signs_of_a_deleted_record_recognise_nobody_who_has_its_number_now(sync, factories, cast):
    customer = factories.customer(display_name="Minato Ltd")
    factories.account(name="Minato Inc")
    sync()
    records.destroy(customer, cast.admin)
    db.session.commit()
    assert kept() == []


def test_two_of_one_name_are_asked_about_however_far_apart_they_are_read(sync, factories, monkeypatch):
    monkeypatch.setattr("sync.steps.BATCH", 2)
    monkeypatch.setattr("sync.steps.KEPT", 2)
    for name in ("Minato", "Aozora", "Sagami", "Hakone", "Minato"):
        factories.account(name=name)
    factories.customer(display_name="Minato")
    factories.customer(display_name="Sagami")
    sync()
    asked = db.session.scalars(select(Question).where(Question.kind == "match")).all()
    assert [(each.title, len(each.detail["candidates"])) for each in asked] == [("Minato", 1), ("Minato", 1)]
    assert len(db.session.scalars(select(Customer)).all()) == 4
