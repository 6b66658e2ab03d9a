"""What an organization's books begin with: its currency, usual payment terms, number series, known taxes."""

from collections.abc import Callable
from decimal import Decimal

from domain.books.currencies import Currency
from domain.books.payment_terms import PaymentTerms
from domain.books.reminder_rules import set_up_reminders
from domain.books.taxes import Tax
from domain.books.terms_of_payment import USUAL, terms_label
from domain.db import db
from domain.numbering import NumberSeries
from domain.organizations.organizations import Organization
from domain.words import Words, _

# Prefix and width of the first series of each kind of document.
_SERIES = {
    "estimate": ("EST-", 6),
    "sales_order": ("SO-", 6),
    "invoice": ("INV-", 6),
    "credit_note": ("CN-", 6),
    "purchase_order": ("PO-", 6),
    "payment": ("PAY-", 5),
    "vendor_payment": ("VP-", 5),
}

# By country: name, percentage, whether it is the reduced rate.
_TAXES = {
    "JP": (("消費税 10%", Decimal(10), False), ("消費税 8%（軽減）", Decimal(8), True)),
    "FR": (
        ("TVA 20 %", Decimal(20), False),
        ("TVA 10 %", Decimal(10), False),
        ("TVA 5,5 %", Decimal("5.5"), False),
    ),
}


def set_up_books(organization: Organization, say: Callable[[Words], str] = str) -> None:
    """Lay out the short lists of a new organization, which must be in scope; `say` chooses the language."""
    db.session.add(Currency(code=organization.currency))
    for kind, days in USUAL:
        db.session.add(PaymentTerms(name=say(terms_label(kind, days)), kind=kind.value, days=days))
    for document_kind, (prefix, width) in _SERIES.items():
        db.session.add(
            NumberSeries(
                document_kind=document_kind,
                name=say(_("Standard")),
                prefix=prefix,
                width=width,
                is_default=True,
            )
        )
    set_up_reminders()
    for name, percent, is_reduced in _TAXES.get(organization.country, ()):
        db.session.add(Tax(name=name, percent=percent, is_reduced=is_reduced))
    db.session.flush()
