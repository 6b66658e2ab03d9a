"""All modules, in the order of the menu. Adding one: `docs/adding-a-module.md`."""

from domain.modules.books.contact_persons import CONTACT_PERSONS
from domain.modules.books.documents import (
    BILLS,
    CREDIT_NOTES,
    ESTIMATES,
    INVOICES,
    PURCHASE_ORDERS,
    SALES_ORDERS,
)
from domain.modules.books.items import ITEMS
from domain.modules.books.parties import CUSTOMERS, VENDORS
from domain.modules.books.payments import PAYMENTS
from domain.modules.books.price_lists import PRICE_LIST_RATES, PRICE_LISTS
from domain.modules.crm.accounts import ACCOUNTS
from domain.modules.crm.contacts import CONTACTS
from domain.modules.crm.deals import DEALS
from domain.modules.crm.products import PRODUCTS
from domain.modules.crm.vendors import CRM_VENDORS
from domain.modules.module import Module
from domain.modules.settings.lists import CURRENCIES, DEAL_STAGES, EXCHANGE_RATES, SERIES, TAXES, TERMS

ALL: dict[str, Module] = {
    module.key: module
    for module in (
        ACCOUNTS,
        CONTACTS,
        CRM_VENDORS,
        DEALS,
        PRODUCTS,
        ESTIMATES,
        INVOICES,
        SALES_ORDERS,
        PURCHASE_ORDERS,
        CUSTOMERS,
        VENDORS,
        CONTACT_PERSONS,
        ITEMS,
        PRICE_LISTS,
        PRICE_LIST_RATES,
        CREDIT_NOTES,
        BILLS,
        PAYMENTS,
        TAXES,
        CURRENCIES,
        EXCHANGE_RATES,
        TERMS,
        SERIES,
        DEAL_STAGES,
    )
}
