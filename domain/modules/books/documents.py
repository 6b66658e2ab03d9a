"""Documents as modules: lists, filters, columns and the heads of their forms; pages and actions are views."""

from typing import Any

from domain.books.allocations import settling, used_of
from domain.books.bills import Bill
from domain.books.credit_notes import CreditNote
from domain.books.document import Document
from domain.books.estimates import Estimate
from domain.books.invoices import Invoice
from domain.books.purchase_orders import PurchaseOrder
from domain.books.refunds import refunds_of
from domain.books.reminders import shown_on
from domain.books.sales_orders import SalesOrder
from domain.emails import emails_about
from domain.modules.module import Choice, Field, Module, Section, View
from domain.organizations.organizations import current_organization
from domain.words import Words, _, _p

CUSTOMER = Field("party", _("Customer"), "reference", to="books.customers", required=True)
VENDOR = Field("party", _("Vendor"), "reference", to="books.vendors", required=True)
NUMBER = Field("number", _("Number"), sortable=True, editable=False)
REFERENCE = Field("reference", _("Reference"), sortable=True)
DATE = Field(
    "date",
    _("Date"),
    "date",
    required=True,
    sortable=True,
    default=lambda: current_organization().today,
)
TERMS_OF_PAYMENT = Field("payment_terms", _("Payment terms"), "reference", to="settings.payment-terms")
DUE = Field("due_on", _("Due date"), "date", sortable=True)
DEAL = Field("deal", _("Deal"), "reference", to="crm.deals")
DEAL_IN_BIGIN = Field("remote_deal_name", _("Deal in Bigin"), editable=False)
SALESPERSON = Field("salesperson", _("Salesperson"), "member")
NOTES = Field("notes", _("Notes"), "long_text")
TERMS = Field("terms", _("Terms"), "long_text")
COMMON = (
    Field("exchange_rate", _("Rate of exchange"), "exchange_rate"),
    Field("prices_include_tax", _("Prices include tax"), "boolean"),
    SALESPERSON,
    NOTES,
    TERMS,
    Field("currency", _("Currency"), "currency", editable=False),
    Field("total_minor", _("Amount"), "money", currency="currency", sortable=True, editable=False),
)
BALANCE = Field("balance_minor", _("Balance"), "money", currency="currency", sortable=True, editable=False)
EXPECTED_PAYMENT = Field("expected_payment_on", _("Expected payment date"), "date")

_FOOT = ("exchange_rate", "prices_include_tax", "salesperson", "notes", "terms")
"""What every form has below its dates."""


def status(model: type[Document], *groups: Choice) -> Field:
    """The state as a column and filter."""
    choices = (*(Choice(key, label) for key, label in model.states()), *groups)
    return Field("state", _("Status"), "status", choices=choices, where=model.in_state, editable=False)


def head(label: Words, *names: str) -> tuple[Section, ...]:
    """The head of a form, in order; the party stands above it and the lines below."""
    return (Section(label, (*names, *_FOOT)),)


def _mails(document: Any) -> dict[str, Any]:
    return {"emails": emails_about(document)}


def _payments_and_mails(document: Any) -> dict[str, Any]:
    return {"settling": settling(document), **_mails(document)}


def _of_invoice(invoice: Any) -> dict[str, Any]:
    return {
        **_payments_and_mails(invoice),
        **(shown_on(invoice) if invoice.stage in ("open", "settled") else {}),
    }


def _uses_and_mails(note: Any) -> dict[str, Any]:
    return {"uses": used_of(note), "refunds": refunds_of(note), **_mails(note)}


_VIEWS_OF_ORDERS = (
    View(_p("orders", "All"), {}),
    View(_p("orders", "Draft"), {"state": "draft"}),
    View(_p("orders", "Open"), {"state": "open"}),
    View(_("Overdue"), {"state": "overdue"}),
)


ESTIMATES = Module(
    key="books.estimates",
    label=_("Estimates"),
    label_one=_("Estimate"),
    new=_("New estimate"),
    icon="file-check",
    model=Estimate,
    fields=(
        NUMBER,
        CUSTOMER,
        DATE,
        Field("expires_on", _("Expiry date"), "date"),
        status(Estimate),
        REFERENCE,
        DEAL,
        DEAL_IN_BIGIN,
        *COMMON,
    ),
    list_columns=("number", "party", "date", "state", "expires_on", "total_minor"),
    summary=("party", "date", "expires_on", "reference", "deal", "salesperson"),
    sections=head(_("Estimate"), "deal", "reference", "date", "expires_on"),
    sort="-date",
    parts=_mails,
    views=(
        View(_p("estimates", "All"), {}),
        View(_p("estimates", "Draft"), {"state": "draft"}),
        View(_p("estimates", "Sent"), {"state": "sent"}),
        View(_p("estimates", "Accepted"), {"state": "accepted"}),
    ),
    empty=_("No estimates yet. An estimate says what something would cost, before anybody decides."),
)

