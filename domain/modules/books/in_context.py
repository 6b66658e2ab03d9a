"""The lists of documents on the pages of accounts, contacts, deals, customers and vendors: everywhere alike."""

from collections.abc import Callable
from typing import Any

from domain.modules.module import Args, Related

SALES = ("estimate", "invoice", "sales_order")
"""What stands on the pages of those who buy, in the CRM and in the books."""

PURCHASES = ("purchase_order", "bill")
"""What stands on the pages of vendors, and nowhere else."""

CREDITS = ("credit_note", "payment")
"""Of which what is left can be used for other documents."""

_LISTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "estimate": (
        "books.estimates",
        ("number", "date", "reference", "state", "expires_on", "total_minor"),
    ),
    "invoice": (
        "books.invoices",
        ("number", "date", "state", "due_on", "total_minor", "balance_minor"),
    ),
    "sales_order": ("books.sales-orders", ("number", "date", "state", "shipment_on", "total_minor")),
    "credit_note": ("books.credit-notes", ("number", "date", "state", "total_minor", "balance_minor")),
    "purchase_order": ("books.purchase-orders", ("number", "date", "state", "delivery_on", "total_minor")),
    "payment": (
        "books.payments",
        ("number", "date", "method", "reference", "amount_minor", "unused_minor"),
    ),
    "bill": ("books.bills", ("number", "date", "state", "due_on", "total_minor", "balance_minor")),
}
"""By kind, its module and the columns of its lists."""


def lists_of(
    kinds: tuple[str, ...], through: Callable[[Any], Args | None], create: Callable[[Any], Args] | None = None
) -> tuple[Related, ...]:
    """A related list for each kind; a new document starts as the list is narrowed, unless `create` says more."""
    create = create or (lambda record: through(record) or {})
    return tuple(
        Related(module, through, columns, create, kind, kind in CREDITS)
        for kind in kinds
        for module, columns in [_LISTS[kind]]
    )


def of_party(party_id: int | None) -> Args | None:
    """Only what belongs to a customer or vendor; None while there is none."""
    return {"party": str(party_id)} if party_id else None
