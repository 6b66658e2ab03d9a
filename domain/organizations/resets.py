"""A new password for somebody who forgot theirs: asked for by mail address, done by a link that is mailed there.

Whether the address is known is never told: neither by the answer nor by how often one may ask.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, Index, String, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.db import Id, UtcDateTime, db, everywhere, now
from domain.errors import Missing, Refused
from domain.mail_addresses import sign_in_address
from domain.organizations import passwords, sign_ins
from domain.organizations.passwords import hasher
from domain.organizations.users import Member, User
from domain.tokens import digest
from domain.words import _

LASTS = timedelta(hours=1)
WINDOW = timedelta(hours=1)
PER_ACCOUNT = 3
PER_ADDRESS = 20


class PasswordReset(db.Model):
    """Somebody asked for a new password. Once the mail goes out, the row knows its link, as a digest."""

    __tablename__ = "password_resets"
    __table_args__ = (
        Index(None, "email", "asked_at"),
        Index(None, "address", "asked_at"),
        Index(None, "user_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(String(254), nullable=False)
    address: Mapped[str] = mapped_column(String(45), nullable=False)
    door: Mapped[str] = mapped_column(String(10), nullable=False, default="", server_default="")
    """At which sign-in page it was asked: that of the staff, or `portal`, whose links stand with its guests."""
    user_id: Mapped[int | None] = mapped_column(Id, ForeignKey("users.id"), nullable=True)
    token_hash: Mapped[str | None] = mapped_column(String(64), nullable=True, unique=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=lambda: now())
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=lambda: now() + LASTS)

    user: Mapped[User | None] = relationship()


def ask(email: str, address: str) -> Member | None:
    """Whom to mail a link, if anybody; the asking is on record either way. `address` is the browser's."""
    email = sign_in_address(email)
    patient = is_patient(email, address)
    with everywhere():
        member = sign_ins.home_of(email)
        db.session.add(PasswordReset(email=email, address=address, user=member.user if member else None))
        db.session.flush()
    if member is None or not patient:
        return None
    sign_ins.write_down(member.user, "password_link_sent")
    return member


def is_patient(email: str, address: str, door: str = "") -> bool:
    """Whether a link may be mailed for this account again; Refused when too many were asked for from an address."""
    since = now() - WINDOW
    db.session.execute(delete(PasswordReset).where(PasswordReset.expires_at < since))
    if _count(PasswordReset.address == address, since, door) >= PER_ADDRESS:
        raise Refused(_("Too many requests. Please wait an hour and try again."))
    return _count(PasswordReset.email == email, since, door) < PER_ACCOUNT


def keep_token(user_id: int, token: str) -> None:
    """From now on this token gives the person a new password, for an hour, and no other does."""
    mine = PasswordReset.user_id == user_id
    latest = select(func.max(PasswordReset.id)).where(mine).scalar_subquery()
    options = {"synchronize_session": False}
    db.session.execute(update(PasswordReset).where(mine).values(token_hash=None), execution_options=options)
    kept = {"token_hash": digest(token), "expires_at": now() + LASTS}
    db.session.execute(
        update(PasswordReset).where(PasswordReset.id == latest).values(**kept), execution_options=options
    )


def user_of(token: str) -> User:
    """Whose link this is; Missing when it is wrong, too old or has done its work."""
    with everywhere():
        found = db.session.scalar(
            select(PasswordReset)
            .where(PasswordReset.token_hash == digest(token), PasswordReset.expires_at > now())
            .with_for_update()
        )
    if found is None or found.user is None or not found.user.is_active:
        raise Missing(_("This link is no longer valid. Please ask for a new one."))
    return found.user


def choose(user: User, password: str) -> None:
    """The new password holds, the link has done its work, and whoever was signed in is signed out."""
    passwords.check(password, user.email)
    user.password_hash = hasher.hash(password)
    db.session.execute(delete(PasswordReset).where(PasswordReset.user_id == user.id))
    sign_ins.forget_guesses(user.email)
    sign_ins.end_all(user)
    sign_ins.write_down(user, "password_reset")


def _count(condition: ColumnElement[bool], since: datetime, door: str) -> int:
    asked = (condition, PasswordReset.asked_at > since, PasswordReset.door == door)
    query = select(func.count(PasswordReset.id)).where(*asked)
    return db.session.scalar(query) or 0
