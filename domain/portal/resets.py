"""A new password for a guest who forgot theirs. Whether an address is known here is never told."""

from datetime import timedelta

from sqlalchemy import select, update

from domain.db import db, everywhere, now, scoped_to
from domain.errors import Missing
from domain.mail_addresses import sign_in_address
from domain.organizations import passwords
from domain.organizations.passwords import hasher
from domain.organizations.resets import LASTS, PasswordReset, is_patient
from domain.organizations.sign_ins import forget_guesses
from domain.portal.guests import Access, Guest
from domain.portal.sign_ins import DOOR, accesses_by, end_all
from domain.timeline import record_event
from domain.tokens import digest
from domain.words import _


def ask(email: str, address: str) -> Access | None:
    """Whom to mail a link, if anybody; the asking is on record either way. `address` is the browser's."""
    email = sign_in_address(email)
    patient = is_patient(email, address, DOOR)
    db.session.add(PasswordReset(email=email, address=address, door=DOOR))
    accesses = accesses_by(email)
    return accesses[0] if accesses and patient else None


def keep_token(guest_id: int, token: str, lasts: timedelta = LASTS) -> None:
    """From now on this token gives the guest a new password, for an hour, and no other does."""
    values = {"reset_hash": digest(token), "reset_until": now() + lasts}
    query = update(Guest).where(Guest.id == guest_id).values(**values)
    db.session.execute(query, execution_options={"synchronize_session": False})


def guest_of(token: str) -> Guest:
    """Whose link this is; Missing when it is wrong, too old or has done its work."""
    found = db.session.scalar(
        select(Guest).where(Guest.reset_hash == digest(token), Guest.reset_until > now()).with_for_update()
    )
    if found is None:
        raise Missing(_("This link is no longer valid. Please ask for a new one."))
    return found


def choose(guest: Guest, password: str) -> None:
    """The new password holds, the link has done its work, and whoever was signed in is signed out."""
    change(guest, password)
    forget_guesses(guest.email, DOOR)
    end_all(guest)
    with everywhere():
        accesses = accesses_by(guest.email)
    for access in accesses:
        with scoped_to(access.organization_id):
            record_event(access.person, "password_reset", None)
            db.session.flush()


def change(guest: Guest, password: str, field: str = "password") -> None:
    """Another password from now on; a link that is under way for a forgotten one is worth nothing any more."""
    passwords.check(password, guest.email, field)
    guest.password_hash = hasher.hash(password)
    guest.reset_hash = guest.reset_until = None
