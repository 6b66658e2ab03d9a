"""Who may do what, and who sees which records: the one place that answers both.

The effective right is role AND profile, of the person signed in (behaviour 8.2). What is not visible does not
exist for them (404); what is visible but not allowed is refused (403).
"""

from typing import Any

from sqlalchemy import ColumnElement, true

from domain.organizations.apps import opens
from domain.organizations.roles import APPS
from domain.organizations.users import Member


def can(member: Member, permission: str) -> bool:
    """Whether this person may use `<area>.<module>.<verb>` at all (on a record: if it is visible to them).

    Whoever was let go, or has not come in yet, may nothing: jobs ask again when they run. What belongs to an app
    that the organization has switched off, nobody may.
    """
    if not member.is_here:
        return False
    area = permission.partition(".")[0]
    if not member.profile.allows(permission):
        return False
    if area in APPS and not opens(member.organization.apps, permission):
        return False
    if area in APPS or area == "settings":
        return member.role is not None and member.role.allows(permission)
    return True


def visible(member: Member, model: Any) -> ColumnElement[bool]:
    """The SQL condition under which this person sees records of `model`; a record type may narrow it."""
    if not member.is_assigned_only:
        return true()
    narrow = getattr(model, "assigned_to", None)
    return true() if narrow is None else narrow(member)
