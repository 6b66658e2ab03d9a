"""An account is a company that sales people look after. In the books it is a customer, joined by a link."""

from sqlalchemy import ColumnElement, Index, Integer, String, Text, and_, or_, select, update
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from domain.addresses import BillingAddress, ShippingAddress
from domain.books.customers import Customer
from domain.customizable import Customizable
from domain.db import (
    Id,
    Keyed,
    OrganizationScoped,
    Owned,
    Timestamped,
    Versioned,
    db,
    of_this_organization,
)
from domain.defaults import Prefilled
from domain.links import BOOKS, Link, unlink
from domain.organizations.users import Member
from domain.search_text import Searchable


class Account(
    Prefilled,
    OrganizationScoped,
    Versioned,
    Timestamped,
    Owned,
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
    books_link: Mapped[Link | None] = relationship(
        viewonly=True,
        uselist=False,
        primaryjoin=lambda: and_(
            foreign(Link.record_id) == Account.id,
            Link.module == Account.MODULE,
            Link.system == BOOKS,
            Link.remote_module == Customer.MODULE,
        ),
    )

    @property
    def title(self) -> str:
        """What the record is called."""
        return self.name

    @property
    def customer_id(self) -> int | None:
        """The customer that this account is in the books, if it is there yet."""
        return self.books_link.books_id if self.books_link else None

    @classmethod
    def assigned_to(cls, member: Member) -> ColumnElement[bool]:
        """The accounts that somebody owns, or whose customer is assigned to them."""
        theirs = (
            select(Link.record_id)
            .join(Customer, Customer.id == Link.books_id)
            .where(
                of_this_organization(Link),
                of_this_organization(Customer),
                Link.system == BOOKS,
                Link.module == cls.MODULE,
                Customer.owner_id == member.id,
            )
        )
        return or_(cls.owner_id == member.id, cls.id.in_(theirs))

    def made_by(self, actor: Member) -> None:
        """Whoever makes an account looks after it, unless they named somebody else."""
        self.owner_id = self.owner_id or actor.id

    def before_delete(self) -> None:
        """Contacts stay and lose their account; the link to the books goes."""
        # here and not at the top: contacts are built on accounts
        from domain.crm.contacts import Contact

        db.session.execute(update(Contact).where(Contact.account_id == self.id).values(account_id=None))
        unlink(self)
