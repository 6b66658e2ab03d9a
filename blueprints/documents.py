"""The form of a document: its head, its lines, and its totals as the server counts them while one types."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, request, url_for

from blueprints import forms, lines
from blueprints.lines import Line
from blueprints.loading import actor, load, require
from blueprints.records import once, version
from blueprints.references import find, resolve
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain.books.document import Document
from domain.books.items import Item
from domain.books.lines import DocumentLine, LineInput
from domain.books.parties import Party
from domain.books.price_lists import rate_for
from domain.db import db
from domain.errors import Refused, Stale
from domain.modules.kinds import as_id, parse_id
from domain.modules.module import Field, Module
from domain.money import Money
from domain.organizations.organizations import current_organization
from domain.words import Words, _

bp = Blueprint("documents", __name__)

AFTER_ISSUE = ("reference", "salesperson", "notes", "expected_payment_on")
"""All that may still be changed once a document has been issued (documents.md, Issuing and sending)."""

HABITS = ("payment_terms", "due_on", "exchange_rate", "prices_include_tax")
"""What a form takes from its party, unless somebody typed it."""


@dataclass
class Draft:
    """A document's form as it stands: head, rows, the party chosen, and what it comes to."""

    form: forms.Form
    lines: list[Line]
    party: Party | None = None
    preview: Document | None = None
    message: Words | None = None
    record: Document | None = None
    conflict: bool = False
    their_lines: Sequence[DocumentLine] = ()
    """After a conflict: the lines that the other person saved, where they are others."""
    fields: tuple[Field, ...] = ()
    is_issued: bool = False
    """Whether only what is still free after issuing can be changed."""

    @property
    def currency(self) -> str:
        """In which the amounts are."""
        return self.party.currency if self.party else current_organization().currency

    @property
    def warning(self) -> Words | None:
        """That the customer would owe more than their credit limit allows; it is no refusal."""
        party, more = self.party, self.preview.due_minor if self.preview else 0
        if party is None or not party.is_over_limit_with(more):
            return None
        return _(
            "With this, %(name)s would owe %(amount)s: more than the credit limit of %(limit)s.",
            name=party.display_name,
            amount=Money(party.receivable_minor + more, party.currency),
            limit=Money(party.credit_limit_minor or 0, party.currency),
        )

    @property
    def is_foreign(self) -> bool:
        """Whether a rate of exchange is needed."""
        return self.currency != current_organization().currency


@bp.get("/<document:module>/new")
def new(module: Module) -> Response:
    """An empty form, for the party that the page it was opened from belongs to."""
    require(module.permission("create"))
    form = forms.blank((_party_of(module), *_fields_of(module)), request.args)
    draft = Draft(form, [lines.empty_line()], party=_party_or_none(module, form), fields=_fields_of(module))
    _greet(module, draft)
    return _show(module, draft)


@bp.post("/<document:module>/new")
def create(module: Module) -> Response:
    """Save a draft; the same form sent twice makes one."""
    require(module.permission("create"))
    draft = _posted(module)
    try:
        document = once(module.model, lambda key: _made(module, draft, key))
    except Refused as refusal:
        return _again(module, draft, refusal)
    toast(_("The draft was saved."))
    return _onward(module, document)


@bp.get("/<document:module>/<int:record_id>/edit")
def edit(module: Module, record_id: int) -> Response:
    """The form of a draft; of an issued document, what may still be changed."""
    document = load(module, record_id, "edit")
    draft = Draft(
        forms.of_record((_party_of(module), *_fields_of(module, document)), document),
        lines.of_document(document),
        party=document.party,
        preview=document,
        record=document,
        fields=_fields_of(module, document),
        is_issued=document.is_frozen,
    )
    return _show(module, draft)


@bp.post("/<document:module>/<int:record_id>/edit")
def update(module: Module, record_id: int) -> Response:
    """Save a document, unless somebody else did so since the form was opened."""
    try:
        document = load(module, record_id, "edit", version=version(), lock=True)
    except Stale as stale:
        return _conflict(module, stale.record)
    draft = _posted(module, document)
    try:
        _change(draft, document)
    except Refused as refusal:
        db.session.rollback()
        draft.record = load(module, record_id, "edit")
        return _again(module, draft, refusal)
    toast(_("%(name)s was saved.", name=document.title))
    return _onward(module, document)


@bp.post("/<document:module>/lines")
def show_lines(module: Module) -> Response:
    """The form again after one of its buttons, or only its totals while somebody types."""
    require(module.permission("create"))
    record_id = parse_id(request.form.get("record", ""))
    draft = _posted(module, load(module, record_id, "edit") if record_id else None)
    action = request.form.get("do", "")
    if action == "party":
        _greet(module, draft, chosen=True)
    draft.lines = lines.changed_by(action, draft.lines, lambda item: _rate_in(module, item, draft))
    _preview(module, draft)
    lines.forgive_unfinished(draft.lines, action)
    region = {"": "totals", "party": "form"}.get(action, "lines")
    return _show(module, draft, region)


# --- reading the form ---------------------------------------------------------------------------------------


def _posted(module: Module, document: Document | None = None) -> Draft:
    form = forms.as_posted(request.form)
    draft = Draft(form, lines.posted(request.form), record=document, fields=_fields_of(module, document))
    if document is not None and document.is_frozen:
        draft.is_issued, draft.party = True, document.party
    else:
        _choose_party(module, draft)
    return draft


