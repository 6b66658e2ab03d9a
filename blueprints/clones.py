"""Clone: a new customer's form, filled with what another one has."""

from flask import Blueprint, Response, request, url_for

from blueprints import forms
from blueprints.loading import actor, load
from blueprints.records import once
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain.books.cloning import clone, may_have_portal, name_for_clone
from domain.books.customers import Customer
from domain.errors import Refused
from domain.modules import ALL
from domain.modules.custom_fields import customized
from domain.modules.module import Module
from domain.words import _

bp = Blueprint("clones", __name__)


@bp.get("/books/customers/<int:record_id>/clone")
def form(record_id: int) -> Response:
    """All that the original has but its documents; name and currency can be others."""
    customers = _module()
    original = load(customers, record_id, "create")
    filled = forms.of_record(customers.editable, original)
    filled.typed |= {"display_name": name_for_clone(original), "is_active": "1"}
    return _form(original, filled)


@bp.post("/books/customers/<int:record_id>/clone")
def make(record_id: int) -> Response:
    """Make the new customer; the same form sent twice makes one."""
    customers = _module()
    original = load(customers, record_id, "create")
    portal = "enable_portal" in request.form
    try:
        values = forms.read(customers.editable, customers.model)
        made = once(Customer, lambda key: clone(original, values, actor(), key, portal))
    except Refused as refusal:
        again = forms.refused(refusal)
        return _form(load(customers, record_id, "create"), again, 422)
    toast(_("%(name)s was saved.", name=made.title))
    return go(url_for("records.show", module=customers, record_id=made.id))


def _module() -> Module:
    return customized(ALL["books.customers"])


def _form(original: Customer, form: forms.Form, status: int = 200) -> Response:
    return respond(
        "records/edit.html",
        "form",
        status=status,
        module=_module(),
        record=None,
        form=form,
        offers_portal=may_have_portal(original),
    )
