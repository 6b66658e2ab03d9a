"""Terms of payment under a name: when a document is due."""

from datetime import date

from sqlalchemy import Boolean, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.books.terms_of_payment import TermsKind, due_date
from domain.db import Id, Keyed, OrganizationScoped, Timestamped, Versioned, db


class PaymentTerms(OrganizationScoped, Versioned, Timestamped, Keyed, db.Model):
    """Due on receipt, Net 30, 月末締め翌月末払い."""

    MODULE = "settings.payment-terms"

    __tablename__ = "payment_terms"
    __table_args__ = (UniqueConstraint("organization_id", "name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False, default=TermsKind.NET.value)
    days: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    closing_day: Mapped[int] = mapped_column(Integer, nullable=False, default=31)
    is_active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)

    @property
    def title(self) -> str:
        """What the record is called."""
        return self.name

    def due(self, on: date) -> date:
        """The day on which a document of that date is due."""
        return due_date(on, TermsKind(self.kind), self.days, self.closing_day)
