"""The apps of an organization: which parts of the finance side it uses. What is off does not exist for anybody.

An app is a set of modules. Switching one off deletes nothing: its lists, pages and figures are there again when it
is switched on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from domain.organizations.roles import grants
from domain.words import Words, _, _p

INVOICING = (
    "customers",
    "contact-persons",
    "items",
    "price-lists",
    "price-list-rates",
    "estimates",
    "invoices",
    "credit-notes",
    "payments",
    "recurring-invoices",
)
"""What of the books one needs who sells and buys nothing."""


@dataclass(frozen=True)
class App:
    """A part of the program that an organization may switch on."""

    key: str
    label: Words
    about: Words
    permissions: frozenset[str]
    """What it opens, as in a role: `books.invoices.*`."""


APPS: dict[str, App] = {
    app.key: app
    for app in (
        App(
            "books",
            _("Books"),
            _("Estimates, invoices, sales orders, purchase orders, bills, customers and vendors."),
            frozenset({"books.*.*"}),
        ),
        App(
            "invoice",
            _p("app", "Invoice"),
            _(
                "Estimates and invoices with their customers and items, for those who need no more of the books."
            ),
            frozenset(f"books.{name}.*" for name in INVOICING),
        ),
        App("expense", _p("app", "Expense"), _("Expenses and expense reports."), frozenset({"expense.*.*"})),
        App(
            "subscriptions",
            _p("app", "Subscriptions"),
            _("Plans and subscriptions."),
            frozenset({"subscriptions.*.*"}),
        ),
        App("inventory", _p("app", "Inventory"), _("Packages and shipments."), frozenset({"inventory.*.*"})),
    )
}

USUAL = "books,expense,subscriptions,inventory"
"""What a new organization starts with."""


@lru_cache(64)
def keys_in(kept: str) -> frozenset[str]:
    """The apps that an organization keeps as switched on."""
    return frozenset(kept.split(",")) & APPS.keys()


def kept_as(keys: Iterable[str]) -> str:
    """The same as it is kept, always in the same order."""
    return ",".join(key for key in APPS if key in set(keys))


@lru_cache(4096)
def opens(kept: str, permission: str) -> bool:
    """Whether one of these apps has what this permission is about."""
    return any(grants(APPS[key].permissions, permission) for key in keys_in(kept))
