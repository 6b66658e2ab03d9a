"""Signing in to the portal, by rows of its own: what opens the portal opens nothing else, and the other way round."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ForeignKey, Index, String, delete, select, update
from sqlalchemy.orm import Mapped, contains_eager, joinedload, mapped_column, relationship

from domain.books.contact_persons import ContactPerson
from domain.books.parties import Party
from domain.db import Id, OrganizationScoped, UtcDateTime, db, everywhere, now, scoped_to
from domain.mail_addresses import sign_in_address
from domain.organizations.organizations import Organization
from domain.organizations.sign_ins import LASTS, FailedSignIn, be_patient, forget_guesses, is_right
from domain.portal.guests import Access, Guest, opens
from domain.timeline import record_event
from domain.tokens import digest, new_token

DOOR = "portal"


class PortalSignIn(OrganizationScoped, db.Model):
    """A guest who is signed in at some browser, and at which customer they look."""

    __tablename__ = "portal_sign_ins"
    __table_args__ = (Index(None, "access_id"), Index(None, "guest_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), nullable=False, unique=True)
    guest_id: Mapped[int] = mapped_column(Id, ForeignKey("portal_guests.id"), nullable=False)
    access_id: Mapped[int] = mapped_column(
        Id, ForeignKey("portal_accesses.id", ondelete="CASCADE"), nullable=False
    )
    address: Mapped[str] = mapped_column(String(45), nullable=False)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=lambda: now())
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=lambda: now() + LASTS)

    access: Mapped[Access] = relationship()


class Visit(NamedTuple):
    """Who carries a token: the access they use now, and the sign-in that it belongs to."""

    access: Access
    organization: Organization
    sign_in_id: int

    @property
    def party(self) -> Party:
        """The customer whose papers are shown."""
        return self.access.person.party

    @property
    def person(self) -> ContactPerson:
        """Who it is, as the customer's contact person."""
        return self.access.person

    @property
    def guest(self) -> Guest:
        """Who it is, as somebody with a password."""
        return self.access.guest

    @property
    def others(self) -> Sequence[Access]:
        """What else opens to this guest: other customers, perhaps of other organizations."""
        return [each for each in accesses_by(self.guest.email) if each.id != self.access.id]


def sign_in(email: str, password: str, address: str) -> str | None:
    """The token of a new sign-in, or None when the guess was wrong (which is then on record).

    `address` is the browser's network address. Raises Refused after too many wrong guesses.
    """
    email = sign_in_address(email)
    be_patient(email, address, DOOR)
    accesses = accesses_by(email)
    guest = accesses[0].guest if accesses else None
    if not is_right(guest, password) or guest is None:
        note_guess(email, address)
        return None
    forget_guesses(email, DOOR)
    return _start(_latest(accesses), address)


def note_guess(email: str, address: str) -> None:
    """A wrong password is on record; after ten of them there is patience."""
    db.session.add(FailedSignIn(email=email, address=address, door=DOOR))


def signed_in(token: str) -> Visit | None:
    """Who carries this token, while it is good and the customer's portal is open to them."""
    with everywhere():
        found = db.session.execute(
            _with_all(select(Access, Organization, PortalSignIn.id))
            .join(PortalSignIn, PortalSignIn.access_id == Access.id)
            .where(PortalSignIn.token_hash == digest(token), PortalSignIn.expires_at > now())
        ).one_or_none()
    return Visit(*found) if found else None


def sign_out(token: str) -> None:
    """End this sign-in; the token is worth nothing from now on."""
    with everywhere():
        db.session.execute(delete(PortalSignIn).where(PortalSignIn.token_hash == digest(token)))


def end_all(guest: Guest, but: int | None = None) -> None:
    """Sign a guest out everywhere; `but` is the one sign-in that goes on."""
    with everywhere():
        ended = delete(PortalSignIn).where(PortalSignIn.guest_id == guest.id, PortalSignIn.id != (but or 0))
        db.session.execute(ended, execution_options={"synchronize_session": False})


# --- several customers --------------------------------------------------------------------------------------------


def accesses_by(email: str) -> Sequence[Access]:
    """All that opens to whoever has this mail address, in whatever organization."""
    with everywhere():
        query = _with_all(select(Access)).where(Guest.email == email).order_by(Access.id)
        accesses: Sequence[Access] = db.session.scalars(query).all()
        return accesses


def switch(visit: Visit, access_id: int) -> Access | None:
    """Look at another of one's customers with the same sign-in; None when it is not one of theirs."""
    other = next((each for each in accesses_by(visit.guest.email) if each.id == access_id), None)
    if other is None:
        return None
    with everywhere():
        moved = {"access_id": other.id, "organization_id": other.organization_id}
        query = update(PortalSignIn).where(PortalSignIn.id == visit.sign_in_id).values(**moved)
        db.session.execute(query, execution_options={"synchronize_session": False})
        other.guest.latest_access_id = other.id
    return other


# --- parts --------------------------------------------------------------------------------------------------------


def _with_all(query: Any) -> Any:
    """Only what opens, with all that the portal says of who came."""
    return (
        query.join(Access.guest)
        .join(Access.person)
        .join(ContactPerson.party)
        .join(Organization, Organization.id == Access.organization_id)
        .options(
            contains_eager(Access.guest),
            joinedload(Access.organization),
            contains_eager(Access.person).contains_eager(ContactPerson.party),
        )
        .where(opens())
    )


def _latest(accesses: Sequence[Access]) -> Access:
    """Where the guest looked last, or else where they came in first."""
    latest = [each for each in accesses if each.id == each.guest.latest_access_id]
    return (latest or accesses)[0]


def _start(access: Access, address: str) -> str:
    token = new_token()
    with everywhere():
        db.session.execute(delete(PortalSignIn).where(PortalSignIn.expires_at < now()))
    with scoped_to(access.organization_id):
        db.session.add(
            PortalSignIn(
                token_hash=digest(token), guest_id=access.guest_id, access_id=access.id, address=address
            )
        )
        record_event(access.person, "portal_signed_in", None)
        db.session.flush()
    return token
