"""Founding an organization: its first administrator, and what no bookkeeping can do without."""

from collections.abc import Callable

from sqlalchemy import select

from domain.books.setting_up import set_up_books
from domain.crm.deal_stages import set_up_stages
from domain.db import db, everywhere, scoped_to
from domain.mail_addresses import sign_in_address
from domain.money import Rounding
from domain.organizations.organizations import Organization
from domain.organizations.passwords import hasher
from domain.organizations.users import Member, User
from domain.sync.connections import found_built_in
from domain.words import Words

TIME_ZONES = {"JP": "Asia/Tokyo", "FR": "Europe/Paris", "GB": "Europe/London", "TN": "Africa/Tunis"}
"""Where a country has one; elsewhere the settings say it."""


def nobody_is_here() -> bool:
    """Whether no organization has been founded yet."""
    with everywhere():
        return db.session.scalar(select(Organization.id).limit(1)) is None


def found(
    name: str,
    *,
    currency: str,
    country: str = "",
    language: str,
    founder: tuple[str, str, str],
    say: Callable[[Words], str] = str,
) -> Organization:
    """A new organization with its administrator (name, mail address, password) and its first lists.

    `say` puts the names of those lists into the organization's language.
    """
    organization = Organization(
        name=name,
        currency=currency,
        country=country,
        language=language,
        time_zone=TIME_ZONES.get(country, "UTC"),
        tax_rounding=_rounding(currency).value,
    )
    db.session.add(organization)
    db.session.flush()
    with scoped_to(organization.id):
        join(*founder, language=language, role="admin", profile="administrator")
        set_up_books(organization, say)
        set_up_stages(say)
        found_built_in()
        db.session.flush()
    return organization


def join(
    name: str, email: str, password: str, *, language: str = "", role: str | None, profile: str
) -> Member:
    """A person in the organization in scope; whoever is known by that address keeps name and password."""
    email = sign_in_address(email)
    user = db.session.scalar(select(User).where(User.email == email)) or User(
        name=name, email=email, password_hash=hasher.hash(password), language=language
    )
    member = Member(user=user, role_key=role, profile_key=profile)
    db.session.add(member)
    db.session.flush()
    return member


def _rounding(currency: str) -> Rounding:
    # Japan's invoices mostly drop the fraction of a yen of tax; elsewhere half up is the custom.
    return Rounding.DOWN if currency == "JPY" else Rounding.HALF_UP
