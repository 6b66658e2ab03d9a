"""Payments on a document: record one, delete one."""

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select

from blueprints import forms
from blueprints.loading import actor, load
from blueprints.records import once
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain.books import payments
from domain.books.invoices import Invoice
from domain.books.payments import Payment, PaymentAllocation
from domain.db import db
from domain.errors import Missing, Refused
from domain.modules.module import Choice, Field, Module
from domain.money import Money
from domain.organizations.organizations import current_organization
from domain.words import _

bp = Blueprint("payments", __name__)

FIELDS = (
    Field("amount", _("Amount"), "number", required=True),
    Field("date", _("Date"), "date", required=True, default=lambda: current_organization().today),
    Field(
        "method",
        _("Method"),
        "choice",
        choices=tuple(Choice(key, label) for key, label in payments.METHODS.items()),
        default=lambda: "bank_transfer",
    ),
    Field("reference", _("Reference")),
)


@bp.get("/<document:module>/<int:record_id>/payments")
def new(module: Module, record_id: int) -> Response:
    """Record payment: what is still open stands in the form."""
    invoice = load(module, record_id, "edit")
    balance = Money(invoice.balance_minor, invoice.currency).decimal
    form = forms.blank(FIELDS, {"amount": forms.as_typed(FIELDS[0], balance)})
    return respond("payments/new.html", "form", module=module, record=invoice, fields=FIELDS, form=form)


@bp.post("/<document:module>/<int:record_id>/payments")
def create(module: Module, record_id: int) -> Response:
    """Record a payment, part or whole; a double click records one."""
    invoice = load(module, record_id, "edit", lock=True)
    values, errors = forms.parse(FIELDS, request.form, Payment)
    try:
        if errors:
            raise Refused(**errors)
        once(Payment, lambda key: _record(invoice, values, key))
    except Refused as refusal:
        form = forms.as_posted(request.form, forms.at_fields(refusal))
        message = None if refusal.fields else refusal.message
        context = {"module": module, "record": invoice, "fields": FIELDS, "form": form, "message": message}
        return respond("payments/new.html", "form", status=422, **context)
    toast(_("The payment was recorded."))
    return go(url_for("records.show", module=module, record_id=invoice.id))


@bp.post("/<document:module>/<int:record_id>/payments/<int:payment_id>/delete")
def destroy(module: Module, record_id: int, payment_id: int) -> Response:
    """Delete a payment; what it paid is open again."""
    invoice = load(module, record_id, "edit", lock=True)
    payment = db.session.scalar(
        select(Payment)
        .join(PaymentAllocation, PaymentAllocation.payment_id == Payment.id)
        .where(Payment.id == payment_id, PaymentAllocation.document_id == invoice.id)
    )
    if payment is None:
        raise Missing()
    payments.delete_payment(payment, actor())
    toast(_("The payment was deleted."))
    return go(url_for("records.show", module=module, record_id=invoice.id))


def _record(invoice: Invoice, values: dict, key: str) -> Payment:  # type: ignore[type-arg]
    amount = Money.of(values["amount"], invoice.currency)
    if amount.decimal != values["amount"]:
        raise Refused(amount=_("%(currency)s has no such small parts.", currency=invoice.currency))
    return payments.record_payment(
        invoice, amount.amount_minor, values["date"], values["method"], values["reference"], actor(), key
    )
