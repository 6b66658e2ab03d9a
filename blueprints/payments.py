"""Payments: on one document, or one over several, whose rest is kept as a credit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, request, url_for

from blueprints import forms
from blueprints.amounts import amount, amounts
from blueprints.loading import actor, load, require
from blueprints.records import once
from blueprints.references import find, picked
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain.books.credits import open_documents, shared_out
from domain.books.document import Document
from domain.books.parties import Party
from domain.books.paying import Entry
from domain.books.payments import DIRECTIONS, Payment, at_share, pay, record
from domain.custom_fields import PREFIX
from domain.errors import Refused
from domain.modules import ALL
from domain.modules.custom_fields import customized
from domain.modules.kinds import as_id
from domain.modules.module import Field, Module
from domain.modules.values import in_minor
from domain.money import Money
from domain.words import Words, _

bp = Blueprint("payments", __name__)

AMOUNT = Field("amount", _("Amount"), "number", required=True)

PARTIES = {
    "customer": Field("party", _("Customer"), "reference", to="books.customers", required=True),
    "vendor": Field("party", _("Vendor"), "reference", to="books.vendors", required=True),
}
"""Whom a payment comes from or goes to, by kind."""


@dataclass
class Draft:
    """The form of a payment over several documents, as it stands."""

    kind: str
    form: forms.Form
    party: Party | None = None
    documents: Sequence[Document] = ()
    shares: dict[int, int] = field(default_factory=dict)
    """What is to be settled, by document."""
    amount_minor: int = 0
    message: Words | None = None

    @property
    def keeps_all(self) -> bool:
        """Whether nothing is to be settled yet: an advance."""
        return bool(self.form.text("keep_all"))

    @property
    def settled_minor(self) -> int:
        """What all documents take of it."""
        return sum(self.shares.values())

    @property
    def rest_minor(self) -> int:
        """What would be kept as a credit; negative when less is paid than is to be settled."""
        return self.amount_minor - self.settled_minor


# --- on one document ------------------------------------------------------------------------------------------


@bp.get("/<payable:module>/<int:record_id>/payments")
def new(module: Module, record_id: int) -> Response:
    """Record payment: what is still open stands in the form."""
    document = _payable(module, record_id)
    balance = Money(document.balance_minor, document.currency).decimal
    form = forms.blank(_fields(), {"amount": forms.as_typed(AMOUNT, balance)})
    return respond("payments/new.html", "form", module=module, record=document, fields=_fields(), form=form)


@bp.post("/<payable:module>/<int:record_id>/payments")
def create(module: Module, record_id: int) -> Response:
    """Record a payment, part or whole; a double click records one."""
    document = _payable(module, record_id, lock=True)
    try:
        entry = entry_from(_fields(), document.currency)
        once(Payment, lambda key: pay(document, entry, actor(), key))
    except Refused as refusal:
        context = {"module": module, "record": document, "fields": _fields(), "form": forms.refused(refusal)}
        return respond("payments/new.html", "form", status=422, **context)
    toast(_("The payment was recorded."))
    return go(url_for("records.show", module=module, record_id=record_id))


def _payable(module: Module, record_id: int, lock: bool = False) -> Document:
    document: Document = load(module, record_id, "view", lock=lock)
    require("books.payments.create")
    return document


# --- over several documents -----------------------------------------------------------------------------------


@bp.get("/books/payments/new")
def new_payment() -> Response:
    """An empty form; of the party that the page it was opened from belongs to, what is open."""
    require("books.payments.create")
    party = _given_party()
    kind = party.kind if party else _kind(request.args.get("kind", ""))
    given = {name: text for name, text in request.args.items() if name != "party"}
    draft = Draft(kind, forms.blank(_fields(), given), party)
    _look_up(draft)
    _propose(draft)
    return _show(draft)


@bp.post("/books/payments/proposal")
def propose() -> Response:
    """The form again: after the party was chosen, an amount typed, or a share of it changed."""
    require("books.payments.create")
    draft = _posted()
    action = request.form.get("do", "")
    if action in ("party", "amount"):
        draft.form.errors.clear()
        _forget_shares(draft)
        _propose(draft)
    region = {"amount": "shares", "share": "sums"}.get(action, "form")
    return _show(draft, region)


@bp.post("/books/payments/new")
def create_payment() -> Response:
    """Record a payment over several documents; the same form sent twice records one."""
    require("books.payments.create")
    draft = _posted()
    try:
        payment = once(Payment, lambda key: _record(draft, key))
    except Refused as refusal:
        draft.form.errors |= forms.at_fields(refusal)
        draft.message = None if draft.form.errors else refusal.message
        return _show(draft, status=422)
    toast(_("The payment was recorded."))
    if payment.unused_minor:
        rest = Money(payment.unused_minor, payment.currency)
        toast(_("%(amount)s of it is kept as an unused credit.", amount=rest))
    return go(url_for("records.show", module="books/payments", record_id=payment.id))


def _record(draft: Draft, key: str) -> Payment:
    if draft.party is None:
        raise Refused(**draft.form.errors)
    entry = entry_from(_fields(), draft.party.currency, draft.form.errors)
    if _is_shared_out_here():
        draft.amount_minor = entry.amount_minor
        _propose(draft)
    return record(draft.party, entry, draft.shares, actor(), key)


def _is_shared_out_here() -> bool:
    """Whether nobody said what it settles, which without JavaScript means: whatever was open longest."""
    return not any(text.strip() for name, text in request.form.items() if name.startswith("share-"))


def _posted() -> Draft:
    form = forms.as_posted(request.form)
    draft = Draft(_kind(request.form.get("kind", "")), form)
    _choose_party(draft)
    _look_up(draft)
    currency = draft.party.currency if draft.party else ""
    if currency:
        fields = {at_share(each.id): each.id for each in draft.documents}
        typed = {} if draft.keeps_all else request.form
        shares, errors = amounts(typed, fields, currency)
        draft.shares = {fields[name]: minor for name, minor in shares.items()}
        form.errors |= errors
        draft.amount_minor = _amount_so_far(currency)
    return draft


def _amount_so_far(currency: str) -> int:
    try:
        return max(amount(request.form.get("amount", ""), currency) or 0, 0)
    except Refused:  # said at its field when the form is sent
        return 0


def _choose_party(draft: Draft) -> None:
    each = PARTIES[draft.kind]
    try:
        party_id = picked(each, request.form)
        draft.party = find(each, party_id) if party_id else None
    except Refused as refusal:
        draft.form.errors["party"] = refusal.message
    if draft.party is None and "party" not in draft.form.errors:
        draft.form.errors["party"] = _("Please fill this in.")


def _given_party() -> Party | None:
    party_id = as_id(request.args.get("party", ""))
    found = (find(each, party_id) for each in PARTIES.values()) if party_id else iter(())
    return next((party for party in found if party), None)


def _kind(text: str) -> str:
    return text if text in DIRECTIONS else "customer"


def _look_up(draft: Draft) -> None:
    """What is open of the party, in whose currency amounts are typed."""
    if draft.party is None:
        return
    draft.documents = open_documents(draft.party)
    draft.form.typed |= {"party": draft.party.display_name, "party_id": str(draft.party.id)}


def _forget_shares(draft: Draft) -> None:
    draft.form.typed = {
        name: text for name, text in draft.form.typed.items() if not re.fullmatch(r"share-\d+", name)
    }


def _propose(draft: Draft) -> None:
    """Let the amount settle what has been open longest, unless all of it is to be kept."""
    draft.shares = {}
    if draft.keeps_all:
        return
    parts = shared_out(draft.amount_minor, [each.balance_minor for each in draft.documents])
    draft.shares = {each.id: part for each, part in zip(draft.documents, parts, strict=True) if part}
    for document_id, part in draft.shares.items():
        typed = forms.as_typed(AMOUNT, Money(part, draft.party.currency).decimal) if draft.party else ""
        draft.form.typed[at_share(document_id)] = typed


# --- reading and answering ------------------------------------------------------------------------------------


def _fields() -> tuple[Field, ...]:
    return (AMOUNT, *customized(ALL["books.payments"]).editable)


def entry_from(fields: tuple[Field, ...], currency: str, others: dict[str, Words] | None = None) -> Entry:
    """What the form says of a payment; Refused when anything in it is wrong, or was found wrong before."""
    values, errors = forms.parse(fields, request.form, Payment)
    try:
        amount_minor = in_minor(values["amount"], currency) if "amount" in values else 0
    except Refused as refusal:
        errors["amount"] = refusal.message
    if errors | (others or {}):
        raise Refused(**(errors | (others or {})))
    custom = {name: value for name, value in values.items() if name.startswith(PREFIX)}
    parts = (values[name] for name in ("date", "method", "reference", "notes"))
    return Entry(amount_minor, *parts, custom)


def _show(draft: Draft, region: str = "form", status: int = 200) -> Response:
    context: dict[str, Any] = {
        "module": ALL["books.payments"],
        "draft": draft,
        "form": draft.form,
        "party_field": PARTIES[draft.kind],
        "fields": _fields(),
        "at_share": at_share,
    }
    return respond("payments/record.html", region, status=status, **context)
