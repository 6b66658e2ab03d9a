"""A tax is a name and a percentage that lines bear. Documents keep what it was when they were issued."""

from decimal import Decimal

from sqlalchemy import Boolean, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.db import Id, Keyed, OrganizationScoped, Scaled, Timestamped, Versioned, db


class Tax(OrganizationScoped, Versioned, Timestamped, Keyed, db.Model):
    """A rate of tax; a reduced one (軽減税率) is marked on documents."""

    MODULE = "settings.taxes"

    __tablename__ = "taxes"
    __table_args__ = (
        UniqueConstraint("organization_id", "name"),
        Index(None, "organization_id", "percent", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), nullable=False)
    percent: Mapped[Decimal] = mapped_column(Scaled, nullable=False, default=Decimal(0))
    is_reduced: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    is_active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)

    @property
    def title(self) -> str:
        """What the record is called."""
        return self.name
