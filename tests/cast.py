"""The people of the tests: five who work in the same organization's program, and one of another organization.

admin may do everything; staff keeps the books; assigned does so for assigned customers only; sales has no
finance role at all; stranger is the administrator of somewhere else.
"""

from dataclasses import dataclass

from sqlalchemy import select

from domain.db import db, everywhere, scoped_to
from domain.organizations import founding
from domain.organizations.organizations import Organization
from domain.organizations.users import Member

PASSWORD = "demo-password"


@dataclass(frozen=True)
class Cast:
    """Who is there, each as a member of their organization."""

    admin: Member
    staff: Member
    assigned: Member
    sales: Member
    stranger: Member

    @property
    def organization_id(self) -> int:
        """The organization in which the tests play."""
        return self.admin.organization_id


def invite() -> None:
    """Found both organizations and let everybody in; the caller commits."""
    home = _found("Aozora Trading", "JPY", "JP", "Asia/Tokyo", ("Aoi Admin", "admin@example.com"))
    with scoped_to(home.id):
        _join("Sora Staff", "staff", role="staff")
        _join("Asa Assigned", "assigned", role="assigned")
        _join("Saki Sales", "sales", role=None)
    _found("Elsewhere Ltd", "EUR", "FR", "Europe/Paris", ("Stan Stranger", "stranger@example.com"))


def cast() -> Cast:
    """Everybody, as they are in the database."""
    with everywhere():
        members = {
            member.user.email.partition("@")[0]: member for member in db.session.scalars(select(Member))
        }
    return Cast(**{name: members[name] for name in Cast.__dataclass_fields__})


def _found(name: str, currency: str, country: str, time_zone: str, founder: tuple[str, str]) -> Organization:
    organization = founding.found(
        name, currency=currency, country=country, language="en", founder=(*founder, PASSWORD)
    )
    organization.time_zone = time_zone
    db.session.flush()
    return organization


def _join(name: str, account: str, role: str | None) -> Member:
    return founding.join(name, f"{account}@example.com", PASSWORD, role=role, profile="standard")
