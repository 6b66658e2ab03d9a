"""What people may do: finance roles (in the books) and CRM profiles, both as sets of permission names.

A permission is `<area>.<module>.<verb>`; `*` stands for any part. Standard roles are facts of the program, so a
new module is theirs at once; roles that an organization makes itself are rows (sources: behaviour 8.1, 8.2).
"""

from dataclasses import dataclass

from domain.words import Words, _

APPS = ("books", "expense", "subscriptions", "inventory")
"""The finance apps that a CRM profile opens or closes, one by one."""


@dataclass(frozen=True)
class Role:
    """A finance role: what its holder may do in the books, and with whose customers."""

    key: str
    label: Words
    permissions: frozenset[str]
    assigned_only: bool = False


@dataclass(frozen=True)
class Profile:
    """A CRM profile: what its holder may do in the CRM, and which finance rights may be used at all."""

    key: str
    label: Words
    permissions: frozenset[str]


_STAFF = frozenset({"books.*.*", "expense.*.*", "subscriptions.*.*", "inventory.*.*"})

ROLES: dict[str, Role] = {
    role.key: role
    for role in (
        Role("admin", _("Admin"), _STAFF | {"settings.*.*"}),
        Role("staff", _("Staff"), _STAFF),
        Role("assigned", _("Staff (assigned customers only)"), _STAFF, assigned_only=True),
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
            _CRM | {f"{app}.*.{verb}" for app in APPS for verb in ("view", "create", "edit", "delete")},
        ),
        Profile("crm_only", _("CRM only"), _CRM),
    )
}


def grants(permissions: frozenset[str], permission: str) -> bool:
    """Whether a set of permission names, with `*` for any part, covers this one."""
    area, module, verb = permission.split(".")
    return any(
        name in permissions for name in (permission, f"{area}.{module}.*", f"{area}.*.{verb}", f"{area}.*.*")
    )
