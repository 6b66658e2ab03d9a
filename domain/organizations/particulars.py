"""Changing what an organization says about itself, and what of that can't change any more."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import select

from domain import records
from domain.books.document import Document
from domain.books.payments import Payment
from domain.db import db
from domain.errors import Refused
from domain.mail_addresses import is_address
from domain.number_format import check_prefix
from domain.numbering import NumberSeries
from domain.organizations.apps import kept_as
from domain.organizations.organizations import Organization
from domain.organizations.users import Member
from domain.tax_registrations import are_of_two_companies, doubt_about, doubt_about_company, tidied
from domain.words import Words, _


def currency_is_fixed() -> bool:
    """Whether anything was written down in the organization's currency."""
    return any(db.session.scalar(select(model.id).limit(1)) for model in (Document, Payment))


def change_particulars(organization: Organization, values: dict[str, Any], actor: Member) -> None:
    """Save what the settings page says; Refused, at the field, for what can't be."""
    if values["tax_registration"]:
        values["tax_registration"] = _checked_registration(values)
    wrong = {name: message for name, check in _CHECKS.items() if (message := check(organization, values))}
    if wrong:
        raise Refused(**wrong)
    records.update(organization, values, actor)


def change_mail(organization: Organization, values: dict[str, Any], actor: Member) -> None:
    """Save from whom mails come; Refused, at the field, for what is no address."""
    addresses = ("mail_sender_address", "mail_reply_to")
    wrong = [name for name in addresses if values[name] and not is_address(values[name])]
    if wrong:
        raise Refused(
            **{name: _("“%(address)s” is not a mail address.", address=values[name]) for name in wrong}
        )
    records.update(organization, values, actor)


def change_portal(organization: Organization, values: dict[str, Any], actor: Member) -> None:
    """Save whether customers may come in, and what they may do there."""
    records.update(organization, values, actor)


def change_logo(organization: Organization, digest: str | None, actor: Member) -> None:
    """Print another logo from now on, or none."""
    records.update(organization, {"logo_digest": digest}, actor)


def change_apps(organization: Organization, keys: Iterable[str], actor: Member) -> None:
    """Use these parts of the finance side from now on; what the others hold stays."""
    records.update(organization, {"apps": kept_as(keys)}, actor)


def _checked_registration(values: dict[str, Any]) -> str:
    doubt = doubt_about(values["tax_registration"], values["country"])
    if doubt:
        raise Refused(tax_registration=doubt)
    tidy = tidied(values["tax_registration"])
    return tidy if values["country"] == "JP" else str(values["tax_registration"])


def _currency(organization: Organization, values: dict[str, Any]) -> Words | None:
    if values["currency"] != organization.currency and currency_is_fixed():
        return _("The currency can't change: there are documents.")
    return None


def _time_zone(_organization: Organization, values: dict[str, Any]) -> Words | None:
    return None if values["time_zone"] in available_timezones() else _("There is no such time zone.")


def _fiscal_year(organization: Organization, values: dict[str, Any]) -> Words | None:
    """A series that begins again every fiscal year must still say which year it is in."""
    if values["fiscal_year_start"] == organization.fiscal_year_start:
        return None
    for series in db.session.scalars(select(NumberSeries).where(NumberSeries.restarts_yearly)):
        start = values["fiscal_year_start"]
        if check_prefix(series.prefix, restarts_yearly=True, fiscal_year_start_month=start):
            return _(
                "The series %(name)s would give a number twice. Change its prefix first.", name=series.name
            )
    return None


def _company(_organization: Organization, values: dict[str, Any]) -> Words | None:
    """The company's own registration, and that the tax registration is not another company's."""
    company, country = values.get("company_registration", ""), values["country"]
    if doubt := doubt_about_company(company, country):
        return doubt
    if are_of_two_companies(company, values["tax_registration"], country):
        return _("The tax registration is that of another company: its SIREN is another one.")
    return None


_CHECKS = {
    "currency": _currency,
    "time_zone": _time_zone,
    "fiscal_year_start": _fiscal_year,
    "company_registration": _company,
}
