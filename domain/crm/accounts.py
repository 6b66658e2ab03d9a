"""An account is a company that sales people look after. In the books it is a customer, joined by a link."""

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.addresses import BillingAddress, ShippingAddress
from domain.db import Id, Keyed, OrganizationScoped, Owned, Timestamped, Versioned, db
from domain.organizations.users import Member
from domain.search_text import Searchable
from domain.words import Words, _

ACCOUNT_TYPES: dict[str, Words] = {
    "customer": _("Customer"),
    "prospect": _("Prospect"),
    "partner": _("Partner"),
    "reseller": _("Reseller"),
    "supplier": _("Supplier"),
    "investor": _("Investor"),
    "other": _("Other"),
}


class Account(
    OrganizationScoped,
    Versioned,
    Timestamped,
    Owned,
    Keyed,
    Searchable,
    BillingAddress,
    ShippingAddress,
    db.Model,
):
    """A company on the CRM side."""

    MODULE = "crm.accounts"
    SEARCHED = ("name", "phone", "website", "billing_city")

    __tablename__ = "accounts"
    __table_args__ = (
        Index(None, "organization_id", "name", "id"),
        Index(None, "organization_id", "account_type", "id"),
        Index(None, "organization_id", "industry", "id"),
        Index(None, "organization_id", "created_at", "id"),
        Index(None, "organization_id", "owner_id", "name", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), nullable=False)
    phone: Mapped[str] = mapped_column(String(50), nullable=False, default="")
    fax: Mapped[str] = mapped_column(String(50), nullable=False, default="")
    website: Mapped[str] = mapped_column(String(500), nullable=False, default="")
    industry: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    account_type: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    employees: Mapped[int | None] = mapped_column(Integer, nullable=True)
    description: Mapped[str] = mapped_column(Text, nullable=False, default="")

    owner: Mapped[Member | None] = relationship()

    @property
    def title(self) -> str:
        """What the record is called."""
        return self.name
