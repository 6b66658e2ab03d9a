"""A user is a person with a password; a member is that person in one organization, with a role and a profile."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.db import Id, Keyed, OrganizationScoped, Timestamped, UtcDateTime, Versioned, db, now
from domain.organizations.custom_roles import CustomRole
from domain.organizations.organizations import Organization
from domain.organizations.roles import PROFILES, ROLES, Profile, Role

NO_PASSWORD = ""
"""Instead of a hash, for somebody who was invited and has not chosen one yet: no password fits."""

NOTHING = Profile("", "", frozenset())


class User(Timestamped, db.Model):
    """A person who can sign in, known by mail address, whatever organizations they work in."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(String(254), nullable=False, unique=True)
    name: Mapped[str] = mapped_column(String(100), nullable=False)
    password_hash: Mapped[str] = mapped_column(String(255), nullable=False)
    language: Mapped[str] = mapped_column(String(5), nullable=False, default="")
    is_active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    latest_member_id: Mapped[int | None] = mapped_column(Id, nullable=True)
    """Where they worked last: the next sign-in leads there."""

    @property
    def has_password(self) -> bool:
        """Whether this person has chosen a password yet."""
        return self.password_hash != NO_PASSWORD


class Member(OrganizationScoped, Versioned, Timestamped, Keyed, db.Model):
    """A user in an organization; what is done there is done as this member."""

    MODULE: ClassVar[str] = "settings.users"

    __tablename__ = "members"
    __table_args__ = (
        UniqueConstraint("organization_id", "user_id"),
        Index(None, "user_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    user_id: Mapped[int] = mapped_column(Id, ForeignKey("users.id"), nullable=False)
    role_key: Mapped[str | None] = mapped_column(String(40), nullable=True)
    profile_key: Mapped[str] = mapped_column(String(40), nullable=False)
    role_id: Mapped[int | None] = mapped_column(Id, ForeignKey("roles.id"), nullable=True)
    """A role of the organization's own, instead of a standard one."""
    profile_id: Mapped[int | None] = mapped_column(Id, ForeignKey("roles.id"), nullable=True)
    is_active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    unread_mentions: Mapped[int] = mapped_column(Integer, nullable=False, default=0, server_default="0")
    """Kept by `domain.comments`, so that the bell on every page asks nothing."""
    joined_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime().evaluates_none(), nullable=True, default=lambda: now()
    )
    """Empty, which has to be said, while an invitation waits to be accepted."""
    invited_as: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    """What whoever invited them calls them, until they say so themselves."""
    invitation_hash: Mapped[str | None] = mapped_column(String(64), nullable=True, unique=True)
    invited_at: Mapped[datetime | None] = mapped_column(UtcDateTime, nullable=True)

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    organization: Mapped[Organization] = relationship()
    custom_role: Mapped[CustomRole | None] = relationship(foreign_keys=[role_id])
    custom_profile: Mapped[CustomRole | None] = relationship(foreign_keys=[profile_id])

    @property
    def name(self) -> str:
        """What others call this person."""
        return self.user.name if self.joined_at else self.invited_as

    @property
    def title(self) -> str:
        """What the record is called."""
        return self.name

    @property
    def role(self) -> Role | None:
        """The finance role; None for someone who has nothing to do with the books."""
        return self.custom_role.as_role if self.custom_role else ROLES.get(self.role_key or "")

    @property
    def profile(self) -> Profile:
        """The CRM profile."""
        return (
            self.custom_profile.as_profile if self.custom_profile else PROFILES.get(self.profile_key, NOTHING)
        )

    @property
    def is_assigned_only(self) -> bool:
        """Whether this person sees only the customers assigned to them."""
        return self.role is not None and self.role.assigned_only

    @property
    def is_here(self) -> bool:
        """Whether this person may come in: active, as a person and here, and not only invited."""
        return self.is_active and self.joined_at is not None and self.user.is_active
