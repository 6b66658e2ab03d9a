"""Figures of how we stand with somebody: kept sums, read in a fixed number of statements."""

from typing import Any

from sqlalchemy import and_, select

from domain.books.customers import Customer
from domain.books.document_counts import DocumentCount
from domain.books.invoices import overdue_of
from domain.db import db
from domain.modules.module import Figure
from domain.words import Words, _, _n


def finance_band(record: Any) -> tuple[Figure, ...] | None:
    """Receivable, overdue and unused credits of the customer behind a record; None when there is none yet."""
    customer = _customer_of(record)
    if customer is None:
        return None
    overdue_minor, overdue_count, days = overdue_of(customer.id)
    party = {"party": str(customer.id)}
    return (
        Figure(
            _("Receivable"),
            customer.receivable_minor,
            customer.currency,
            module="books.invoices",
            args={**party, "state": "unpaid"},
        ),
        Figure(
            _("Overdue"),
            overdue_minor,
            customer.currency,
            _lateness(overdue_count, days) if overdue_count else _("Nothing is late"),
            module="books.invoices",
            args={**party, "state": "overdue"},
            tone="bad" if overdue_count else "",
        ),
        Figure(_("Unused credits"), customer.unused_credits_minor, customer.currency),
    )


def _lateness(count: int, days: int) -> Words:
    return _(
        "%(invoices)s · %(days)s",
        invoices=_n("%(n)s invoice", "%(n)s invoices", n=count),
        days=_n("%(n)s day", "%(n)s days", n=days),
    )


def invoices_figures(record: Any) -> tuple[int, int, str] | None:
    """Kept count and open sum of a customer's invoices, for the heading of the related list."""
    customer_id = record.id if isinstance(record, Customer) else record.customer_id
    of_invoices = and_(DocumentCount.party_id == Customer.id, DocumentCount.kind == "invoice")
    kept = db.session.execute(
        select(DocumentCount.count, DocumentCount.balance_minor, Customer.currency)
        .select_from(Customer)
        .outerjoin(DocumentCount, of_invoices)
        .where(Customer.id == customer_id)
    ).one_or_none()
    if kept is None:
        return None
    count, balance_minor, currency = kept
    return count or 0, balance_minor or 0, currency


def _customer_of(record: Any) -> Customer | None:
    if isinstance(record, Customer):
        return record
    return db.session.get(Customer, record.customer_id) if record.customer_id else None
