"""Refunds: what is unused of a payment or credit note is given back."""

from flask import Blueprint, Response, url_for
from sqlalchemy import select

from blueprints import forms
from blueprints.loading import actor, load
from blueprints.payments import AMOUNT, entry_from
from blueprints.records import once
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain.books.refunds import Refund, delete_refund, refund
from domain.db import db
from domain.errors import Missing, Refused
from domain.modules import ALL
from domain.modules.module import Field, Module
from domain.money import Money
from domain.words import _

bp = Blueprint("refunds", __name__)

FIELDS: tuple[Field, ...] = (AMOUNT, *ALL["books.payments"].editable)


@bp.get("/<source:module>/<int:record_id>/refunds")
def new(module: Module, record_id: int) -> Response:
    """What is unused stands in the form."""
    source = load(module, record_id, "edit")
    left = Money(source.unused_minor, source.currency).decimal
    form = forms.blank(FIELDS, {"amount": forms.as_typed(AMOUNT, left)})
    return respond("payments/refund.html", "form", module=module, record=source, fields=FIELDS, form=form)


@bp.post("/<source:module>/<int:record_id>/refunds")
def create(module: Module, record_id: int) -> Response:
    """Give it back; a double click does so once."""
    source = load(module, record_id, "edit")
    try:
        entry = entry_from(FIELDS, source.currency)
        once(Refund, lambda key: refund(source, entry, actor(), key))
    except Refused as refusal:
        context = {"module": module, "record": source, "fields": FIELDS, "form": forms.refused(refusal)}
        return respond("payments/refund.html", "form", status=422, **context)
    toast(_("The refund was recorded."))
    return go(url_for("records.show", module=module, record_id=record_id))


@bp.post("/<source:module>/<int:record_id>/refunds/<int:refund_id>/delete")
def destroy(module: Module, record_id: int, refund_id: int) -> Response:
    """It was not given back after all."""
    source = load(module, record_id, "edit")
    refunded = db.session.scalar(select(Refund).filter_by(**source.as_source).where(Refund.id == refund_id))
    if refunded is None:
        raise Missing()
    delete_refund(refunded, source, actor())
    toast(_("The refund was deleted."))
    return go(url_for("records.show", module=module, record_id=record_id))
