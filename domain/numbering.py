"""Document numbers: series, and the next number of a series under a row lock."""

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.db import Id, Keyed, OrganizationScoped, Timestamped, Versioned, db


class NumberSeries(OrganizationScoped, Versioned, Timestamped, Keyed, db.Model):
    """How the documents of a kind are numbered: prefix, next number, width, and whether each year starts at 1.

    `next_number` belongs to the latest year that has begun (`period`). A document dated in an earlier one counts on
    from where that year stopped: in January, December's last invoices are still to be written.
    """

    MODULE = "settings.series"

    __tablename__ = "number_series"
    __table_args__ = (
        UniqueConstraint("organization_id", "document_kind", "name"),
        Index(
            "uq_number_series_default",
            "organization_id",
            "document_kind",
            unique=True,
            sqlite_where=text("is_default"),
            postgresql_where=text("is_default"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    document_kind: Mapped[str] = mapped_column(String(20), nullable=False)
    name: Mapped[str] = mapped_column(String(100), nullable=False)
    prefix: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    next_number: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    width: Mapped[int] = mapped_column(Integer, nullable=False, default=6)
    restarts_yearly: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    period: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    is_default: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)

    @property
    def title(self) -> str:
        """What the record is called."""
        return self.name


class PastPeriod(OrganizationScoped, db.Model):
    """Where a yearly series stopped in a year that is over."""

    __tablename__ = "past_periods"
    __table_args__ = (UniqueConstraint("series_id", "period"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    series_id: Mapped[int] = mapped_column(
        Id, ForeignKey("number_series.id", ondelete="CASCADE"), nullable=False
    )
    period: Mapped[int] = mapped_column(Integer, nullable=False)
    next_number: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
