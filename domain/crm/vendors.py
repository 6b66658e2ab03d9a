"""A vendor on the CRM side: a company from which goods come. In the books it is a vendor, joined by a link."""

from sqlalchemy import Index, String, Text, update
from sqlalchemy.orm import Mapped, mapped_column

from domain.addresses import MailingAddress
from domain.books.vendors import Vendor
from domain.crm.sales_records import InBooks, SalesRecord, link_to, linked_as
from domain.customizable import Customizable
from domain.db import Id, Keyed, OrganizationScoped, Timestamped, Versioned, db
from domain.defaults import Prefilled
from domain.links import Link, unlink
from domain.search_text import Searchable


class CrmVendor(
    Prefilled,
    OrganizationScoped,
    Versioned,
    Timestamped,
    SalesRecord,
    InBooks,
    Keyed,
    Searchable,
    Customizable,
    MailingAddress,
    db.Model,
):
    """Somebody from whom we buy, as sales people know them; everybody in the CRM sees all of them."""

    MODULE = "crm.vendors"
    SEARCHED = ("name", "email", "phone", "category", "mailing_city")

    __tablename__ = "crm_vendors"
    __table_args__ = (
        Index(None, "organization_id", "name", "id"),
        Index(None, "organization_id", "category", "id"),
        Index(None, "organization_id", "owner_id", "name", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), nullable=False)
    phone: Mapped[str] = mapped_column(String(50), nullable=False, default="")
    fax: Mapped[str] = mapped_column(String(50), nullable=False, default="", server_default="")
    email: Mapped[str] = mapped_column(String(254), nullable=False, default="")
    website: Mapped[str] = mapped_column(String(500), nullable=False, default="")
    category: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    gl_account: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    description: Mapped[str] = mapped_column(Text, nullable=False, default="")

    books_link: Mapped[Link | None] = link_to(Vendor, lambda: linked_as(CrmVendor.id, CrmVendor.MODULE))

    def before_delete(self) -> None:
        """Contacts and products stay and lose their vendor; the link to the books goes."""
        # here and not at the top: contacts and products refer to vendors
        from domain.crm.contacts import Contact
        from domain.crm.products import Product

        db.session.execute(update(Contact).where(Contact.vendor_id == self.id).values(vendor_id=None))
        db.session.execute(update(Product).where(Product.vendor_id == self.id).values(vendor_id=None))
        unlink(self)
