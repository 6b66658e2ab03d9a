"""All that ever changed what a customer owes, as one query: what counts, with which sign, and what is open of it.

Invoices and refunds add; payments, credit notes and what was written off take away. That a credit was applied to an
invoice moves nothing. Within a day what asks for money comes first, then what settles it.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    Subquery,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from domain.books.credit_notes import CreditNote
from domain.books.document import Document
from domain.books.invoices import Invoice
from domain.books.parties import Party
from domain.books.payments import RECEIVED, Payment
from domain.books.refunds import Refund
from domain.db import of_this_organization

ALL, OUTSTANDING = "all", "outstanding"
"""Everything, or only what is still open of it."""

KINDS = ("invoice", "credit_note", "payment", "refund", "write_off")
"""What can happen, in the order in which it stands within a day."""

PAYMENTS = frozenset({"payment", "refund"})
"""Money that came or went; all else changes what is asked for."""


class _Effect(NamedTuple):
    """What a row of a table does to what its customer owes: how much in all, and how much of that is open."""

    whole: ColumnElement[int]
    open: ColumnElement[int]


def ledger_of(party: Party, show: str = ALL) -> Subquery:
    """A customer's entries; with `OUTSTANDING` those of which something is open, for that part."""
    arms = [_shown(arm, effect, show) for arm, effect in _arms(party)]
    return union_all(*arms).subquery("ledger")


def in_order(ledger: Subquery) -> tuple[Any, Any, Any]:
    """The columns by which entries follow each other."""
    return ledger.c.on, ledger.c.rank, ledger.c.id


def _arms(party: Party) -> Iterator[tuple[Select[Any], _Effect]]:
    yield _documents(party, Invoice, 1)
    yield _documents(party, CreditNote, -1)
    received = Payment.direction == RECEIVED
    yield (
        _rows(party, Payment, "payment", on=Payment.date, number=Payment.number).where(received),
        _Effect(-Payment.amount_minor, -Payment.unused_minor),
    )
    yield (
        _rows(party, Refund, "refund", on=Refund.date, number=Refund.reference, leads_to=_REFUNDED),
        _Effect(Refund.amount_minor + 0, literal(0)),
    )
    written_off = _rows(party, Invoice, "write_off", on=Invoice.written_off_on, number=Invoice.number)
    yield (
        written_off.where(Invoice.kind == "invoice", Invoice.written_off_minor > 0),
        _Effect(-Invoice.written_off_minor, literal(0)),
    )


def _documents(party: Party, model: type[Document], sign: int) -> tuple[Select[Any], _Effect]:
    """Documents of a kind while they count."""
    kind = model.__mapper__.polymorphic_identity
    rows = _rows(party, model, kind, on=model.date, number=model.number, due_on=model.due_on)
    due = model.total_minor - model.withholding_minor
    counts = rows.where(model.kind == kind, model.status.in_(model.OPEN))
    return counts, _Effect(due * sign, model.balance_minor * sign)


_REFUNDED = (
    case((Refund.payment_id.is_not(None), Payment.MODULE), else_=CreditNote.MODULE),
    func.coalesce(Refund.payment_id, Refund.credit_note_id),
)
"""A refund has no page of its own: the one of what was given back."""


def _rows(
    party: Party, model: Any, kind: str, *, on: Any, number: Any, due_on: Any = None, leads_to: Any = None
) -> Select[Any]:
    """Rows of a table that belong to a customer, as entries without their amounts."""
    module, record_id = leads_to or (literal(model.MODULE), model.id)
    return select(
        on.label("on"),
        literal(kind).label("kind"),
        literal(KINDS.index(kind)).label("rank"),
        model.id.label("id"),
        number.label("number"),
        (cast(null(), Date) if due_on is None else due_on).label("due_on"),
        module.label("module"),
        record_id.label("record_id"),
    ).where(of_this_organization(model), model.party_id == party.id)


def _shown(arm: Select[Any], effect: _Effect, show: str) -> Select[Any]:
    amount = effect.whole if show == ALL else effect.open
    arm = arm.add_columns(amount.label("amount"), effect.whole.label("whole"))
    return arm if show == ALL else arm.where(effect.open != 0)
