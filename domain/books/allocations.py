"""What payments and credit notes settle of documents: a row for each pair, and giving it back."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Union

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from domain.books.document import Document
from domain.books.keeping import books_kept
from domain.db import Id, OrganizationScoped, db
from domain.locking import lock
from domain.organizations.users import Member
from domain.timeline import record_event

if TYPE_CHECKING:
    from domain.books.credit_notes import CreditNote
    from domain.books.payments import Payment

Source = Union["Payment", "CreditNote"]
"""Of which something may be unused. Both have `unused_minor`, `change_unused` and `as_source`."""


class Allocation(OrganizationScoped, db.Model):
    """What a payment or a credit note settles of one document."""

    __tablename__ = "payment_allocations"
    __table_args__ = (
        UniqueConstraint("payment_id", "document_id"),
        UniqueConstraint("credit_note_id", "document_id"),
        CheckConstraint("(payment_id IS NULL) <> (credit_note_id IS NULL)", name="one_source"),
        Index(None, "document_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    payment_id: Mapped[int | None] = mapped_column(Id, ForeignKey("payments.id"), nullable=True)
    credit_note_id: Mapped[int | None] = mapped_column(Id, ForeignKey("documents.id"), nullable=True)
    document_id: Mapped[int] = mapped_column(Id, ForeignKey("documents.id"), nullable=False)
    amount_minor: Mapped[int] = mapped_column(BigInteger, nullable=False)

    payment: Mapped["Payment | None"] = relationship()
    credit_note: Mapped["CreditNote | None"] = relationship(foreign_keys=[credit_note_id])
    document: Mapped[Document] = relationship(foreign_keys=[document_id])

    @property
    def source(self) -> Source:
        """Where the money comes from."""
        source = self.payment or self.credit_note
        assert source is not None, "the table's own check"
        return source


def settling(document: Document) -> Sequence[Allocation]:
    """What settles a document, each with where it comes from, in the order in which sources are locked."""
    return db.session.scalars(
        select(Allocation)
        .where(Allocation.document_id == document.id)
        .options(joinedload(Allocation.payment), joinedload(Allocation.credit_note))
        .order_by(Allocation.payment_id.is_not(None), Allocation.credit_note_id, Allocation.payment_id)
    ).all()


def used_of(source: Source) -> Sequence[Allocation]:
    """What a payment or credit note settles, each with its document."""
    return db.session.scalars(
        select(Allocation)
        .filter_by(**source.as_source)
        .options(joinedload(Allocation.document, innerjoin=True))
        .order_by(Allocation.document_id)
    ).all()


def settle(document: Document, source: Source, amount_minor: int) -> None:
    """Let a source settle this much of a document; both are locked and hold as much."""
    with books_kept(document):
        document.balance_minor -= amount_minor
    query = select(Allocation).filter_by(**source.as_source, document_id=document.id)
    allocation = db.session.scalar(query)
    if allocation is None:
        db.session.add(Allocation(**source.as_source, document_id=document.id, amount_minor=amount_minor))
    else:
        allocation.amount_minor += amount_minor


def release(allocation: Allocation, actor: Member | None) -> None:
    """Take back what a source settled of a document: that is open again, and the source has it unused."""
    document = allocation.document
    lock(document)
    lock(allocation.source)
    lock(allocation)
    with books_kept(document):
        document.balance_minor += allocation.amount_minor
    _give_back(allocation, document, actor)


def release_all(document: Document, actor: Member | None) -> None:
    """What settles a document, which is locked, becomes unused credits of its party; its balance is left alone."""
    allocations = settling(document)
    # all of them first: the party's row is the last that anybody locks
    for allocation in allocations:
        lock(allocation.source)
    for allocation in allocations:
        _give_back(allocation, document, actor)


def note_money(
    record: Document | Source,
    verb: str,
    actor: Member | None,
    other: Document | Source,
    amount_minor: int,
) -> None:
    """Write into a record's timeline what was done with the money of another one."""
    record_event(record, verb, actor, number=other.number, currency=other.currency, amount_minor=amount_minor)


def _give_back(allocation: Allocation, document: Document, actor: Member | None) -> None:
    source, amount_minor = allocation.source, allocation.amount_minor
    db.session.delete(allocation)
    source.change_unused(amount_minor)
    note_money(document, source.RELEASED, actor, source, amount_minor)
    note_money(source, "given_back", actor, document, amount_minor)
