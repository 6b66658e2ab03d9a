"""Who comes to the portal: a guest is a person with a password; what they see is what a contact person was given.

Guests are no users: they have tables, a cookie and a sign-in page of their own, and no role can make one of the other.
"""

from datetime import datetime

from sqlalchemy import Boolean, ColumnElement, ForeignKey, Index, String, UniqueConstraint, and_, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from domain.books.contact_persons import ContactPerson
from domain.books.parties import Party
from domain.db import Id, OrganizationScoped, Timestamped, UtcDateTime, db, now
from domain.emails import Email
from domain.organizations.organizations import Organization
from domain.organizations.users import NO_PASSWORD
from domain.status import Status
from domain.words import _p


class Guest(Timestamped, db.Model):
    """Somebody who can sign in to the portal, known by mail address, whatever customers they belong to."""

    __tablename__ = "portal_guests"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(String(254), nullable=False, unique=True)
    password_hash: Mapped[str] = mapped_column(String(255), nullable=False, default=NO_PASSWORD)
    language: Mapped[str] = mapped_column(String(5), nullable=False, default="")
    latest_access_id: Mapped[int | None] = mapped_column(Id, nullable=True)
    """Where they looked last: the next sign-in leads there."""
    reset_hash: Mapped[str | None] = mapped_column(String(64), nullable=True, unique=True)
    """Of the link with which they choose a new password, once it went out."""
    reset_until: Mapped[datetime | None] = mapped_column(UtcDateTime, nullable=True)

    @property
    def has_password(self) -> bool:
        """Whether this person has chosen a password yet."""
        return self.password_hash != NO_PASSWORD


class Access(OrganizationScoped, Timestamped, db.Model):
    """A contact person's way into the portal: it shows what is their customer's, and nothing else.

    It is for the address to which the invitation went: when the contact person has another one, it opens nothing.
    """

    __tablename__ = "portal_accesses"
    __table_args__ = (
        UniqueConstraint("contact_person_id"),
        Index(None, "guest_id"),
        Index(None, "invitation_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    contact_person_id: Mapped[int] = mapped_column(
        Id, ForeignKey("contact_persons.id", ondelete="CASCADE"), nullable=False
    )
    guest_id: Mapped[int] = mapped_column(Id, ForeignKey("portal_guests.id"), nullable=False)
    email: Mapped[str] = mapped_column(String(254), nullable=False)
    is_active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    joined_at: Mapped[datetime | None] = mapped_column(UtcDateTime, nullable=True)
    """Empty while the invitation waits to be accepted."""
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=lambda: now())
    invitation_hash: Mapped[str | None] = mapped_column(String(64), nullable=True, unique=True)
    invitation_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("emails.id", ondelete="SET NULL"), nullable=True
    )
    """The mail that invites them."""

    guest: Mapped[Guest] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[ContactPerson] = relationship()
    organization: Mapped[Organization] = relationship()
    invitation: Mapped[Email | None] = relationship()

    @property
    def party(self) -> Party:
        """The customer whose papers it shows; after a merge the one into which theirs was merged."""
        return self.person.party

    @property
    def is_for_this_address(self) -> bool:
        """Whether the contact person still has the address that was invited."""
        return self.email == self.person.email


ContactPerson.access = relationship(Access, viewonly=True, uselist=False)
"""Told from here, because contact persons have never heard of the portal."""

STATES: dict[str, Status] = {
    state.key: state
    for state in (
        Status("none", _p("portal", "No access")),
        Status("invited", _p("portal", "Invited"), "wait"),
        Status("active", _p("portal", "Active"), "good"),
    )
}


def state_of(access: Access | None) -> Status:
    """No access, invited or active."""
    if access is None or not access.is_active or not access.is_for_this_address:
        return STATES["none"]
    return STATES["active" if access.joined_at else "invited"]


def opens() -> ColumnElement[bool]:
    """The condition under which an access opens the portal; to be joined with person, party and organization."""
    return and_(
        Access.is_active,
        Access.joined_at.is_not(None),
        Access.email == ContactPerson.email,
        Party.kind == "customer",
        Party.is_active,
        Organization.portal_is_open,
    )


def access_of(person: ContactPerson) -> Access | None:
    """What a contact person was given, whether it still opens anything or not."""
    return db.session.scalar(select(Access).where(Access.contact_person_id == person.id))


def accesses_of(party: Party) -> dict[int, Access]:
    """Of a customer's contact persons: what each was given, by the person's id."""
    found = db.session.scalars(
        select(Access)
        .join(Access.person)
        .where(ContactPerson.party_id == party.id)
        .options(joinedload(Access.invitation))
    )
    return {access.contact_person_id: access for access in found}


def has_guests(party: Party) -> bool:
    """Whether anybody of this customer can sign in to the portal."""
    query = select(Access.id).join(Access.person).where(ContactPerson.party_id == party.id)
    return (
        db.session.scalar(query.where(Access.is_active, Access.joined_at.is_not(None)).limit(1)) is not None
    )
