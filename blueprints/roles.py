"""Finance roles and CRM profiles: the standard ones to look at and to clone, one's own to change."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select

from blueprints import forms
from blueprints.loading import actor, require
from blueprints.records import once, version
from blueprints.respond import go, respond
from blueprints.rights_grid import chosen, grid, held, lacking
from blueprints.toasts import toast
from domain import records
from domain.db import db
from domain.errors import Missing, Refused, Stale
from domain.modules.module import Field
from domain.organizations.custom_roles import KINDS, CustomRole
from domain.organizations.roles import PROFILES, ROLES, VERB_LABELS, VERBS, Profile, Role
from domain.words import Words, _

bp = Blueprint("roles", __name__)

FIELDS = (Field("name", _("Name"), required=True),)
LABELS: dict[str, Words] = {"role": _("Finance role"), "profile": _("CRM profile")}
STANDARD: dict[str, dict[str, Any]] = {"role": ROLES, "profile": PROFILES}


@bp.get("/settings/roles")
def index() -> Response:
    """All roles and profiles, the standard ones first."""
    require("settings.roles.view")
    own = db.session.scalars(select(CustomRole).order_by(CustomRole.name)).all()
    return respond("settings/roles.html", standard=STANDARD, own=own, labels=LABELS, kinds=KINDS)


@bp.get("/settings/roles/<kind>/<key>")
def show(kind: str, key: str) -> Response:
    """A standard one: it can be looked at and cloned."""
    require("settings.roles.view")
    rights = _standard(kind, key)
    return _page(kind, forms.Form({"name": ""}), held(rights, kind), rights=rights)


@bp.get("/settings/roles/new")
def new() -> Response:
    """A clone, to be changed and given a name."""
    require("settings.roles.create")
    kind = _kind(request.args.get("kind", "role"))
    source = _source(kind, request.args.get("of", ""))
    typed = {"name": "", "assigned_only": "1" if getattr(source, "assigned_only", False) else ""}
    return _page(kind, forms.Form(typed), held(source, kind))


@bp.post("/settings/roles/new")
def create() -> Response:
    """Make it; nobody has it yet."""
    require("settings.roles.create")
    kind = _kind(request.form.get("kind", ""))
    try:
        values = _values(kind) | {"kind": kind}
        made = once(CustomRole, lambda key: records.create(CustomRole, values, actor(), key))
    except Refused as refusal:
        return _again(kind, None, refusal)
    toast(_("%(name)s was saved.", name=made.name))
    return go(url_for("roles.index"))


@bp.get("/settings/roles/<int:role_id>")
def edit(role_id: int) -> Response:
    """One of the organization's own."""
    require("settings.roles.edit")
    role = _own(role_id)
    form = forms.Form({"name": role.name, "assigned_only": "1" if role.assigned_only else ""})
    return _page(role.kind, form, held(_rights_of(role), role.kind), role)


@bp.post("/settings/roles/<int:role_id>")
def update(role_id: int) -> Response:
    """Change it; whoever has it may do so from their next click on."""
    require("settings.roles.edit")
    role = _own(role_id)
    try:
        if version() != role.version:
            raise Stale(role)
        records.update(role, _values(role.kind), actor())
    except Stale as stale:
        return _again(role.kind, role, Refused(stale.message), 409)
    except Refused as refusal:
        return _again(role.kind, role, refusal)
    toast(_("%(name)s was saved.", name=role.name))
    return go(url_for("roles.index"))


@bp.get("/settings/roles/<int:role_id>/delete")
def confirm_delete(role_id: int) -> Response:
    """Ask before deleting."""
    require("settings.roles.delete")
    return respond("settings/role_delete.html", role=_own(role_id), refusal=None)


@bp.post("/settings/roles/<int:role_id>/delete")
def destroy(role_id: int) -> Response:
    """Delete it, unless somebody has it."""
    require("settings.roles.delete")
    role = _own(role_id)
    name = role.name
    try:
        records.destroy(role, actor())
    except Refused as refusal:
        return respond("settings/role_delete.html", status=422, role=role, refusal=refusal.message)
    toast(_("%(name)s was deleted.", name=name))
    return go(url_for("roles.index"))


def _own(role_id: int) -> CustomRole:
    role = db.session.scalar(select(CustomRole).where(CustomRole.id == role_id))
    if role is None:
        raise Missing()
    return role


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise Missing()
    return kind


def _standard(kind: str, key: str) -> Any:
    found = STANDARD.get(kind, {}).get(key)
    if found is None:
        raise Missing()
    return found


def _source(kind: str, key: str) -> Role | Profile:
    """What is cloned: a standard one, one of our own, or nothing at all."""
    if key.isascii() and key.isdecimal() and len(key) < 18:
        return _rights_of(_own(int(key)))
    return _standard(kind, key) if key else Role("", "", frozenset())


def _rights_of(role: CustomRole) -> Role | Profile:
    return role.as_role if role.kind == "role" else role.as_profile


def _values(kind: str) -> dict[str, Any]:
    values = forms.read(FIELDS, CustomRole)
    values["permissions"] = chosen(request.form.getlist("permissions"), kind)
    values["assigned_only"] = kind == "role" and "assigned_only" in request.form
    return values


def _again(kind: str, role: CustomRole | None, refusal: Refused, status: int = 422) -> Response:
    form = forms.refused(refusal)
    ticked = set(chosen(request.form.getlist("permissions"), kind))
    role = _own(role.id) if role else None
    return _page(kind, form, ticked, role, form.message, status)


def _page(
    kind: str,
    form: forms.Form,
    ticked: set[str],
    role: CustomRole | None = None,
    message: Words | None = None,
    status: int = 200,
    rights: Role | Profile | None = None,
) -> Response:
    return respond(
        "settings/role.html",
        "form",
        status=status,
        kind=kind,
        label=LABELS[kind],
        form=form,
        fields=FIELDS,
        ticked=ticked,
        role=role,
        rights=rights,
        message=message or form.errors.get("permissions"),
        lacking=lacking(ticked),
        grid=grid(kind),
        verbs=VERBS,
        verb_labels=VERB_LABELS,
    )
