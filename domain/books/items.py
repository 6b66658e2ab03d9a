"""An item is something sold or bought: picking it fills a line with its words, rate and tax."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, UniqueConstraint, text, true
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column, relationship

from domain.books.taxes import Tax
from domain.customizable import Customizable
from domain.db import Id, Keyed, OrganizationScoped, Scaled, Timestamped, Versioned, db
from domain.defaults import Prefilled
from domain.errors import Refused
from domain.integrity import has_twin, have_twins, is_used
from domain.money import exponent
from domain.organizations.organizations import current_organization
from domain.search_text import Searchable
from domain.words import _

if TYPE_CHECKING:
    from domain.books.vendors import Vendor


@dataclass(frozen=True)
class Trade:
    """One side of the counter: which items are offered there, at which rate and in which words."""

    is_offered: Callable[[], InstrumentedAttribute[bool]]
    rate: Callable[["Item"], Decimal]
    description: Callable[["Item"], str]

    def words(self, item: "Item") -> str:
        """What an item says on a document: its name, and its description below."""
        return "\n".join(part for part in (item.name, self.description(item)) if part)


SALE = Trade(lambda: Item.is_sold, lambda item: item.rate, lambda item: item.description)
PURCHASE = Trade(
    lambda: Item.is_bought,
    lambda item: item.purchase_rate,
    lambda item: item.purchase_description or item.description,
)


class Item(Prefilled, OrganizationScoped, Versioned, Timestamped, Keyed, Searchable, Customizable, db.Model):
    """Goods or a service, with its rates in the organization's currency."""

    MODULE = "books.items"
    SEARCHED = ("name", "sku", "description")

    __tablename__ = "items"
    __table_args__ = (
        UniqueConstraint("organization_id", "name"),
        Index(
            "uq_items_sku",
            "organization_id",
            "sku",
            unique=True,
            sqlite_where=text("sku <> ''"),
            postgresql_where=text("sku <> ''"),
        ),
        Index(None, "organization_id", "sku", "id"),
        Index(None, "organization_id", "rate", "id"),
        Index(None, "organization_id", "purchase_rate", "id"),
        Index(None, "tax_id"),
        Index(None, "vendor_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), nullable=False)
    sku: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    item_type: Mapped[str] = mapped_column(String(10), nullable=False, default="goods")
    unit: Mapped[str] = mapped_column(String(30), nullable=False, default="")
    rate: Mapped[Decimal] = mapped_column(Scaled, nullable=False, default=Decimal(0))
    description: Mapped[str] = mapped_column(Text, nullable=False, default="")
    tax_id: Mapped[int | None] = mapped_column(Id, ForeignKey("taxes.id"), nullable=True)
    purchase_rate: Mapped[Decimal] = mapped_column(Scaled, nullable=False, default=Decimal(0))
    purchase_description: Mapped[str] = mapped_column(Text, nullable=False, default="")
    is_sold: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True, server_default=true())
    is_bought: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True, server_default=true())
    vendor_id: Mapped[int | None] = mapped_column(Id, ForeignKey("parties.id"), nullable=True)
    """From whom it is usually bought."""
    stock_on_hand: Mapped[Decimal | None] = mapped_column(Scaled, nullable=True)
    """Of goods: how many there are, as somebody counted them; None: nobody keeps count."""
    reorder_level: Mapped[Decimal | None] = mapped_column(Scaled, nullable=True)
    """With so many left it is time to buy more."""
    is_active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)

    tax: Mapped[Tax | None] = relationship()
    vendor: Mapped["Vendor | None"] = relationship()

    @property
    def title(self) -> str:
        """What the record is called."""
        return self.name

    def rate_in(self, currency: str, exchange_rate: Decimal | None, trade: Trade = SALE) -> Decimal:
        """Its rate in a currency of which one unit is worth `exchange_rate` of the organization's.

        Without a rate of exchange it can't be said, and is 0.
        """
        rate = trade.rate(self)
        if currency == current_organization().currency:
            return rate
        if not exchange_rate:
            return Decimal(0)
        return round(rate / exchange_rate, exponent(currency))

    def check(self) -> None:
        """Refuse a second item of the same name or SKU, and a stock that can't be."""
        self._check_stock()
        if has_twin(self, Item.name):
            raise Refused(name=_("There is already an item called %(name)s.", name=self.name))
        if self.sku and has_twin(self, Item.sku):
            raise Refused(sku=_("Another item has the SKU %(sku)s.", sku=self.sku))

    @classmethod
    def check_many(cls, made: Sequence["Item"]) -> None:
        """The same for new items, with two questions for all of them."""
        for each in made:
            each._check_stock()
        if have_twins(made, cls.name) or have_twins(made, cls.sku):
            for each in made:
                each.check()

    def _check_stock(self) -> None:
        for name in ("stock_on_hand", "reorder_level"):
            quantity = getattr(self, name)
            if quantity is not None and self.item_type == "service":
                raise Refused(**{name: _("A service is not kept in stock. Please leave this empty.")})
            if quantity is not None and quantity < 0:
                raise Refused(**{name: _("There can't be less than nothing in stock.")})

    def can_be_deleted(self) -> None:
        """Refuse to delete what stands on a document."""
        if is_used(self):
            raise Refused(
                _("%(name)s stands on documents. You can mark it as inactive instead.", name=self.name)
            )
