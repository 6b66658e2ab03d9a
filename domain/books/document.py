"""What all documents have in common: a party, lines, totals, and what is frozen when they are issued.

All kinds share the tables `documents` and `document_lines`. A kind's statuses and verbs live in its own file, and
nothing here asks which kind it is.
"""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from domain.books.items import Item
from domain.books.parties import Party
from domain.books.payment_terms import PaymentTerms
from domain.books.taxes import Tax
from domain.db import Id, Keyed, OrganizationScoped, Scaled, Timestamped, UtcDateTime, Versioned, db
from domain.organizations.users import Member
from domain.search_text import Searchable
from domain.words import Words, _

ZERO = Decimal(0)
ONE = Decimal(1)


class Document(OrganizationScoped, Versioned, Timestamped, Keyed, Searchable, db.Model):
    """A paper between the organization and a party; the class says which kind."""

    SEARCHED = ("number", "party_name", "reference")

    __tablename__ = "documents"
    __table_args__ = (
        Index(
            "uq_documents_number",
            "organization_id",
            "kind",
            "number",
            unique=True,
            sqlite_where=text("number <> ''"),
            postgresql_where=text("number <> ''"),
        ),
        Index(None, "organization_id", "kind", "date", "id"),
        Index(None, "organization_id", "kind", "number", "id"),
        Index(None, "organization_id", "kind", "due_on", "id"),
        Index(None, "organization_id", "kind", "party_name", "id"),
        Index(None, "organization_id", "kind", "reference", "id"),
        Index(None, "organization_id", "kind", "total_minor", "id"),
        Index(None, "organization_id", "kind", "balance_minor", "id"),
        Index(None, "organization_id", "kind", "status", "due_on", "id"),
        Index(None, "organization_id", "party_id", "kind", "date", "id"),
        Index(None, "organization_id", "salesperson_id", "kind", "date", "id"),
        Index(None, "organization_id", "deal_id", "kind", "date", "id"),
        Index(None, "party_id"),
        Index(None, "series_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    status: Mapped[str] = mapped_column(String(20), nullable=False)
    number: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    series_id: Mapped[int | None] = mapped_column(Id, ForeignKey("number_series.id"), nullable=True)

    party_id: Mapped[int] = mapped_column(Id, ForeignKey("parties.id"), nullable=False)
    party_name: Mapped[str] = mapped_column(String(200), nullable=False)
    party_address: Mapped[str] = mapped_column(Text, nullable=False, default="")
    reference: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    date: Mapped[datetime.date] = mapped_column(Date, nullable=False)
    due_on: Mapped[datetime.date] = mapped_column(Date, nullable=False)
    expected_payment_on: Mapped[datetime.date | None] = mapped_column(Date, nullable=True)
    payment_terms_id: Mapped[int | None] = mapped_column(Id, ForeignKey("payment_terms.id"), nullable=True)
    salesperson_id: Mapped[int | None] = mapped_column(Id, ForeignKey("members.id"), nullable=True)
    deal_id: Mapped[int | None] = mapped_column(Id, nullable=True)
    notes: Mapped[str] = mapped_column(Text, nullable=False, default="")
    terms: Mapped[str] = mapped_column(Text, nullable=False, default="")

    currency: Mapped[str] = mapped_column(String(3), nullable=False)
    exchange_rate: Mapped[Decimal] = mapped_column(Scaled, nullable=False, default=ONE)
    prices_include_tax: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    discount_kind: Mapped[str] = mapped_column(String(10), nullable=False, default="percent")
    discount_value: Mapped[Decimal] = mapped_column(Scaled, nullable=False, default=ZERO)
    shipping_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    shipping_tax_id: Mapped[int | None] = mapped_column(Id, ForeignKey("taxes.id"), nullable=True)
    adjustment_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    adjustment_label: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    withholds: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)

    subtotal_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    discount_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    tax_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    tax_lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON, nullable=False, default=list)
    total_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    withholding_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    balance_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)

    issued_at: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime, nullable=True)
    sent_at: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime, nullable=True)
    viewed_at: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime, nullable=True)
    voided_at: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime, nullable=True)

    party: Mapped[Party] = relationship()
    payment_terms: Mapped[PaymentTerms | None] = relationship()
    salesperson: Mapped[Member | None] = relationship()
    shipping_tax: Mapped[Tax | None] = relationship()
    lines: Mapped[list["DocumentLine"]] = relationship(
        back_populates="document",
        cascade="all, delete-orphan",
        order_by="DocumentLine.position",
    )

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version, "polymorphic_on": cls.kind}

    @property
    def title(self) -> Words | str:
        """What the record is called: its number, and before it has one, Draft."""
        return self.number or _("Draft")


class DocumentLine(OrganizationScoped, db.Model):
    """What is charged for; the tax's name and percentage are copied, so that a later change does not reach it."""

    __tablename__ = "document_lines"
    __table_args__ = (
        Index(None, "document_id", "position"),
        Index(None, "item_id"),
        Index(None, "tax_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    document_id: Mapped[int] = mapped_column(Id, ForeignKey("documents.id"), nullable=False)
    position: Mapped[int] = mapped_column(Integer, nullable=False)
    item_id: Mapped[int | None] = mapped_column(Id, ForeignKey("items.id"), nullable=True)
    description: Mapped[str] = mapped_column(Text, nullable=False, default="")
    quantity: Mapped[Decimal] = mapped_column(Scaled, nullable=False, default=ONE)
    unit: Mapped[str] = mapped_column(String(30), nullable=False, default="")
    rate: Mapped[Decimal] = mapped_column(Scaled, nullable=False, default=ZERO)
    discount_percent: Mapped[Decimal] = mapped_column(Scaled, nullable=False, default=ZERO)
    discount_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    tax_id: Mapped[int | None] = mapped_column(Id, ForeignKey("taxes.id"), nullable=True)
    tax_name: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    tax_percent: Mapped[Decimal | None] = mapped_column(Scaled, nullable=True)
    is_reduced: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    net_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)

    document: Mapped[Document] = relationship(back_populates="lines")
    item: Mapped[Item | None] = relationship()


class DocumentCount(OrganizationScoped, db.Model):
    """How many documents of a kind a party has, and what is open on them: kept, never counted on a page."""

    __tablename__ = "document_counts"

    party_id: Mapped[int] = mapped_column(Id, ForeignKey("parties.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    count: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    balance_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)


@dataclass(frozen=True)
class LineInput:
    """A line as it is typed."""

    description: str = ""
    quantity: Decimal = ONE
    rate: Decimal = ZERO
    unit: str = ""
    discount_percent: Decimal = ZERO
    discount_minor: int = 0
    tax_id: int | None = None
    item_id: int | None = None
