"""Accepting an invitation, by the link of its mail."""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask_login import current_user

from blueprints.language import language
from blueprints.respond import respond
from blueprints.toasts import toast
from domain.errors import Refused
from domain.organizations import people, sign_ins
from domain.organizations.users import Member
from domain.words import _

bp = Blueprint("invitations", __name__)


@bp.get("/invitations/<token>")
def form(token: str) -> Response:
    """Who invites whom; somebody new chooses a name and a password."""
    member = people.invited_by(token)
    return _page(member, member.invited_as, {})


@bp.post("/invitations/<token>")
def accept(token: str) -> Response:
    """Come in: whoever is signed in already is there at once, everybody else signs in next."""
    member = people.invited_by(token)
    name = request.form.get("name", "").replace("\x00", "")
    try:
        people.accept(member, name, request.form.get("password", ""), language())
    except Refused as refusal:
        return _page(member, name, refusal.fields, 422)
    toast(_("Welcome to %(name)s.", name=member.organization.name))
    if current_user.is_authenticated and current_user.member.user_id == member.user_id:
        sign_ins.switch(current_user.member, current_user.sign_in_id, member.organization_id)
        return redirect(url_for("home.show"), 303)
    return redirect(url_for("auth.form"), 303)


def _page(member: Member, name: str, errors: dict[str, Any], status: int = 200) -> Response:
    return respond("auth/invitation.html", status=status, member=member, name=name, errors=errors)
