"""An account is a company that sales people look after. In the books it is a customer, joined by a link."""

from decimal import Decimal

from sqlalchemy import ColumnElement, ForeignKey, Index, Integer, String, Text, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.addresses import BillingAddress, ShippingAddress
from domain.books.currencies import refuse_unknown_currency
from domain.books.customers import Customer
from domain.crm.sales_records import (
    InBooks,
    OfACustomer,
    SalesRecord,
    link_to,
    linked_as,
    whose_customer_is_assigned,
)
from domain.customizable import Customizable
from domain.db import (
    Id,
    Keyed,
    OrganizationScoped,
    Scaled,
    Timestamped,
    Versioned,
    db,
)
from domain.defaults import Prefilled
from domain.errors import Refused
from domain.links import Link, unlink
from domain.organizations.users import Member
from domain.search_text import Searchable
from domain.words import _


class Account(
    Prefilled,
    OrganizationScoped,
    Versioned,
    Timestamped,
    SalesRecord,
    InBooks,
    OfACustomer,
    Keyed,
    Searchable,
    BillingAddress,
    ShippingAddress,
    Customizable,
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
        Index(None, "organization_id", "updated_at", "id"),
        Index(None, "organization_id", "owner_id", "name", "id"),
        Index(None, "organization_id", "parent_id", "name", "id"),
        Index(None, "parent_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), nullable=False)
    phone: Mapped[str] = mapped_column(String(50), nullable=False, default="")
    fax: Mapped[str] = mapped_column(String(50), nullable=False, default="")
    currency: Mapped[str] = mapped_column(String(3), nullable=False, default="", server_default="")
    """In which it is dealt with, and which its customer is made with; empty: the organization's own."""
    website: Mapped[str] = mapped_column(String(500), nullable=False, default="")
    industry: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    account_type: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    employees: Mapped[int | None] = mapped_column(Integer, nullable=True)
    annual_revenue: Mapped[Decimal | None] = mapped_column(Scaled, nullable=True)
    """In the organization's own currency; said, not counted."""
    parent_id: Mapped[int | None] = mapped_column(Id, ForeignKey("accounts.id"), nullable=True)
    description: Mapped[str] = mapped_column(Text, nullable=False, default="")

    parent: Mapped["Account | None"] = relationship(remote_side="Account.id")
    books_link: Mapped[Link | None] = link_to(Customer, lambda: linked_as(Account.id, Account.MODULE))

    @classmethod
    def assigned_to(cls, member: Member) -> ColumnElement[bool]:
        """The accounts that somebody owns, or whose customer is assigned to them."""
        theirs = whose_customer_is_assigned(cls.MODULE, member)
        return or_(cls.owner_id == member.id, cls.id.in_(theirs))

    def check(self) -> None:
        """Refuse an unknown currency, and a parent that belongs to this account itself."""
        if self.currency:
            refuse_unknown_currency(self.currency)
        above, seen = self.parent_id, set[int]()
        while above is not None and above not in seen:
            if above == self.id:
                raise Refused(parent_id=_("An account can't belong to itself."))
            seen.add(above)
            above = db.session.scalar(select(Account.parent_id).where(Account.id == above))

    def before_delete(self) -> None:
        """Contacts, deals and the accounts below stay and lose their account; the link to the books goes."""
        # here and not at the top: contacts and deals are built on accounts
        from domain.crm.contacts import Contact
        from domain.crm.deals import Deal

        db.session.execute(update(Account).where(Account.parent_id == self.id).values(parent_id=None))
        db.session.execute(update(Deal).where(Deal.account_id == self.id).values(account_id=None))
        db.session.execute(update(Contact).where(Contact.account_id == self.id).values(account_id=None))
        unlink(self)
