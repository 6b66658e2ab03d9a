"""More ▸ Associate templates: with what a customer's next documents are printed and its next mails begin."""

from flask import Blueprint, Response, request, url_for

from blueprints import forms
from blueprints.loading import actor, load, require
from blueprints.records import version
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain import records
from domain.books.associated_templates import MAIL, PDF, SLOTS, Template
from domain.books.customers import Customer
from domain.errors import Missing, Refused, Stale
from domain.modules import ALL
from domain.modules.kinds import as_id
from domain.organizations.organizations import current_organization
from domain.words import _

bp = Blueprint("customer_templates", __name__)

MODULE = ALL["books.customers"]
FIELDS = MODULE.aside


@bp.get("/books/customers/<int:record_id>/templates")
def form(record_id: int) -> Response:
    """What the customer has, and what there is to choose from."""
    customer = load(MODULE, record_id, "edit")
    return _page(customer, forms.of_record(FIELDS, customer))


@bp.post("/books/customers/<int:record_id>/templates")
def save(record_id: int) -> Response:
    """Use them from now on; what was issued or sent stays as it is."""
    try:
        customer = load(MODULE, record_id, "edit", version=version(), lock=True)
    except Stale as stale:
        return _page(stale.record, forms.conflicting(FIELDS, stale.record), 409)
    try:
        records.update(customer, forms.read(FIELDS), actor())
    except Refused as refusal:
        again = forms.refused(refusal)
        return _page(load(MODULE, record_id, "edit"), again, 422)
    toast(_("The templates of %(name)s were saved.", name=customer.title))
    return go(url_for("records.show", module=MODULE, record_id=record_id))


def _page(customer: Customer, shown: forms.Form, status: int = 200) -> Response:
    return respond(
        "books/customers/templates.html",
        "form",
        status=status,
        module=MODULE,
        record=customer,
        form=shown,
        groups=[
            (_("On paper"), _slots(PDF), "settings.templates.edit"),
            (_("In mails"), _slots(MAIL), "settings.mail-templates.create"),
        ],
        language_of_customer=customer.language_in(current_organization()),
    )


def _slots(use: str) -> list[object]:
    return [(slot, MODULE.by_name[slot.name]) for slot in SLOTS.values() if slot.use == use]


# --- a new template, made for a customer ----------------------------------------------------------------------


def customer_in_mind() -> Customer | None:
    """For whom a template is made, where its form was opened from a customer's page."""
    given = request.values.get("customer", "")
    if not given:
        return None
    require("books.customers.edit")
    customer: Customer = load(MODULE, as_id(given) or 0, "edit", lock=request.method == "POST")
    return customer


def give(customer: Customer, template: Template) -> Response:
    """The customer has the template that was made for it; back to its page."""
    use = PDF if template.__tablename__ == "pdf_templates" else MAIL
    slot = SLOTS.get(f"{use}_template_{template.kind}")
    if slot is None:
        raise Missing()
    records.update(customer, {slot.name: template.name}, actor())
    return go(url_for("customer_templates.form", record_id=customer.id))
