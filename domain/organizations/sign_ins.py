"""Signing in: sign-ins that can be ended, and patience with whoever guesses.

A sign-in is a row whose random token the browser carries; ending the row ends it everywhere. Failed attempts are
rows too, so that neither a restart nor a second web process gives a guesser fresh tries.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple, Protocol

from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ForeignKey, Index, Select, String, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, aliased, contains_eager, joinedload, mapped_column, relationship

from domain.db import Id, OrganizationScoped, UtcDateTime, db, everywhere, now, scoped_to
from domain.errors import Refused
from domain.mail_addresses import sign_in_address
from domain.organizations.passwords import hasher
from domain.organizations.users import Member, User
from domain.timeline import record_event
from domain.tokens import digest, new_token
from domain.words import _

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
    browser: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    """What the browser says of itself, so that people know their own again."""
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
    door: Mapped[str] = mapped_column(String(10), nullable=False, default="", server_default="")
    """Which sign-in page it was: that of the staff, or `portal`. What is guessed at one does not lock the other."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=lambda: now())


class HasPassword(Protocol):
    """Somebody who can sign in, once they have chosen a password."""

    password_hash: Any

    @property
    def has_password(self) -> bool:
        """Whether they have."""


class Carrier(NamedTuple):
    """Who carries a token, and whether they are at home in other organizations, too."""

    member: Member
    sign_in_id: int
    has_others: bool


def sign_in(email: str, password: str, address: str, browser: str = "") -> str | None:
    """The token of a new sign-in, or None when the guess was wrong (which is then on record).

    `address` is the browser's network address. Raises Refused after too many wrong guesses.
    """
    email = sign_in_address(email)
    be_patient(email, address)
    with everywhere():
        members = list(db.session.scalars(_members_of(email)))
        member = _latest(members)
        if not is_right(member.user if member else None, password) or member is None:
            db.session.add(FailedSignIn(email=email, address=address))
            _write_down(members, "sign_in_failed")
            return None
        forget_guesses(email)
        _write_down([member], "signed_in")
        return _start(member, address, browser)


_Other = aliased(Member)

_HAS_OTHERS = (
    select(_Other.id)
    .where(
        _Other.user_id == Member.user_id,
        _Other.id != Member.id,
        _Other.is_active,
        _Other.joined_at.is_not(None),
    )
    .correlate(Member)
    .exists()
)

_SIGNED_IN = (
    select(SignIn, _HAS_OTHERS)
    .join(SignIn.member)
    .join(Member.user)
    .options(
        contains_eager(SignIn.member).options(
            contains_eager(Member.user),
            joinedload(Member.organization, innerjoin=True),
            joinedload(Member.custom_role),
            joinedload(Member.custom_profile),
        )
    )
    .where(
        SignIn.token_hash == bindparam("token_hash"),
        SignIn.expires_at > bindparam("moment"),
        Member.is_active,
        Member.joined_at.is_not(None),
        User.is_active,
    )
)
"""Built once: every request asks this, and it brings along all that decides what the person may do."""


def signed_in(token: str) -> Carrier | None:
    """Who carries this token, while it is good and the person may still come in."""
    with everywhere():
        found = db.session.execute(_SIGNED_IN, {"token_hash": digest(token), "moment": now()}).one_or_none()
    return Carrier(found[0].member, found[0].id, found[1]) if found else None


def sign_out(token: str) -> None:
    """End this sign-in; the token is worth nothing from now on."""
    with everywhere():
        member = db.session.scalar(select(Member).join(SignIn).where(SignIn.token_hash == digest(token)))
        db.session.execute(delete(SignIn).where(SignIn.token_hash == digest(token)))
        _write_down([member] if member else [], "signed_out")


# --- one's own sign-ins ---------------------------------------------------------------------------------------


def sign_ins_of(user: User) -> Sequence[SignIn]:
    """Where this person is signed in, in whatever organization, the latest first."""
    with everywhere():
        return db.session.scalars(
            select(SignIn)
            .join(SignIn.member)
            .options(contains_eager(SignIn.member).joinedload(Member.organization, innerjoin=True))
            .where(Member.user_id == user.id, SignIn.expires_at > now())
            .order_by(SignIn.started_at.desc(), SignIn.id.desc())
        ).all()


def end(user: User, sign_in_id: int) -> bool:
    """End one of this person's sign-ins; whether there was such a one."""
    with everywhere():
        own = select(SignIn.id).join(SignIn.member).where(Member.user_id == user.id, SignIn.id == sign_in_id)
        found = db.session.scalar(own)
        if found is None:
            return False
        db.session.execute(delete(SignIn).where(SignIn.id == found))
    write_down(user, "signed_out_elsewhere")
    return True


