"""A document's form as it stands: blank, of a stored document or as posted; what it says, and what it comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from flask import request

from blueprints import associating, forms, in_bigin, lines
from blueprints.choosing_party import (
    CRM,
    Question,
    Unclear,
    chosen_party,
    made,
    new_party_fields,
)
from blueprints.language import t
from blueprints.lines import Line
from blueprints.loading import may
from blueprints.references import find
from domain.books.document import Document
from domain.books.document_numbers import series_of
from domain.books.items import Item, Trade
from domain.books.lines import DocumentLine, LineInput
from domain.books.parties import Party
from domain.books.price_lists import rate_for
from domain.crm.deals import Deal
from domain.errors import Refused
from domain.modules.books.foot import FOOT, SERIES, TYPED_NUMBER
from domain.modules.kinds import as_id
from domain.modules.module import Field, Module
from domain.money import Money
from domain.numbering import NumberSeries
from domain.organizations.organizations import current_organization
from domain.words import Words, _

AFTER_ISSUE = ("reference", "deal", "salesperson", "notes", "expected_payment_on")
"""All that may still be changed once a document has been issued (documents.md, Issuing and sending)."""

HABITS = ("payment_terms", "due_on", "exchange_rate", "prices_include_tax")
"""What a form takes from its party, unless somebody typed it."""

COUNTS = ("prices_include_tax", *(each.name for each in FOOT))
"""What, beside the lines, says what a document comes to."""


@dataclass
class Draft:
    """A document's form as it stands: head, rows, the party chosen, and what it comes to."""

    module: Module
    form: forms.Form
    lines: list[Line]
    party: Party | None = None
    preview: Document | None = None
    message: Words | None = None
    record: Document | None = None
    conflict: bool = False
    their_lines: Sequence[DocumentLine] = ()
    """After a conflict: the lines that the other person saved, where they are others."""
    is_issued: bool = False
    """Whether only what is still free after issuing can be changed."""
    question: Question | None = None
    """Which of those in the books the chosen one of the CRM is."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """What this person can type, but for the party and the lines."""
        if any(each.name == associating.DEAL for each in self._fields) and may("crm.deals.view"):
            return (*self._fields, *associating.KEPT)
        return tuple(each for each in self._fields if each.name != associating.DEAL)

    @property
    def _fields(self) -> tuple[Field, ...]:
        if not self.is_issued:
            return (*self._numbering, *self.module.editable, *FOOT)
        by_name = self.module.by_name
        free = (by_name[name] for name in AFTER_ISSUE if name in by_name)
        return (*free, *(each for each in self.module.custom_fields if not each.prints))

    @cached_property
    def series(self) -> list[NumberSeries]:
        """The series by which it can be numbered, the usual one first."""
        return series_of(self.module.model.__mapper__.polymorphic_identity)

    @property
    def _numbering(self) -> tuple[Field, ...]:
        """Where there is a choice: the series until it has a number, and the number where one may be typed."""
        if self.record is not None and self.record.number:
            is_typed = self.record.typed_number and self.record.NUMBERED == "creation"
            return (TYPED_NUMBER,) if is_typed else ()
        if not any(each.is_manual for each in self.series):
            return (SERIES,) if len(self.series) > 1 else ()
        return SERIES, TYPED_NUMBER

    @property
    def has_deal(self) -> bool:
        """Whether a deal can be associated."""
        return any(each.name == associating.DEAL for each in self.fields)

    @property
    def deal(self) -> Deal | None:
        """The deal of the CRM that it is associated with."""
        return associating.deal_here(self.form) if self.has_deal else None

    @property
    def associated(self) -> associating.Associated | None:
        """The deal that it is associated with, of the CRM or of Bigin."""
        return associating.associated(self.form) if self.has_deal else None

    @property
    def deals(self) -> Sequence[associating.Offered]:
        """The deals of the customer that this person sees: the open ones first, and among them what closes first."""
        return associating.offered_of(self.party) if self.has_deal else ()

    @cached_property
    def deals_in_bigin(self) -> associating.InBigin | None:
        """The customer's deals in Bigin, where they can be asked for."""
        return associating.in_bigin(self.party, self.form) if self.has_deal else None

    @cached_property
    def in_bigin(self) -> in_bigin.Tab | None:
        """Where somebody of Bigin is found who is not here yet, for whom this person may do so."""
        connection = None if self.is_issued else in_bigin.joined_for(self.party_field)
        return in_bigin.Tab(connection, self.form, self.party_field) if connection else None

    @property
    def with_party(self) -> tuple[Field, ...]:
        """The same with the party, where it can be chosen."""
        return self.fields if self.is_issued else (self.party_field, *self.fields)

    @property
    def party_field(self) -> Field:
        """Whom it is for."""
        return self.module.by_name["party"]

    @property
    def trade(self) -> Trade:
        """Whether its items are sold or bought."""
        trade: Trade = self.module.model.PARTY.TRADE
        return trade

    @property
    def currency(self) -> str:
        """In which the amounts are."""
        return self.party.currency if self.party else current_organization().currency

    @property
    def is_foreign(self) -> bool:
        """Whether a rate of exchange is needed."""
        return self.currency != current_organization().currency

    @property
    def address(self) -> list[str]:
        """Where the party is, as it is printed."""
        return self.party.address_lines(current_organization()) if self.party else []

    @property
    def may_withhold(self) -> bool:
        """Whether tax may be withheld from it: so it is in Japan, and where it was once chosen."""
        return current_organization().country == "JP" or bool(self.form.text("withholds"))

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


# --- where it comes from --------------------------------------------------------------------------------------


