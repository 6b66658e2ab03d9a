"""What opens another system to us: its address, and the tokens of whoever connected it.

A row begins as an attempt: it knows where the browser was sent and what must come back. Once the other side has said
who it is, the row belongs to a connection; and after that it waits to be given back. What stands here is secret and
leaves this table towards that address only.
"""

import base64
import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, Select, String, Text, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.db import Id, OrganizationScoped, Timestamped, UtcDateTime, db, now
from domain.organizations.users import Member
from domain.sentences import Sentence
from domain.sync.connections import SyncConnection
from domain.words import Words

ATTEMPT_LIVES = timedelta(minutes=30)


class SyncCredentials(OrganizationScoped, Timestamped, db.Model):
    """How we are known to another system."""

    MODULE = "settings.integrations"

    __tablename__ = "sync_credentials"
    __table_args__ = (Index(None, "organization_id", "id"), Index(None, "member_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    connection_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("sync_connections.id"), nullable=True, unique=True
    )
    """Empty as long as it is an attempt, and when it has ended."""
    member_id: Mapped[int] = mapped_column(Id, ForeignKey("members.id"), nullable=False)
    address: Mapped[str] = mapped_column(String(500), nullable=False)
    """Where the other system is, without a slash behind it."""
    client_id: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    client_secret: Mapped[str] = mapped_column(Text, nullable=False, default="")
    redirect_uri: Mapped[str] = mapped_column(String(500), nullable=False, default="")
    state_hash: Mapped[str | None] = mapped_column(String(64), nullable=True, unique=True)
    """Of what must come back with the code."""
    verifier: Mapped[str] = mapped_column(String(128), nullable=False, default="")
    """What only an attempt has: by it we prove that we are who began it."""
    code: Mapped[str] = mapped_column(Text, nullable=False, default="")
    """What came back, until it is exchanged."""
    refresh_token: Mapped[str] = mapped_column(Text, nullable=False, default="")
    """Empty where somebody typed a token in."""
    access_token: Mapped[str] = mapped_column(Text, nullable=False, default="")
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime, nullable=True)
    error: Mapped[Words | str] = mapped_column(Sentence, nullable=False, default="")
    """Why the attempt came to nothing."""

    connection: Mapped[SyncConnection | None] = relationship()
    member: Mapped[Member] = relationship()


def begin(member: Member, address: str, **known: str) -> tuple[SyncCredentials, str]:
    """A new attempt, instead of earlier ones; and what must come back with the code."""
    db.session.execute(delete(SyncCredentials).where(*_IS_ATTEMPT))
    state = secrets.token_urlsafe(32)
    attempt = SyncCredentials(
        member=member,
        address=address.rstrip("/"),
        state_hash=_digest(state),
        verifier=secrets.token_urlsafe(48),
        **known,
    )
    db.session.add(attempt)
    db.session.flush()
    return attempt, state


def attempt_of(member: Member) -> SyncCredentials | None:
    """The attempt that goes on, if this person began it."""
    return db.session.scalar(_attempts(member))


def attempt_with(member: Member, state: str) -> SyncCredentials | None:
    """The attempt of this person to which that belongs; it is found once."""
    mine = _attempts(member).where(SyncCredentials.state_hash == _digest(state))
    attempt = db.session.scalar(mine.where(SyncCredentials.created_at > now() - ATTEMPT_LIVES))
    if attempt is not None:
        attempt.state_hash = None
    return attempt


def credentials_of(connection: SyncConnection) -> SyncCredentials | None:
    """What opens the other side of a connection."""
    return db.session.scalar(select(SyncCredentials).where(SyncCredentials.connection_id == connection.id))


def renew(credentials_id: int, access_token: str, ends_at: datetime) -> None:
    """Keep a fresh access token for the next slice."""
    db.session.execute(
        update(SyncCredentials)
        .where(SyncCredentials.id == credentials_id)
        .values(access_token=access_token, ends_at=ends_at)
    )


def challenge_of(attempt: SyncCredentials) -> str:
    """What the other side is told beforehand of the secret that we bring with the code (PKCE)."""
    digest = hashlib.sha256(attempt.verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _attempts(member: Member) -> Select[SyncCredentials]:
    return select(SyncCredentials).where(*_IS_ATTEMPT, SyncCredentials.member_id == member.id)


_IS_ATTEMPT = (SyncCredentials.connection_id.is_(None), SyncCredentials.verifier != "")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