def end_all(user: User, but: int | None = None) -> None:
    """Sign this person out everywhere; `but` is the one sign-in that goes on."""
    with everywhere():
        members = select(Member.id).where(Member.user_id == user.id)
        ended = delete(SignIn).where(SignIn.member_id.in_(members), SignIn.id != (but or 0))
        db.session.execute(ended, execution_options={"synchronize_session": False})


def end_here(member: Member) -> None:
    """Sign a member out of this organization, at every browser."""
    db.session.execute(delete(SignIn).where(SignIn.member_id == member.id))


# --- several organizations --------------------------------------------------------------------------------------


def others(member: Member) -> Sequence[Member]:
    """The same person in other organizations, by their names."""
    with everywhere():
        return db.session.scalars(
            select(Member)
            .where(
                Member.user_id == member.user_id,
                Member.id != member.id,
                Member.is_active,
                Member.joined_at.is_not(None),
            )
            .join(Member.organization)
            .options(contains_eager(Member.organization))
            .order_by(Member.organization_id)
        ).all()


def switch(member: Member, sign_in_id: int, organization_id: int) -> Member | None:
    """Go on in another organization with the same sign-in; None when the person is not at home there."""
    other = next((each for each in others(member) if each.organization_id == organization_id), None)
    if other is None:
        return None
    with everywhere():
        moved = {"member_id": other.id, "organization_id": other.organization_id}
        query = update(SignIn).where(SignIn.id == sign_in_id).values(**moved)
        db.session.execute(query, execution_options={"synchronize_session": False})
        other.user.latest_member_id = other.id
        _write_down([other], "switched_here")
    return other


# --- parts ------------------------------------------------------------------------------------------------------


def home_of(email: str) -> Member | None:
    """The person of this mail address, where they worked last; None when nobody of that address is here."""
    with everywhere():
        return _latest(list(db.session.scalars(_members_of(email))))


def write_down(user: User, verb: str) -> None:
    """An entry in the audit trail of every organization where this person is at home."""
    with everywhere():
        _write_down(list(db.session.scalars(_members_of(user.email))), verb)


def _members_of(email: str) -> Select[Member]:
    return (
        select(Member)
        .join(Member.user)
        .where(User.email == email, User.is_active, Member.is_active, Member.joined_at.is_not(None))
        .options(contains_eager(Member.user))
        .order_by(Member.id)
    )


def _latest(members: Sequence[Member]) -> Member | None:
    """Where the person worked last, or else where they came in first."""
    latest = [each for each in members if each.id == each.user.latest_member_id]
    return next(iter(latest or members), None)


def proves(user: User, password: str, address: str) -> bool:
    """Whether somebody who is in already knows their password; a wrong guess is on record, as at the door."""
    be_patient(user.email, address)
    right = is_right(user, password)
    if not right:
        db.session.add(FailedSignIn(email=user.email, address=address))
    return right


def is_right(user: HasPassword | None, password: str) -> bool:
    """Whether this is the person's password; it takes as long when there is no such person."""
    try:
        return hasher.verify(user.password_hash if user and user.has_password else _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """A hash to verify when there is no such user, so that both answers take the same time."""
    return hasher.hash(secrets.token_hex())


def _start(member: Member, address: str, browser: str = "") -> str:
    token = new_token()
    db.session.execute(delete(SignIn).where(SignIn.expires_at < now()))
    db.session.add(
        SignIn(
            organization_id=member.organization_id,
            member=member,
            token_hash=digest(token),
            address=address,
            browser=browser.replace("\x00", "")[:200],
        )
    )
    db.session.flush()
    return token


def _write_down(members: Iterable[Member], verb: str) -> None:
    """An entry in the audit trail of each organization that this concerns."""
    for member in members:
        with scoped_to(member.organization_id):
            record_event(member, verb, member)
            db.session.flush()


def be_patient(email: str, address: str, door: str = "") -> None:
    """Refuse after too many wrong guesses, for an account or from a network address."""
    since = now() - WINDOW
    mine, theirs = db.session.execute(
        select(
            func.count().filter(FailedSignIn.email == email),
            func.count().filter(FailedSignIn.address == address),
        )
        .select_from(FailedSignIn)
        .where(
            FailedSignIn.at > since,
            FailedSignIn.door == door,
            or_(FailedSignIn.email == email, FailedSignIn.address == address),
        )
    ).one()
    if mine >= TRIES_PER_ACCOUNT or theirs >= TRIES_PER_ADDRESS:
        raise Refused(_("Too many wrong passwords. Please wait a quarter of an hour and try again."))


def forget_guesses(email: str, door: str = "") -> None:
    """Whoever proved who they are has all tries again."""
    db.session.execute(delete(FailedSignIn).where(FailedSignIn.email == email, FailedSignIn.door == door))