def blank(module: Module, given: Mapping[str, str]) -> Draft:
    """An empty form, for the party that the page it was opened from belongs to."""
    draft = Draft(module, forms.Form({}), [lines.empty_line()])
    draft.form = forms.blank(draft.with_party, given)
    chosen = as_id(draft.form.text("party_id"))
    draft.party = find(draft.party_field, chosen) if chosen else None
    _follow_deal(draft)
    _blank_party(draft)
    greet(draft)
    return draft


def _follow_deal(draft: Draft) -> None:
    """A form opened from a deal is for the deal's customer; one not in the books yet stands there to be chosen."""
    deal = draft.deal
    if deal is None or draft.party is not None:
        return
    if deal.customer_id is not None:
        draft.party = find(draft.party_field, deal.customer_id)
    elif record := deal.account or deal.contact:
        draft.form.typed |= {
            "party": t(record.title),
            "party_id": f"{record.MODULE}:{record.id}",
            "party_in": CRM,
        }


def _blank_party(draft: Draft) -> None:
    draft.form.typed |= forms.blank(new_party_fields(draft.party_field), {}).typed


def of_document(module: Module, document: Document) -> Draft:
    """The form of a stored document."""
    draft = Draft(module, forms.Form({}), lines.of_document(document), record=document, preview=document)
    draft.party, draft.is_issued = document.party, document.is_frozen
    draft.form = forms.of_record((draft.party_field, *draft.fields), document)
    return draft


def posted(module: Module, document: Document | None = None, may_bring: bool = True) -> Draft:
    """The form as it was sent; `may_bring` says whether whom it names may be brought over from the CRM now."""
    draft = Draft(module, forms.as_posted(request.form), lines.posted(request.form), record=document)
    if document is not None and document.is_frozen:
        draft.is_issued, draft.party = True, document.party
    else:
        _choose_party(draft, may_bring)
    return draft


def _choose_party(draft: Draft, may_bring: bool) -> None:
    errors = draft.form.errors
    try:
        draft.party = chosen_party(draft.party_field, may_bring)
    except Unclear as unclear:
        draft.question = unclear.question
        errors["party"] = unclear.question.words
    except Refused as refusal:
        errors["party"] = refusal.fields.get("party", refusal.message)
    if draft.party is None and "party" not in errors:
        errors["party"] = _("Please fill this in.")


def make_party(draft: Draft) -> None:
    """Put somebody new into the books, as typed beside the picker; Refused at those fields."""
    draft.party = made(draft.party_field)
    _blank_party(draft)


# --- what it says and what it comes to ------------------------------------------------------------------------


def read(draft: Draft) -> tuple[dict[str, Any], list[LineInput]]:
    """What head, rows and foot say; Refused when anything in them is wrong."""
    values, errors = forms.parse(draft.fields, request.form, Document, draft.currency)
    draft.form.errors |= errors
    inputs = lines.parse(draft.lines, draft.currency, draft.trade, draft.record)
    if draft.form.errors or lines.has_errors(draft.lines):
        raise Refused(**draft.form.errors)
    if not draft.is_issued:
        values["party_id"] = draft.party.id if draft.party else None
    return values, inputs


def count(draft: Draft) -> None:
    """Count what can be counted so far; what can't be read yet is said at its place, and left out."""
    inputs = lines.parse(draft.lines, draft.currency, draft.trade, draft.record)
    counting = [each for each in draft.fields if each.name in COUNTS]
    values, errors = forms.parse(counting, request.form, Document, draft.currency)
    draft.form.errors |= errors
    party_id = draft.party.id if draft.party else None
    try:
        draft.preview, drawn = draft.module.model.draw_up({"party_id": party_id, **values}, inputs)
    except Refused as refusal:
        lines.note_errors(draft.lines, refusal.fields)
        return
    counted = iter(drawn)
    for line in draft.lines:
        line.amount_minor = None if line.is_empty or line.errors else next(counted).net_minor


def greet(draft: Draft, chosen: bool = False) -> None:
    """Put the party's habits into the form: terms, due date, rate of exchange, whether prices include tax."""
    if draft.party is None:
        return
    draft.form.errors.pop("party", None)
    draft.form.typed |= {
        "party": draft.party.display_name,
        "party_id": str(draft.party.id),
        "party_in": "books",
    }
    if chosen:
        _part_from_deal(draft, draft.party)
    on = forms.parse(_only(draft, "date"), draft.form.typed)[0].get("date")
    habits, _lines = draft.module.model.draw_up({"party_id": draft.party.id, "date": on}, [])
    for each in draft.fields:
        if each.name in HABITS and (chosen or not draft.form.text(each.name)):
            value = getattr(habits, each.column)
            draft.form.typed[each.name] = forms.as_typed(each, value or None)


def _part_from_deal(draft: Draft, party: Party) -> None:
    """The deal of one customer is not the next one's; whose a deal in Bigin is, only Bigin knows."""
    deal, before = draft.deal, draft.record.party_id if draft.record else None
    if deal.customer_id not in (None, party.id) if deal else before != party.id:
        associating.part(draft.form)


def rate_in(draft: Draft, item: Item) -> Decimal:
    """An item's rate in the document's currency, by the party's price list and the rate of exchange in the form."""
    values, errors = forms.parse(_only(draft, "exchange_rate"), draft.form.typed)
    rate = values.get("exchange_rate")
    if errors or (draft.is_foreign and not rate):
        rate = Decimal(0)  # without it only a price list of their currency can say; the field says so on Save
    price_list_id = draft.party.price_list_id if draft.party else None
    worth = rate if draft.is_foreign else Decimal(1)
    return rate_for(item, price_list_id, draft.currency, worth, draft.trade)


def _only(draft: Draft, name: str) -> list[Field]:
    return [draft.module.by_name[name]]
