"""The currencies an organization trades in, and what they were worth on a day."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from sqlalchemy import Boolean, Date, Index, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from domain.customizable import Customizable
from domain.db import (
    FineScaled,
    Id,
    Keyed,
    OrganizationScoped,
    Timestamped,
    Versioned,
    db,
    of_this_organization,
)
from domain.defaults import Prefilled
from domain.errors import Refused
from domain.integrity import has_twin
from domain.money import is_currency
from domain.organizations.organizations import current_organization
from domain.words import _


class Currency(Prefilled, OrganizationScoped, Versioned, Timestamped, Keyed, Customizable, db.Model):
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

    def check(self) -> None:
        """Refuse what is no currency, or is there already."""
        self.code = self.code.strip().upper()
        if not is_currency(self.code):
            raise Refused(code=_("%(code)s is not the code of a currency, such as EUR.", code=self.code))
        if has_twin(self, Currency.code):
            raise Refused(code=_("%(code)s is already in the list.", code=self.code))
        if self.code == current_organization().currency and self.is_active is False:
            raise Refused(is_active=_("This is the organization's own currency."))

    def can_be_deleted(self) -> None:
        """Refuse to delete a currency that somebody is paid in."""
        # here and not at the top: parties are built on currencies
        from domain.books.parties import Party

        if self.code == current_organization().currency:
            raise Refused(_("This is the organization's own currency."))
        if db.session.scalar(select(Party.id).where(Party.currency == self.code).limit(1)):
            raise Refused(
                _("%(code)s is used by customers or vendors. You can mark it as inactive.", code=self.code)
            )


class ExchangeRate(Prefilled, OrganizationScoped, Versioned, Timestamped, Keyed, Customizable, db.Model):
    """What one unit of a currency was worth in the organization's own, from a day on."""

    MODULE = "settings.exchange-rates"

    __tablename__ = "exchange_rates"
    __table_args__ = (
        UniqueConstraint("organization_id", "currency_code", "on_date"),
        Index(None, "organization_id", "on_date", "id"),
        Index(None, "organization_id", "rate", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    currency_code: Mapped[str] = mapped_column(String(3), nullable=False)
    on_date: Mapped[date] = mapped_column(Date, nullable=False)
    rate: Mapped[Decimal] = mapped_column(FineScaled, nullable=False)
    source: Mapped[str] = mapped_column(String(100), nullable=False, default="", server_default="")
    """Where it is from: empty when somebody typed it."""

    @property
    def title(self) -> str:
        """What the record is called."""
        return f"{self.currency_code} {self.on_date.isoformat()}"

    def check(self) -> None:
        """Refuse a rate that is none, or a second one for the same day."""
        if not is_currency(self.currency_code) or self.currency_code == current_organization().currency:
            raise Refused(currency_code=_("Please choose a foreign currency."))
        if self.rate <= 0:
            raise Refused(rate=_("A rate of exchange is more than 0."))
        if has_twin(self, ExchangeRate.currency_code, ExchangeRate.on_date):
            raise Refused(on_date=_("There is already a rate for this day."))


def refuse_unknown_currency(code: str) -> None:
    """Refuse, at the field `currency`, what is not one of the organization's currencies."""
    if code != current_organization().currency and not db.session.scalar(
        select(Currency.id).where(Currency.code == code)
    ):
        raise Refused(currency=_("%(code)s is not one of your currencies.", code=code))


def rates_on(codes: Iterable[str], on: date) -> dict[str, Decimal]:
    """What one unit of each is worth in the organization's currency, as far as that is known; one statement."""
    latest = (
        select(ExchangeRate.currency_code, func.max(ExchangeRate.on_date).label("on_date"))
        .where(
            of_this_organization(ExchangeRate),
            ExchangeRate.currency_code.in_(codes),
            ExchangeRate.on_date <= on,
        )
        .group_by(ExchangeRate.currency_code)
        .subquery()
    )
    is_latest = (ExchangeRate.currency_code == latest.c.currency_code) & (
        ExchangeRate.on_date == latest.c.on_date
    )
    found = db.session.execute(select(ExchangeRate.currency_code, ExchangeRate.rate).join(latest, is_latest))
    return {row.currency_code: row.rate for row in found} | {current_organization().currency: Decimal(1)}


def rate_on(code: str, on: date) -> Decimal | None:
    """What one unit is worth in the organization's currency: the latest rate up to the day, or None."""
    if code == current_organization().currency:
        return Decimal(1)
    return db.session.scalar(
        select(ExchangeRate.rate)
        .where(ExchangeRate.currency_code == code, ExchangeRate.on_date <= on)
        .order_by(ExchangeRate.on_date.desc())
        .limit(1)
    )
