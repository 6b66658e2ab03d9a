"""Making one document from another: what can become what, of which lines how much, and what is taken along.

An estimate becomes an invoice or a sales order; an order becomes invoices or bills bit by bit, and what a customer
ordered can be ordered from a vendor.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from domain.books.bills import Bill
from domain.books.currencies import rate_on
from domain.books.document import Document
from domain.books.document_columns import REMOTE_DEAL
from domain.books.estimates import Estimate
from domain.books.invoices import Invoice
from domain.books.items import Item
from domain.books.keeping import books_kept
from domain.books.lines import ZERO, DocumentLine, LineInput
from domain.books.parties import Party
from domain.books.progress import Made, is_within, made_from
from domain.books.purchase_orders import PurchaseOrder
from domain.books.sales_orders import SalesOrder
from domain.custom_fields import fields_kept
from domain.db import db
from domain.errors import Refused
from domain.locking import lock
from domain.money import Money, exponent
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.status import Transition
from domain.words import Words, _

Chosen = Mapping[int, Decimal]
"""How much of which line, by its id."""

Exact = Decimal | Fraction | int

TAKEN_ALONG = (
    "party_id",
    "reference",
    "payment_terms_id",
    "salesperson_id",
    "deal_id",
    *REMOTE_DEAL,
    "notes",
    "terms",
    "prices_include_tax",
    "discount_kind",
    "shipping_tax_id",
    "adjustment_label",
    "withholds",
)
"""What stands in the head of what is made as it stands in the head of what it is made from."""


@dataclass(frozen=True)
class Conversion:
    """What can become what. The source's own table of steps says from which status, and what is in the way."""

    key: str
    """What an address calls it: `invoice`."""
    source: type[Document]
    step: str
    target: type[Document]
    head: Callable[[Document, type[Document], Chosen, Made], dict[str, Any]]
    line: Callable[[DocumentLine, Decimal, Made, Any], LineInput]
    asks: tuple[str, ...] = ()
    """The fields of what is made that have to be typed for it."""

    @property
    def transition(self) -> Transition:
        """The step that the source takes."""
        return self.source.STATUS.transition(self.step)

    def obstacle(self, document: Document) -> Words | None:
        """Why a document can't become this now; None when nothing is in the way."""
        return document.STATUS.why_not(document, self.step)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds that share the quantities of the source."""
        kind = str(self.target.__mapper_args__["polymorphic_identity"])
        return self.source.BECOMES if self.is_limited else frozenset({kind})

    @property
    def is_limited(self) -> bool:
        """Whether no more can be taken than is left; more can always be bought than was sold."""
        return self.target.__mapper_args__["polymorphic_identity"] in self.source.BECOMES


# --- what is taken along ------------------------------------------------------------------------------------


def _head_of_sale(source: Document, target: type[Document], chosen: Chosen, made: Made) -> dict[str, Any]:
    """The head as it stands; amounts that are there once are shared among all that is made."""
    values = {name: getattr(source, name) for name in TAKEN_ALONG} | _own_fields(source, target)
    values["exchange_rate"] = rate_on(source.currency, current_organization().today) or source.exchange_rate
    share = _sharing(source, chosen, made)
    values |= {name: share(getattr(source, name)) for name in ("shipping_minor", "adjustment_minor")}
    values["discount_value"] = source.discount_value
    if source.discount_kind == "amount":
        values["discount_value"] = Money(share(source.discount_minor), source.currency).decimal
    return values


def _own_fields(source: Document, target: type[Document]) -> dict[str, Any]:
    """What stands in the organization's own fields, where both kinds have one of that label and kind."""
    known = fields_kept().by_module
    ours = {(each.label, each.kind): each for each in known.get(source.MODULE, {}).values()}
    return {
        each.name: getattr(source, ours[each.label, each.kind].name)
        for each in known.get(target.MODULE, {}).values()
        if (each.label, each.kind) in ours
    }


def _head_of_purchase(
    _source: Document, _target: type[Document], _chosen: Chosen, _made: Made
) -> dict[str, Any]:
    """A vendor is told nothing of what was agreed with a customer."""
    return {}


def _same_line(line: DocumentLine, quantity: Decimal, made: Made, _party: Any) -> LineInput:
    discount_minor = _part(line.discount_minor, made.of(line), quantity, line.quantity)
    return replace(line.as_typed, quantity=quantity, discount_minor=discount_minor, source_line_id=line.id)


def _bought_line(line: DocumentLine, quantity: Decimal, _made: Made, vendor: Party) -> LineInput:
    """What was sold as it is bought: at the item's purchase rate, in the vendor's currency."""
    item = line.item
    return LineInput(
        description=_words_for_vendor(item) or line.description,
        quantity=quantity,
        unit=line.unit,
        rate=_purchase_rate(item, vendor.currency) if item else ZERO,
        tax_id=line.tax_id,
        item_id=line.item_id,
        source_line_id=line.id,
    )


def _words_for_vendor(item: Item | None) -> str:
    if item is None or not item.purchase_description:
        return ""
    return f"{item.name}\n{item.purchase_description}"


def _purchase_rate(item: Item, currency: str) -> Decimal:
    organization = current_organization()
    if currency == organization.currency:
        return item.purchase_rate
    rate = rate_on(currency, organization.today)
    return round(item.purchase_rate / rate, exponent(currency)) if rate else ZERO


