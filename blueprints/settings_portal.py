"""Settings ▸ Portal: whether customers may come in, what greets them, and what they may do there."""

from flask import Blueprint, Response, url_for

from blueprints import forms
from blueprints.loading import require
from blueprints.organization_form import save
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain.modules.module import Field
from domain.organizations import particulars
from domain.organizations.organizations import current_organization
from domain.words import _

bp = Blueprint("portal_settings", __name__)

FIELDS = (
    Field("portal_is_open", _("Customers whom you invite may sign in"), "boolean"),
    Field("portal_banner", _("Message on their first page"), "long_text", longest=2000),
    Field("portal_allows_edits", _("They may correct their own details and addresses"), "boolean"),
    Field("portal_mails_us", _("Mail us when they accept, decline or write"), "boolean"),
    Field("portal_mails_them", _("Mail them when a comment is marked for the portal"), "boolean"),
    Field(
        "links_are_open",
        _("Links in mails show their document without a sign-in"),
        "boolean",
        hint=_(
            "The text of a mail brings such a link where it says %(invoice)s or %(estimate)s.",
            invoice="%InvoiceURL%",
            estimate="%EstimateURL%",
        ),
    ),
)


@bp.get("/settings/portal")
def edit() -> Response:
    """How the portal is set up."""
    require("settings.portal.view")
    return _page(forms.of_record(FIELDS, current_organization()))


@bp.post("/settings/portal")
def update() -> Response:
    """Save it, unless somebody else did so since the form was opened."""
    require("settings.portal.edit")
    if refused := save(FIELDS, particulars.change_portal, _page):
        return refused
    toast(_("The portal was saved."))
    return go(url_for("portal_settings.edit"))


def _page(form: forms.Form, status: int = 200) -> Response:
    return respond(
        "settings/portal.html",
        "form",
        status=status,
        organization=current_organization(),
        fields=FIELDS,
        form=form,
    )
