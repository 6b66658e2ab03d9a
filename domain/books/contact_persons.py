"""A contact person is somebody at a customer or vendor to whom mail is sent. One of them is primary."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Boolean, ColumnElement, ForeignKey, Index, String, select, text, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.books.parties import Party, parties_of
from domain.customizable import Customizable
from domain.db import Id, Keyed, OrganizationScoped, Timestamped, Versioned, db, now
from domain.defaults import Prefilled
from domain.errors import Refused
from domain.links import unlink
from domain.names import full_name
from domain.organizations.users import Member
from domain.search_text import Searchable
from domain.words import _


class ContactPerson(
    Prefilled, OrganizationScoped, Versioned, Timestamped, Keyed, Searchable, Customizable, db.Model
):
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
        Index(None, "organization_id", "first_name", "id"),
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

    @property
    def is_of_vendor(self) -> bool:
        """Whether it is a person at a vendor."""
        return self.party.kind == "vendor"

    @classmethod
    def assigned_to(cls, member: Member) -> ColumnElement[bool]:
        """The people at the customers that somebody looks after, and at all vendors."""
        return cls.party_id.in_(parties_of(member))

    def check(self) -> None:
        """Refuse a person without any name or address, and see to it that one is the primary one."""
        if not (self.last_name or self.first_name or self.email):
            raise Refused(last_name=_("Please give a name or a mail address."))
        if self.is_primary:
            self._take_over()
        elif self._others_primary() is None:
            self._be_the_first()

    @classmethod
    def check_many(cls, made: Sequence["ContactPerson"]) -> None:
        """The same for new people of many parties: the first of those where nobody is yet becomes primary."""
        parties = {person.party_id for person in made}
        query = select(cls.party_id).where(cls.party_id.in_(parties), cls.is_primary)
        have_one = set(db.session.scalars(query))
        for person in made:
            if not (person.last_name or person.first_name or person.email):
                raise Refused(last_name=_("Please give a name or a mail address."))
            person.is_primary = person.party_id not in have_one
            have_one.add(person.party_id)

    def was_changed(self, _before: dict[str, Any], _actor: Member | None) -> None:
        """An individual customer is its primary contact person: a new name of theirs is a new one of it."""
        if self.is_primary and self.party.customer_type == "individual":
            self.party.updated_at = now()

    def move_to(self, party_id: int) -> None:
        """They work somewhere else now; one of those who stay becomes primary where they were."""
        if party_id == self.party_id:
            return
        left, was_primary = self.party_id, self.is_primary
        others = select(ContactPerson).order_by(ContactPerson.id)
        self.is_primary = False
        db.session.flush()  # there and here only one may be primary
        self.party_id = party_id
        self.is_primary = self._others_primary() is None
        db.session.flush()
        heir = (
            db.session.scalar(others.where(ContactPerson.party_id == left).limit(1)) if was_primary else None
        )
        if heir is not None:
            heir.is_primary = True
            db.session.flush()

    def can_be_deleted(self) -> None:
        """Refuse to delete the primary one while there are others."""
        others = select(ContactPerson.id).where(
            ContactPerson.party_id == self.party_id, ContactPerson.id != self.id
        )
        if self.is_primary and db.session.scalar(others.limit(1)):
            raise Refused(
                _(
                    "%(name)s is the primary contact person. Make somebody else primary first.",
                    name=self.title,
                )
            )

    def before_delete(self) -> None:
        """The link to a contact goes; the contact stays."""
        unlink(self)

    def _take_over(self) -> None:
        # at once and not at the flush: an insert would come before it and meet the unique index
        db.session.execute(
            update(ContactPerson)
            .where(
                ContactPerson.party_id == self.party_id,
                ContactPerson.is_primary,
                ContactPerson.id != (self.id or 0),
            )
            .values(is_primary=False, version=ContactPerson.version + 1)
        )

    def _others_primary(self) -> int | None:
        return db.session.scalar(
            select(ContactPerson.id).where(
                ContactPerson.party_id == self.party_id,
                ContactPerson.is_primary,
                ContactPerson.id != (self.id or 0),
            )
        )

    def _be_the_first(self) -> None:
        if self.id:
            raise Refused(is_primary=_("Please make somebody else primary instead."))
        self.is_primary = True
