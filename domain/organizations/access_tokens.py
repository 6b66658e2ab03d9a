"""Access tokens: how a program acts with the rights of one person. Shown once, kept as a hash.

A token may do what its person may do, and of that only what its scopes name. It is refused once it is revoked or
expired, or when its person may not come in any more; and it may not ask more often than `PER_MINUTE`. A person makes
one by hand, or allows a program to fetch its own, hour by hour (`domain/organizations/grants.py`).
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, or_, select
from sqlalchemy.orm import Mapped, contains_eager, joinedload, mapped_column, relationship

from domain.db import Id, Keyed, OrganizationScoped, Timestamped, UtcDateTime, db, everywhere, now
from domain.errors import Refused
from domain.organizations.calls import Calling
from domain.organizations.scopes import LONGEST, OF_A_PERSON, in_words
from domain.organizations.users import Member, User
from domain.words import Words, _

PREFIX = "kkh_"
"""With it, whoever finds a token in a file knows what it opens."""

PER_MINUTE = 120
AT_MOST = 20
"""Tokens in force that one person may have."""

LIFETIMES: dict[str, Words] = {
    "30": _("30 days"),
    "90": _("90 days"),
    "365": _("One year"),
    "": _("Until it is revoked"),
}


class AccessToken(OrganizationScoped, Timestamped, Keyed, Calling, db.Model):
    """What a program carries instead of a password."""

    __tablename__ = "access_tokens"
    __table_args__ = (Index(None, "organization_id", "member_id", "id"), Index(None, "grant_id", "id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    grant_id: Mapped[int | None] = mapped_column(Id, ForeignKey("grants.id"), nullable=True)
    """Where a program fetched it for itself."""
    member_id: Mapped[int] = mapped_column(Id, ForeignKey("members.id"), nullable=False)
    name: Mapped[str] = mapped_column(String(100), nullable=False)
    token_hash: Mapped[str] = mapped_column(String(64), nullable=False, unique=True)
    begins_with: Mapped[str] = mapped_column(String(12), nullable=False)
    """Enough to tell it from the others, too little to use it."""
    scopes: Mapped[str] = mapped_column(String(LONGEST), nullable=False)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, nullable=True)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, nullable=True)
    member: Mapped[Member] = relationship(lazy="joined", innerjoin=True)

    MODULE = "settings.api-access"

    @property
    def title(self) -> str:
        """What it is called."""
        return self.name

    @property
    def scope_labels(self) -> list[Words]:
        """What it may do, in words."""
        return in_words(self.scopes)

    @property
    def is_in_force(self) -> bool:
        """Whether it opens anything."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now())

    def covers(self, scope: str) -> bool:
        """Whether it may do this."""
        return scope in self.scopes.split()

    def revoke(self) -> None:
        """It opens nothing any more, from the next request on."""
        self.revoked_at = self.revoked_at or now()


@dataclass(frozen=True)
class Made:
    """A new token and its secret, which nobody can look up later."""

    token: AccessToken
    secret: str


def make_token(
    member: Member, name: str, scopes: Sequence[str], days: int | None, form_key: str | None = None
) -> Made:
    """A new token of this person; the secret is told once."""
    if sum(token.is_in_force for token in tokens_of(member)) >= AT_MOST:
        raise Refused(_("You have %(n)d tokens already. Please revoke one first.", n=AT_MOST))
    if not scopes or set(scopes) - OF_A_PERSON.keys():
        raise Refused(scopes=_("Please say what the token may do."))
    made = new_token(member, name, " ".join(scopes), timedelta(days=days) if days else None)
    made.token.form_key = form_key
    db.session.flush()
    return made


def new_token(
    member: Member, name: str, scopes: str, lifetime: timedelta | None, grant_id: int | None = None
) -> Made:
    """A token that opens these scopes."""
    secret = PREFIX + secrets.token_urlsafe(32)
    token = AccessToken(
        member_id=member.id,
        grant_id=grant_id,
        name=name,
        token_hash=digest_of(secret),
        begins_with=secret[:8],
        scopes=scopes,
        expires_at=now() + lifetime if lifetime else None,
    )
    db.session.add(token)
    db.session.flush()
    return Made(token, secret)


def tokens_of(member: Member) -> Sequence[AccessToken]:
    """The tokens that a person made, newest first; also those that open nothing any more."""
    query = select(AccessToken).where(AccessToken.member_id == member.id, AccessToken.grant_id.is_(None))
    return db.session.scalars(query.order_by(AccessToken.id.desc())).all()


def all_tokens(limit: int = 200) -> Sequence[AccessToken]:
    """The tokens that people made, newest first."""
    query = select(AccessToken).where(AccessToken.grant_id.is_(None))
    return db.session.scalars(query.order_by(AccessToken.id.desc()).limit(limit)).all()


def token_behind(secret: str) -> AccessToken | None:
    """The token behind a secret with its person, if it opens anything now."""
    with everywhere():
        return db.session.scalar(
            select(AccessToken)
            .join(AccessToken.member)
            .join(Member.user)
            .options(
                contains_eager(AccessToken.member).options(
                    contains_eager(Member.user),
                    joinedload(Member.organization, innerjoin=True),
                    joinedload(Member.custom_role),
                    joinedload(Member.custom_profile),
                )
            )
            .where(AccessToken.token_hash == digest_of(secret), AccessToken.revoked_at.is_(None))
            .where(or_(AccessToken.expires_at.is_(None), AccessToken.expires_at > now()))
            .where(Member.is_active, Member.joined_at.is_not(None), User.is_active)
        )


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
