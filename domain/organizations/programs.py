"""Programs that may ask people for access: what they are called, their secret, and where people are sent back to.

Another installation of this program need not be registered: it says where it is, and people are sent back to that
address and to no other. It has no secret, and proves by the answer to its challenge (PKCE) that it was it who asked.
"""

import hmac
import re
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
    """Empty: it is another installation, which was not registered by hand."""
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

    @property
    def is_known(self) -> bool:
        """Whether somebody registered it, or allowed it access before."""
        return self in db.session

    @property
    def has_secret(self) -> bool:
        """Whether it was registered by hand; otherwise it has to answer a challenge."""
        return bool(self.secret_hash)

    def knows(self, secret: str) -> bool:
        """Whether this is its secret, if it has one."""
        return not self.has_secret or hmac.compare_digest(self.secret_hash, digest_of(secret))


@dataclass(frozen=True)
class Registered:
    """A new program and its secret, which nobody can look up later."""

    program: Program
    secret: str


def register(member: Member, name: str, redirect_uri: str, form_key: str | None = None) -> Registered:
    """A program that may ask people of this organization for access."""
    if not redirect_uri.isascii() or "#" in redirect_uri or len(redirect_uri) > 500:
        raise Refused(redirect_uri=_("“%(text)s” is not a web address.", text=redirect_uri))
    secret = secrets.token_urlsafe(32)
    program = _new(member, name, redirect_uri)
    program.secret_hash, program.form_key = digest_of(secret), form_key
    keep(program)
    return Registered(program, secret)


def installation(member: Member, address: str, redirect_uri: str) -> Program | None:
    """Another installation that says where it is; not kept before somebody allows it access."""
    inside = redirect_uri.startswith(f"{address}/") and _REST.fullmatch(redirect_uri.removeprefix(address))
    if not _ADDRESS.fullmatch(address) or not inside or len(redirect_uri) > 500:
        return None
    query = select(Program).where(Program.redirect_uri == redirect_uri, Program.secret_hash == "")
    known = db.session.scalar(query.order_by(Program.id).limit(1))
    return known or _new(member, address.partition("://")[2][:100], redirect_uri)


_ADDRESS = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?", re.IGNORECASE)

_REST = re.compile(r"[a-zA-Z0-9/._~?&=%-]+")
"""What may follow: nothing that a browser could take for another host."""


def keep(program: Program) -> None:
    """From now on it may ask people for access."""
    if not program.is_known and len(programs()) >= AT_MOST:
        raise Refused(_("There are %(n)d programs already. Please delete one first.", n=AT_MOST))
    db.session.add(program)
    db.session.flush()


def _new(member: Member, name: str, redirect_uri: str) -> Program:
    client_id = f"1000.{secrets.token_hex(16).upper()}"
    return Program(
        name=name, client_id=client_id, secret_hash="", redirect_uri=redirect_uri, member_id=member.id
    )


def programs() -> Sequence[Program]:
    """The programs of the organization, newest first."""
    return db.session.scalars(select(Program).order_by(Program.id.desc())).all()


def program_called(client_id: str) -> Program | None:
    """The program with this id, in whatever organization; for requests that nobody is signed in for."""
    with everywhere():
        return db.session.scalar(select(Program).where(Program.client_id == client_id))
