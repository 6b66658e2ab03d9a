"""The columns of a document, what stands in its head and foot and what it comes to, and their indexes."""

import datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    ColumnElement,
    Computed,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    false,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from domain.books.lines import ONE, ZERO
from domain.db import FineScaled, Id, Scaled

STAGE = (
    "CASE WHEN kind IN ('estimate', 'sales_order', 'purchase_order') OR status NOT IN ('sent', 'open') THEN status "
    "WHEN balance_minor > 0 THEN 'open' ELSE 'settled' END"
)
"""As below, for the database."""

STAGED = ("date", "due_on", "number", "reference", "total_minor", "balance_minor")
"""What lists of one stage are sorted by."""

REMOTE_DEAL = ("remote_deal_system", "remote_deal_id", "remote_deal_name")
"""The deal of another system that a document is associated with."""


INDEXES = (
    Index(
        "uq_documents_number",
        "organization_id",
        "kind",
        "number",
        unique=True,
        sqlite_where=text("number <> '' AND kind <> 'bill'"),
        postgresql_where=text("number <> '' AND kind <> 'bill'"),
    ),
    Index(
        "uq_documents_bill",
        "organization_id",
        "party_id",
        "number",
        unique=True,
        sqlite_where=text("number <> '' AND kind = 'bill'"),
        postgresql_where=text("number <> '' AND kind = 'bill'"),
    ),
    Index(None, "organization_id", "kind", "date", "id"),
    Index(None, "organization_id", "kind", "number", "id"),
    Index(None, "organization_id", "kind", "due_on", "id"),
    Index(None, "organization_id", "kind", "party_name", "id"),
    Index(None, "organization_id", "kind", "reference", "id"),
    Index(None, "organization_id", "kind", "total_minor", "id"),
    Index(None, "organization_id", "kind", "balance_minor", "id"),
    *(Index(None, "organization_id", "kind", "stage", column, "id") for column in STAGED),
    Index(None, "organization_id", "kind", "stage", "expires_on", "id"),
    Index(None, "organization_id", "party_id", "kind", "stage", "due_on"),
    Index(None, "organization_id", "party_id", "kind", "date", "id"),
    Index(None, "organization_id", "salesperson_id", "kind", "date", "id"),
    Index(None, "organization_id", "deal_id", "kind", "date", "id"),
    Index(None, "organization_id", "source_id"),
    Index(None, "party_id"),
    Index(None, "series_id"),
    Index(None, "source_id"),
    Index(
        "ix_documents_pdf_template_id",
        "pdf_template_id",
        sqlite_where=text("pdf_template_id IS NOT NULL"),
        postgresql_where=text("pdf_template_id IS NOT NULL"),
    ),
)
"""What lists are sorted and narrowed by; the stage comes first where most have another one."""


class DocumentHead:
    """What people type, and what follows from the party."""

    party_id: Mapped[int] = mapped_column(Id, ForeignKey("parties.id"), nullable=False)
    party_name: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    """Follows the party's name until the document is issued."""
    party_address: Mapped[str] = mapped_column(Text, nullable=False, default="")
    """Frozen on issue, empty before."""
    typed_number: Mapped[str] = mapped_column(String(60), nullable=False, default="", server_default="")
    """What somebody typed to be its number; it is so once the document takes its number."""
    reference: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    date: Mapped[datetime.date] = mapped_column(Date, nullable=False)
    due_on: Mapped[datetime.date] = mapped_column(Date, nullable=False)
    expires_on: Mapped[datetime.date | None] = mapped_column(Date, nullable=True)
    """Of an estimate: until when it holds."""
    shipment_on: Mapped[datetime.date | None] = mapped_column(Date, nullable=True)
    """Of a sales order: when it is to leave."""
    delivery_on: Mapped[datetime.date | None] = mapped_column(Date, nullable=True)
    """Of a purchase order: when it is to arrive."""
    expected_payment_on: Mapped[datetime.date | None] = mapped_column(Date, nullable=True)
    payment_terms_id: Mapped[int | None] = mapped_column(Id, ForeignKey("payment_terms.id"), nullable=True)
    salesperson_id: Mapped[int | None] = mapped_column(Id, ForeignKey("members.id"), nullable=True)
    pdf_template_id: Mapped[int | None] = mapped_column(Id, ForeignKey("pdf_templates.id"), nullable=True)
    """With what it is printed since it was issued; None for the plain look, and for a draft the default."""
    deal_id: Mapped[int | None] = mapped_column(Id, ForeignKey("deals.id"), nullable=True)
    remote_deal_system: Mapped[str] = mapped_column(String(40), nullable=False, default="", server_default="")
    """Of a deal in another system: which one (a connection's `system`). The deal is read there; only this is kept."""
    remote_deal_id: Mapped[str] = mapped_column(String(100), nullable=False, default="", server_default="")
    remote_deal_name: Mapped[str] = mapped_column(String(200), nullable=False, default="", server_default="")
    reminders_stopped: Mapped[bool] = mapped_column(
        Boolean, nullable=False, default=False, server_default=false()
    )
    """Of an invoice: whether nobody shall be reminded of it."""
    reminders_sent: Mapped[int] = mapped_column(Integer, nullable=False, default=0, server_default="0")
    last_reminder_on: Mapped[datetime.date | None] = mapped_column(Date, nullable=True)
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

    status: Mapped[str]
    OPEN: ClassVar[frozenset[str]]
    FIGURE: ClassVar[str]

    subtotal_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    discount_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    tax_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    tax_lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON, nullable=False, default=list)
    total_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    withholding_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    balance_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    progress: Mapped[str] = mapped_column(String(10), nullable=False, default="", server_default="")
    """Whether nothing, a part or all of it has become other documents (`domain/books/progress.py`)."""
    status_reason: Mapped[str] = mapped_column(String(500), nullable=False, default="", server_default="")
    """Why it was closed, as somebody said."""
    written_off_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0, server_default="0")
    """What nobody expects to be paid any more; it is not open."""
    written_off_on: Mapped[datetime.date | None] = mapped_column(Date, nullable=True)
    kept_stage: Mapped[str] = mapped_column("stage", String(20), Computed(STAGE), deferred=True)

    @hybrid_property
    def stage(self) -> str:
        """`open` or `settled` once money is asked for, else the status; of estimates and orders the status.

        The database keeps it, too: an index finds what is equal in the order of another column, but not
        what is more than 0.
        """
        if not self.FIGURE or self.status not in self.OPEN:
            return self.status
        return "open" if self.balance_minor > 0 else "settled"

    @stage.inplace.expression
    @classmethod
    def _stage(cls) -> ColumnElement[str]:
        return cls.kept_stage.expression

    @property
    def due_minor(self) -> int:
        """What is to be paid: the total without what is withheld."""
        return self.total_minor - self.withholding_minor

    @property
    def paid_minor(self) -> int:
        """What was paid of it, in money or with credits."""
        if not self.FIGURE or self.status not in self.OPEN:
            return 0
        return self.due_minor - self.balance_minor - self.written_off_minor

    @property
    def open_minor(self) -> int:
        """What counts of it: nothing before it is open, nothing once it is void."""
        return self.balance_minor if self.status in self.OPEN else 0
