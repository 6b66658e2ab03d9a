"""Settings ▸ API access: who may call; personal access tokens, made, shown once, and revoked."""

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select

from blueprints import forms
from blueprints.loading import actor, require
from blueprints.records import once
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain.db import db
from domain.errors import Missing, Refused
from domain.modules.module import Choice, Field
from domain.organizations import access_tokens
from domain.organizations.access_tokens import LIFETIMES, AccessToken, Made
from domain.organizations.grants import grants
from domain.organizations.programs import programs
from domain.organizations.scopes import OF_A_PERSON
from domain.timeline import record_event
from domain.words import _

bp = Blueprint("tokens", __name__)

NAME = Field(
    "name", _("Name"), required=True, longest=100, hint=_("What will use it, such as “Month-end report”.")
)
LIFETIME = Field(
    "lifetime",
    _("Valid for"),
    "choice",
    choices=tuple(Choice(key, label) for key, label in LIFETIMES.items()),
    default=lambda: "90",
)


@bp.get("/settings/api-access")
def index() -> Response:
    """The tokens of the organization, and a form for a new one."""
    require("settings.api-access.view")
    return _page(forms.blank((NAME, LIFETIME), {}), scopes=["read"])


@bp.post("/settings/api-access")
def create() -> Response:
    """Make a token; its secret stands on the answer and nowhere else."""
    require("settings.api-access.create")
    scopes = request.form.getlist("scopes")
    try:
        values = forms.read((NAME, LIFETIME))
        days = int(values["lifetime"]) if values["lifetime"] else None
        made = once(
            AccessToken, lambda key: access_tokens.make_token(actor(), values["name"], scopes, days, key)
        )
    except Refused as refusal:
        form = forms.refused(refusal)
        return _page(form, scopes=scopes, message=form.message, status=422)
    if not isinstance(made, Made):  # the form was sent twice: the secret was shown on the first answer
        return go(url_for("tokens.index"))
    record_event(made.token, "created", actor(), title=made.token.name)
    return _page(forms.blank((NAME, LIFETIME), {}), scopes=["read"], secret=made.secret)


@bp.post("/settings/api-access/<int:token_id>/revoke")
def revoke(token_id: int) -> Response:
    """It opens nothing any more."""
    require("settings.api-access.delete")
    token = db.session.scalar(select(AccessToken).where(AccessToken.id == token_id))
    if token is None:
        raise Missing()
    token.revoke()
    record_event(token, "revoked", actor(), title=token.name)
    toast(_("%(name)s was revoked.", name=token.name))
    return go(url_for("tokens.index"))


def _page(form: forms.Form, *, scopes: list[str], status: int = 200, **shown: object) -> Response:
    return respond(
        "settings/api_access.html",
        "tokens",
        status=status,
        form=form,
        fields=(NAME, LIFETIME),
        scopes=OF_A_PERSON,
        chosen=scopes,
        tokens=access_tokens.all_tokens(),
        grants=grants(),
        programs=programs(),
        secret=shown.get("secret"),
        message=shown.get("message"),
        base_url=request.host_url.rstrip("/"),
    )
