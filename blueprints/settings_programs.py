"""Settings ▸ API access: programs that may ask for access, and the end of what they were allowed."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select

from blueprints import forms
from blueprints.addresses import reached_from_outside
from blueprints.loading import actor, require
from blueprints.records import once
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain.db import db
from domain.errors import Missing, Refused
from domain.modules.module import Field
from domain.organizations import grants
from domain.organizations.grants import Grant
from domain.organizations.programs import Program, Registered, register
from domain.timeline import record_event
from domain.words import _

bp = Blueprint("programs", __name__)

FIELDS = (
    Field(
        "name",
        _("Name"),
        required=True,
        longest=100,
        hint=_("What people will read when it asks them for access."),
    ),
    Field(
        "redirect_uri",
        _("Redirect address"),
        "url",
        required=True,
        longest=500,
        hint=_("Where people are sent back to. The other program shows it where you connect it."),
    ),
)


@bp.get("/settings/api-access/programs/new")
def new() -> Response:
    """A form for a program."""
    require("settings.api-access.create")
    return respond("settings/program.html", "form", form=forms.blank(FIELDS, request.args), fields=FIELDS)


@bp.post("/settings/api-access/programs/new")
def create() -> Response:
    """Register it; its secret stands on the answer and nowhere else."""
    require("settings.api-access.create")
    try:
        values = forms.read(FIELDS)
        made = once(Program, lambda key: register(actor(), **values, form_key=key))
    except Refused as refusal:
        form = forms.refused(refusal)
        return respond(
            "settings/program.html", "form", status=422, form=form, fields=FIELDS, message=form.message
        )
    if not isinstance(made, Registered):  # the form was sent twice: the secret was shown on the first answer
        return go(url_for("tokens.index"))
    record_event(made.program, "created", actor(), title=made.program.name)
    return respond("settings/program.html", "form", form=None, made=made, address=reached_from_outside(""))


@bp.get("/settings/api-access/programs/<int:program_id>/delete")
def confirm_delete(program_id: int) -> Response:
    """Ask before a program is forgotten."""
    require("settings.api-access.delete")
    return respond(
        "settings/program_delete.html",
        "form",
        program=_found(Program, program_id),
        grant=None,
        back=_back({}),
    )


@bp.post("/settings/api-access/programs/<int:program_id>/delete")
def delete(program_id: int) -> Response:
    """Forget a program; whatever it was allowed ends."""
    require("settings.api-access.delete")
    program = _found(Program, program_id)
    record_event(program, "deleted", actor())
    grants.forget(program)
    toast(_("%(name)s was deleted.", name=program.name))
    return go(url_for("tokens.index"))


@bp.get("/settings/api-access/grants/<int:grant_id>/delete")
def confirm_end(grant_id: int) -> Response:
    """Ask before a program's access ends."""
    require("settings.api-access.delete")
    grant = _found(Grant, grant_id)
    return respond(
        "settings/program_delete.html", "form", program=grant.program, grant=grant, back=_back(request.args)
    )


@bp.post("/settings/api-access/grants/<int:grant_id>/delete")
def end(grant_id: int) -> Response:
    """A program can call no more, from the next request on."""
    require("settings.api-access.delete")
    grant = _found(Grant, grant_id)
    name = grant.program.name
    record_event(grant, "revoked", actor(), title=name)
    grants.end(grant)
    toast(_("%(name)s has no access any more.", name=name))
    return go(_back(request.form))


def _back(given: Mapping[str, str]) -> str:
    """The page from which somebody came to end it."""
    if given.get("from") == "integrations":
        return url_for("books_elsewhere.index")
    return url_for("tokens.index")


def _found(model: Any, record_id: int) -> Any:
    record = db.session.scalar(select(model).where(model.id == record_id))
    if record is None:
        raise Missing()
    return record
