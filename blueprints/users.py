"""Who works here: inviting people, giving them rights, letting them go."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select

from blueprints import forms
from blueprints.loading import actor, require
from blueprints.records import once, version
from blueprints.respond import go, respond
from blueprints.toasts import toast
from delivery.account_mails import mail_invitation
from domain.db import db
from domain.errors import Missing, Refused, Stale
from domain.modules.module import Field
from domain.organizations import people
from domain.organizations.people import Rights
from domain.organizations.users import Member, User
from domain.words import Words, _, _p

bp = Blueprint("users", __name__)

WHO = (Field("name", _p("person", "Name"), required=True), Field("email", _("Email"), "email", required=True))


@bp.get("/settings/users")
def index() -> Response:
    """Everybody, with their rights and whether they are here."""
    require("settings.users.view")
    return respond("settings/users.html", "users", users=people.everybody(), state_of=people.state_of)


@bp.get("/settings/users/new")
def new() -> Response:
    """Whom to invite, and as what."""
    require("settings.users.create")
    return _page(forms.Form({"role": "staff", "profile": "standard"}))


@bp.post("/settings/users/new")
def create() -> Response:
    """Invite somebody: they come in by the mail that goes out now."""
    require("settings.users.create")
    try:
        values = forms.read(WHO, User)
        member = once(Member, lambda key: _invite(values, key))
    except Refused as refusal:
        return _again(None, refusal)
    toast(_("The invitation to %(name)s is on its way.", name=member.name))
    return go(url_for("users.index"))


@bp.get("/settings/users/<int:member_id>")
def edit(member_id: int) -> Response:
    """What somebody may do."""
    require("settings.users.edit")
    member = _member(member_id)
    rights = Rights.of(member)
    return _page(forms.Form({"role": rights.role, "profile": rights.profile}), member)


@bp.post("/settings/users/<int:member_id>")
def update(member_id: int) -> Response:
    """Give somebody other rights."""
    require("settings.users.edit")
    member = _member(member_id)
    try:
        if version() != member.version:
            raise Stale(member)
        people.change(member, _rights(), actor())
    except Stale as stale:
        return _again(member, Refused(stale.message), 409)
    except Refused as refusal:
        return _again(member, refusal)
    toast(_("%(name)s was saved.", name=member.name))
    return go(url_for("users.index"))


@bp.post("/settings/users/<int:member_id>/invitation")
def invite_again(member_id: int) -> Response:
    """Another mail; the link of the one before is worth nothing any more."""
    require("settings.users.create")
    member = _member(member_id)
    people.invite_again(member, actor())
    mail_invitation(member, actor())
    toast(_("The invitation to %(name)s is on its way.", name=member.name))
    return go(url_for("users.index"))


@bp.post("/settings/users/<int:member_id>/active")
def activate(member_id: int) -> Response:
    """Let somebody go, or in again."""
    require("settings.users.edit")
    member = _member(member_id)
    try:
        (people.activate if request.form.get("active") == "1" else people.deactivate)(member, actor())
    except Refused as refusal:
        return _again(member, refusal)
    toast(_("%(name)s: %(state)s", name=member.name, state=people.state_of(member).label))
    return go(url_for("users.index"))


def _member(member_id: int) -> Member:
    member = db.session.scalar(select(Member).where(Member.id == member_id))
    if member is None:
        raise Missing()
    return member


def _invite(values: dict[str, Any], key: str) -> Member:
    member = people.invite(values["name"], values["email"], _rights(), actor(), key)
    mail_invitation(member, actor())
    return member


def _rights() -> Rights:
    return Rights(request.form.get("role", ""), request.form.get("profile", ""))


def _again(member: Member | None, refusal: Refused, status: int = 422) -> Response:
    form = forms.refused(refusal)
    member = _member(member.id) if member else None
    return _page(form, member, form.message, status)


def _page(
    form: forms.Form, member: Member | None = None, message: Words | None = None, status: int = 200
) -> Response:
    return respond(
        "settings/user.html",
        "form",
        status=status,
        form=form,
        member=member,
        message=message,
        fields=WHO,
        choices=people.choices,
        state=people.state_of(member) if member else None,
    )
