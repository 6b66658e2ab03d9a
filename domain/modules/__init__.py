"""All modules, in the order of the menu. Adding one: `docs/adding-a-module.md`."""

from domain.modules.books.contact_persons import CONTACT_PERSONS
from domain.modules.books.invoices import INVOICES
from domain.modules.books.items import ITEMS
from domain.modules.books.parties import CUSTOMERS, VENDORS
from domain.modules.crm.accounts import ACCOUNTS
from domain.modules.crm.contacts import CONTACTS
from domain.modules.module import Module
from domain.modules.settings.lists import CURRENCIES, TAXES, TERMS

ALL: dict[str, Module] = {
    module.key: module
    for module in (
        ACCOUNTS,
        CONTACTS,
        CUSTOMERS,
        VENDORS,
        CONTACT_PERSONS,
        ITEMS,
        INVOICES,
        TAXES,
        CURRENCIES,
        TERMS,
    )
}
