"""Coming to the portal by the link of a mail: an invitation, or a new password. Nothing here tells who is known."""

from typing import Any

from flask import Blueprint, Response, g, redirect, request, url_for

from blueprints import forgotten, forms
from blueprints.auth import address
from blueprints.forgotten import Door
from blueprints.language import language
from blueprints.portal.door import visit
from blueprints.respond import respond
from blueprints.toasts import toast
from delivery.portal_mails import mail_password_link
from domain.db import db
from domain.errors import Refused
from domain.organizations.organizations import Organization
from domain.organizations.sign_ins import be_patient, is_right
from domain.portal import inviting, resets, sign_ins
from domain.portal.guests import Access
from domain.portal.sign_ins import DOOR
from domain.words import _

bp = Blueprint("portal_passwords", __name__)

FORGOTTEN = Door("portal/forgotten.html", "portal_passwords.form", resets.ask, mail_password_link)


@bp.get("/portal/invitations/<token>")
def invitation(token: str) -> Response:
    """Who invites whom; whoever is new chooses a password."""
    return _invited(inviting.invited_by(token), {})


@bp.post("/portal/invitations/<token>")
def accept(token: str) -> Response:
    """Come in; the sign-in page follows."""
    access = inviting.invited_by(token)
    try:
        inviting.accept(access, request.form.get("password", ""), language())
    except Refused as refusal:
        return _invited(access, refusal.fields, 422)
    toast(_("Welcome. Please sign in with your mail address and your password."))
    return redirect(url_for("portal.form"), 303)


@bp.get("/portal/password")
def form() -> Response:
    """Ask for a link; the same page says afterwards what happens next."""
    return forgotten.form(FORGOTTEN)


@bp.post("/portal/password")
def ask() -> Response:
    """Mail a link to whoever is known by that address, and say the same to everybody."""
    return forgotten.ask(FORGOTTEN)


@bp.get("/portal/password/<token>")
def new(token: str) -> Response:
    """Choose a new password, by the link of the mail."""
    return _choosing(resets.guest_of(token).email, {})


@bp.post("/portal/password/<token>")
def choose(token: str) -> Response:
    """It holds from now on; whoever was signed in has to sign in with it."""
    guest = resets.guest_of(token)
    try:
        resets.choose(guest, request.form.get("password", ""))
    except Refused as refusal:
        return _choosing(guest.email, refusal.fields, 422)
    toast(_("Your new password is set. Please sign in with it."))
    return redirect(url_for("portal.form"), 303)


@bp.post("/portal/details/password")
def change() -> Response:
    """Another password, for who knows the one of today; other browsers are signed out."""
    guest = visit().guest
    try:
        be_patient(guest.email, address(), DOOR)
        if not is_right(guest, request.form.get("current_password", "")):
            sign_ins.note_guess(guest.email, address())
            g.keep = True
            raise Refused(current_password=_("This is not your password."))
        resets.change(guest, request.form.get("new_password", ""), "new_password")
    except Refused as refusal:
        return _own(forms.Form({}, refusal.fields), refusal)
    sign_ins.end_all(guest, but=visit().sign_in_id)
    toast(_("Your new password is set. Other browsers were signed out."))
    return redirect(url_for("portal_details.show"), 303)


def _own(form: forms.Form, refusal: Refused) -> Response:
    message = None if refusal.fields else refusal.message
    return respond("portal/password_change.html", status=422, visit=visit(), form=form, message=message)


def _invited(access: Access, errors: dict[str, Any], status: int = 200) -> Response:
    organization = db.session.get_one(Organization, access.organization_id)
    return respond(
        "portal/invitation.html", status=status, access=access, organization=organization, errors=errors
    )


def _choosing(email: str, errors: dict[str, Any], status: int = 200) -> Response:
    return respond("portal/password.html", status=status, email=email, errors=errors)
