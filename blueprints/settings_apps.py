"""Settings ▸ Apps: which parts of the finance side the organization uses."""

from flask import Blueprint, Response, request, url_for

from blueprints import forms
from blueprints.loading import actor, require
from blueprints.records import version
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain.modules import ALL
from domain.modules.module import Field
from domain.organizations.apps import APPS, App, keys_in
from domain.organizations.organizations import current_organization
from domain.organizations.particulars import change_apps
from domain.organizations.roles import grants
from domain.words import Words, _

bp = Blueprint("apps_settings", __name__)


@bp.get("/settings/apps")
def edit() -> Response:
    """The apps, and which of them are on."""
    require("settings.apps.view")
    on = keys_in(current_organization().apps)
    return _page(forms.Form(dict.fromkeys(on, "1")))


@bp.post("/settings/apps")
def update() -> Response:
    """Switch apps on and off, unless somebody else did so since the form was opened."""
    require("settings.apps.edit")
    organization = current_organization()
    if version() != organization.version:
        saved = _("Somebody else saved this while you were editing. Please open the page again.")
        return _page(forms.as_posted(request.form), 409, message=saved)
    values, _errors = forms.parse(_fields(), request.form)
    not_offered = keys_in(organization.apps) - values.keys()
    change_apps(organization, {key for key, is_on in values.items() if is_on} | not_offered, actor())
    toast(_("The apps were saved."))
    return go(url_for("apps_settings.edit"))


def _fields() -> list[Field]:
    """A box for each app; one that has no modules yet is not offered."""
    return [
        Field(app.key, app.label, "boolean", hint=app.about) for app in APPS.values() if _has_modules(app)
    ]


def _has_modules(app: App) -> bool:
    return any(grants(app.permissions, module.permission("view")) for module in ALL.values())


def _page(form: forms.Form, status: int = 200, message: Words | None = None) -> Response:
    return respond(
        "settings/apps.html",
        "form",
        status=status,
        organization=current_organization(),
        fields=_fields(),
        form=form,
        message=message,
    )
