"""Signing in: passwords, sign-ins that can be ended, and patience with whoever guesses.

A sign-in is a row whose random token the browser carries; ending the row ends it everywhere. Failed attempts are
rows too, so that neither a restart nor a second web process gives a guesser fresh tries.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ForeignKey, Index, String, bindparam, delete, func, or_, select
from sqlalchemy.orm import Mapped, contains_eager, joinedload, mapped_column, relationship

from domain.db import Id, OrganizationScoped, UtcDateTime, db, everywhere, now
from domain.errors import Refused
from domain.organizations.users import Member, User
from domain.words import _

hasher = PasswordHasher()  # Argon2id with the library's defaults (RFC 9106, low memory)

LASTS = timedelta(days=14)
WINDOW = timedelta(minutes=15)
TRIES_PER_ACCOUNT = 10
TRIES_PER_ADDRESS = 50


class SignIn(OrganizationScoped, db.Model):
    """Somebody signed in at some browser, until it ends."""

    __tablename__ = "sign_ins"
    __table_args__ = (Index(None, "member_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), nullable=False, unique=True)
    member_id: Mapped[int] = mapped_column(Id, ForeignKey("members.id"), nullable=False)
    address: Mapped[str] = mapped_column(String(45), nullable=False)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=lambda: now())
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=lambda: now() + LASTS)

    member: Mapped[Member] = relationship(lazy="joined", innerjoin=True)


class FailedSignIn(db.Model):
    """One wrong guess, kept for as long as it counts."""

    __tablename__ = "failed_sign_ins"
    __table_args__ = (Index(None, "email", "at"), Index(None, "address", "at"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(String(254), nullable=False)
    address: Mapped[str] = mapped_column(String(45), nullable=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=lambda: now())


def sign_in(email: str, password: str, address: str) -> str | None:
    """The token of a new sign-in, or None when the guess was wrong (which is then on record).

    `address` is the browser's network address. Raises Refused after too many wrong guesses.
    """
    email = email.strip().lower().replace("\x00", "")[:254]
    _be_patient(email, address)
    with everywhere():
        member = db.session.scalar(_members_of(email))
        if not _is_right(member, password) or member is None:
            db.session.add(FailedSignIn(email=email, address=address))
            return None
        db.session.execute(delete(FailedSignIn).where(FailedSignIn.email == email))
        return _start(member, address)


_SIGNED_IN = (
    select(SignIn)
    .join(SignIn.member)
    .join(Member.user)
    .options(
        contains_eager(SignIn.member).options(
            contains_eager(Member.user), joinedload(Member.organization, innerjoin=True)
        )
    )
    .where(
        SignIn.token_hash == bindparam("token_hash"),
        SignIn.expires_at > bindparam("moment"),
        Member.is_active,
        User.is_active,
    )
)
"""Built once: every request asks this."""


def signed_in(token: str) -> Member | None:
    """Who carries this token, while it is good and the person may still come in."""
    with everywhere():
        found = db.session.scalar(_SIGNED_IN, {"token_hash": _digest(token), "moment": now()})
    return found.member if found else None


def sign_out(token: str) -> None:
    """End this sign-in; the token is worth nothing from now on."""
    with everywhere():
        db.session.execute(delete(SignIn).where(SignIn.token_hash == _digest(token)))


def _members_of(email: str):  # type: ignore[no-untyped-def]
    return (
        select(Member)
        .join(Member.user)
        .where(User.email == email, User.is_active, Member.is_active)
        .order_by(Member.id)
        .limit(1)
    )


def _is_right(member: Member | None, password: str) -> bool:
    try:
        return hasher.verify(member.user.password_hash if member else _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """A hash to verify when there is no such user, so that both answers take the same time."""
    return hasher.hash(secrets.token_hex())


def _start(member: Member, address: str) -> str:
    token = secrets.token_urlsafe(32)
    db.session.execute(delete(SignIn).where(SignIn.expires_at < now()))
    db.session.add(
        SignIn(
            organization_id=member.organization_id,
            member=member,
            token_hash=_digest(token),
            address=address,
        )
    )
    db.session.flush()
    return token


def _be_patient(email: str, address: str) -> None:
    since = now() - WINDOW
    mine, theirs = db.session.execute(
        select(
            func.count().filter(FailedSignIn.email == email),
            func.count().filter(FailedSignIn.address == address),
        )
        .select_from(FailedSignIn)
        .where(FailedSignIn.at > since, or_(FailedSignIn.email == email, FailedSignIn.address == address))
    ).one()
    if mine >= TRIES_PER_ACCOUNT or theirs >= TRIES_PER_ADDRESS:
        raise Refused(_("Too many wrong passwords. Please wait a quarter of an hour and try again."))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
