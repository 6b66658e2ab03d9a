"""A contact person is somebody at a customer or vendor to whom mail is sent; exactly one of them is the primary one."""

from sqlalchemy import Boolean, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.books.parties import Party
from domain.db import Id, Keyed, OrganizationScoped, Timestamped, Versioned, db
from domain.names import full_name
from domain.search_text import Searchable


class ContactPerson(OrganizationScoped, Versioned, Timestamped, Keyed, Searchable, db.Model):
    """A person at a party."""

    MODULE = "books.contact-persons"
    SEARCHED = ("name", "email", "phone", "mobile")

    __tablename__ = "contact_persons"
    __table_args__ = (
        Index(
            "uq_contact_persons_primary",
            "party_id",
            unique=True,
            sqlite_where=text("is_primary"),
            postgresql_where=text("is_primary"),
        ),
        Index(None, "organization_id", "party_id", "last_name", "id"),
        Index(None, "organization_id", "last_name", "id"),
        Index(None, "organization_id", "email", "id"),
        Index(None, "party_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    party_id: Mapped[int] = mapped_column(Id, ForeignKey("parties.id"), nullable=False)
    salutation: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    first_name: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    last_name: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    email: Mapped[str] = mapped_column(String(254), nullable=False, default="")
    phone: Mapped[str] = mapped_column(String(50), nullable=False, default="")
    mobile: Mapped[str] = mapped_column(String(50), nullable=False, default="")
    designation: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    department: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    is_primary: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)

    party: Mapped[Party] = relationship(back_populates="contact_persons")

    @property
    def name(self) -> str:
        """The whole name in the order of its script."""
        return full_name(self.first_name or "", self.last_name or "", self.salutation or "")

    @property
    def title(self) -> str:
        """What the record is called."""
        return self.name or self.email
