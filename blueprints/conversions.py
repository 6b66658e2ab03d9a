"""Making one document from another: what is to be taken along, and how much of each line."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select

from blueprints import forms
from blueprints.language import language
from blueprints.loading import actor, load, may, require
from blueprints.records import once
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain.access import visible
from domain.books import conversions
from domain.books.chain import chain_of
from domain.books.conversions import Conversion
from domain.books.document import Document
from domain.crm.deals import Deal
from domain.db import db
from domain.errors import Missing, Refused
from domain.modules import ALL
from domain.modules.kinds import parse_number
from domain.modules.module import Field, Module
from domain.words import Words, _

bp = Blueprint("conversions", __name__)


@bp.get("/<convertible:module>/<int:record_id>/conversions")
def new(module: Module, record_id: int) -> Response:
    """What is left of the document, to be taken whole or in part."""
    document = load(module, record_id, "edit")
    conversion = _asked_for(document)
    left = conversions.what_is_left(document, conversion)
    typed = {
        conversions.field_of(line): forms.as_typed(_quantity_of(line), left[line.id])
        for line in document.lines
    }
    form = forms.blank(_fields(conversion), conversions.proposed(document, conversion))
    form.typed |= typed
    return _page(module, document, conversion, form)


@bp.post("/<convertible:module>/<int:record_id>/conversions")
def create(module: Module, record_id: int) -> Response:
    """Make a draft of it; a double click makes one."""
    document = load(module, record_id, "edit", lock=True)
    conversion = _asked_for(document)
    require(_target(conversion).permission("create"))
    try:
        made = once(conversion.target, lambda key: _made(document, conversion, key))
    except Refused as refusal:
        return _again(module, record_id, conversion, refusal)
    toast(_("%(made)s was made from %(source)s.", made=made.title, source=document.title))
    return go(url_for("records.show", module=_target(conversion), record_id=made.id))


def offered(document: Document) -> list[tuple[Conversion, Module]]:
    """What this person may make of a document now."""
    return [
        (each, _target(each))
        for each in conversions.conversions_of(document)
        if not each.obstacle(document) and may(_target(each).permission("create"))
    ]


@dataclass(frozen=True)
class Chain:
    """What a document's page shows of where it came from and what became of it."""

    deal: Deal | None
    steps: list[list[Document]]


def chain_shown(document: Document) -> Chain:
    """What belongs together with a document, as far as this person may look at it."""
    steps = [
        [each for each in step if may(ALL[each.MODULE].permission("view"))]
        for step in chain_of(document, actor())
    ]
    return Chain(_deal_of(document), [step for step in steps if step])


def _deal_of(document: Document) -> Deal | None:
    if document.deal_id is None or not may(ALL[Deal.MODULE].permission("view")):
        return None
    return db.session.scalar(select(Deal).where(Deal.id == document.deal_id, visible(actor(), Deal)))


# --- reading the form ---------------------------------------------------------------------------------------


def _asked_for(document: Document) -> Conversion:
    """The conversion that the address names, or else the first that this person may make."""
    ways = [each for each in conversions.conversions_of(document) if may(_target(each).permission("create"))]
    key = request.values.get("to", "")
    for each in ways:
        if key in ("", each.key):
            return each
    if not key:
        require(_target(conversions.conversions_of(document)[0]).permission("create"))
    raise Missing()


def _target(conversion: Conversion) -> Module:
    return ALL[conversion.target.MODULE]


def _fields(conversion: Conversion) -> tuple[Field, ...]:
    return tuple(_target(conversion).by_name[name] for name in conversion.asks)


def _quantity_of(line: Any) -> Field:
    return Field(conversions.field_of(line), _("Quantity"), "number")


def _made(document: Document, conversion: Conversion, key: str) -> Document:
    values, errors = forms.parse(_fields(conversion), request.form, conversion.target)
    chosen = _chosen(document, errors)
    if errors:
        raise Refused(**errors)
    return conversions.convert(document, conversion, chosen, values, actor(), key)


def _chosen(document: Document, errors: dict[str, Words]) -> dict[int, Decimal] | None:
    """The quantities that were typed, by line; None where the form has none, which means all that is left."""
    fields = {line.id: conversions.field_of(line) for line in document.lines}
    if not any(name in request.form for name in fields.values()):
        return None
    chosen = {}
    for line_id, name in fields.items():
        try:
            chosen[line_id] = parse_number(request.form.get(name, ""), language()) or Decimal(0)
        except Refused as refusal:
            errors[name] = refusal.message
    return chosen


# --- answers ------------------------------------------------------------------------------------------------


def _again(module: Module, record_id: int, conversion: Conversion, refusal: Refused) -> Response:
    """The form once more: what is wrong, and all that was typed."""
    form = forms.refused(refusal)
    document = load(module, record_id, "edit")
    shown = {each.name for each in _fields(conversion)} | {
        conversions.field_of(line) for line in document.lines
    }
    elsewhere = [words for name, words in form.errors.items() if name not in shown]
    message = form.message or next(iter(elsewhere), None)
    return _page(module, document, conversion, form, message, 422)


def _page(
    module: Module,
    document: Document,
    conversion: Conversion,
    form: forms.Form,
    message: Words | None = None,
    status: int = 200,
) -> Response:
    return respond(
        "conversions/new.html",
        "form",
        status=status,
        module=module,
        record=document,
        conversion=conversion,
        ways=[
            each for each in conversions.conversions_of(document) if may(_target(each).permission("create"))
        ],
        fields=_fields(conversion),
        form=form,
        left=conversions.what_is_left(document, conversion),
        field_of=conversions.field_of,
        obstacle=conversion.obstacle(document),
        message=message,
    )
