"""A forgotten password: ask for a link by mail, choose a new one. Nothing here tells who is known."""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for

from blueprints import forgotten
from blueprints.forgotten import Door
from blueprints.respond import respond
from blueprints.toasts import toast
from delivery.account_mails import mail_password_link
from domain.errors import Refused
from domain.organizations import resets
from domain.words import _

bp = Blueprint("passwords", __name__)

FORGOTTEN = Door("auth/forgotten.html", "passwords.form", resets.ask, mail_password_link)


@bp.get("/password")
def form() -> Response:
    """Ask for a link; the same page says afterwards what happens next."""
    return forgotten.form(FORGOTTEN)


@bp.post("/password")
def ask() -> Response:
    """Mail a link to whoever is known by that address, and say the same to everybody."""
    return forgotten.ask(FORGOTTEN)


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


def _choosing(user: Any, errors: dict[str, Any], status: int = 200) -> Response:
    return respond("auth/password.html", status=status, email=user.email, errors=errors)
