"""What people have allowed programs: OAuth 2 with a code, a refresh token and access tokens of one hour.

A code is good for ten minutes and works once; used twice, everything that came of it ends. The refresh token is good
until somebody deletes the grant, on either side. All of them are kept as hashes.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, Select, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.db import Id, OrganizationScoped, Timestamped, UtcDateTime, db, everywhere, now, scoped_to
from domain.organizations.access_tokens import AccessToken, Made, digest_of, new_token
from domain.organizations.calls import Calling
from domain.organizations.programs import Program, program_called
from domain.organizations.scopes import LONGEST, in_words
from domain.organizations.users import Member
from domain.timeline import record_event
from domain.words import Words

CODE_LIVES = timedelta(minutes=10)
TOKEN_LIVES = timedelta(hours=1)

TOKENS = 10
"""Access tokens that are good at the same time; one more, and the oldest ends."""

GRANTS = 20
"""What one person may have allowed one program; one more, and the oldest ends."""


class Grant(OrganizationScoped, Timestamped, Calling, db.Model):
    """One person's permission for one program to act for them."""

    MODULE: ClassVar[str] = "settings.api-access"

    __tablename__ = "grants"
    __table_args__ = (
        Index(None, "organization_id", "id"),
        Index(None, "program_id", "member_id", "id"),
        Index(None, "member_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    program_id: Mapped[int] = mapped_column(Id, ForeignKey("programs.id"), nullable=False)
    member_id: Mapped[int] = mapped_column(Id, ForeignKey("members.id"), nullable=False)
    scopes: Mapped[str] = mapped_column(String(LONGEST), nullable=False)
    code_hash: Mapped[str | None] = mapped_column(String(64), nullable=True, unique=True)
    code_ends_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    challenge: Mapped[str] = mapped_column(String(128), nullable=False, default="")
    """PKCE: whoever brings the code must know what this is the hash of."""
    refresh_hash: Mapped[str | None] = mapped_column(String(64), nullable=True, unique=True)
    """Empty until the code was brought."""

    program: Mapped[Program] = relationship(lazy="joined", innerjoin=True)
    member: Mapped[Member] = relationship(lazy="joined", innerjoin=True)

    @property
    def title(self) -> str:
        """What it is called: as its program."""
        return self.program.name

    @property
    def scope_labels(self) -> list[Words]:
        """What it allows, in words."""
        return in_words(self.scopes)


@dataclass(frozen=True)
class Issued:
    """What a program gets for a code or a refresh token."""

    made: Made
    refresh_token: str = ""


class Denied(Exception):
    """The program gets nothing; says why in the word of the protocol."""


# --- a person allows it -----------------------------------------------------------------------------------------


def allow(program: Program, member: Member, scopes: str, challenge: str = "") -> str:
    """The code with which the program fetches its first token."""
    code = secrets.token_urlsafe(32)
    grant = Grant(
        program=program,
        member=member,
        scopes=scopes,
        code_hash=digest_of(code),
        code_ends_at=now() + CODE_LIVES,
        challenge=challenge,
    )
    db.session.add(grant)
    db.session.flush()
    _end_the_oldest(program, member)
    record_event(grant, "granted", member, title=program.name)
    return code


def _end_the_oldest(program: Program, member: Member) -> None:
    mine = select(Grant).where(Grant.program_id == program.id, Grant.member_id == member.id)
    for grant in db.session.scalars(mine.order_by(Grant.id.desc())).all()[GRANTS:]:
        end(grant)


# --- the program comes ------------------------------------------------------------------------------------------


def exchanged(client_id: str, secret: str, code: str, redirect_uri: str, verifier: str) -> Issued:
    """The tokens for a code; raises Denied. A code that comes twice ends what came of it."""
    program = _known(client_id, secret)
    with scoped_to(program.organization_id):
        grant = db.session.scalar(_of(program).where(Grant.code_hash == digest_of(code)))
        if grant is None or grant.code_ends_at < now() or redirect_uri != program.redirect_uri:
            raise Denied("invalid_grant")
        if grant.refresh_hash is not None:
            end(grant)
            raise Denied("invalid_grant")
        if (grant.challenge or not program.has_secret) and not _answers(grant.challenge, verifier):
            raise Denied("invalid_grant")
        refresh_token = secrets.token_urlsafe(32)
        grant.refresh_hash = digest_of(refresh_token)
        return Issued(_token_of(grant), refresh_token)


def refreshed(client_id: str, secret: str, refresh_token: str) -> Issued:
    """A new access token; raises Denied."""
    program = _known(client_id, secret)
    with scoped_to(program.organization_id):
        grant = db.session.scalar(_of(program).where(Grant.refresh_hash == digest_of(refresh_token)))
        if grant is None:
            raise Denied("invalid_grant")
        return Issued(_token_of(grant))


def revoked(secret: str) -> bool:
    """End the grant behind a refresh token, or one access token; whether there was any."""
    with everywhere():
        grant = db.session.scalar(select(Grant).where(Grant.refresh_hash == digest_of(secret)))
        is_granted = AccessToken.grant_id.is_not(None)
        query = select(AccessToken).where(AccessToken.token_hash == digest_of(secret), is_granted)
        token = db.session.scalar(query)
    if grant is not None:
        with scoped_to(grant.organization_id):
            record_event(grant, "revoked", None, title=grant.title)
            end(grant)
    elif token is not None:
        token.revoke()
    return grant is not None or token is not None


def _known(client_id: str, secret: str) -> Program:
    program = program_called(client_id)
    if program is None or not program.knows(secret):
        raise Denied("invalid_client")
    return program


def _of(program: Program) -> Select[Grant]:
    """The grants of a program, kept from others until the transaction ends: a code works once."""
    return select(Grant).where(Grant.program_id == program.id).with_for_update(of=Grant)


def _answers(challenge: str, verifier: str) -> bool:
    digest = hashlib.sha256(verifier.encode()).digest()
    answer = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return hmac.compare_digest(challenge.rstrip("="), answer)


def _token_of(grant: Grant) -> Made:
    if not grant.member.is_here:
        raise Denied("invalid_grant")
    made = new_token(grant.member, grant.program.name, grant.scopes, TOKEN_LIVES, grant.id)
    kept = select(AccessToken.id).where(AccessToken.grant_id == grant.id).order_by(AccessToken.id.desc())
    ids = db.session.scalars(kept.limit(TOKENS)).all()
    db.session.execute(
        delete(AccessToken).where(AccessToken.grant_id == grant.id, AccessToken.id < ids[-1]),
        execution_options={"synchronize_session": False},
    )
    return made


# --- looking on, and ending it ----------------------------------------------------------------------------------


def grants(limit: int = 200) -> Sequence[Grant]:
    """What people have allowed programs that came and fetched it, newest first."""
    query = select(Grant).where(Grant.refresh_hash.is_not(None))
    return db.session.scalars(query.order_by(Grant.id.desc()).limit(limit)).all()


def end(grant: Grant) -> None:
    """The program can do nothing with it any more, from the next request on."""
    db.session.execute(delete(AccessToken).where(AccessToken.grant_id == grant.id))
    db.session.delete(grant)
    db.session.flush()


def forget(program: Program) -> None:
    """The program is not known any more, and whatever it was allowed ends."""
    for grant in db.session.scalars(select(Grant).where(Grant.program_id == program.id)).all():
        end(grant)
    db.session.delete(program)
    db.session.flush()
