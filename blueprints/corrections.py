"""Correct an issued invoice: ask first, then a credit note over it, and the new draft to go on with."""

from flask import Blueprint, Response, url_for

from blueprints.loading import actor, load, require
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain.books.corrections import correct
from domain.db import db
from domain.errors import Refused
from domain.modules import ALL
from domain.words import _

bp = Blueprint("corrections", __name__)


@bp.get("/books/invoices/<int:record_id>/correction")
def confirm(record_id: int) -> Response:
    """Say what will happen."""
    require("books.credit-notes.create")
    invoice = load(ALL["books.invoices"], record_id, "edit")
    return respond("payments/correct.html", "form", record=invoice, refusal=None)


@bp.post("/books/invoices/<int:record_id>/correction")
def create(record_id: int) -> Response:
    """Take the invoice back and open the draft that replaces it."""
    require("books.credit-notes.create")
    require("books.invoices.create")
    module = ALL["books.invoices"]
    invoice = load(module, record_id, "edit", lock=True)
    try:
        note, draft = correct(invoice, actor())
    except Refused as refusal:
        db.session.rollback()
        reason = next(iter(refusal.fields.values()), refusal.message)
        invoice = load(module, record_id, "edit")
        return respond("payments/correct.html", "form", status=422, record=invoice, refusal=reason)
    toast(_("Credit note %(number)s was made. Here is the new draft.", number=note.number))
    return go(url_for("documents.edit", module=module, record_id=draft.id))
