"""A forgotten password: ask for a link by mail, choose a new one. Nothing here tells who is known."""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for

from blueprints import forms
from blueprints.auth import address
from blueprints.respond import respond
from blueprints.toasts import toast
from delivery.account_mails import mail_password_link
from domain.db import scoped_to
from domain.errors import Refused
from domain.organizations import resets
from domain.words import _

bp = Blueprint("passwords", __name__)


@bp.get("/password")
def form() -> Response:
    """Ask for a link; the same page says afterwards what happens next."""
    return _page(forms.Form({"email": ""}), is_asked="asked" in request.args)


@bp.post("/password")
def ask() -> Response:
    """Mail a link to whoever is known by that address, and say the same to everybody."""
    email = request.form.get("email", "")
    try:
        if not email.strip():
            raise Refused(email=_("Please fill this in."))
        member = resets.ask(email, address())
    except Refused as refusal:
        return _page(forms.as_posted(request.form, forms.at_fields(refusal)), refusal=refusal)
    if member is not None:
        with scoped_to(member.organization_id):
            mail_password_link(member)
    return redirect(url_for("passwords.form", asked="yes"), 303)


@bp.get("/password/<token>")
def new(token: str) -> Response:
    """Choose a new password, by the link of the mail."""
    return _choosing(resets.user_of(token), {})


@bp.post("/password/<token>")
def choose(token: str) -> Response:
    """It holds from now on; whoever was signed in has to sign in with it."""
    user = resets.user_of(token)
    try:
        resets.choose(user, request.form.get("password", ""))
    except Refused as refusal:
        return _choosing(user, refusal.fields, 422)
    toast(_("Your new password is set. Please sign in with it."))
    return redirect(url_for("auth.form"), 303)


def _page(form: forms.Form, is_asked: bool = False, refusal: Refused | None = None) -> Response:
    return respond(
        "auth/forgotten.html",
        status=422 if refusal else 200,
        form=form,
        is_asked=is_asked,
        message=refusal.message if refusal and not refusal.fields else None,
    )


def _choosing(user: Any, errors: dict[str, Any], status: int = 200) -> Response:
    return respond("auth/password.html", status=status, email=user.email, errors=errors)
