"""A contact is a person whom sales people know, mostly at an account. In the books it is a contact person."""

from sqlalchemy import (
    Boolean,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    and_,
    false,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.addresses import MailingAddress, OtherAddress
from domain.books.customers import Customer
from domain.crm.accounts import Account
from domain.crm.sales_records import (
    InBooks,
    OfACustomer,
    SalesRecord,
    link_to,
    linked_as,
    whose_customer_is_assigned,
)
from domain.crm.vendors import CrmVendor
from domain.customizable import Customizable
from domain.db import (
    Id,
    Keyed,
    OrganizationScoped,
    Timestamped,
    Versioned,
    db,
    of_this_organization,
)
from domain.defaults import Prefilled
from domain.links import Link, unlink
from domain.names import full_name
from domain.organizations.users import Member
from domain.search_text import Searchable


class Contact(
    Prefilled,
    OrganizationScoped,
    Versioned,
    Timestamped,
    SalesRecord,
    InBooks,
    OfACustomer,
    Keyed,
    Searchable,
    MailingAddress,
    Customizable,
    OtherAddress,
    db.Model,
):
    """A person on the CRM side."""

    MODULE = "crm.contacts"
    SEARCHED = ("name", "email", "phone", "mobile")

    __tablename__ = "contacts"
    __table_args__ = (
        Index(None, "organization_id", "last_name", "id"),
        Index(None, "organization_id", "first_name", "id"),
        Index(None, "organization_id", "email", "id"),
        Index(None, "organization_id", "created_at", "id"),
        Index(None, "organization_id", "updated_at", "id"),
        Index(None, "organization_id", "account_id", "last_name", "id"),
        Index(None, "organization_id", "owner_id", "last_name", "id"),
        Index(None, "account_id"),
        Index(None, "organization_id", "vendor_id", "last_name", "id"),
        Index(None, "vendor_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    salutation: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    first_name: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    last_name: Mapped[str] = mapped_column(String(100), nullable=False)
    email: Mapped[str] = mapped_column(String(254), nullable=False, default="")
    phone: Mapped[str] = mapped_column(String(50), nullable=False, default="")
    mobile: Mapped[str] = mapped_column(String(50), nullable=False, default="")
    job_title: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    department: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    secondary_email: Mapped[str] = mapped_column(String(254), nullable=False, default="", server_default="")
    fax: Mapped[str] = mapped_column(String(50), nullable=False, default="", server_default="")
    lead_source: Mapped[str] = mapped_column(String(30), nullable=False, default="", server_default="")
    email_opt_out: Mapped[bool] = mapped_column(
        Boolean, nullable=False, default=False, server_default=false()
    )
    vendor_id: Mapped[int | None] = mapped_column(Id, ForeignKey("crm_vendors.id"), nullable=True)
    description: Mapped[str] = mapped_column(Text, nullable=False, default="")
    account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("accounts.id"), nullable=True)

    account: Mapped[Account | None] = relationship()
    vendor: Mapped[CrmVendor | None] = relationship()
    books_link: Mapped[Link | None] = link_to(
        Customer,
        lambda: or_(
            linked_as(Contact.account_id, Account.MODULE),
            and_(linked_as(Contact.id, Contact.MODULE), Contact.account_id.is_(None)),
        ),
    )
    """The link of its account or, without one, its own."""

    @property
    def name(self) -> str:
        """The whole name in the order of its script."""
        return full_name(self.first_name or "", self.last_name or "", self.salutation or "")

    @property
    def is_of_vendor(self) -> bool:
        """Whether it belongs to a vendor, and to no account."""
        return self.vendor_id is not None and self.account_id is None

    @classmethod
    def assigned_to(cls, member: Member) -> ColumnElement[bool]:
        """The contacts that somebody owns, those of accounts that they see, and who is a customer of theirs."""
        accounts = select(Account.id).where(of_this_organization(Account), Account.assigned_to(member))
        theirs = whose_customer_is_assigned(cls.MODULE, member)
        return or_(cls.owner_id == member.id, cls.account_id.in_(accounts), cls.id.in_(theirs))

    def before_delete(self) -> None:
        """The link to the books goes, the contact person there stays; deals lose their contact."""
        # here and not at the top: deals are built on contacts
        from domain.crm.deals import Deal

        db.session.execute(update(Deal).where(Deal.contact_id == self.id).values(contact_id=None))
        unlink(self)
