"""One's own page: name, language, password, and where one is signed in. It belongs to whoever is signed in."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from blueprints import forms
from blueprints.auth import address, keep_although_refused
from blueprints.loading import actor
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain.errors import Missing, Refused
from domain.modules.module import Choice, Field
from domain.modules.parts import LANGUAGE_CHOICES
from domain.organizations import profiles, sign_ins
from domain.organizations.users import User
from domain.words import _, _p

bp = Blueprint("profile", __name__)

FIELDS = (
    Field("name", _p("person", "Name"), required=True),
    Field(
        "language", _("Language"), "choice", choices=(Choice("", _("As the browser")), *LANGUAGE_CHOICES[1:])
    ),
)


@bp.get("/profile")
def show() -> Response:
    """Who one is here."""
    return _page(forms.of_record(FIELDS, actor().user))


@bp.post("/profile")
def save() -> Response:
    """Another name or language."""
    values, errors = forms.parse(FIELDS, request.form, User)
    if errors:
        return _page(forms.as_posted(request.form, errors), status=422)
    profiles.introduce(actor(), values["name"], values["language"], actor())
    toast(_("Your profile was saved."))
    return go(url_for("profile.show"))


@bp.post("/profile/password")
def password() -> Response:
    """Another password; every other browser is signed out."""
    try:
        _check_current()
        profiles.change_password(actor(), request.form.get("new_password", ""), current_user.sign_in_id)
    except Refused as refusal:
        form = forms.of_record(FIELDS, actor().user)
        form.errors = {_FIELD_OF.get(name, name): words for name, words in refusal.fields.items()}
        return _page(form, status=422, message=None if refusal.fields else refusal.message)
    toast(_("Your password was changed. Everywhere else you were signed out."))
    return go(url_for("profile.show"))


@bp.post("/profile/sign-ins/<int:sign_in_id>/end")
def end(sign_in_id: int) -> Response:
    """Sign out at another browser."""
    if not sign_ins.end(actor().user, sign_in_id):
        raise Missing()
    toast(_("That browser was signed out."))
    return go(url_for("profile.show"))


@bp.post("/profile/sign-ins/end")
def end_all() -> Response:
    """Sign out everywhere, here too."""
    profiles.sign_out_everywhere(actor())
    toast(_("You were signed out everywhere."))
    return go(url_for("auth.form"))


BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"))
SYSTEMS += (("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))
"""What stands in a browser's description of itself, and what people call it; the first that is found counts."""


def browser_name(described: str) -> str:
    """A browser as people know it: "Firefox · Windows"; empty when it says nothing known."""
    found = [next((name for mark, name in table if mark in described), "") for table in (BROWSERS, SYSTEMS)]
    return " · ".join(name for name in found if name)


_FIELD_OF = {"password": "new_password"}


def _check_current() -> None:
    if not sign_ins.proves(actor().user, request.form.get("current_password", ""), address()):
        keep_although_refused()
        raise Refused(current_password=_("This is not your password."))


def _page(form: forms.Form, status: int = 200, message: Any = None) -> Response:
    return respond(
        "auth/profile.html",
        "profile",
        status=status,
        fields=FIELDS,
        form=form,
        message=message,
        browser_name=browser_name,
        sign_ins=sign_ins.sign_ins_of(actor().user),
    )
