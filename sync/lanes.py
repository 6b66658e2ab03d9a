"""Lanes: which module of one side is which of the other, and which fields belong together there by default.

What people set up as one module may be several lanes: customers are companies, the people there, and people who
belong to no company. The lanes of the CRM of this program stand here; a remote system has its own of the same names.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from domain.words import Words, _

Way = Literal["both", "books", "crm"]
Winner = Literal["newest", "crm", "books", "ask"]


@dataclass(frozen=True)
class FieldPair:
    """A field of the CRM and the one of the books that says the same."""

    crm: str
    books: str
    wins: Winner = "newest"
    """Whose value is kept where both sides changed: the newest, always one side's, or a person is asked."""
    way: Way = "both"
    """Where changes go: both ways, or only into the books, or only into the CRM."""

    @property
    def key(self) -> str:
        """What it is called in snapshots."""
        return f"{self.crm}={self.books}"


def pairs_named(*names: tuple[str, str]) -> tuple[FieldPair, ...]:
    """Pairs of fields, each by its name in the CRM and in the books, that go both ways."""
    return tuple(FieldPair(crm, books) for crm, books in names)


@dataclass(frozen=True)
class Lane:
    """Two modules whose records are joined one to one."""

    key: str
    module: str
    """The module that people set up: customers, vendors or products."""
    label: Words
    crm: str
    books: str
    pairs: tuple[FieldPair, ...]
    parents: str = ""
    """The lane of the companies that these people belong to."""
    company: str = ""
    """The module of the CRM in which these companies are."""
    new_in_books: Mapping[str, Any] = field(default_factory=dict)
    """What a record made in the books says besides."""


MODULES: dict[str, Words] = {
    "customers": _("Contacts and customers"),
    "vendors": _("Vendors"),
    "products": _("Products and items"),
}
"""What is set up, run and paused by itself."""

_PERSON = pairs_named(
    ("salutation", "salutation"),
    ("first_name", "first_name"),
    ("last_name", "last_name"),
    ("email", "email"),
    ("phone", "phone"),
    ("mobile", "mobile"),
    ("job_title", "designation"),
    ("department", "department"),
)

COMPANIES = Lane(
    "companies",
    "customers",
    _("Accounts as business customers"),
    "crm.accounts",
    "books.customers",
    (
        FieldPair("name", "display_name"),
        FieldPair("name", "company_name", way="books"),
        FieldPair("phone", "phone"),
        FieldPair("fax", "fax"),
        FieldPair("website", "website"),
        FieldPair("currency", "currency"),
        FieldPair("billing_address", "billing_address"),
        FieldPair("shipping_address", "shipping_address"),
        FieldPair("description", "notes"),
        FieldPair("owner", "owner"),
    ),
    new_in_books={"customer_type": "business"},
)
PEOPLE = Lane(
    "people",
    "customers",
    _("Contacts as contact persons"),
    "crm.contacts",
    "books.contact-persons",
    _PERSON,
    parents="companies",
    company="crm.accounts",
)
LOOSE = Lane(
    "loose",
    "customers",
    _("Contacts without account as individual customers"),
    "crm.contacts",
    "books.customers",
    (
        FieldPair("name", "display_name", way="books"),
        FieldPair("salutation", "primary_salutation"),
        FieldPair("first_name", "primary_first_name"),
        FieldPair("last_name", "primary_last_name"),
        FieldPair("email", "email"),
        FieldPair("phone", "phone"),
        FieldPair("mobile", "mobile"),
        FieldPair("fax", "fax"),
        FieldPair("job_title", "primary_designation"),
        FieldPair("department", "primary_department"),
        FieldPair("mailing_address", "billing_address"),
        FieldPair("other_address", "shipping_address"),
        FieldPair("owner", "owner"),
    ),
    new_in_books={"customer_type": "individual"},
)
VENDORS = Lane(
    "vendors",
    "vendors",
    _("Vendors"),
    "crm.vendors",
    "books.vendors",
    (
        FieldPair("name", "display_name"),
        FieldPair("name", "company_name", way="books"),
        FieldPair("email", "email"),
        FieldPair("phone", "phone"),
        FieldPair("fax", "fax"),
        FieldPair("website", "website"),
        FieldPair("mailing_address", "billing_address"),
        FieldPair("description", "notes"),
        FieldPair("owner", "owner"),
    ),
)
VENDOR_PEOPLE = Lane(
    "vendor-people",
    "vendors",
    _("Contacts of vendors as contact persons"),
    "crm.contacts",
    "books.contact-persons",
    _PERSON,
    parents="vendors",
    company="crm.vendors",
)
PRODUCTS = Lane(
    "products",
    "products",
    _("Products as items"),
    "crm.products",
    "books.items",
    (
        FieldPair("name", "name"),
        FieldPair("code", "sku"),
        FieldPair("vendor", "vendor"),
        FieldPair("product_type", "item_type"),
        FieldPair("unit_price", "rate"),
        FieldPair("tax", "tax"),
        FieldPair("unit", "unit"),
        FieldPair("description", "description"),
        FieldPair("is_active", "is_active"),
    ),
)

BUILT_IN: tuple[Lane, ...] = (COMPANIES, PEOPLE, LOOSE, VENDORS, VENDOR_PEOPLE, PRODUCTS)
"""In the order in which they are run: people come after the companies that they belong to."""
