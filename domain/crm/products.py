"""A product on the CRM side: goods or a service that sales people offer. In the books it is an item."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, or_, select, text, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.books.currencies import refuse_unknown_currency
from domain.books.items import Item
from domain.books.taxes import Tax
from domain.crm.sales_records import InBooks, SalesRecord, link_to, linked_as
from domain.crm.vendors import CrmVendor
from domain.customizable import Customizable
from domain.db import (
    Id,
    Keyed,
    OrganizationScoped,
    Scaled,
    Timestamped,
    Versioned,
    db,
    of_this_organization,
)
from domain.defaults import Prefilled
from domain.errors import Refused
from domain.integrity import has_twin
from domain.links import BOOKS, Link, unlink
from domain.search_text import Searchable
from domain.words import _


class Product(
    Prefilled,
    OrganizationScoped,
    Versioned,
    Timestamped,
    SalesRecord,
    InBooks,
    Keyed,
    Searchable,
    Customizable,
    db.Model,
):
    """Goods or a service with a price; everybody in the CRM sees all of them."""

    MODULE = "crm.products"
    SEARCHED = ("name", "code", "category", "manufacturer", "description")

    __tablename__ = "products"
    __table_args__ = (
        Index(
            "uq_products_code",
            "organization_id",
            "code",
            unique=True,
            sqlite_where=text("code <> ''"),
            postgresql_where=text("code <> ''"),
        ),
        Index(None, "organization_id", "name", "id"),
        Index(None, "organization_id", "updated_at", "id"),
        Index(None, "organization_id", "code", "id"),
        Index(None, "organization_id", "category", "id"),
        Index(None, "organization_id", "unit_price", "id"),
        Index(None, "organization_id", "vendor_id", "name", "id"),
        Index(None, "vendor_id"),
        Index(None, "tax_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), nullable=False)
    code: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    product_type: Mapped[str] = mapped_column(String(10), nullable=False, default="goods")
    category: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    manufacturer: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    vendor_id: Mapped[int | None] = mapped_column(Id, ForeignKey("crm_vendors.id"), nullable=True)
    unit_price: Mapped[Decimal] = mapped_column(Scaled, nullable=False, default=Decimal(0))
    currency: Mapped[str] = mapped_column(String(3), nullable=False)
    unit: Mapped[str] = mapped_column(String(30), nullable=False, default="")
    is_taxable: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    tax_id: Mapped[int | None] = mapped_column(Id, ForeignKey("taxes.id"), nullable=True)
    in_stock: Mapped[Decimal | None] = mapped_column(Scaled, nullable=True)
    on_order: Mapped[Decimal | None] = mapped_column(Scaled, nullable=True)
    reorder_level: Mapped[Decimal | None] = mapped_column(Scaled, nullable=True)
    description: Mapped[str] = mapped_column(Text, nullable=False, default="")
    is_active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)

    vendor: Mapped[CrmVendor | None] = relationship()
    tax: Mapped[Tax | None] = relationship()
    books_link: Mapped[Link | None] = link_to(Item, lambda: linked_as(Product.id, Product.MODULE))

    def check(self) -> None:
        """Refuse a code that another product has, and a price that is none."""
        refuse_unknown_currency(self.currency)
        if self.code and has_twin(self, Product.code):
            raise Refused(code=_("Another product has the code %(code)s.", code=self.code))
        if self.unit_price < 0:
            raise Refused(unit_price=_("A price can't be negative."))

    def before_delete(self) -> None:
        """The link to the books goes; the item there stays."""
        unlink(self)


def look_again_at_products_of(crm_ids: Sequence[int], books_ids: Sequence[int]) -> None:
    """Vendors were joined to each other: products and items that refer to them are worth another look of the sync."""
    products = select(Product.id).where(of_this_organization(Product), Product.vendor_id.in_(crm_ids))
    items = select(Item.id).where(of_this_organization(Item), Item.vendor_id.in_(books_ids))
    db.session.execute(
        update(Link)
        .where(
            Link.system == BOOKS,
            Link.module == Product.MODULE,
            or_(Link.record_id.in_(products), Link.books_id.in_(items)),
        )
        .values(record_version=None),
        execution_options={"synchronize_session": False},
    )
