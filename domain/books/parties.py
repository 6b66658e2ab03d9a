"""Parties: whom the organization sells to and buys from. Customers and vendors share one table and one id sequence."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship, validates

from domain.addresses import BillingAddress, ShippingAddress
from domain.books.payment_terms import PaymentTerms
from domain.db import Id, Keyed, OrganizationScoped, Owned, Timestamped, Versioned, db
from domain.organizations.users import Member
from domain.search_text import Searchable, fold
from domain.words import Words, _

if TYPE_CHECKING:
    from domain.books.contact_persons import ContactPerson

CUSTOMER_TYPES: dict[str, Words] = {"business": _("Business"), "individual": _("Individual")}


class Party(
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
    """A company or person with whom documents are exchanged, in one currency.

    The three figures are kept by whatever changes them (`books_kept`), in the party's currency; they do not touch
    its version, since a payment is no edit of the customer.
    """

    SEARCHED = ("display_name", "company_name", "email", "phone", "mobile", "billing_city")

    __tablename__ = "parties"
    __table_args__ = (
        UniqueConstraint("organization_id", "kind", "display_name"),
        Index(None, "organization_id", "kind", "display_name", "id"),
        Index(None, "organization_id", "kind", "company_name", "id"),
        Index(None, "organization_id", "kind", "email", "id"),
        Index(None, "organization_id", "kind", "receivable_minor", "id"),
        Index(None, "organization_id", "kind", "payable_minor", "id"),
        Index(None, "organization_id", "kind", "unused_credits_minor", "id"),
        Index(None, "organization_id", "kind", "created_at", "id"),
        Index(None, "organization_id", "kind", "name_key"),
        Index(None, "organization_id", "owner_id", "id"),
        Index(None, "payment_terms_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), nullable=False)
    display_name: Mapped[str] = mapped_column(String(200), nullable=False)
    name_key: Mapped[str] = mapped_column(String(400), nullable=False)
    """The display name folded: two that differ only in width or case are found to be alike."""
    company_name: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    customer_type: Mapped[str] = mapped_column(String(10), nullable=False, default="business")
    email: Mapped[str] = mapped_column(String(254), nullable=False, default="")
    phone: Mapped[str] = mapped_column(String(50), nullable=False, default="")
    mobile: Mapped[str] = mapped_column(String(50), nullable=False, default="")
    website: Mapped[str] = mapped_column(String(500), nullable=False, default="")
    currency: Mapped[str] = mapped_column(String(3), nullable=False)
    payment_terms_id: Mapped[int | None] = mapped_column(Id, ForeignKey("payment_terms.id"), nullable=True)
    language: Mapped[str] = mapped_column(String(5), nullable=False, default="")
    tax_registration: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    tax_rounding: Mapped[str] = mapped_column(String(10), nullable=False, default="")
    notes: Mapped[str] = mapped_column(Text, nullable=False, default="")
    is_active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    receivable_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    payable_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    unused_credits_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)

    payment_terms: Mapped[PaymentTerms | None] = relationship()
    owner: Mapped[Member | None] = relationship()
    contact_persons: Mapped[list["ContactPerson"]] = relationship(
        back_populates="party",
        cascade="all, delete-orphan",
        order_by="ContactPerson.is_primary.desc(), ContactPerson.id",
    )

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version, "polymorphic_on": cls.kind}

    @validates("display_name")
    def _keep_name_key(self, _name: str, display_name: str) -> str:
        self.name_key = fold(display_name)
        return display_name

    @property
    def title(self) -> str:
        """What the record is called."""
        return self.display_name
