"""What can be mailed, and what may go along: one row for each kind of mail. Nobody mails a bill."""

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
    unpaid: bool = False
    """Whether the list of the customer's unpaid invoices can."""


CUSTOMERS = "books.customers"
LETTER, STATEMENT = "customer", "statement"
"""Kinds of mail about a customer: whatever there is to say, and their statement."""

REMINDER, EARLY_REMINDER, REMINDERS = "reminder", "reminder_early", "reminders"
"""Of an invoice that is late, of one that will be due, and of several invoices of a customer at once."""

MAIL_KINDS: dict[str, MailKind] = {
    kind.key: kind
    for kind in (
        MailKind("estimate", "books.estimates", _("Estimate"), attach=_("Attach PDF")),
        MailKind("sales_order", "books.sales-orders", _("Sales order")),
        MailKind("invoice", "books.invoices", _("Invoice"), attach=_("Attach invoice PDF"), statement=True),
        MailKind(REMINDER, "books.invoices", _("Reminder"), attach=_("Attach invoice PDF"), statement=True),
        MailKind(
            EARLY_REMINDER,
            "books.invoices",
            _("Reminder before the due date"),
            attach=_("Attach invoice PDF"),
            statement=True,
        ),
        MailKind("credit_note", "books.credit-notes", _("Credit note"), attach=_("Attach PDF")),
        MailKind("purchase_order", "books.purchase-orders", _("Purchase order")),
        MailKind("payment", "books.payments", _("Payment"), has_pdf=False),
        MailKind(LETTER, CUSTOMERS, _("Customer"), has_pdf=False, statement=True, unpaid=True),
        MailKind(STATEMENT, CUSTOMERS, _("Statement"), has_pdf=False, statement=True, unpaid=True),
        MailKind(REMINDERS, CUSTOMERS, _("Reminder of several invoices"), has_pdf=False),
    )
}

MAILED = frozenset(kind.module for kind in MAIL_KINDS.values())
"""The modules whose records are mailed."""

MAILED_FROM_LISTS = MAILED - {CUSTOMERS}
"""Those of whose records several can be mailed at once, each with its usual text: documents and payments."""

ABOUT_CUSTOMERS = (LETTER, STATEMENT, REMINDERS)

ALL_REMINDERS = (REMINDER, EARLY_REMINDER, REMINDERS)
"""What does not go out once reminders were stopped, or the invoice was paid."""


def kind_of(record: Any, key: str = "") -> MailKind | None:
    """Which mail is written about a record; None where none is: about a bill, or money that went out.

    About a customer there are several, told apart by `key`; without one it is a letter. So it is with invoices.
    """
    kinds = [each for each in MAIL_KINDS.values() if each.module == record.MODULE]
    kind = next((each for each in kinds if key in ("", each.key)), None)
    return kind if kind and getattr(record, "is_received", True) else None


FOR_STATEMENT = ("books.customers.view", "books.invoices.view", "books.payments.view")
FOR_UNPAID = ("books.customers.view", "books.invoices.view")
"""The rights that somebody needs to send a customer's statement, or the list of unpaid invoices, along."""
