"""What people may do: finance roles (in the books) and CRM profiles, both as sets of permission names.

A permission is `<area>.<module>.<verb>`; `*` stands for any part. Standard roles are facts of the program, so a
new module is theirs at once; roles that an organization makes itself are rows (`custom_roles.py`), which name
each module (sources: behaviour 8.1, 8.2).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from domain.words import Words, _, _p

APPS = ("books", "expense", "subscriptions", "inventory")
"""The finance apps that a CRM profile opens or closes, one by one."""

VERBS = ("view", "create", "edit", "delete", "merge", "email", "export", "approve")

VERB_LABELS: dict[str, Words] = {
    "view": _p("right", "View"),
    "create": _p("right", "Create"),
    "edit": _p("right", "Edit"),
    "delete": _p("right", "Delete"),
    "merge": _p("right", "Merge"),
    "email": _p("right", "Email"),
    "export": _p("right", "Export"),
    "approve": _p("right", "Approve"),
}

NEEDS = {
    "create": "view",
    "edit": "view",
    "delete": "edit",
    "merge": "edit",
    "email": "view",
    "export": "view",
    "approve": "view",
}
"""What one has to be allowed first: whoever may not change a record may not delete it either."""

ADMINISTRATION = frozenset({"settings.users", "settings.roles"})
"""Whoever has these could give themselves everything: no role that an organization makes holds them."""


@dataclass(frozen=True)
class Role:
    """A finance role: what its holder may do in the books, and with whose customers."""

    key: str
    label: Words | str
    permissions: frozenset[str]
    assigned_only: bool = False
    denied: frozenset[str] = frozenset()
    """What it may not do although `permissions` would cover it."""

    def allows(self, permission: str) -> bool:
        """Whether the role covers this permission; the settings are for those who may see everything."""
        if self.assigned_only and permission.startswith("settings."):
            return False
        return permission not in self.denied and grants(self.permissions, permission)


@dataclass(frozen=True)
class Profile:
    """A CRM profile: what its holder may do in the CRM, and which finance rights may be used at all."""

    key: str
    label: Words | str
    permissions: frozenset[str]

    def allows(self, permission: str) -> bool:
        """Whether the profile covers this permission."""
        return grants(self.permissions, permission)


_STAFF = frozenset({"books.*.*", "expense.*.*", "subscriptions.*.*", "inventory.*.*"})

ROLES: dict[str, Role] = {
    role.key: role
    for role in (
        Role("admin", _("Admin"), _STAFF | {"settings.*.*"}),
        Role("staff", _("Staff"), _STAFF),
        Role(
            "assigned",
            _("Staff (assigned customers only)"),
            _STAFF,
            assigned_only=True,
            denied=frozenset({"books.customers.delete"}),
        ),
    )
}

_CRM = frozenset({"crm.*.*"})

PROFILES: dict[str, Profile] = {
    profile.key: profile
    for profile in (
        Profile(
            "administrator", _("Administrator"), _CRM | {f"{app}.*.*" for app in APPS} | {"settings.*.*"}
        ),
        Profile("standard", _("Standard"), _CRM | {f"{app}.*.*" for app in APPS}),
        Profile(
            "no_email",
            _("Standard without email"),
            _CRM | {f"{app}.*.{verb}" for app in APPS for verb in VERBS if verb != "email"},
        ),
        Profile("crm_only", _("CRM only"), _CRM),
    )
}


@lru_cache(8192)
def grants(permissions: frozenset[str], permission: str) -> bool:
    """Whether a set of permission names, with `*` for any part, covers this one."""
    area, module, verb = permission.split(".")
    return any(
        name in permissions for name in (permission, f"{area}.{module}.*", f"{area}.*.{verb}", f"{area}.*.*")
    )


def without_what_it_needs(permissions: Iterable[str]) -> dict[str, str]:
    """By module, a verb that is given although the one it needs is not."""
    given = frozenset(permissions)
    found = {}
    for permission in sorted(given):
        module, _dot, verb = permission.rpartition(".")
        if verb in NEEDS and not grants(given, f"{module}.{NEEDS[verb]}"):
            found[module] = verb
    return found
