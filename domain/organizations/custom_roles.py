"""Roles and profiles that an organization made itself, by cloning one and choosing in the grid what it may do."""

import re

from sqlalchemy import JSON, Boolean, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.db import Id, Keyed, OrganizationScoped, Timestamped, Versioned, db
from domain.defaults import Prefilled
from domain.errors import Refused
from domain.integrity import has_twin, is_used
from domain.organizations.roles import ADMINISTRATION, Profile, Role, without_what_it_needs
from domain.words import _

KINDS = ("role", "profile")

_NAME = re.compile(r"[a-z]+\.[a-z-]+\.(\*|[a-z]+)")


class CustomRole(Prefilled, OrganizationScoped, Versioned, Timestamped, Keyed, db.Model):
    """A finance role (`kind` role) or a CRM profile (`kind` profile) under a name of the organization's own.

    Its permissions name each module: what is added to the program later is not given by itself.
    """

    MODULE = "settings.roles"

    __tablename__ = "roles"
    __table_args__ = (UniqueConstraint("organization_id", "kind", "name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), nullable=False)
    name: Mapped[str] = mapped_column(String(100), nullable=False)
    permissions: Mapped[list[str]] = mapped_column(JSON, nullable=False)
    assigned_only: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)

    @property
    def title(self) -> str:
        """What the record is called."""
        return self.name

    @property
    def as_role(self) -> Role:
        """As a finance role."""
        return Role(str(self.id), self.name, frozenset(self.permissions), self.assigned_only)

    @property
    def as_profile(self) -> Profile:
        """As a CRM profile."""
        return Profile(str(self.id), self.name, frozenset(self.permissions))

    def check(self) -> None:
        """Refuse a name that is taken, and rights without what they need."""
        if has_twin(self, CustomRole.kind, CustomRole.name):
            raise Refused(name=_("There is already one called %(name)s.", name=self.name))
        if not all(_may_be_given(permission) for permission in self.permissions):
            raise Refused(permissions=_("Please choose from the list."))
        if self.assigned_only and any(each.startswith("settings.") for each in self.permissions):
            raise Refused(
                assigned_only=_(
                    "Who sees assigned customers only has no rights in the settings: untick them."
                )
            )
        if without_what_it_needs(self.permissions):
            raise Refused(
                permissions=_("Some rights need another one first. Please look at the marked rows.")
            )

    def can_be_deleted(self) -> None:
        """Refuse to delete what somebody has."""
        if is_used(self):
            raise Refused(
                _("%(name)s is still given to somebody. Give them another one first.", name=self.name)
            )


def _may_be_given(permission: str) -> bool:
    return bool(_NAME.fullmatch(permission)) and permission.rpartition(".")[0] not in ADMINISTRATION
