"""Terms of payment under a name: when a document is due."""

from datetime import date

from sqlalchemy import Boolean, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.books.terms_of_payment import MONTH_END, TermsKind, due_date
from domain.customizable import Customizable
from domain.db import Id, Keyed, OrganizationScoped, Timestamped, Versioned, db
from domain.defaults import Prefilled
from domain.errors import Refused
from domain.integrity import has_twin, is_used
from domain.words import _

MOST_DAYS = 366


class PaymentTerms(Prefilled, OrganizationScoped, Versioned, Timestamped, Keyed, Customizable, db.Model):
    """Due on receipt, Net 30, 月末締め翌月末払い."""

    MODULE = "settings.payment-terms"

    __tablename__ = "payment_terms"
    __table_args__ = (UniqueConstraint("organization_id", "name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False, default=TermsKind.NET.value)
    days: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    closing_day: Mapped[int] = mapped_column(Integer, nullable=False, default=MONTH_END)
    is_active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)

    @property
    def title(self) -> str:
        """What the record is called."""
        return self.name

    def due(self, on: date) -> date:
        """The day on which a document of that date is due."""
        return due_date(on, TermsKind(self.kind), self.days, self.closing_day)

    def check(self) -> None:
        """Refuse terms under a name that is taken, and days that make no date."""
        if has_twin(self, PaymentTerms.name):
            raise Refused(name=_("There are already terms called %(name)s.", name=self.name))
        if self.kind not in set(TermsKind):
            raise Refused(kind=_("Please choose from the list."))
        if not 0 <= (self.days or 0) <= MOST_DAYS:
            raise Refused(days=_("Between 0 and %(most)s days, please.", most=MOST_DAYS))
        if not 1 <= (self.closing_day or MONTH_END) <= MONTH_END:
            raise Refused(closing_day=_("A month closes between day 1 and day 31."))

    def can_be_deleted(self) -> None:
        """Refuse to delete terms that somebody pays by."""
        if is_used(self):
            raise Refused(
                _("%(name)s is used by customers or documents. You can mark it as inactive.", name=self.name)
            )
