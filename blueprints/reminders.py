"""Stopping and resuming the reminders of a customer or of one invoice."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from blueprints.loading import actor, load
from blueprints.respond import go
from blueprints.toasts import toast
from domain.books.reminders import resume, stop
from domain.modules import ALL
from domain.words import _

bp = Blueprint("reminders", __name__)


@bp.post("/books/customers/<int:record_id>/reminders")
def of_customer(record_id: int) -> Response:
    """Stop all reminders to a customer at once, or resume them."""
    return _stop_or_resume(load(ALL["books.customers"], record_id, "edit"))


@bp.post("/books/invoices/<int:record_id>/reminders")
def of_invoice(record_id: int) -> Response:
    """The same for one invoice."""
    return _stop_or_resume(load(ALL["books.invoices"], record_id, "edit"))


def _stop_or_resume(record: Any) -> Response:
    if request.form.get("do") == "resume":
        resume(record, actor())
        toast(_("Reminders go out again, from the next one on."))
    else:
        stop(record, actor())
        toast(_("Reminders are stopped, also what waited to be sent."))
    return go(url_for("records.show", module=record.MODULE, record_id=record.id))