CONVERSIONS = (
    Conversion("invoice", Estimate, "convert_to_invoice", Invoice, _head_of_sale, _same_line),
    Conversion("sales_order", Estimate, "convert_to_sales_order", SalesOrder, _head_of_sale, _same_line),
    Conversion("invoice", SalesOrder, "convert_to_invoice", Invoice, _head_of_sale, _same_line),
    Conversion(
        "purchase_order",
        SalesOrder,
        "convert_to_purchase_order",
        PurchaseOrder,
        _head_of_purchase,
        _bought_line,
        asks=("party",),
    ),
    Conversion("bill", PurchaseOrder, "convert_to_bill", Bill, _head_of_sale, _same_line, asks=("number",)),
)


# --- doing it -----------------------------------------------------------------------------------------------


def conversions_of(document: Document) -> list[Conversion]:
    """What a document can ever become, in the order in which it is offered."""
    return [each for each in CONVERSIONS if isinstance(document, each.source)]


def what_is_left(source: Document, conversion: Conversion) -> dict[int, Decimal]:
    """How much of each line can be taken, by the line's id."""
    made = made_from(source, conversion.kinds)
    return {line.id: made.left_of(line) for line in source.lines}


def proposed(source: Document, conversion: Conversion) -> dict[str, str]:
    """What the form holds before anybody typed: the vendor from whom all that is sold is usually bought."""
    vendors = {line.item.vendor_id for line in _lines_with_items(source) if line.item and line.item.vendor_id}
    return {"party": str(*vendors)} if "party" in conversion.asks and len(vendors) == 1 else {}


def _lines_with_items(document: Document) -> Sequence[DocumentLine]:
    """The lines and what stands on them, asked for at once."""
    query = select(DocumentLine).where(DocumentLine.document_id == document.id)
    query = query.options(joinedload(DocumentLine.item)).order_by(DocumentLine.position)
    return db.session.scalars(query).all()


def convert(
    source: Document,
    conversion: Conversion,
    chosen: Chosen | None,
    values: Mapping[str, Any],
    actor: Member | None,
    form_key: str | None = None,
) -> Document:
    """A draft made from a document: from these quantities, or from all that is left."""
    lock(source, joinedload(Document.party, innerjoin=True))
    made = made_from(source, conversion.kinds)
    taken = _checked(source, conversion, chosen, made)
    party = _party_of(source, values)
    head = {**conversion.head(source, conversion.target, taken, made), **values}
    lines = [
        conversion.line(line, taken[line.id], made, party)
        for line in _lines_with_items(source)
        if line.id in taken
    ]
    with books_kept(source):
        source.STATUS.move(source, conversion.step, actor)
        document = conversion.target.create(head, lines, actor, form_key, source)
        source.has_become(made_from(source, source.BECOMES))
    return document


def _checked(source: Document, conversion: Conversion, chosen: Chosen | None, made: Made) -> Chosen:
    """What is taken of which line; more than is left is refused at its field."""
    left = {line.id: made.left_of(line) for line in source.lines}
    if chosen is None:
        return {line.id: left[line.id] for line in source.lines if left[line.id] or not line.quantity}
    taken = {line.id: chosen[line.id] for line in source.lines if chosen.get(line.id)}
    faults = {
        field_of(line): _("At most %(left)s can be taken.", left=left[line.id])
        for line in source.lines
        if conversion.is_limited and line.id in taken and not is_within(taken[line.id], left[line.id])
    }
    if faults:
        raise Refused(**faults)
    if not taken:
        raise Refused(_("Please choose at least one line."))
    return taken


def field_of(line: DocumentLine) -> str:
    """What the field of a line's quantity is called in the form."""
    return f"quantity-{line.id}"


def _party_of(source: Document, values: Mapping[str, Any]) -> Party:
    party = db.session.get(Party, values["party_id"]) if values.get("party_id") else None
    return party or source.party


# --- shares of what is there once ---------------------------------------------------------------------------


def _sharing(source: Document, chosen: Chosen, made: Made) -> Callable[[int], int]:
    """Gives the share of an amount that belongs to what is taken now; all shares together are the amount."""
    whole = sum(line.net_minor for line in source.lines if line.quantity)
    before = _worth(source.lines, made.of)
    now = _worth(source.lines, lambda line: chosen.get(line.id, ZERO))
    if not whole:
        return lambda amount_minor: 0 if made.kinds else amount_minor
    return lambda amount_minor: _part(amount_minor, before, now, whole)


def _worth(lines: Sequence[DocumentLine], quantity_of: Callable[[DocumentLine], Decimal]) -> Fraction:
    """What these quantities of the lines come to, in minor units, exactly."""
    worth = (
        Fraction(quantity_of(line)) * line.net_minor / Fraction(line.quantity)
        for line in lines
        if line.quantity
    )
    return sum(worth, Fraction(0))


def _part(amount_minor: int, before: Exact, now: Exact, whole: Exact) -> int:
    """The part of an amount between two marks; rounding at the marks loses nothing from one part to the next."""
    if not amount_minor or not whole:
        return amount_minor
    reached, begun = Fraction(before) + Fraction(now), Fraction(before)
    return _rounded(amount_minor * reached / Fraction(whole)) - _rounded(
        amount_minor * begun / Fraction(whole)
    )


def _rounded(amount: Fraction) -> int:
    return floor(amount + Fraction(1, 2))
