"""The columns of a document: what stands in its head and foot, and what it comes to."""

import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.books.lines import ONE, ZERO
from domain.db import FineScaled, Id, Scaled


class DocumentHead:
    """What people type, and what follows from the party."""

    party_id: Mapped[int] = mapped_column(Id, ForeignKey("parties.id"), nullable=False)
    party_name: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    """Follows the party's name until the document is issued."""
    party_address: Mapped[str] = mapped_column(Text, nullable=False, default="")
    """Frozen on issue, empty before."""
    reference: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    date: Mapped[datetime.date] = mapped_column(Date, nullable=False)
    due_on: Mapped[datetime.date] = mapped_column(Date, nullable=False)
    expected_payment_on: Mapped[datetime.date | None] = mapped_column(Date, nullable=True)
    payment_terms_id: Mapped[int | None] = mapped_column(Id, ForeignKey("payment_terms.id"), nullable=True)
    salesperson_id: Mapped[int | None] = mapped_column(Id, ForeignKey("members.id"), nullable=True)
    deal_id: Mapped[int | None] = mapped_column(Id, ForeignKey("deals.id"), nullable=True)
    notes: Mapped[str] = mapped_column(Text, nullable=False, default="")
    terms: Mapped[str] = mapped_column(Text, nullable=False, default="")

    currency: Mapped[str] = mapped_column(String(3), nullable=False)
    exchange_rate: Mapped[Decimal] = mapped_column(FineScaled, nullable=False, default=ONE)
    prices_include_tax: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    discount_kind: Mapped[str] = mapped_column(String(10), nullable=False, default="percent")
    discount_value: Mapped[Decimal] = mapped_column(Scaled, nullable=False, default=ZERO)
    """A percentage, or an amount in the document's currency."""
    shipping_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    shipping_tax_id: Mapped[int | None] = mapped_column(Id, ForeignKey("taxes.id"), nullable=True)
    adjustment_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    adjustment_label: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    withholds: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)


class DocumentSums:
    """What follows from that and the lines, in minor units."""

    subtotal_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    discount_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    tax_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    tax_lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON, nullable=False, default=list)
    total_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    withholding_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    balance_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
