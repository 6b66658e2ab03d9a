"""Merging while others work with the same customers: everything ends as if one had come first."""

from flask import Flask
from sqlalchemy import select

from domain.books.check import differences
from domain.books.customers import Customer
from domain.books.document import Document
from domain.books.invoices import Invoice
from domain.books.merging import merge, undo
from domain.books.merging.merges import Merge
from domain.db import db, writing
from domain.errors import DomainError
from tests.cast import Cast
from tests.domain.test_at_once import at_once
from tests.factories import customer, invoice, payment


def test_two_merges_of_one_customer_at_once_end_as_one(app: Flask, cast: Cast) -> None:
    wanted = customer()
    invoice(wanted, issued=True)
    mains, wanted_id, admin = [customer().id for _ in range(8)], wanted.id, cast.admin

    def work(worker: int) -> None:
        with writing():
            try:
                main, other = (db.session.get_one(Customer, each) for each in (mains[worker], wanted_id))
                merge(main, [other], {}, db.session.merge(admin))
                db.session.commit()
            except DomainError:
                db.session.rollback()

    at_once(app, cast, work)
    assert len(db.session.scalars(select(Merge)).all()) == 1
    assert [str(each) for each in differences()] == []


def test_merging_and_invoicing_at_once_leaves_no_paper_with_who_was_merged(app: Flask, cast: Cast) -> None:
    main, other = customer().id, customer()
    drafts = [invoice(other).id for _ in range(8)]
    other_id, admin = other.id, cast.admin

    def work(worker: int) -> None:
        for turn in range(4):
            with writing():
                try:
                    meddle((worker + turn) % 4, drafts[worker])
                    db.session.commit()
                except DomainError:
                    db.session.rollback()

    def meddle(how: int, draft: int) -> None:
        if how == 0:
            invoice(db.session.get_one(Customer, other_id))
        elif how == 1:
            db.session.get_one(Invoice, draft).issue(None)
        elif how == 2:
            payment(db.session.get_one(Invoice, draft), 10)
        else:
            turn_over(db.session.merge(admin))

    def turn_over(actor) -> None:
        done = db.session.scalars(select(Merge).where(Merge.state == "done")).first()
        if done:
            undo(done, actor)
        else:
            first, second = (db.session.get_one(Customer, each) for each in (main, other_id))
            merge(first, [second], {}, actor)

    at_once(app, cast, work)
    db.session.expire_all()
    for merged in db.session.scalars(select(Customer).where(Customer.merge_id.is_not(None))):
        assert db.session.scalars(select(Document).where(Document.party_id == merged.id)).all() == []
    assert [str(each) for each in differences()] == []
