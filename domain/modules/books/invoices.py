"""Invoices as a module: list, filters and columns; form, page and actions are in `blueprints/documents.py`."""

from domain.books.invoices import Invoice
from domain.books.payments import payments_of
from domain.emails import emails_about
from domain.modules.module import Choice, Field, Module, View
from domain.words import _, _p

INVOICES = Module(
    key="books.invoices",
    label=_("Invoices"),
    label_one=_("Invoice"),
    new=_("New invoice"),
    icon="receipt",
    model=Invoice,
    fields=(
        Field("number", _("Number"), sortable=True, editable=False),
        Field("party", _("Customer"), "reference", to="books.customers", required=True),
        Field("date", _("Date"), "date", required=True, sortable=True),
        Field("due_on", _("Due date"), "date", required=True, sortable=True),
        Field(
            "state",
            _("Status"),
            "status",
            choices=(*(Choice(key, label) for key, label in Invoice.states()), Choice("unpaid", _("Unpaid"))),
            where=Invoice.in_state,
            editable=False,
        ),
        Field("reference", _("Reference"), sortable=True),
        Field("currency", _("Currency"), "currency"),
        Field("total_minor", _("Amount"), "money", currency="currency", sortable=True, editable=False),
        Field("balance_minor", _("Balance"), "money", currency="currency", sortable=True, editable=False),
        Field("salesperson", _("Salesperson"), "member"),
        Field("expected_payment_on", _("Expected payment date"), "date"),
        Field("notes", _("Notes"), "long_text"),
        Field("terms", _("Terms"), "long_text"),
    ),
    list_columns=("number", "party", "date", "due_on", "state", "total_minor", "balance_minor"),
    summary=("party", "date", "due_on", "reference", "salesperson", "expected_payment_on"),
    sort="-date",
    parts=lambda invoice: {"payments": payments_of(invoice), "emails": emails_about(invoice)},
    views=(
        View(_p("invoices", "All"), {}),
        View(_("Unpaid"), {"state": "unpaid"}),
        View(_("Overdue"), {"state": "overdue", "sort": "due_on"}),
        View(_p("invoices", "Draft"), {"state": "draft"}),
    ),
    empty=_("No invoices yet. Make the first one, here or from a customer's page."),
)