def _choose_party(module: Module, draft: Draft) -> None:
    form, party = draft.form, _party_of(module)
    try:
        chosen = resolve(party, request.form.get("party_id", "") or _bare_party(), _typed_party())
        draft.party = find(party, chosen) if chosen else None
    except Refused as refusal:
        form.errors["party"] = refusal.message
    if draft.party is None and "party" not in form.errors:
        form.errors["party"] = _("Please fill this in.")


def _bare_party() -> str:
    return "" if "party_id" in request.form else request.form.get("party", "")


def _typed_party() -> str | None:
    return request.form.get("party") if "party_id" in request.form else None


def _party_or_none(module: Module, form: forms.Form) -> Party | None:
    chosen = as_id(form.text("party_id"))
    return find(_party_of(module), chosen) if chosen else None


def _party_of(module: Module) -> Field:
    return module.by_name["party"]


def _fields_of(module: Module, document: Document | None = None) -> tuple[Field, ...]:
    if document is None or not document.is_frozen:
        return module.editable
    free = (module.by_name[name] for name in AFTER_ISSUE if name in module.by_name)
    return (*free, *(each for each in module.custom_fields if not each.prints))


def _values(draft: Draft) -> tuple[dict[str, Any], list[LineInput]]:
    """What head and rows say; Refused when anything in them is wrong."""
    values, errors = forms.parse(draft.fields, request.form, Document)
    draft.form.errors |= errors
    inputs = lines.parse(draft.lines)
    if draft.form.errors or lines.has_errors(draft.lines):
        raise Refused(**draft.form.errors)
    if not draft.is_issued:
        values["party_id"] = draft.party.id if draft.party else None
    return values, inputs


# --- what it comes to ---------------------------------------------------------------------------------------


def _made(module: Module, draft: Draft, key: str) -> Document:
    values, inputs = _values(draft)
    document: Document = module.model.create(values, inputs, actor(), key)
    return document


def _change(draft: Draft, document: Document) -> None:
    values, inputs = _values(draft)
    document.change(values, None if draft.is_issued else inputs, actor())


def _preview(module: Module, draft: Draft) -> None:
    """Count what can be counted so far; what can't be read yet is said at its row, and left out."""
    inputs = lines.parse(draft.lines)
    values, _errors = forms.parse(_only(module, "prices_include_tax"), request.form)
    try:
        draft.preview = module.model.preview({"party_id": draft.party and draft.party.id, **values}, inputs)
    except Refused as refusal:
        lines.note_errors(draft.lines, refusal.fields)
        return
    counted = iter(draft.preview.lines)
    for line in draft.lines:
        line.amount_minor = None if line.is_empty or line.errors else next(counted).net_minor


def _greet(module: Module, draft: Draft, chosen: bool = False) -> None:
    """Put the party's habits into the form: terms, due date, rate of exchange, whether prices include tax."""
    if draft.party is None:
        return
    draft.form.errors.pop("party", None)
    draft.form.typed |= {"party": draft.party.display_name, "party_id": str(draft.party.id)}
    on = forms.parse(_only(module, "date"), draft.form.typed)[0].get("date")
    habits = module.model.preview({"party_id": draft.party.id, "date": on}, [])
    for each in draft.fields:
        if each.name in HABITS and (chosen or not draft.form.text(each.name)):
            value = getattr(habits, each.column)
            draft.form.typed[each.name] = forms.as_typed(each, value or None)


def _only(module: Module, name: str) -> list[Field]:
    return [module.by_name[name]]


def _rate_in(module: Module, item: Item, draft: Draft) -> Decimal:
    """An item's rate in the document's currency, by the party's price list and the rate of exchange in the form."""
    values, errors = forms.parse(_only(module, "exchange_rate"), draft.form.typed)
    rate = values.get("exchange_rate")
    if errors or (draft.is_foreign and not rate):
        rate = Decimal(0)  # without it only a price list of their currency can say; the field says so on Save
    price_list_id = draft.party.price_list_id if draft.party else None
    return rate_for(item, price_list_id, draft.currency, rate if draft.is_foreign else Decimal(1))


# --- answers ------------------------------------------------------------------------------------------------


def _show(module: Module, draft: Draft, region: str = "form", status: int = 200) -> Response:
    return respond(
        "documents/edit.html",
        region,
        status=status,
        module=module,
        draft=draft,
        form=draft.form,
        record=draft.record,
        head={f.name: f for f in (_party_of(module), *draft.fields)},
        taxes=forms.taxes(line.text("tax") for line in draft.lines),
        lines_url=url_for("documents.show_lines", module=module),
    )


def _again(module: Module, draft: Draft, refusal: Refused) -> Response:
    """The form once more: what is wrong, and all that was typed."""
    draft.form.errors |= forms.at_fields(refusal)
    lines.note_errors(draft.lines, refusal.fields)
    wrong_at_a_field = draft.form.errors or lines.has_errors(draft.lines)
    draft.message = None if wrong_at_a_field else refusal.message
    _preview(module, draft)
    return _show(module, draft, status=422)


def _conflict(module: Module, document: Document) -> Response:
    draft = _posted(module, document)
    draft.conflict = True
    fields = draft.fields if draft.is_issued else (_party_of(module), *draft.fields)
    draft.form.theirs = forms.differences(fields, document, request.form)
    if not draft.is_issued and lines.differ(draft.lines, document):
        draft.their_lines = document.lines
    _preview(module, draft)
    return _show(module, draft, status=409)


def _onward(module: Module, document: Document) -> Response:
    if request.form.get("then") == "send":
        return go(url_for("emails.new", module=module, record_id=document.id))
    return go(url_for("records.show", module=module, record_id=document.id))
