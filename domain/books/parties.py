"""Parties: whom the organization sells to and buys from. Customers and vendors share a table and its ids."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    UniqueConstraint,
    delete,
    false,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship, validates

from domain.addresses import BillingAddress, ShippingAddress
from domain.books import alike
from domain.books.associated_templates import WithTemplates
from domain.books.currencies import Currency
from domain.books.document_counts import DocumentCount, counts_of
from domain.books.items import Item, Trade
from domain.books.payment_terms import PaymentTerms
from domain.books.price_lists import PriceList
from domain.books.primary_contact import WithPrimaryContact
from domain.customizable import Customizable
from domain.db import Id, Keyed, OrganizationScoped, Owned, Timestamped, Versioned, db, of_this_organization
from domain.defaults import Prefilled
from domain.errors import Refused
from domain.integrity import has_twin, have_twins, is_used
from domain.links import unlink
from domain.money import Rounding
from domain.organizations.organizations import Organization, current_organization
from domain.organizations.users import Member
from domain.records import forget_talk
from domain.search_text import Searchable, fold
from domain.tax_registrations import doubt_about
from domain.timeline import record_event
from domain.unwritten import has_new
from domain.words import Words, _

if TYPE_CHECKING:
    from domain.books.contact_persons import ContactPerson

NO_OBSTACLES = (
    "associated_templates",
    "contact_persons",
    "document_counts",
    "email_drafts",
    "items",
    "parties",
    "different_customers",
    "merges",
    "merged_customers",
    "merged_rows",
    "statement_run_rows",
)
"""Tables whose rows about a party go with it, or forget it."""


class Party(
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
    WithPrimaryContact,
    WithTemplates,
    alike.Alike,
    db.Model,
):
    """A company or person with whom documents are exchanged, in one currency.

    The three figures are kept by whatever changes them (`books_kept`), in the party's currency. They do not
    touch its version, since a payment is no edit of the customer.
    """

    MODULE: ClassVar[str]
    TRADE: ClassVar[Trade]
    """Which items stand on its documents, at which rates."""
    SEARCHED = ("display_name", "company_name", "email", "phone", "mobile", "billing_city")

    __tablename__ = "parties"
    __table_args__ = (
        UniqueConstraint("organization_id", "kind", "display_name"),
        Index(None, "organization_id", "kind", "company_name", "id"),
        Index(None, "organization_id", "kind", "email", "id"),
        Index(None, "organization_id", "kind", "receivable_minor", "id"),
        Index(None, "organization_id", "kind", "payable_minor", "id"),
        Index(None, "organization_id", "kind", "unused_credits_minor", "id"),
        Index(None, "organization_id", "kind", "created_at", "id"),
        Index(None, "organization_id", "kind", "name_key"),
        Index(None, "organization_id", "kind", "is_active", "display_name", "id"),
        Index(None, "organization_id", "owner_id", "kind", "display_name", "id"),
        Index(None, "payment_terms_id"),
        Index(None, "price_list_id"),
        Index(None, "vendor_id"),
        *alike.indexes(),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), nullable=False)
    display_name: Mapped[str] = mapped_column(String(200), nullable=False)
    name_key: Mapped[str] = mapped_column(String(400), nullable=False)
    """The display name folded: names that differ only in width or case are found to be alike."""
    company_name: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    customer_type: Mapped[str] = mapped_column(String(10), nullable=False, default="business")
    email: Mapped[str] = mapped_column(String(254), nullable=False, default="")
    phone: Mapped[str] = mapped_column(String(50), nullable=False, default="")
    mobile: Mapped[str] = mapped_column(String(50), nullable=False, default="")
    fax: Mapped[str] = mapped_column(String(50), nullable=False, default="", server_default="")
    website: Mapped[str] = mapped_column(String(500), nullable=False, default="")
    currency: Mapped[str] = mapped_column(String(3), nullable=False)
    payment_terms_id: Mapped[int | None] = mapped_column(Id, ForeignKey("payment_terms.id"), nullable=True)
    price_list_id: Mapped[int | None] = mapped_column(Id, ForeignKey("price_lists.id"), nullable=True)
    credit_limit_minor: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    """How much may be open at once; more than that is warned of. None: no limit."""
    vendor_id: Mapped[int | None] = mapped_column(Id, ForeignKey("parties.id"), nullable=True)
    """Of a customer: the vendor that is the same company. What we owe it shows beside what it owes us."""
    language: Mapped[str] = mapped_column(String(5), nullable=False, default="")
    tax_registration: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    tax_rounding: Mapped[str] = mapped_column(String(10), nullable=False, default="")
    notes: Mapped[str] = mapped_column(Text, nullable=False, default="")
    is_active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    reminders_stopped: Mapped[bool] = mapped_column(
        Boolean, nullable=False, default=False, server_default=false()
    )
    """Of a customer: whether nobody shall be reminded of its invoices."""
    merge_id: Mapped[int | None] = mapped_column(Id, nullable=True)
    """The merge by which it became another one, until it is made active again."""
    receivable_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    payable_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    unused_credits_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)

    payment_terms: Mapped[PaymentTerms | None] = relationship()
    price_list: Mapped[PriceList | None] = relationship()
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
        self.name_key = name_key_of(display_name)
        return display_name

    @validates("is_active")
    def _stand_alone_again(self, _name: str, is_active: bool) -> bool:
        self.merge_id = None if is_active else self.merge_id
        return is_active

    # --- questions ------------------------------------------------------------------------------------------

    @classmethod
    def assigned_to(cls, member: Member) -> ColumnElement[bool]:
        """The customers that somebody looks after, and all vendors."""
        return or_(cls.kind == "vendor", cls.owner_id == member.id)

    @property
    def title(self) -> str:
        """What the record is called."""
        return self.display_name

    @property
    def primary_contact(self) -> "ContactPerson | None":
        """The contact person to whom mail goes first."""
        return self.contact_persons[0] if self.contact_persons else None

    @property
    def has_documents(self) -> bool:
        """Whether any document was ever written for this party and still exists."""
        return any(count.count for count in counts_of(self.id))

    def is_over_limit_with(self, more_minor: int) -> bool:
        """Whether this much more would be open than the credit limit allows."""
        limit = self.credit_limit_minor
        return limit is not None and self.receivable_minor + more_minor > limit

    @property
    def is_over_limit(self) -> bool:
        """Whether more is open than the credit limit allows."""
        return self.is_over_limit_with(0)

    @property
    def doubts(self) -> list[Words]:
        """What looks like a mistake, although it was saved: a tax registration that its country doesn't know."""
        doubt = doubt_about(self.tax_registration, self.billing_country)
        return (
            [_("Tax registration %(text)s: %(doubt)s", text=self.tax_registration, doubt=doubt)]
            if doubt
            else []
        )

    def language_in(self, organization: Organization) -> str:
        """The language to write to this party in."""
        return self.language or organization.language

    def rounding_in(self, organization: Organization) -> Rounding:
        """Which way its taxes are rounded."""
        return Rounding(self.tax_rounding or organization.tax_rounding)

    def address_lines(self, organization: Organization) -> list[str]:
        """The billing address as it is printed."""
        return self.billing_address.written(self.language_in(organization), organization.country)

    # --- rules for the generic verbs ------------------------------------------------------------------------

    def check(self) -> None:
        """Refuse a name that is taken and a currency that is not to be had; drafts follow a new name."""
        is_renamed = has_new(self, "display_name")
        if is_renamed and has_twin(self, Party.display_name):
            raise Refused(display_name=self._name_is_taken())
        self._check_currency()
        self._check_price_list()
        self.check_primary_contact()
        if (self.credit_limit_minor or 0) < 0:
            raise Refused(credit_limit_minor=_("A credit limit can't be negative."))
        if self.id is not None and is_renamed:
            self._rename_drafts()

    @classmethod
    def check_many(cls, made: Sequence["Party"]) -> None:
        """The same for new parties in the organization's own currency, with a few questions for all of them."""
        ours = current_organization().currency
        if any(each.currency != ours or each.price_list_id for each in made) or have_twins(
            made, cls.display_name
        ):
            for each in made:
                each.check()
        for each in made:
            each.check_primary_contact()

    def can_be_deleted(self) -> None:
        """Refuse to delete a party that anything was written for."""
        if self.has_documents or is_used(self, apart_from=NO_OBSTACLES):
            raise Refused(
                _("%(name)s has documents. You can mark it as inactive instead.", name=self.display_name)
            )

    def before_delete(self) -> None:
        """Its contact persons, links and empty counters go with it."""
        for person in self.contact_persons:
            unlink(person)
            forget_talk(person)
        unlink(self)
        db.session.execute(update(Item).where(Item.vendor_id == self.id).values(vendor_id=None))
        db.session.execute(update(Party).where(Party.vendor_id == self.id).values(vendor_id=None))
        db.session.execute(delete(DocumentCount).where(DocumentCount.party_id == self.id))

    # --- verbs ----------------------------------------------------------------------------------------------

    def activate(self, actor: Member | None) -> None:
        """Offer it for new documents again."""
        if not self.is_active:
            self.is_active = True
            record_event(self, "activated", actor)

    def deactivate(self, actor: Member | None) -> None:
        """Offer it for new documents no more; what exists is untouched."""
        if self.is_active:
            self.is_active = False
            record_event(self, "deactivated", actor)

    def _name_is_taken(self) -> Words:
        return _("There is already somebody called %(name)s.", name=self.display_name)

    def _check_currency(self) -> None:
        query = select(Currency.id).where(Currency.code == self.currency, Currency.is_active)
        if self.id is None or (has_new(self, "currency") and self.currency != self._stored_currency()):
            if db.session.scalar(query) is None:
                raise Refused(currency=_("%(code)s is not one of your currencies.", code=self.currency))
            if self.id is not None and self.has_documents:
                raise Refused(currency=_("The currency can't change: there are documents in it."))

    def _check_price_list(self) -> None:
        price_list = db.session.get(PriceList, self.price_list_id) if self.price_list_id else None
        if price_list and not price_list.is_for(self.currency):
            raise Refused(
                price_list_id=_(
                    "%(name)s is in %(currency)s.", name=price_list.name, currency=price_list.currency
                )
            )

    def _stored_currency(self) -> str | None:
        return db.session.scalar(select(Party.currency).where(Party.id == self.id))

    def _rename_drafts(self) -> None:
        # here and not at the top: documents are built on parties
        from domain.books.document import drafts_of

        for draft in drafts_of(self.id):
            draft.party_name = self.display_name


def name_key_of(name: str) -> str:
    """A name folded, as far as the column holds it: there are single letters that fold into eighteen."""
    return fold(name)[:400]


def parties_of(member: Member, model: type[Party] = Party) -> Select[int]:
    """Whose papers somebody sees who is kept to assigned customers: those customers, and all vendors."""
    return select(model.id).where(of_this_organization(model), model.assigned_to(member))
