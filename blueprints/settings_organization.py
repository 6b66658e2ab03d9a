"""Settings ▸ Organization: name, address, tax registration, logo, money and time."""

from functools import cache
from io import BytesIO
from typing import Any
from zoneinfo import available_timezones

from flask import Blueprint, Response, request, send_file, url_for

from blueprints import forms
from blueprints.loading import actor, require
from blueprints.organization_form import save
from blueprints.respond import go, respond
from blueprints.toasts import toast
from delivery.files import files
from delivery.pictures import MAX_BYTES, BadPicture, looks_like_svg, new_picture
from domain.errors import Missing, Refused
from domain.modules.module import Choice, Field, Section
from domain.modules.parts import LANGUAGE_CHOICES
from domain.money import Rounding
from domain.organizations import particulars
from domain.organizations.organizations import Organization, current_organization
from domain.organizations.users import Member
from domain.words import Words, _

bp = Blueprint("organization_settings", __name__)

MONTHS = (
    *(_("January"), _("February"), _("March"), _("April"), _("May"), _("June")),
    *(_("July"), _("August"), _("September"), _("October"), _("November"), _("December")),
)

ROUNDINGS = (
    Choice(Rounding.HALF_UP.value, _("Half up")),
    Choice(Rounding.DOWN.value, _("Down")),
    Choice(Rounding.UP.value, _("Up")),
)

PER_LINE = (Choice("", _("Once per tax rate on a document")), Choice("1", _("On every line")))

FIELDS = {
    field.name: field
    for field in (
        Field("name", _("Name"), required=True),
        Field("phone", _("Phone"), "phone"),
        Field("email", _("Email"), "email"),
        Field("website", _("Website"), "url"),
        Field(
            "tax_registration",
            _("Tax registration"),
            hint=_("Printed on invoices. In Japan T and 13 digits; in France SIREN, SIRET or VAT number."),
        ),
        Field(
            "company_registration",
            _("Company registration"),
            hint=_("Printed on documents. In France SIREN or SIRET, beside the VAT number."),
        ),
        Field("street", _("Street"), "long_text"),
        Field("city", _("City")),
        Field("state", _("State or prefecture")),
        Field("postal_code", _("Postal code")),
        Field("country", _("Country"), "country"),
        Field("currency", _("Currency"), "currency", required=True),
        Field("language", _("Language"), "choice", choices=LANGUAGE_CHOICES[1:]),
        Field("time_zone", _("Time zone"), required=True, hint=_("Such as Asia/Tokyo or Europe/Paris.")),
        Field(
            "fiscal_year_start",
            _("Fiscal year begins in"),
            "choice",
            choices=tuple(Choice(str(n), month) for n, month in enumerate(MONTHS, 1)),
        ),
        Field("tax_rounding", _("Rounding of tax"), "choice", choices=ROUNDINGS),
        Field("tax_per_line", _("Tax is rounded"), "choice", choices=PER_LINE),
        Field("prices_include_tax", _("Prices include tax"), "boolean"),
        Field(
            "payment_details",
            _("Payment details"),
            "long_text",
            hint=_("Where customers pay: bank, branch, account. Printed on invoices."),
        ),
    )
}

SECTIONS = (
    Section(
        _("Organization"), ("name", "phone", "email", "website", "tax_registration", "company_registration")
    ),
    Section(_("Address"), ("street", "city", "state", "postal_code", "country")),
    Section(
        _("Money"), ("currency", "tax_rounding", "tax_per_line", "prices_include_tax", "payment_details")
    ),
    Section(_("Language and time"), ("language", "time_zone", "fiscal_year_start")),
)

LOGO_POLICY = "default-src 'none'; sandbox"
SHOWN_AS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@bp.get("/settings/organization")
def edit() -> Response:
    """What the organization says about itself."""
    require("settings.organization.view")
    return _page(forms.of_record(FIELDS.values(), current_organization()))


@bp.post("/settings/organization")
def update() -> Response:
    """Save it, unless somebody else did so since the form was opened."""
    require("settings.organization.edit")
    fixed = {"currency"} if particulars.currency_is_fixed() and "currency" not in request.form else set()
    if refused := save([each for each in FIELDS.values() if each.name not in fixed], _change, _page):
        return refused
    toast(_("The organization was saved."))
    return go(url_for("organization_settings.edit"))


@bp.get("/settings/organization/logo")
def logo() -> Response:
    """The logo as it was uploaded, for the preview."""
    require("settings.organization.view")
    digest = current_organization().logo_digest
    if digest is None:
        raise Missing()
    return send_logo(digest)


def send_logo(digest: str) -> Response:
    """A logo, which may be a drawing and runs nothing."""
    try:
        content = files().read(digest)
    except FileNotFoundError as error:
        raise Missing() from error
    response = send_file(BytesIO(content), _media_type(content))
    response.headers["Content-Security-Policy"] = LOGO_POLICY
    return response


@bp.post("/settings/organization/logo")
def change_logo() -> Response:
    """Another logo, looked at before it is kept; or none."""
    require("settings.organization.edit")
    if request.form.get("do") == "remove":
        particulars.change_logo(current_organization(), None, actor())
        toast(_("The logo was removed."))
        return go(url_for("organization_settings.edit"))
    try:
        particulars.change_logo(current_organization(), _uploaded(), actor())
    except Refused as refusal:
        form = forms.of_record(FIELDS.values(), current_organization())
        return _page(form, 422, logo_error=refusal.fields.get("logo"))
    toast(_("The logo was saved. Documents show it from now on."))
    return go(url_for("organization_settings.edit"))


def _uploaded() -> str:
    sent = request.files.get("logo")
    content = sent.stream.read(MAX_BYTES + 1) if sent and sent.filename else b""
    if not content:
        raise Refused(logo=_("Please choose a file."))
    try:
        new_picture(content)
    except BadPicture as error:
        raise Refused(logo=error.message) from error
    return files().save(content)


def _media_type(content: bytes) -> str:
    if looks_like_svg(content):
        return "image/svg+xml"
    return next(
        (name for start, name in SHOWN_AS.items() if content.startswith(start)), "application/octet-stream"
    )


def _change(organization: Organization, values: dict[str, Any], actor: Member) -> None:
    kept = {
        "fiscal_year_start": int(values["fiscal_year_start"]),
        "tax_per_line": values["tax_per_line"] == "1",
    }
    values = {"currency": organization.currency} | values | kept
    particulars.change_particulars(organization, values, actor)


def _page(form: forms.Form, status: int = 200, logo_error: Words | None = None) -> Response:
    return respond(
        "settings/organization.html",
        "form",
        status=status,
        organization=current_organization(),
        fields=FIELDS,
        sections=SECTIONS,
        form=form,
        logo_error=logo_error,
        fixed=particulars.currency_is_fixed(),
        zones=_zones(),
    )


@cache
def _zones() -> list[str]:
    return sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")
