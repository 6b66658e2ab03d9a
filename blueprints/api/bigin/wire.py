"""The modules of the Bigin API and their fields: what each is called there and here."""

from dataclasses import dataclass
from typing import Any

from domain.modules import ALL
from domain.modules.custom_fields import customized
from domain.modules.module import Field, Module


@dataclass(frozen=True)
class Wire:
    """One of our modules as the API knows it."""

    name: str
    """As in addresses: `Accounts`."""
    key: str
    """Ours: `crm.accounts`."""
    one: str
    many: str
    fields: dict[str, str]
    """Their name to ours."""

    @property
    def scope(self) -> str:
        """What scopes call it."""
        return self.name.lower()

    @property
    def module(self) -> Module:
        """Ours, with the fields that the organization added."""
        return customized(ALL[self.key])

    def known(self) -> dict[str, Field]:
        """Every field under its name there; the organization's own ones go by their own."""
        module = self.module
        own = {each.name: each for each in module.custom_fields}
        return {theirs: module.by_name[ours] for theirs, ours in self.fields.items()} | own


def _address(theirs: str, ours: str, code: str = "Code") -> dict[str, str]:
    parts = {"Street": "street", "City": "city", "State": "state", code: "postal_code", "Country": "country"}
    return {f"{theirs}_{name}": f"{ours}_{part}" for name, part in parts.items()}


ACCOUNTS = Wire(
    "Accounts",
    "crm.accounts",
    "Company",
    "Companies",
    {
        "Account_Name": "name",
        "Phone": "phone",
        "Fax": "fax",
        "Website": "website",
        "Account_Type": "account_type",
        "Industry": "industry",
        "Employees": "employees",
        "Annual_Revenue": "annual_revenue",
        "Currency": "currency",
        "Parent_Account": "parent",
        "Owner": "owner",
        **_address("Billing", "billing"),
        **_address("Shipping", "shipping"),
        "Description": "description",
    },
)

CONTACTS = Wire(
    "Contacts",
    "crm.contacts",
    "Contact",
    "Contacts",
    {
        "Salutation": "salutation",
        "First_Name": "first_name",
        "Last_Name": "last_name",
        "Account_Name": "account",
        "Email": "email",
        "Secondary_Email": "secondary_email",
        "Phone": "phone",
        "Mobile": "mobile",
        "Fax": "fax",
        "Title": "job_title",
        "Department": "department",
        "Lead_Source": "lead_source",
        "Email_Opt_Out": "email_opt_out",
        "Owner": "owner",
        **_address("Mailing", "mailing", code="Zip"),
        **_address("Other", "other", code="Zip"),
        "Description": "description",
    },
)

PRODUCTS = Wire(
    "Products",
    "crm.products",
    "Product",
    "Products",
    {
        "Product_Name": "name",
        "Product_Code": "code",
        "Product_Type": "product_type",
        "Product_Category": "category",
        "Manufacturer": "manufacturer",
        "Unit_Price": "unit_price",
        "Currency": "currency",
        "Usage_Unit": "unit",
        "Taxable": "is_taxable",
        "Qty_in_Stock": "in_stock",
        "Qty_Ordered": "on_order",
        "Reorder_Level": "reorder_level",
        "Owner": "owner",
        "Description": "description",
        "Product_Active": "is_active",
    },
)

PIPELINES = Wire(
    "Pipelines",
    "crm.deals",
    "Deal",
    "Deals",
    {
        "Deal_Name": "name",
        "Stage": "stage",
        "Amount": "amount_minor",
        "Currency": "currency",
        "Closing_Date": "closing_on",
        "Probability": "probability",
        "Expected_Revenue": "expected_minor",
        "Account_Name": "account",
        "Contact_Name": "contact",
        "Type": "deal_type",
        "Lead_Source": "lead_source",
        "Next_Step": "next_step",
        "Owner": "owner",
        "Description": "description",
    },
)

WIRES = {wire.name: wire for wire in (ACCOUNTS, CONTACTS, PRODUCTS, PIPELINES)}

BY_NAME = {"Stage": "settings.deal-stages"}
"""References that are said by the name of the record, not by its id."""

DATA_TYPES: dict[str, str] = {
    "text": "text",
    "long_text": "textarea",
    "email": "email",
    "phone": "phone",
    "url": "website",
    "choice": "picklist",
    "currency": "text",
    "country": "text",
    "boolean": "boolean",
    "number": "double",
    "integer": "integer",
    "percent": "double",
    "money": "currency",
    "date": "date",
    "reference": "lookup",
    "member": "ownerlookup",
}
"""What the API calls our kinds of value."""

SYSTEM: dict[str, str] = {"id": "bigint", "Created_Time": "datetime", "Modified_Time": "datetime"}
"""Fields that every record has and nobody writes."""


def data_type(name: str, field: Field) -> str:
    """What the API calls the kind of a field."""
    return "picklist" if name in BY_NAME else DATA_TYPES.get(field.kind, "text")


def described(name: str, field: Field, label: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
    """A field as `/settings/fields` tells of it."""
    return {
        "api_name": name,
        "field_label": label,
        "data_type": data_type(name, field),
        "system_mandatory": field.required,
        "custom_field": field.is_custom,
        "read_only": not field.editable,
        "length": field.longest,
        "pick_list_values": choices,
    }
