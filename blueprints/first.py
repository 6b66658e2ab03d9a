"""The first page of an empty installation: its first organization and administrator. Closed for good after that."""

from flask import Blueprint, Response, redirect, request, url_for

from blueprints import forms
from blueprints.language import language
from blueprints.respond import respond
from delivery.language import translator
from domain.errors import Missing, Refused
from domain.modules.module import Field
from domain.modules.parts import LANGUAGE_CHOICES
from domain.money import is_currency
from domain.organizations import founding, passwords
from domain.words import _

bp = Blueprint("first", __name__)

FIELDS = (
    Field("organization", _("Organization"), required=True, longest=200),
    Field("country", _("Country"), "country"),
    Field("currency", _("Currency"), required=True, hint=_("Three letters, such as EUR.")),
    Field("name", _("Your name"), required=True, longest=100),
    Field("email", _("Email"), "email", required=True),
    Field("language", _("Language"), "choice", choices=LANGUAGE_CHOICES[1:]),
)

AT_HOME = {"ja": {"country": "JP", "currency": "JPY"}, "fr": {"country": "FR", "currency": "EUR"}}
"""Where somebody of that language most likely is."""


@bp.get("/first")
def form() -> Response:
    """An empty form."""
    _only_once()
    guess = {"language": language()} | AT_HOME.get(language(), {})
    return respond("auth/first.html", fields=FIELDS, form=forms.Form(guess))


@bp.post("/first")
def create() -> Response:
    """Found the organization; its founder signs in next."""
    _only_once()
    values, errors = forms.parse(FIELDS, request.form)
    password = request.form.get("password", "")
    try:
        passwords.check(password, values.get("email", ""))
    except Refused as refusal:
        errors |= refusal.fields
    if "currency" in values and not is_currency(values["currency"].upper()):
        errors["currency"] = _("“%(text)s” is not a currency.", text=values["currency"])
    if errors:
        shown = forms.Form(
            {name: value for name, value in request.form.items() if name != "password"}, errors
        )
        return respond("auth/first.html", status=422, fields=FIELDS, form=shown)
    founding.found(
        values["organization"],
        currency=values["currency"].upper(),
        country=values["country"],
        language=values["language"] or "en",
        say=translator(values["language"] or "en"),
        founder=(values["name"], values["email"], password),
    )
    return redirect(url_for("auth.form"), 303)


def _only_once() -> None:
    if not founding.nobody_is_here():
        raise Missing(_("This installation has its organization already."))
