"""Letting a contact person into the portal: invited by mail, accepted by the link in it, taken away again."""

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import contains_eager

from domain.books.contact_persons import ContactPerson
from domain.books.parties import Party
from domain.db import db, everywhere, now, scoped_to
from domain.errors import Missing, Refused
from domain.locking import lock
from domain.mail_addresses import is_address, sign_in_address
from domain.organizations import passwords
from domain.organizations.organizations import Organization, current_organization
from domain.organizations.passwords import hasher
from domain.organizations.users import Member
from domain.outbox import publish, withdraw
from domain.portal.guests import Access, Guest, access_of, accesses_of, state_of
from domain.portal.sign_ins import PortalSignIn
from domain.timeline import record_event
from domain.tokens import digest
from domain.words import Words, _

TOPIC = "portal.invite"

LASTS = timedelta(days=14)
"""Customers read their mail when they find the time."""


def why_not(person: ContactPerson | None) -> Words | None:
    """Why somebody can't be invited to the portal; None when they can."""
    if not current_organization().portal_is_open:
        return _("The portal is switched off. An administrator can open it under Settings.")
    if person is None:
        return _("There is no contact person with a mail address.")
    if person.party.kind != "customer":
        return _("The portal is for customers only.")
    if not person.party.is_active:
        return _("%(name)s is inactive.", name=person.party.display_name)
    if not is_address(person.email):
        return _("%(name)s has no mail address.", name=person.title)
    return None


def whom_to_invite(customer: Party) -> ContactPerson | None:
    """The first of a customer's people who has a mail address: whom mail goes to."""
    return next((person for person in customer.contact_persons if is_address(person.email)), None)


def why_not_primary(customer: Party) -> Words | None:
    """Why a customer as a whole can't be invited: nobody can be, or somebody has access already."""
    if any(state_of(person.access).key == "active" for person in customer.contact_persons):
        return _("Has access to the portal already.")
    return why_not(whom_to_invite(customer))


def invite(person: ContactPerson | None, actor: Member) -> Access:
    """Invite a contact person, or invite them once more: the link of the mail before leads nowhere any more."""
    if person is not None:
        lock(person)  # the second click waits here for the first
    if (reason := why_not(person)) or person is None:
        raise Refused(reason)
    access = access_of(person)
    if access is not None and state_of(access).key == "active":
        raise Refused(_("%(name)s has access to the portal already.", name=person.title))
    access = access or Access(contact_person_id=person.id)
    access.guest, access.email = _guest(person.email), person.email
    access.is_active, access.invited_at = True, now()
    access.joined_at = access.invitation_hash = access.invitation_id = None
    db.session.add(access)
    db.session.flush()
    _sign_out(access)
    record_event(person, "portal_invited", actor, email=person.email)
    publish(TOPIC, _key(access), {"access": access.id}, actor_id=actor.id)
    return access


def take_away(person: ContactPerson, actor: Member) -> None:
    """Close the portal for a contact person, at once and at every browser."""
    lock(person)
    access = access_of(person)
    if access is None or not access.is_active:
        return
    access.is_active, access.invitation_hash = False, None
    _sign_out(access)
    withdraw(TOPIC, _key(access))
    record_event(person, "portal_taken_away", actor)


def has_portal(party: Party) -> bool:
    """Whether anybody at this customer has access to the portal, or is invited."""
    return any(state_of(access).key != "none" for access in accesses_of(party).values())


# --- the link in the mail -----------------------------------------------------------------------------------------


def keep_token(access_id: int, token: str) -> None:
    """From now on this token accepts the invitation, and no other."""
    waiting = update(Access).where(Access.id == access_id, Access.joined_at.is_(None), Access.is_active)
    values = {"invitation_hash": digest(token), "invited_at": now()}
    db.session.execute(waiting.values(**values), execution_options={"synchronize_session": False})


def invited_by(token: str) -> Access:
    """Who was invited by this link; Missing when it is wrong, too old, taken back or has done its work."""
    with everywhere():
        access = db.session.scalar(
            select(Access)
            .join(Access.person)
            .join(ContactPerson.party)
            .join(Organization, Organization.id == Access.organization_id)
            .options(contains_eager(Access.person).contains_eager(ContactPerson.party))
            .where(
                Access.invitation_hash == digest(token),
                Access.is_active,
                Access.joined_at.is_(None),
                Access.invited_at > now() - LASTS,
                Access.email == ContactPerson.email,
                Party.is_active,
                Organization.portal_is_open,
            )
            .with_for_update(of=Access)
        )
    if access is None:
        raise Missing(_("This link is no longer valid. Please ask whoever invited you for a new one."))
    return access


def accept(access: Access, password: str, language: str) -> None:
    """Come in; somebody who has no password for the portal yet chooses one."""
    guest = access.guest
    if not guest.has_password:
        passwords.check(password, guest.email)
        guest.password_hash, guest.language = hasher.hash(password), language
    access.joined_at, access.invitation_hash = now(), None
    guest.latest_access_id = access.id
    with scoped_to(access.organization_id):
        record_event(access.person, "portal_joined", None)
        db.session.flush()


# --- parts --------------------------------------------------------------------------------------------------------


def _guest(email: str) -> Guest:
    address = sign_in_address(email)
    found = db.session.scalar(select(Guest).where(Guest.email == address))
    return found or Guest(email=address)


def _sign_out(access: Access) -> None:
    db.session.execute(delete(PortalSignIn).where(PortalSignIn.access_id == access.id))


def _key(access: Access) -> str:
    return f"portal-access-{access.id}"
