"""Customers and vendors: who owes us and whom we owe. They share their fields, as they share their table."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, false, func, select

from domain.books.associated_templates import PDF, SLOTS, Slot, name_of
from domain.books.contact_persons import ContactPerson
from domain.books.customers import Customer, customers_that_are
from domain.books.merging.merges import merges_shown
from domain.books.parties import Party
from domain.books.vendors import Vendor
from domain.db import of_this_organization
from domain.links import in_bigin, linked_from
from domain.modules.books.in_context import CREDITS, PURCHASES, SALES, lists_of, of_party
from domain.modules.figures import customer_band, kept_of_party, vendor_band
from domain.modules.module import Choice, Field, Module, Related, Section, View
from domain.modules.parts import IS_ACTIVE, LANGUAGE_CHOICES, OWNER, address, address_section
from domain.organizations.organizations import current_organization
from domain.words import _, _p


def _of_primary(column: Any) -> Callable[[], ColumnElement[Any]]:
    """A column of the primary contact person, as SQL."""
    return lambda: (
        select(column)
        .where(
            of_this_organization(ContactPerson), ContactPerson.party_id == Party.id, ContactPerson.is_primary
        )
        .correlate(Party)
        .scalar_subquery()
    )


_PRIMARY = tuple(
    Field(f"primary_{column.key}", label, sql=_of_primary(column), longest=longest, loads="contact_persons")
    for column, label, longest in (
        (ContactPerson.salutation, _("Salutation"), 20),
        (ContactPerson.last_name, _("Last name"), 100),
        (ContactPerson.first_name, _("First name"), 100),
        (ContactPerson.designation, _("Designation"), 100),
        (ContactPerson.department, _("Department"), 100),
    )
)

_PRIMARY_SECTION = Section(_("Primary contact person"), tuple(field.name for field in _PRIMARY))


def _template(slot: Slot) -> Field:
    """A field that holds the name of a template."""
    pdf, mail = _("PDF template: %(kind)s", kind=slot.label), _("Mail template: %(kind)s", kind=slot.label)
    return Field(
        slot.name,
        pdf if slot.use == PDF else mail,
        "template",
        sql=lambda: func.coalesce(name_of(slot), ""),
        loads="associated",
        longest=100,
        is_aside=True,
    )


CUSTOMER_TYPES = (Choice("business", _("Business")), Choice("individual", _("Individual")))

ROUNDINGS = (
    Choice("", _("As the organization")),
    Choice("down", _("Down")),
    Choice("half_up", _("Half up")),
    Choice("up", _("Up")),
)

_NAMES = (
    Field("display_name", _("Display name"), required=True, sortable=True),
    Field("company_name", _("Company name")),
    Field("email", _("Email"), "email", sortable=True),
    Field("phone", _("Phone"), "phone"),
    Field("mobile", _("Mobile"), "phone"),
    Field("fax", _("Fax"), "phone"),
    Field("website", _("Website"), "url"),
)

_TERMS = (
    Field(
        "currency", _("Currency"), "currency", required=True, default=lambda: current_organization().currency
    ),
    Field("payment_terms", _("Payment terms"), "reference", to="settings.payment-terms"),
    Field("language", _("Language"), "choice", choices=LANGUAGE_CHOICES),
    Field("tax_registration", _("Tax registration")),
    Field("tax_rounding", _("Rounding of tax"), "choice", choices=ROUNDINGS),
    OWNER,
    *address("billing"),
    *address("shipping"),
    Field("notes", _("Remarks"), "long_text"),
    IS_ACTIVE,
)

_ADDRESSES = (
    address_section(_("Billing address"), "billing"),
    address_section(_("Shipping address"), "shipping"),
    Section(_p("section", "More"), ("notes", "is_active")),
)

_VIEWS = (
    View(_p("list", "Active"), {"is_active": "1"}),
    View(_("All"), {}),
    View(_p("list", "Inactive"), {"is_active": "0"}),
)

_CONTACT_PERSONS = Related(
    "books.contact-persons",
    through=lambda party: {"party": str(party.id)},
    columns=("last_name", "first_name", "email", "phone", "is_primary"),
    create=lambda party: {"party": str(party.id)},
)


def _over_limit() -> ColumnElement[bool]:
    """Whether more is open than the credit limit allows, as SQL; without a limit it never is."""
    return func.coalesce(Customer.receivable_minor > Customer.credit_limit_minor, false())


CUSTOMERS = Module(
    key="books.customers",
    label=_("Customers"),
    label_one=_("Customer"),
    new=_("New customer"),
    icon="users",
    model=Customer,
    fields=(
        *_NAMES,
        Field(
            "customer_type",
            _("Customer type"),
            "choice",
            choices=CUSTOMER_TYPES,
            required=True,
            default=lambda: "business",
        ),
        *_PRIMARY,
        *_TERMS,
        Field("price_list", _("Price list"), "reference", to="books.price-lists"),
        Field(
            "vendor",
            _("Also a vendor"),
            "reference",
            to="books.vendors",
            hint=_(
                "The vendor that is the same company: what you owe it then shows beside what it owes you."
            ),
        ),
        Field(
            "credit_limit_minor",
            _("Credit limit"),
            "money",
            currency="currency",
            hint=_("You are warned when more than this is open. Left empty: no limit."),
        ),
        Field("is_over_limit", _("Above the credit limit"), "boolean", sql=_over_limit, editable=False),
        Field(
            "is_in_bigin",
            _("In Bigin"),
            "boolean",
            sql=lambda: in_bigin(Customer.id),
            editable=False,
            loads="bigin_links",
        ),
        Field(
            "receivable_minor", _("Receivable"), "money", currency="currency", sortable=True, editable=False
        ),
        Field("unused_credits_minor", _("Unused credits"), "money", currency="currency", editable=False),
        *(_template(slot) for slot in SLOTS.values()),
    ),
    list_columns=("display_name", "company_name", "email", "phone", "receivable_minor", "owner"),
    summary=(
        "customer_type",
        "company_name",
        "email",
        "phone",
        "mobile",
        "fax",
        "website",
        "currency",
        "payment_terms",
        "price_list",
        "credit_limit_minor",
        "vendor",
        "language",
        "tax_registration",
        "owner",
        "notes",
    ),
    sections=(
        Section(
            _("Customer"),
            (
                "display_name",
                "company_name",
                "customer_type",
                "email",
                "phone",
                "mobile",
                "fax",
                "website",
                "owner",
            ),
        ),
        _PRIMARY_SECTION,
        Section(
            _("Money"),
            (
                "currency",
                "payment_terms",
                "price_list",
                "credit_limit_minor",
                "vendor",
                "language",
                "tax_registration",
                "tax_rounding",
            ),
        ),
        *_ADDRESSES,
    ),
    sort="display_name",
    views=(
        *_VIEWS,
        View(_("Owing"), {"receivable_minor__gt": "0"}),
        View(_("Above the credit limit"), {"is_over_limit": "1"}),
        View(_("Bigin customers"), {"is_in_bigin": "1"}),
    ),
    band=lambda customer: customer_band(customer.id),
    kept=lambda customer, _member: kept_of_party(customer.id),
    parts=lambda customer: {
        "account_ids": linked_from("books.customers", customer.id, "crm.accounts"),
        **merges_shown(customer),
    },
    related=(
        *lists_of((*SALES, *CREDITS), lambda customer: of_party(customer.id)),
        _CONTACT_PERSONS,
    ),
    empty=_("Customers are who you invoice. Make one here, or add an account to the books."),
)

VENDORS = Module(
    key="books.vendors",
    label=_("Vendors"),
    label_one=_("Vendor"),
    new=_("New vendor"),
    icon="truck",
    model=Vendor,
    fields=(
        *_NAMES,
        *_PRIMARY,
        *_TERMS,
        Field("payable_minor", _("Payable"), "money", currency="currency", sortable=True, editable=False),
    ),
    list_columns=("display_name", "company_name", "email", "phone", "payable_minor"),
    summary=(
        "company_name",
        "email",
        "phone",
        "fax",
        "website",
        "currency",
        "payment_terms",
        "tax_registration",
        "notes",
    ),
    sections=(
        Section(
            _("Vendor"),
            ("display_name", "company_name", "email", "phone", "mobile", "fax", "website", "owner"),
        ),
        _PRIMARY_SECTION,
        Section(_("Money"), ("currency", "payment_terms", "language", "tax_registration")),
        *_ADDRESSES,
    ),
    sort="display_name",
    views=_VIEWS,
    band=lambda vendor: vendor_band(vendor.id),
    parts=lambda vendor: {
        "crm_ids": linked_from("books.vendors", vendor.id, "crm.vendors"),
        "customers": customers_that_are(vendor),
    },
    kept=lambda vendor, _member: kept_of_party(vendor.id),
    related=(*lists_of((*PURCHASES, "payment"), lambda vendor: of_party(vendor.id)), _CONTACT_PERSONS),
    empty=_("Vendors are whom you buy from."),
)
