"""Who of a customer may come to the portal: invited one by one, and taken away again. And the links in mails."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select

from blueprints.loading import actor, load, may, require
from blueprints.records import create_as
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain import portal, records
from domain.books.contact_persons import ContactPerson
from domain.books.customers import Customer
from domain.db import db
from domain.errors import Missing, Refused
from domain.modules import ALL
from domain.modules.custom_fields import customized
from domain.modules.kinds import as_id
from domain.modules.module import Module
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.portal import links
from domain.words import Words, _

bp = Blueprint("customer_portal", __name__)

CUSTOMERS = ALL["books.customers"]


@bp.get("/books/customers/<int:record_id>/portal")
def show(record_id: int) -> Response:
    """The customer's people: who has access to the portal, who is invited, and who could be."""
    return _page(load(CUSTOMERS, record_id, "view"))


@bp.post("/books/customers/<int:record_id>/portal")
def change(record_id: int) -> Response:
    """Invite one of them, or close the portal for them."""
    customer = load(CUSTOMERS, record_id, "edit")
    person = _person(customer)
    try:
        if request.form.get("do") == "take_away":
            portal.take_away(person, actor())
            toast(_("%(name)s has no access to the portal any more.", name=person.title))
        else:
            require("books.customers.email")
            portal.invite(person, actor())
            toast(_("The invitation to %(names)s is on its way.", names=person.email))
    except Refused as refusal:
        db.session.rollback()
        return _page(load(CUSTOMERS, record_id, "edit"), refusal.message, 422)
    return go(url_for("customer_portal.show", record_id=record_id))


@bp.get("/<linked:module>/<int:record_id>/links")
def show_links(module: Module, record_id: int) -> Response:
    """How many mailed links show this document to whoever has them."""
    document = load(module, record_id, "view")
    out = links.links_to(document)
    return respond("customer_portal/links.html", "links", module=module, record=document, out=out)


@bp.post("/<linked:module>/<int:record_id>/links")
def revoke_links(module: Module, record_id: int) -> Response:
    """They lead nowhere from now on."""
    document = load(module, record_id, "edit")
    links.revoke(document, actor())
    toast(_("The links in mails lead nowhere any more."))
    return go(url_for("records.show", module=module, record_id=record_id))


@bp.post("/books/customers/new")
def create() -> Response:
    """A new customer as always; where that is ticked, their contact person is invited at once."""
    require("books.customers.create")
    ticked = "enable_portal" in request.form
    return create_as(customized(CUSTOMERS), _make_and_invite if ticked else records.create)


def _make_and_invite(model: Any, values: dict[str, Any], member: Member, key: str) -> Customer:
    require("books.customers.email")
    customer: Customer = records.create(model, values, member, key)
    portal.invite(portal.whom_to_invite(customer), member)
    return customer


def may_invite() -> bool:
    """Whether the person may let customers into the portal, which must be open."""
    rights = may("books.customers.edit") and may("books.customers.email")
    return rights and current_organization().portal_is_open


def _person(customer: Customer) -> ContactPerson:
    """One of this customer's people."""
    wanted = as_id(request.form.get("person", ""))
    mine = select(ContactPerson).where(ContactPerson.id == wanted, ContactPerson.party_id == customer.id)
    found = db.session.scalar(mine) if wanted else None
    if found is None:
        raise Missing()
    return found


def _page(customer: Customer, message: Words | None = None, status: int = 200) -> Response:
    accesses = portal.accesses_of(customer)
    return respond(
        "customer_portal/show.html",
        "people",
        status=status,
        module=CUSTOMERS,
        record=customer,
        people=[(each, accesses.get(each.id)) for each in customer.contact_persons],
        state_of=portal.state_of,
        is_open=current_organization().portal_is_open,
        message=message,
    )
