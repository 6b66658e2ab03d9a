"""Add to books: what the CRM knows becomes a record of the books, or is said to be one. Asked, never guessed.

An account is a customer, a contact without account a customer by itself, a vendor a vendor, a product an item.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from domain.books.adding import accounts, contacts, products, vendors
from domain.books.adding.accounts import add_account, candidates
from domain.organizations.users import Member
from domain.words import Words, _

__all__ = ("WAYS", "Way", "add_account", "candidates")


@dataclass(frozen=True)
class Way:
    """How a record of the CRM comes into the books."""

    target: str
    """The module of the books."""
    candidates: Callable[[Any, Member | None], Sequence[Any]]
    """Who may be meant: they look alike, the actor sees them, and nobody else is linked to them."""
    add: Callable[[Any, Member | None, Any], Any]
    """(record, actor, the chosen one or None): what it now is in the books. A second click finds the first's."""
    question: Words
    another: Words
    explained: Words


WAYS: dict[str, Way] = {
    "crm.accounts": Way(
        "books.customers",
        accounts.candidates,
        accounts.add_account,
        _("There are customers that look alike. Which is it?"),
        _("None of these: make a new customer"),
        _(
            "A customer of this name will be made in the books. Its contacts with a mail address become "
            "contact persons."
        ),
    ),
    "crm.contacts": Way(
        "books.customers",
        contacts.candidates,
        contacts.add_contact,
        _("There are customers that look alike. Which is it?"),
        _("None of these: make a new customer"),
        _("A customer of this name will be made in the books: a person, not a business."),
    ),
    "crm.vendors": Way(
        "books.vendors",
        vendors.candidates,
        vendors.add_vendor,
        _("There are vendors in the books that look alike. Which is it?"),
        _("None of these: make a new vendor"),
        _(
            "A vendor of this name will be made in the books. Its contacts with a mail address become "
            "contact persons."
        ),
    ),
    "crm.products": Way(
        "books.items",
        products.candidates,
        products.add_product,
        _("There are items in the books that look alike. Which is it?"),
        _("None of these: make a new item"),
        _("An item of this name will be made in the books, with this price and tax."),
    ),
}
"""By the module of the CRM."""
