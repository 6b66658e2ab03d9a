"""Unused credits: used for a document, or what a payment or credit note is used for; and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select

from blueprints import forms
from blueprints.amounts import amounts
from blueprints.loading import actor, load, may
from blueprints.records import version
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain.books.allocations import Allocation, Source, release
from domain.books.credits import Use, open_documents, shared_out, sources_for, use_credits
from domain.books.document import Document
from domain.db import db
from domain.errors import Missing, Refused
from domain.modules.module import Field, Module
from domain.money import Money
from domain.words import Words, _

bp = Blueprint("credits", __name__)

AMOUNT = Field("amount", _("Amount"), "number")


@dataclass(frozen=True)
class Row:
    """A line of the table: a source or a document, how much of it there is, and what would be used."""

    field: str
    record: Any
    left_minor: int


# --- for a document -------------------------------------------------------------------------------------------


@bp.get("/<payable:module>/<int:record_id>/credits")
def new(module: Module, record_id: int) -> Response:
    """What is unused of the party, the oldest proposed first."""
    document = load(module, record_id, "edit")
    return _offer(module, document, _sources(document), document.balance_minor)


@bp.post("/<payable:module>/<int:record_id>/credits")
def create(module: Module, record_id: int) -> Response:
    """Use as much as was typed of each."""
    document = load(module, record_id, "edit")
    rows = _sources(document)
    return _use(module, document, rows, lambda row, minor: Use(row.record, document, minor, row.field))


@bp.post("/<payable:module>/<int:record_id>/credits/<int:allocation_id>/delete")
def destroy(module: Module, record_id: int, allocation_id: int) -> Response:
    """Take back what a payment or credit note settled: it is unused again."""
    document = load(module, record_id, "edit")
    query = select(Allocation).where(Allocation.id == allocation_id, Allocation.document_id == document.id)
    allocation = db.session.scalar(query)
    if allocation is None:
        raise Missing()
    release(allocation, actor())
    toast(_("It is an unused credit now."))
    return go(url_for("records.show", module=module, record_id=record_id))


# --- of a payment or a credit note ----------------------------------------------------------------------------


@bp.get("/<source:module>/<int:record_id>/uses")
def new_use(module: Module, record_id: int) -> Response:
    """What is open of the party, what was due first proposed first."""
    source = load(module, record_id, "edit", module.model.party)
    return _offer(module, source, _documents(source), source.unused_minor)


@bp.post("/<source:module>/<int:record_id>/uses")
def create_use(module: Module, record_id: int) -> Response:
    """Settle as much as was typed of each."""
    source = load(module, record_id, "edit", module.model.party)
    rows = _documents(source)
    return _use(module, source, rows, lambda row, minor: Use(source, row.record, minor, row.field))


# --- both -----------------------------------------------------------------------------------------------------


def _sources(document: Document) -> list[Row]:
    """What may be used for it; credit notes and payments for those only who may see them."""
    return [
        Row(f"use-{type(each).__name__.lower()}-{each.id}", each, each.unused_minor)
        for each in sources_for(document)
        if may(f"{each.MODULE}.view")
    ]


def _documents(source: Source) -> list[Row]:
    found = open_documents(source.party)
    return [Row(f"share-{each.id}", each, each.balance_minor) for each in found]


def _offer(module: Module, record: Any, rows: Sequence[Row], most_minor: int) -> Response:
    parts = shared_out(most_minor, [row.left_minor for row in rows])
    typed = {
        row.field: forms.as_typed(AMOUNT, Money(part, record.currency).decimal)
        for row, part in zip(rows, parts, strict=True)
        if part
    }
    return _show(module, record, rows, forms.Form(typed))


def _use(module: Module, record: Any, rows: Sequence[Row], use_of: Any) -> Response:
    """Use what was typed; a second click finds a newer version, and uses nothing twice."""
    form = forms.as_posted(request.form)
    try:
        seen = version()
        found, form.errors = amounts(request.form, [row.field for row in rows], record.currency)
        uses = [use_of(row, found[row.field]) for row in rows if row.field in found]
        _check(form, uses)
        use_credits(uses, actor(), record, seen)
    except Refused as refusal:
        return _again(module, record, rows, form, refusal)
    toast(_("The credits were used."))
    return go(url_for("records.show", module=module, record_id=record.id))


def _check(form: forms.Form, uses: Sequence[Use]) -> None:
    if form.errors:
        raise Refused(**form.errors)
    if not uses:
        raise Refused(_("Please type an amount in at least one row."))


def _again(module: Module, record: Any, rows: Sequence[Row], form: forms.Form, refusal: Refused) -> Response:
    """The form once more, with what was typed; nothing was used, not even of the rows that were right."""
    db.session.rollback()
    form.errors |= refusal.fields
    record = load(module, record.id, "edit", module.model.party)
    message = None if form.errors else refusal.message
    return _show(module, record, rows, form, message, status=422)


def _show(
    module: Module,
    record: Any,
    rows: Sequence[Row],
    form: forms.Form,
    message: Words | None = None,
    status: int = 200,
) -> Response:
    context = {"module": module, "record": record, "rows": rows, "form": form, "message": message}
    return respond("payments/uses.html", "form", status=status, **context)
