"""A refund gives unused money of a payment or a credit note back."""

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from domain.books.paying import METHODS, Entry
from domain.db import Id, Keyed, OrganizationScoped, Timestamped, db
from domain.errors import Refused
from domain.locking import lock
from domain.money import Money
from domain.organizations.users import Member
from domain.timeline import record_event
from domain.words import Words, _

if TYPE_CHECKING:
    from domain.books.allocations import Source


class Refund(OrganizationScoped, Timestamped, Keyed, db.Model):
    """An amount that was given back to whom it came from, or that a vendor gave back."""

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("(payment_id IS NULL) <> (credit_note_id IS NULL)", name="one_source"),
        Index(None, "organization_id", "party_id", "date", "id"),
        Index(None, "payment_id"),
        Index(None, "credit_note_id"),
        Index(None, "party_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    payment_id: Mapped[int | None] = mapped_column(Id, ForeignKey("payments.id"), nullable=True)
    credit_note_id: Mapped[int | None] = mapped_column(Id, ForeignKey("documents.id"), nullable=True)
    party_id: Mapped[int] = mapped_column(Id, ForeignKey("parties.id"), nullable=False)
    date: Mapped[datetime.date] = mapped_column(Date, nullable=False)
    currency: Mapped[str] = mapped_column(String(3), nullable=False)
    amount_minor: Mapped[int] = mapped_column(BigInteger, nullable=False)
    method: Mapped[str] = mapped_column(String(20), nullable=False)
    reference: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    notes: Mapped[str] = mapped_column(Text, nullable=False, default="")

    @property
    def method_label(self) -> Words:
        """How it was paid, in words."""
        return METHODS[self.method]


def refund(source: "Source", entry: Entry, actor: Member | None, form_key: str | None = None) -> Refund:
    """Give back what is unused of a payment or credit note, or a part of it; the same form sent twice does it once."""
    lock(source)
    if form_key and (earlier := db.session.scalar(select(Refund).where(Refund.form_key == form_key))):
        return earlier
    entry.check()
    if entry.amount_minor > source.unused_minor:
        left = Money(source.unused_minor, source.currency)
        raise Refused(amount=_("Only %(amount)s is unused.", amount=left))
    refunded = Refund(
        **source.as_source,
        party_id=source.party_id,
        date=entry.on,
        currency=source.currency,
        amount_minor=entry.amount_minor,
        method=entry.method,
        reference=entry.reference,
        notes=entry.notes,
        form_key=form_key,
    )
    db.session.add(refunded)
    source.change_unused(-entry.amount_minor)
    _note(source, "refunded", refunded, actor)
    return refunded


def delete_refund(refunded: Refund, source: "Source", actor: Member | None) -> None:
    """It was not given back after all: it is unused again."""
    lock(source)
    lock(refunded)
    source.change_unused(refunded.amount_minor)
    _note(source, "refund_deleted", refunded, actor)
    db.session.delete(refunded)
    db.session.flush()


def refunds_of(source: "Source") -> Sequence[Refund]:
    """What was given back of a payment or credit note."""
    query = select(Refund).filter_by(**source.as_source).order_by(Refund.date, Refund.id)
    return db.session.scalars(query).all()


def _note(source: "Source", verb: str, refunded: Refund, actor: Member | None) -> None:
    record_event(source, verb, actor, currency=refunded.currency, amount_minor=refunded.amount_minor)
