"""A payment is money that came in or went out, and which documents it settles."""

import datetime

from sqlalchemy import BigInteger, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.books.document import Document
from domain.books.parties import Party
from domain.db import Id, Keyed, OrganizationScoped, Timestamped, Versioned, db
from domain.search_text import Searchable
from domain.words import Words, _

METHODS: dict[str, Words] = {
    "bank_transfer": _("Bank transfer"),
    "cash": _("Cash"),
    "card": _("Card"),
    "check": _("Check"),
    "other": _("Other"),
}


class Payment(OrganizationScoped, Versioned, Timestamped, Keyed, Searchable, db.Model):
    """An amount received from a customer or made to a vendor; what no document took is unused."""

    MODULE = "books.payments"
    SEARCHED = ("number", "party_name", "reference")

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("organization_id", "direction", "number"),
        Index(None, "organization_id", "direction", "date", "id"),
        Index(None, "organization_id", "date", "id"),
        Index(None, "organization_id", "number", "id"),
        Index(None, "organization_id", "party_name", "id"),
        Index(None, "organization_id", "amount_minor", "id"),
        Index(None, "organization_id", "unused_minor", "id"),
        Index(None, "organization_id", "party_id", "date", "id"),
        Index(None, "party_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    direction: Mapped[str] = mapped_column(String(10), nullable=False)
    number: Mapped[str] = mapped_column(String(60), nullable=False)
    party_id: Mapped[int] = mapped_column(Id, ForeignKey("parties.id"), nullable=False)
    party_name: Mapped[str] = mapped_column(String(200), nullable=False)
    date: Mapped[datetime.date] = mapped_column(Date, nullable=False)
    currency: Mapped[str] = mapped_column(String(3), nullable=False)
    amount_minor: Mapped[int] = mapped_column(BigInteger, nullable=False)
    unused_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    method: Mapped[str] = mapped_column(String(20), nullable=False, default="bank_transfer")
    reference: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    notes: Mapped[str] = mapped_column(Text, nullable=False, default="")

    party: Mapped[Party] = relationship()
    allocations: Mapped[list["PaymentAllocation"]] = relationship(
        back_populates="payment", cascade="all, delete-orphan", order_by="PaymentAllocation.id"
    )

    @property
    def title(self) -> str:
        """What the record is called."""
        return self.number


class PaymentAllocation(OrganizationScoped, db.Model):
    """What a payment settles of one document."""

    __tablename__ = "payment_allocations"
    __table_args__ = (
        UniqueConstraint("payment_id", "document_id"),
        Index(None, "document_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    payment_id: Mapped[int] = mapped_column(Id, ForeignKey("payments.id"), nullable=False)
    document_id: Mapped[int] = mapped_column(Id, ForeignKey("documents.id"), nullable=False)
    amount_minor: Mapped[int] = mapped_column(BigInteger, nullable=False)

    payment: Mapped[Payment] = relationship(back_populates="allocations")
    document: Mapped[Document] = relationship()
