"""A price list: what customers pay who have it. A percentage on every item's rate, or a rate for each item."""

from decimal import Decimal

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.books.currencies import refuse_unknown_currency
from domain.books.items import SALE, Item, Trade
from domain.customizable import Customizable
from domain.db import Id, Keyed, OrganizationScoped, Scaled, Timestamped, Versioned, db
from domain.defaults import Prefilled
from domain.errors import Refused
from domain.integrity import has_twin, is_used
from domain.money import EXACT, exponent
from domain.organizations.organizations import current_organization
from domain.search_text import Searchable
from domain.words import _

MARKUP, MARKDOWN, RATES = "markup", "markdown", "rates"


class PriceList(
    Prefilled, OrganizationScoped, Versioned, Timestamped, Keyed, Searchable, Customizable, db.Model
):
    """Prices under a name, in one currency or (percentages only) in every currency."""

    MODULE = "books.price-lists"
    SEARCHED = ("name", "description")

    __tablename__ = "price_lists"
    __table_args__ = (
        UniqueConstraint("organization_id", "name"),
        Index(None, "organization_id", "percent", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), nullable=False)
    kind: Mapped[str] = mapped_column(String(10), nullable=False, default=MARKDOWN)
    percent: Mapped[Decimal] = mapped_column(Scaled, nullable=False, default=Decimal(0))
    currency: Mapped[str] = mapped_column(String(3), nullable=False, default="")
    """Empty: every currency."""
    round_to: Mapped[Decimal] = mapped_column(Scaled, nullable=False, default=Decimal(0))
    """Multiples to which a rate is rounded, such as 10 or 0.05; 0: as the currency is."""
    description: Mapped[str] = mapped_column(Text, nullable=False, default="")
    is_active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)

    @property
    def title(self) -> str:
        """What the record is called."""
        return self.name

    def is_for(self, currency: str) -> bool:
        """Whether it says prices in this currency."""
        return self.currency in ("", currency)

    def check(self) -> None:
        """Refuse a second list of that name, and rates that have no currency."""
        if has_twin(self, PriceList.name):
            raise Refused(name=_("There is already a price list called %(name)s.", name=self.name))
        if self.kind == RATES and not self.currency:
            raise Refused(currency=_("A rate for each item is in a currency. Please choose one."))
        if self.currency:
            refuse_unknown_currency(self.currency)
            self._refuse_customers_of_another_currency()
        if self.round_to < 0:
            raise Refused(round_to=_("This can't be negative."))

    def can_be_deleted(self) -> None:
        """Refuse to delete a list that customers have."""
        if is_used(self, apart_from=("price_list_rates",)):
            raise Refused(
                _("There are customers with %(name)s. You can mark it as inactive instead.", name=self.name)
            )

    def before_delete(self) -> None:
        """Its rates go with it."""
        db.session.execute(delete(PriceListRate).where(PriceListRate.price_list_id == self.id))

    def rate_of(self, item: Item, currency: str, exchange_rate: Decimal | None) -> Decimal:
        """What an item costs by this list; where the list says nothing, as everybody pays."""
        usual = item.rate_in(currency, exchange_rate)
        if not self.is_active or not self.is_for(currency):
            return usual
        if self.kind == RATES:
            return self._own_rate(item, usual)
        sign = 1 if self.kind == MARKUP else -1
        return self._rounded(EXACT.multiply(usual, 1 + sign * self.percent / 100), currency)

    def _own_rate(self, item: Item, usual: Decimal) -> Decimal:
        own = db.session.scalar(
            select(PriceListRate.rate).where(
                PriceListRate.price_list_id == self.id, PriceListRate.item_id == item.id
            )
        )
        return usual if own is None else own

    def _rounded(self, rate: Decimal, currency: str) -> Decimal:
        # 10 yen is a step, 10 dollars is not: the list's step is meant in its own currency, or else in ours
        is_meant = currency == (self.currency or current_organization().currency)
        step = (is_meant and self.round_to) or Decimal(1).scaleb(-exponent(currency))
        return (rate / step).to_integral_value("ROUND_HALF_UP") * step

    def _refuse_customers_of_another_currency(self) -> None:
        # here and not at the top: customers refer to price lists
        from domain.books.parties import Party

        query = select(Party.display_name).where(
            Party.price_list_id == (self.id or 0), Party.currency != self.currency
        )
        if other := db.session.scalar(query.limit(1)):
            raise Refused(currency=_("%(name)s has this price list and another currency.", name=other))


class PriceListRate(
    Prefilled, OrganizationScoped, Versioned, Timestamped, Keyed, Searchable, Customizable, db.Model
):
    """What one item costs by a list."""

    MODULE = "books.price-list-rates"
    SEARCHED = ("title",)

    __tablename__ = "price_list_rates"
    __table_args__ = (
        UniqueConstraint("price_list_id", "item_id"),
        Index(None, "organization_id", "price_list_id", "rate", "id"),
        Index(None, "organization_id", "rate", "id"),
        Index(None, "item_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    price_list_id: Mapped[int] = mapped_column(Id, ForeignKey("price_lists.id"), nullable=False)
    item_id: Mapped[int] = mapped_column(Id, ForeignKey("items.id"), nullable=False)
    rate: Mapped[Decimal] = mapped_column(Scaled, nullable=False, default=Decimal(0))

    price_list: Mapped[PriceList] = relationship()
    item: Mapped[Item] = relationship()

    @property
    def title(self) -> str:
        """What the record is called: its item."""
        return self.item.name if self.item else ""

    def check(self) -> None:
        """Refuse a second rate for an item, and a rate for what has percentages."""
        price_list = db.session.get_one(PriceList, self.price_list_id)
        if price_list.kind != RATES:
            raise Refused(
                _(
                    "%(name)s is a percentage on all items. Give it a rate for each item first.",
                    name=price_list.name,
                )
            )
        if has_twin(self, PriceListRate.price_list_id, PriceListRate.item_id):
            raise Refused(item_id=_("This item has a rate in the list already."))
        if self.rate < 0:
            raise Refused(rate=_("A rate can't be negative."))


def rate_for(
    item: Item,
    price_list_id: int | None,
    currency: str,
    exchange_rate: Decimal | None,
    trade: Trade = SALE,
) -> Decimal:
    """What an item costs on a document of somebody who has this price list, or none."""
    price_list = db.session.get(PriceList, price_list_id) if price_list_id else None
    if price_list is None:
        return item.rate_in(currency, exchange_rate, trade)
    return price_list.rate_of(item, currency, exchange_rate)