SALES_ORDERS = Module(
    key="books.sales-orders",
    label=_("Sales Orders"),
    label_one=_("Sales order"),
    new=_("New sales order"),
    icon="clipboard-list",
    model=SalesOrder,
    fields=(
        NUMBER,
        CUSTOMER,
        DATE,
        Field("shipment_on", _("Shipment date"), "date"),
        status(SalesOrder),
        REFERENCE,
        DEAL,
        DEAL_IN_BIGIN,
        TERMS_OF_PAYMENT,
        *COMMON,
    ),
    list_columns=("number", "party", "date", "state", "shipment_on", "total_minor"),
    summary=("party", "date", "shipment_on", "reference", "deal", "salesperson"),
    sections=head(_("Sales order"), "deal", "reference", "date", "shipment_on", "payment_terms"),
    sort="-date",
    parts=_mails,
    views=_VIEWS_OF_ORDERS,
    empty=_("No sales orders yet. An order is what a customer has decided on, before it is invoiced."),
)

INVOICES = Module(
    key="books.invoices",
    label=_("Invoices"),
    label_one=_("Invoice"),
    new=_("New invoice"),
    icon="receipt",
    model=Invoice,
    fields=(
        NUMBER,
        CUSTOMER,
        DATE,
        DUE,
        status(Invoice, Choice("unpaid", _("Unpaid"))),
        REFERENCE,
        DEAL,
        DEAL_IN_BIGIN,
        TERMS_OF_PAYMENT,
        BALANCE,
        EXPECTED_PAYMENT,
        *COMMON,
    ),
    list_columns=("number", "party", "date", "due_on", "state", "total_minor", "balance_minor"),
    summary=("party", "date", "due_on", "reference", "deal", "salesperson", "expected_payment_on"),
    sections=head(_("Invoice"), "deal", "reference", "date", "payment_terms", "due_on"),
    sort="-date",
    parts=_of_invoice,
    views=(
        View(_p("invoices", "All"), {}),
        View(_("Unpaid"), {"state": "unpaid"}),
        View(_("Overdue"), {"state": "overdue", "sort": "due_on"}),
        View(_p("invoices", "Draft"), {"state": "draft"}),
    ),
    empty=_("No invoices yet. Make the first one, here or from a customer's page."),
)

CREDIT_NOTES = Module(
    key="books.credit-notes",
    label=_("Credit Notes"),
    label_one=_("Credit note"),
    new=_("New credit note"),
    icon="undo-2",
    model=CreditNote,
    fields=(NUMBER, CUSTOMER, DATE, status(CreditNote), REFERENCE, DEAL, DEAL_IN_BIGIN, BALANCE, *COMMON),
    list_columns=("number", "party", "date", "state", "total_minor", "balance_minor"),
    summary=("party", "date", "reference", "deal", "salesperson"),
    sections=head(_("Credit note"), "reference", "date"),
    sort="-date",
    parts=_uses_and_mails,
    views=(
        View(_p("credit notes", "All"), {}),
        View(_p("credit notes", "Draft"), {"state": "draft"}),
        View(_p("credit notes", "Open"), {"state": "open"}),
    ),
    empty=_("No credit notes yet. A credit note takes back what an invoice asked for."),
)

PURCHASE_ORDERS = Module(
    key="books.purchase-orders",
    label=_("Purchase Orders"),
    label_one=_("Purchase order"),
    new=_("New purchase order"),
    icon="shopping-cart",
    model=PurchaseOrder,
    fields=(
        NUMBER,
        VENDOR,
        DATE,
        Field("delivery_on", _("Delivery date"), "date"),
        status(PurchaseOrder),
        REFERENCE,
        TERMS_OF_PAYMENT,
        *COMMON,
    ),
    list_columns=("number", "party", "date", "state", "delivery_on", "total_minor"),
    summary=("party", "date", "delivery_on", "reference", "salesperson"),
    sections=head(_("Purchase order"), "reference", "date", "delivery_on", "payment_terms"),
    sort="-date",
    parts=_mails,
    views=_VIEWS_OF_ORDERS,
    empty=_("No purchase orders yet. With one you order from a vendor."),
)

BILLS = Module(
    key="books.bills",
    label=_("Bills"),
    label_one=_("Bill"),
    new=_("New bill"),
    icon="file-input",
    model=Bill,
    fields=(
        Field("number", _("Number"), sortable=True, required=True),
        VENDOR,
        DATE,
        DUE,
        status(Bill, Choice("unpaid", _("Unpaid"))),
        REFERENCE,
        TERMS_OF_PAYMENT,
        BALANCE,
        *COMMON,
    ),
    list_columns=("number", "party", "date", "due_on", "state", "total_minor", "balance_minor"),
    summary=("party", "date", "due_on", "reference"),
    sections=head(_("Bill"), "number", "reference", "date", "payment_terms", "due_on"),
    sort="-date",
    parts=_payments_and_mails,
    views=(
        View(_p("bills", "All"), {}),
        View(_("Unpaid"), {"state": "unpaid"}),
        View(_("Overdue"), {"state": "overdue", "sort": "due_on"}),
        View(_p("bills", "Draft"), {"state": "draft"}),
    ),
    empty=_("No bills yet. A bill is what a vendor asks you to pay."),
)
