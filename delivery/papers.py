"""What is printed on each kind of document: its title, its sentences and its facts, as data."""

from dataclasses import dataclass

from domain.words import Words, _, _p

Facts = tuple[tuple[Words, str], ...]

_DATE = (_("Date"), "date")
_TOTAL, _PAID, _BALANCE = _("Total"), _("Paid"), _("Balance")
_REFERENCE = (_("Reference"), "reference")


@dataclass(frozen=True)
class Paper:
    """A kind of document on paper. Facts are labels with the attribute that they show."""

    title: Words
    greeting: Words | str
    facts: Facts
    amount: Words = _TOTAL
    amount_of: str = "total_minor"
    asks_for_money: bool = False
    """Whether it says where to pay, and what happens to who pays late."""
    settled: Words = _PAID
    left: Words = _BALANCE
    is_theirs: bool = False
    """Whether the party wrote it to us: their name stands at the top."""


PAPERS: dict[str, Paper] = {
    "estimate": Paper(
        _p("paper", "Estimate"),
        _("Thank you for your interest. We are pleased to offer you the following."),
        (_DATE, (_("Valid until"), "expires_on"), _REFERENCE),
        amount=_("Estimated total"),
    ),
    "sales_order": Paper(
        _p("paper", "Sales order"),
        _("Thank you for your order. We confirm the following."),
        (_DATE, (_("Shipment date"), "shipment_on"), (_("Estimate"), "source.number"), _REFERENCE),
    ),
    "invoice": Paper(
        _("Invoice"),
        _("Thank you for your business."),
        (_DATE, (_("Due date"), "due_on"), _REFERENCE),
        amount=_("Amount due"),
        amount_of="balance_minor",
        asks_for_money=True,
    ),
    "credit_note": Paper(
        _p("paper", "Credit note"),
        _("We credit you with the following."),
        (_DATE, (_("For the invoice"), "source.number"), (_("Of the day"), "source.date"), _REFERENCE),
        amount=_("Credited"),
        settled=_("Used"),
        left=_("Credit left"),
    ),
    "purchase_order": Paper(
        _p("paper", "Purchase order"),
        _("Please deliver the following."),
        (_DATE, (_("Delivery date"), "delivery_on"), _REFERENCE),
    ),
    "bill": Paper(
        _p("paper", "Bill"),
        "",
        (_DATE, (_("Due date"), "due_on"), (_("Purchase order"), "source.number"), _REFERENCE),
        amount=_("Amount due"),
        amount_of="balance_minor",
        is_theirs=True,
    ),
}
"""By the kind of the document."""
