"""A tax is a name and a percentage that lines bear. Documents keep what it was when they were issued."""

from decimal import Decimal

from sqlalchemy import Boolean, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.customizable import Customizable
from domain.db import Id, Keyed, OrganizationScoped, Scaled, Timestamped, Versioned, db
from domain.defaults import Prefilled
from domain.errors import Refused
from domain.integrity import has_twin, is_used
from domain.words import _


class Tax(Prefilled, OrganizationScoped, Versioned, Timestamped, Keyed, Customizable, db.Model):
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

    def check(self) -> None:
        """Refuse a second tax of the same name, and percentages that are none."""
        if has_twin(self, Tax.name):
            raise Refused(name=_("There is already a tax called %(name)s.", name=self.name))
        if not 0 <= self.percent <= 100:
            raise Refused(percent=_("A percentage lies between 0 and 100."))

    def can_be_deleted(self) -> None:
        """Refuse to delete a tax that something bears."""
        if is_used(self):
            raise Refused(
                _(
                    "%(name)s is used by items or documents. You can mark it as inactive instead.",
                    name=self.name,
                )
            )
