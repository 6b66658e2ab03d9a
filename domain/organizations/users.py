"""A user is a person with a password; a member is that person in one organization, with a role and a profile."""

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.db import Id, OrganizationScoped, Timestamped, db
from domain.organizations.organizations import Organization
from domain.organizations.roles import PROFILES, ROLES, Profile, Role


class User(Timestamped, db.Model):
    """A person who can sign in, known by mail address, whatever organizations they work in."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(String(254), nullable=False, unique=True)
    name: Mapped[str] = mapped_column(String(100), nullable=False)
    password_hash: Mapped[str] = mapped_column(String(255), nullable=False)
    language: Mapped[str] = mapped_column(String(5), nullable=False, default="")
    is_active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)


class Member(OrganizationScoped, Timestamped, db.Model):
    """A user in an organization; what is done there is done as this member."""

    __tablename__ = "members"
    __table_args__ = (
        UniqueConstraint("organization_id", "user_id"),
        Index(None, "user_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    user_id: Mapped[int] = mapped_column(Id, ForeignKey("users.id"), nullable=False)
    role_key: Mapped[str | None] = mapped_column(String(40), nullable=True)
    profile_key: Mapped[str] = mapped_column(String(40), nullable=False)
    is_active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    unread_mentions: Mapped[int] = mapped_column(Integer, nullable=False, default=0, server_default="0")
    """Kept by `domain.comments`, so that the bell on every page asks nothing."""

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    organization: Mapped[Organization] = relationship()

    @property
    def name(self) -> str:
        """What others call this person."""
        return self.user.name

    @property
    def role(self) -> Role | None:
        """The finance role; None for someone who has nothing to do with the books."""
        return ROLES.get(self.role_key or "")

    @property
    def profile(self) -> Profile:
        """The CRM profile."""
        return PROFILES[self.profile_key]

    @property
    def is_assigned_only(self) -> bool:
        """Whether this person sees only the customers assigned to them."""
        return self.role is not None and self.role.assigned_only
