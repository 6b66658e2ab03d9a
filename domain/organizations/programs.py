"""Programs that may ask people for access: what they are called, their secret, and where people are sent back to."""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.db import Id, Keyed, OrganizationScoped, Timestamped, db, everywhere
from domain.errors import Refused
from domain.organizations.access_tokens import digest_of
from domain.organizations.users import Member
from domain.words import _

AT_MOST = 50


class Program(OrganizationScoped, Timestamped, Keyed, db.Model):
    """A program that somebody registered here: another installation, a script."""

    MODULE: ClassVar[str] = "settings.api-access"

    __tablename__ = "programs"
    __table_args__ = (Index(None, "organization_id", "id"), Index(None, "member_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), nullable=False)
    client_id: Mapped[str] = mapped_column(String(64), nullable=False, unique=True)
    secret_hash: Mapped[str] = mapped_column(String(64), nullable=False)
    redirect_uri: Mapped[str] = mapped_column(String(500), nullable=False)
    """People are sent back here and nowhere else."""
    member_id: Mapped[int] = mapped_column(Id, ForeignKey("members.id"), nullable=False)

    member: Mapped[Member] = relationship(lazy="joined", innerjoin=True)

    @property
    def title(self) -> str:
        """What it is called."""
        return self.name

    @property
    def host(self) -> str:
        """Whose it is, as far as its address says so."""
        return urlsplit(self.redirect_uri).netloc

    @property
    def origin(self) -> str:
        """Where people are sent back to, without the path."""
        parts = urlsplit(self.redirect_uri)
        return f"{parts.scheme}://{parts.netloc}"

    def knows(self, secret: str) -> bool:
        """Whether this is its secret."""
        return hmac.compare_digest(self.secret_hash, digest_of(secret))


@dataclass(frozen=True)
class Registered:
    """A new program and its secret, which nobody can look up later."""

    program: Program
    secret: str


def register(member: Member, name: str, redirect_uri: str, form_key: str | None = None) -> Registered:
    """A program that may ask people of this organization for access."""
    if len(programs()) >= AT_MOST:
        raise Refused(_("There are %(n)d programs already. Please delete one first.", n=AT_MOST))
    if not redirect_uri.isascii() or "#" in redirect_uri or len(redirect_uri) > 500:
        raise Refused(redirect_uri=_("“%(text)s” is not a web address.", text=redirect_uri))
    secret = secrets.token_urlsafe(32)
    program = Program(
        name=name,
        client_id=f"1000.{secrets.token_hex(16).upper()}",
        secret_hash=digest_of(secret),
        redirect_uri=redirect_uri,
        member_id=member.id,
        form_key=form_key,
    )
    db.session.add(program)
    db.session.flush()
    return Registered(program, secret)


def programs() -> Sequence[Program]:
    """The programs of the organization, newest first."""
    return db.session.scalars(select(Program).order_by(Program.id.desc())).all()


def program_called(client_id: str) -> Program | None:
    """The program with this id, in whatever organization; for requests that nobody is signed in for."""
    with everywhere():
        return db.session.scalar(select(Program).where(Program.client_id == client_id))
