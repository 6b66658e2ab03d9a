"""Row 14: a customer's statement of account, that ten thousand entries make its page no slower and its PDF no worse."""

import datetime
from collections.abc import Iterator
from time import process_time
from typing import Any

from sqlalchemy import Table, insert, select

from benchmarks.bench import Bench, served
from benchmarks.installation import Installation, installation
from benchmarks.lines import Allowed, Line
from benchmarks.turns import in_turn, timed
from delivery import statements
from delivery.list_paper import printed
from domain.books.allocations import Allocation
from domain.books.customers import Customer
from domain.books.document import Document
from domain.books.payments import Payment
from domain.books.statements import Period, statement_of
from domain.db import db, everywhere
from domain.organizations.organizations import current_organization
from tests import factories

FEW, MANY = 100, 10_000
DAYS = 360
NOT_COPIED = ("id", "stage", "form_key", "number", "date")


def statement(bench: Bench) -> Iterator[Line]:
    """The first page, and all of it on paper, of a customer with very many entries, beside one with few."""
    many = bench.of(MANY, 1_000)
    with installation(bench) as ours:
        few_id, many_id = (_customer_with(ours, entries) for entries in (FEW, many))
        with served("app:create_app()", ours.environment, "/healthz") as port:
            browser = ours.sign_in(port)

            def look(customer_id: int) -> None:
                answer = browser.get(f"/books/customers/{customer_id}/statement?{_year(ours)}")
                assert answer.status == 200, answer.status

            floor, figures = in_turn(
                bench.of(51, 3), timed(lambda: look(few_id)), timed(lambda: look(many_id))
            )
        job = f"statement page of {many:,} entries, beside {FEW}"
        yield Line(14, job, "ms", figures, Allowed(times=3), floor, many, bench.database)
        yield _on_paper(bench, ours, many_id, many)


def _on_paper(bench: Bench, ours: Installation, customer_id: int, many: int) -> Line:
    """Ten times the rows may take ten times the time, and what a measurement differs by."""
    with ours.working():
        customer = db.session.get_one(Customer, customer_id)
        paper = statements.paper_of(statement_of(customer, _period()))
    part = type(paper)(**{**vars(paper), "rows": paper.rows[: many // 10]})
    floor, figures = in_turn(
        bench.of(5, 1), *(timed(lambda each=each: printed(each), process_time) for each in (part, paper))
    )
    job = f"PDF of a statement of {many:,} entries, beside {many // 10:,}"
    return Line(14, job, "ms", figures, Allowed(times=12), floor, many, "")


def _year(ours: Installation) -> str:
    with ours.working():
        period = _period()
    return f"start={period.first.isoformat()}&end={period.last.isoformat()}"


def _period() -> Period:
    today = current_organization().today
    return Period(today - datetime.timedelta(days=DAYS), today)


def _customer_with(ours: Installation, entries: int) -> int:
    """A customer with half as many invoices, each paid; the rows are those of the first, written as often."""
    with ours.working() as admin:
        customer = factories.customer()
        invoice = factories.invoice(customer, actor=admin, issued=True)
        payment = factories.payment(invoice, actor=admin)
        more = entries // 2 - 1
        documents = _again(Document.__table__, invoice.id, more, f"X{customer.id}-")
        payments = _again(Payment.__table__, payment.id, more, f"Y{customer.id}-")
        model = {"organization_id": current_organization().id, "amount_minor": payment.amount_minor}
        pairs = zip(documents, payments, strict=True)
        rows = [{**model, "document_id": one, "payment_id": other} for one, other in pairs]
        db.session.execute(insert(Allocation.__table__), rows)
        return int(customer.id)


def _again(table: Table, row_id: int, times: int, prefix: str) -> list[int]:
    """The same row that many times more, day after day; gives their ids."""
    connection, day = db.session.connection(), current_organization().today
    with everywhere():
        [row] = connection.execute(select(table).where(table.c.id == row_id))
    model: dict[str, Any] = {name: value for name, value in row._mapping.items() if name not in NOT_COPIED}
    rows = [
        {**model, "number": f"{prefix}{n}", "date": day - datetime.timedelta(days=n % DAYS)}
        for n in range(times)
    ]
    added = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(connection.execute(added, rows).scalars())
