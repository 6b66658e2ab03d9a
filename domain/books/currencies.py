"""The currencies an organization trades in, and what they were worth on a day."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Boolean, Date, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.db import Id, Keyed, OrganizationScoped, Scaled, Timestamped, Versioned, db


class Currency(OrganizationScoped, Versioned, Timestamped, Keyed, db.Model):
    """A currency in which documents may be written."""

    MODULE = "settings.currencies"

    __tablename__ = "currencies"
    __table_args__ = (UniqueConstraint("organization_id", "code"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(3), nullable=False)
    is_active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)

    @property
    def title(self) -> str:
        """What the record is called."""
        return self.code


class ExchangeRate(OrganizationScoped, Versioned, Timestamped, Keyed, db.Model):
    """What one unit of a currency was worth in the organization's own, from a day on."""

    MODULE = "settings.exchange-rates"

    __tablename__ = "exchange_rates"
    __table_args__ = (UniqueConstraint("organization_id", "currency_code", "on_date"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    currency_code: Mapped[str] = mapped_column(String(3), nullable=False)
    on_date: Mapped[date] = mapped_column(Date, nullable=False)
    rate: Mapped[Decimal] = mapped_column(Scaled, nullable=False)

    @property
    def title(self) -> str:
        """What the record is called."""
        return f"{self.currency_code} {self.on_date.isoformat()}"
