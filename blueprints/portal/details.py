"""One's own details: name and numbers, the customer's addresses, language and password."""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for

from blueprints import forms
from blueprints.portal.door import visit
from blueprints.records import version
from blueprints.respond import respond
from blueprints.toasts import toast
from domain.books.contact_persons import ContactPerson
from domain.books.parties import Party
from domain.errors import Refused
from domain.modules import ALL
from domain.modules.kinds import as_id
from domain.modules.module import Field
from domain.modules.parts import address
from domain.organizations.organizations import current_organization
from domain.portal import answering
from domain.words import _

bp = Blueprint("portal_details", __name__)

OF_PERSON = ("salutation", "last_name", "first_name", "phone", "mobile", "designation", "department")
"""Of oneself. The mail address is what one signs in with: the organization changes it, and invites anew."""

PERSON: tuple[Field, ...] = tuple(ALL["books.contact-persons"].by_name[name] for name in OF_PERSON)
BILLING, SHIPPING = address("billing"), address("shipping")
PARTY: tuple[Field, ...] = (*BILLING, *SHIPPING)


@bp.get("/portal/details")
def show() -> Response:
    """What the organization knows of one, and how to change it."""
    typed = forms.of_record(PERSON, visit().person).typed | forms.of_record(PARTY, visit().party).typed
    return _page(forms.Form(typed))


@bp.post("/portal/details")
def save() -> Response:
    """Correct it, unless somebody else did so since the form was opened."""
    if _stale():
        return _page(_conflict(), 409)
    person, wrong = forms.parse(PERSON, request.form, ContactPerson)
    party, also_wrong = forms.parse(PARTY, request.form, Party)
    try:
        if wrong or also_wrong:
            raise Refused(**(wrong | also_wrong))
        answering.change_details(visit(), person, party)
    except Refused as refusal:
        return _page(forms.refused(refusal), 422)
    toast(_("Your details were saved."))
    return redirect(url_for("portal_details.show"), 303)


def _stale() -> bool:
    """The person's version, and that of the customer beside it."""
    given = (version(), as_id(request.form.get("party_version", "")))
    return given != (visit().person.version, visit().party.version)


def _conflict() -> forms.Form:
    form = forms.conflicting(PERSON, visit().person)
    form.theirs |= forms.differences(PARTY, visit().party, request.form)
    return form


def _page(form: forms.Form, status: int = 200) -> Response:
    context: dict[str, Any] = {"person_fields": PERSON, "billing": BILLING, "shipping": SHIPPING}
    return respond(
        "portal/details.html",
        status=status,
        visit=visit(),
        form=form,
        may_edit=current_organization().portal_allows_edits,
        **context,
    )
