"""Drawing a document up: what follows from the party and the dates, the totals, and what is refused."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from domain.books.currencies import rate_on
from domain.books.document_columns import REMOTE_DEAL
from domain.books.document_numbers import check_number
from domain.books.drawn_lines import DrawnLine
from domain.books.lines import MOST_MINOR, ZERO, check_lines
from domain.books.payment_terms import PaymentTerms
from domain.books.taxes import Tax
from domain.books.totals import JAPANESE_WITHHOLDING, Sums, TaxRate, add_up
from domain.custom_fields import PREFIX
from domain.db import db
from domain.errors import Refused
from domain.money import Rounding, in_minor, round_minor
from domain.organizations.organizations import Organization, current_organization
from domain.words import _

if TYPE_CHECKING:
    from domain.books.document import Document

TYPED = frozenset(
    {
        "party_id",
        "series_id",
        "typed_number",
        "number",
        "reference",
        "date",
        "due_on",
        "expires_on",
        "shipment_on",
        "delivery_on",
        "expected_payment_on",
        "payment_terms_id",
        "salesperson_id",
        "deal_id",
        *REMOTE_DEAL,
        "notes",
        "terms",
        "exchange_rate",
        "prices_include_tax",
        "discount_kind",
        "discount_value",
        "shipping_minor",
        "shipping_tax_id",
        "adjustment_minor",
        "adjustment_label",
        "withholds",
    }
)
"""What people type in the head and foot of a document."""

COMPUTED = frozenset(
    {
        "party_name",
        "currency",
        "subtotal_minor",
        "discount_minor",
        "tax_minor",
        "tax_lines",
        "total_minor",
        "withholding_minor",
        "balance_minor",
    }
)
"""What follows from that and the lines."""


_WHEN_EMPTY = {
    "discount_kind": "percent",
    "discount_value": ZERO,
    "shipping_minor": 0,
    "adjustment_minor": 0,
}

_FOLLOWS = {
    "due_on": frozenset({"date", "payment_terms_id", "party_id"}),
    "exchange_rate": frozenset({"date", "party_id"}),
}


def typed_again(document: "Document", values: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed before with the new values over it; what follows from a changed one is left open."""
    before = {name: getattr(document, name) for name in TYPED | values.keys()}
    changed = {name for name, value in values.items() if value != before[name]}
    for name, sources in _FOLLOWS.items():
        if changed & sources:
            before[name] = None
    return {**before, **values}


def fill_in(document: "Document", values: Mapping[str, Any]) -> None:
    """Write down what was typed, and what follows from it where nothing was."""
    if unknown := {name for name in values.keys() - TYPED if not name.startswith(PREFIX)}:
        raise TypeError(f"a document has no {', '.join(sorted(unknown))}")
    for name, value in values.items():
        setattr(document, name, _WHEN_EMPTY.get(name, value) if value in (None, "") else value)
    organization = current_organization()
    document.date = document.date or organization.today
    if values.get("prices_include_tax") is None:
        document.prices_include_tax = organization.prices_include_tax
    _take_from_party(document, organization, "payment_terms_id" in values)
    _work_out_due_date(document)
    if values.get("exchange_rate") is None or document.currency == organization.currency:
        document.exchange_rate = rate_on(document.currency, document.date) or ZERO


def recalculate(document: "Document", lines: Sequence[DrawnLine]) -> None:
    """Add the lines up, and everything that stands below them."""
    sums = _sums(document, lines, current_organization())
    for line, line_sum in zip(lines, sums.lines, strict=True):
        line.net_minor = line_sum.net_minor
    document.subtotal_minor = sums.subtotal_minor
    document.discount_minor = sums.discount_minor
    document.tax_minor = sums.tax_minor
    document.tax_lines = _tax_lines(lines, sums)
    document.total_minor = sums.total_minor
    document.withholding_minor = sums.withholding_minor
    document.balance_minor = sums.due_minor


