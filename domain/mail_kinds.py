"""What can be mailed, and what may go along: one row for each kind of record. A bill is not among them."""

from dataclasses import dataclass
from typing import Any

from domain.words import Words, _


@dataclass(frozen=True)
class MailKind:
    """A kind of mail, by what it is about."""

    key: str
    module: str
    label: Words
    attach: Words | None = None
    """The switch that sends the document's PDF along; without one it always goes."""
    has_pdf: bool = True
    statement: bool = False
    """Whether the customer's statement can go along, too."""


MAIL_KINDS: dict[str, MailKind] = {
    kind.key: kind
    for kind in (
        MailKind("estimate", "books.estimates", _("Estimate"), attach=_("Attach PDF")),
        MailKind("sales_order", "books.sales-orders", _("Sales order")),
        MailKind("invoice", "books.invoices", _("Invoice"), attach=_("Attach invoice PDF"), statement=True),
        MailKind("credit_note", "books.credit-notes", _("Credit note"), attach=_("Attach PDF")),
        MailKind("purchase_order", "books.purchase-orders", _("Purchase order")),
        MailKind("payment", "books.payments", _("Payment"), has_pdf=False),
    )
}

MAILED = frozenset(kind.module for kind in MAIL_KINDS.values())
"""The modules whose records are mailed."""


def kind_of(record: Any) -> MailKind | None:
    """Which mail is written about a record; None where none is: about a bill, or money that went out."""
    kind = next((each for each in MAIL_KINDS.values() if each.module == record.MODULE), None)
    return kind if kind and getattr(record, "is_received", True) else None
