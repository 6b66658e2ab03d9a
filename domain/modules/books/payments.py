"""Payments as a module: what came in and went out. Their form and what is done with them are in `blueprints/`."""

from domain.books.allocations import used_of
from domain.books.paying import METHODS
from domain.books.payments import DIRECTIONS, Payment
from domain.books.refunds import refunds_of
from domain.emails import emails_about
from domain.modules.module import Choice, Field, Module, Section, View
from domain.organizations.organizations import current_organization
from domain.words import _, _p

PAYMENTS = Module(
    key="books.payments",
    label=_("Payments"),
    label_one=_("Payment"),
    new=_("New payment"),
    icon="banknote",
    model=Payment,
    fields=(
        Field("number", _("Number"), sortable=True, editable=False),
        Field(
            "party",
            _("Customer or vendor"),
            "reference",
            to="books.customers books.vendors",
            required=True,
        ),
        Field(
            "direction",
            _("Direction"),
            "choice",
            choices=tuple(Choice(each.key, each.label) for each in DIRECTIONS.values()),
            editable=False,
        ),
        Field(
            "date",
            _("Date"),
            "date",
            required=True,
            sortable=True,
            default=lambda: current_organization().today,
        ),
        Field(
            "method",
            _("Method"),
            "choice",
            required=True,
            choices=tuple(Choice(key, label) for key, label in METHODS.items()),
            default=lambda: "bank_transfer",
        ),
        Field("reference", _("Reference")),
        Field("amount_minor", _("Amount"), "money", currency="currency", sortable=True, editable=False),
        Field("unused_minor", _("Unused"), "money", currency="currency", sortable=True, editable=False),
        Field("currency", _("Currency"), "currency", editable=False),
        Field("notes", _("Notes"), "long_text"),
    ),
    list_columns=(
        "number",
        "party",
        "direction",
        "date",
        "method",
        "reference",
        "amount_minor",
        "unused_minor",
    ),
    summary=("party", "direction", "date", "method", "reference", "notes"),
    sections=(Section(_("Payment"), ("date", "method", "reference", "notes")),),
    sort="-date",
    own_form=True,
    parts=lambda payment: {
        "uses": used_of(payment),
        "refunds": refunds_of(payment),
        "emails": emails_about(payment),
    },
    views=(
        View(_p("payments", "All"), {}),
        View(_p("payments", "Received"), {"direction": "received"}),
        View(_p("payments", "Made"), {"direction": "made"}),
        View(_p("payments", "Unused"), {"unused_minor__gt": "0"}),
    ),
    empty=_("No payments yet. Record the first one here, or on the page of an invoice or bill."),
)