def check(document: "Document", lines: Sequence[DrawnLine], known_as: int | None = None) -> None:
    """Refuse what no document can be, at the field; `known_as` is the id of the one that is drawn up again."""
    if not document.party_id:
        raise Refused(party=_("Please choose from the list."))
    if not document.party.is_active:
        raise Refused(party=_("%(name)s is inactive.", name=document.party.display_name))
    if document.due_on < document.date:
        raise Refused(due_on=_("The due date lies before the date."))
    if document.exchange_rate <= 0:
        raise Refused(
            exchange_rate=_(
                "There is no rate for %(code)s on this day. Please type one.", code=document.currency
            )
        )
    check_number(document, known_as)
    document.check_kind(known_as)
    check_lines(lines)
    _check_amounts(document)


def _take_from_party(document: "Document", organization: Organization, has_terms: bool) -> None:
    party = db.session.get(document.PARTY, document.party_id) if document.party_id else None
    document.party = party  # type: ignore[assignment]  # a preview may have none yet
    document.party_id = party.id if party else None  # type: ignore[assignment]
    document.party_name = party.display_name if party else ""
    document.currency = party.currency if party else organization.currency
    if party and not has_terms:
        document.payment_terms_id = party.payment_terms_id


def _work_out_due_date(document: "Document") -> None:
    if not document.due_on:
        terms = document.payment_terms_id and db.session.get(PaymentTerms, document.payment_terms_id)
        document.due_on = terms.due(document.date) if terms else document.date


def _sums(document: "Document", lines: Sequence[DrawnLine], organization: Organization) -> Sums:
    is_percent = document.discount_kind == "percent"
    amount = ZERO if is_percent else in_minor(document.discount_value, document.currency)
    party = document.party
    return add_up(
        lines,
        document.currency,
        prices_include_tax=document.prices_include_tax,
        discount_percent=document.discount_value if is_percent else ZERO,
        discount_minor=round_minor(amount),
        shipping_minor=document.shipping_minor,
        shipping_tax=_shipping_tax(document),
        adjustment_minor=document.adjustment_minor,
        withholding=JAPANESE_WITHHOLDING if document.withholds else None,
        tax_rounding=party.rounding_in(organization) if party else Rounding(organization.tax_rounding),
        tax_per_line=organization.tax_per_line,
    )


def _shipping_tax(document: "Document") -> TaxRate | None:
    tax = db.session.get(Tax, document.shipping_tax_id) if document.shipping_tax_id else None
    return TaxRate(tax.is_reduced, tax.name, tax.percent) if tax else None


def _tax_lines(lines: Sequence[DrawnLine], sums: Sums) -> list[dict[str, Any]]:
    reduced = {(line.tax_name, line.tax_percent) for line in lines if line.is_reduced}
    return [
        {
            "name": tax.name,
            "percent": str(tax.percent),
            "base_minor": tax.base_minor,
            "tax_minor": tax.tax_minor,
            "is_reduced": (tax.name, tax.percent) in reduced,
        }
        for tax in sums.tax_lines
    ]


def _check_amounts(document: "Document") -> None:
    if document.discount_kind not in ("percent", "amount"):
        raise Refused(discount_kind=_("Please choose from the list."))
    if document.discount_kind == "percent" and not 0 <= document.discount_value <= 100:
        raise Refused(discount_value=_("A percentage lies between 0 and 100."))
    if document.discount_value < 0 or document.discount_minor > max(document.subtotal_minor, 0):
        raise Refused(discount_value=_("The discount can't be more than the subtotal."))
    if document.shipping_minor < 0:
        raise Refused(shipping_minor=_("Shipping can't be negative."))
    if document.total_minor < 0:
        raise Refused(_("A document can't come to less than nothing."))
    if max(document.total_minor, abs(document.adjustment_minor)) > MOST_MINOR:
        raise Refused(_("This total is too large."))
