"""The modules of Bigin as a side of a sync: its fields in the words of the contract, and values on their way."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from domain.errors import Refused
from domain.importing.cells import country_named
from domain.words import Words, _
from sync.connectors.base import SideField
from sync.lanes import FieldPair, Lane, pairs_named

PLACES = {
    "Accounts": {"Billing": "Code", "Shipping": "Code"},
    "Contacts": {"Mailing": "Zip", "Other": "Zip"},
    "Products": {},
}
"""The addresses of a module, and what the postal code is called there."""

ADDRESS_LABELS: dict[str, Words] = {
    "Billing": _("Billing address"),
    "Shipping": _("Shipping address"),
    "Mailing": _("Mailing address"),
    "Other": _("Other address"),
}

TITLES = {"Accounts": "Account_Name", "Contacts": "Last_Name", "Products": "Product_Name"}
"""What a record is not made without."""

KINDS = {
    "text": "text",
    "textarea": "long_text",
    "email": "email",
    "phone": "phone",
    "website": "url",
    "picklist": "choice",
    "boolean": "boolean",
    "integer": "number",
    "double": "number",
    "currency": "number",
    "bigint": "number",
    "date": "date",
    "ownerlookup": "member",
}
"""Their kinds of values in the contract's words; others are not synced."""

PRICE = "Unit_Price"
PARENT = "Account_Name"
"""Of a contact: the company, which is no field here but whom the person belongs to."""

SYSTEM = ("id", "Created_Time", "Modified_Time")

LOOSE = "Contacts:loose"
"""Contacts without a company: the same module, seen by the lane of individual customers."""


def module_of(module: str) -> str:
    """What the other side calls it."""
    return module.partition(":")[0]


def side_fields(module: str, described: list[Mapping[str, Any]]) -> list[SideField]:
    """The fields of a module as they can be paired; `described` is what `/settings/fields` said."""
    name = module_of(module)
    parts = {f"{place}_{part}" for place, code in PLACES[name].items() for part in _parts(code).values()}
    found = [_field(name, each) for each in described if each.get("api_name") not in (*parts, *SYSTEM)]
    addresses = [SideField(f"{place}_Address", ADDRESS_LABELS[place], "address") for place in PLACES[name]]
    more = [SideField("Full_Name", _("Whole name"), is_writable=False)] if name == "Contacts" else []
    return [*(each for each in found if each is not None), *addresses, *more]


def _parts(code: str) -> dict[str, str]:
    return {"street": "Street", "city": "City", "state": "State", "postal_code": code, "country": "Country"}


def _field(module: str, each: Mapping[str, Any]) -> SideField | None:
    name, kind = str(each.get("api_name", "")), KINDS.get(str(each.get("data_type", "")))
    if kind is None or not name or (module == "Contacts" and name == PARENT):
        return None
    is_price = module == "Products" and name == PRICE
    choices = tuple(str(one.get("actual_value")) for one in each.get("pick_list_values") or ())
    length = each.get("length")
    return SideField(
        name,
        str(each.get("field_label") or name)[:200],
        "price" if is_price else kind,
        length if isinstance(length, int) else None,
        choices,
        is_required=bool(each.get("system_mandatory")),
        is_custom=bool(each.get("custom_field")),
        is_writable=not each.get("read_only") and kind != "member",
    )


# --- values ---------------------------------------------------------------------------------------------------------


def plain(field: SideField, row: Mapping[str, Any], currency: str) -> Any:
    """A value of a row as the contract has it."""
    if field.kind == "address":
        return _address(field.name.removesuffix("_Address"), row)
    if field.name == "Full_Name":
        return " ".join(str(row[name]) for name in ("Last_Name", "First_Name") if row.get(name))
    value = row.get(field.name)
    if field.kind == "price":
        return {"amount": _number(value) or "0", "currency": str(row.get("Currency") or currency)}
    if field.kind == "number":
        return _number(value)
    if field.kind == "boolean":
        return bool(value)
    if isinstance(value, Mapping):
        return str(value.get("email") or "")
    return "" if value is None else str(value)


def written(field: SideField, value: Any) -> dict[str, Any]:
    """A value of the contract as a row has it."""
    if field.kind == "address":
        place = field.name.removesuffix("_Address")
        code = next(codes[place] for codes in PLACES.values() if place in codes)
        return {f"{place}_{theirs}": (value or {}).get(ours) or None for ours, theirs in _parts(code).items()}
    if field.kind == "price":
        return {field.name: _as_json(value["amount"]), "Currency": value["currency"]}
    if field.kind == "number":
        return {field.name: None if value in (None, "") else _as_json(value)}
    if field.kind == "boolean":
        return {field.name: bool(value)}
    return {field.name: value or None}


def _address(place: str, row: Mapping[str, Any]) -> dict[str, str]:
    code = next(codes[place] for codes in PLACES.values() if place in codes)
    found = {ours: str(row.get(f"{place}_{theirs}") or "") for ours, theirs in _parts(code).items()}
    return {"attention": "", **found, "country": _country(found["country"])}


def _country(text: str) -> str:
    """Two letters; what is no country is left out, since no address here can hold it."""
    try:
        return country_named(text) if text.strip() else ""
    except Refused:
        return ""


def _number(value: Any) -> str:
    """A number as text, without what says nothing: 12.50 is 12.5."""
    if value in (None, ""):
        return ""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return ""
    return format(number.normalize(), "f") if abs(number.adjusted()) < 30 else ""


def _as_json(value: Any) -> Any:
    """A number for JSON: whole ones as such, others as text, in which no digit is lost."""
    number = Decimal(str(value))
    return int(number) if number == number.to_integral_value() else str(number)


# --- what belongs together ------------------------------------------------------------------------------------------


LANES: tuple[Lane, ...] = (
    Lane(
        "companies",
        "customers",
        _("Companies as business customers"),
        "Accounts",
        "books.customers",
        (
            FieldPair("Account_Name", "display_name"),
            FieldPair("Account_Name", "company_name", way="books"),
            *pairs_named(
                ("Phone", "phone"),
                ("Fax", "fax"),
                ("Website", "website"),
                ("Currency", "currency"),
                ("Billing_Address", "billing_address"),
                ("Shipping_Address", "shipping_address"),
                ("Description", "notes"),
            ),
            FieldPair("Owner", "owner", way="books"),
        ),
        new_in_books={"customer_type": "business"},
    ),
    Lane(
        "people",
        "customers",
        _("Contacts as contact persons"),
        "Contacts",
        "books.contact-persons",
        pairs_named(
            ("Salutation", "salutation"),
            ("First_Name", "first_name"),
            ("Last_Name", "last_name"),
            ("Email", "email"),
            ("Phone", "phone"),
            ("Mobile", "mobile"),
            ("Title", "designation"),
            ("Department", "department"),
        ),
        parents="companies",
        company="Accounts",
    ),
    Lane(
        "loose",
        "customers",
        _("Contacts without a company as individual customers"),
        LOOSE,
        "books.customers",
        (
            FieldPair("Full_Name", "display_name", way="books"),
            *pairs_named(
                ("Salutation", "primary_salutation"),
                ("First_Name", "primary_first_name"),
                ("Last_Name", "primary_last_name"),
                ("Email", "email"),
                ("Phone", "phone"),
                ("Mobile", "mobile"),
                ("Fax", "fax"),
                ("Title", "primary_designation"),
                ("Department", "primary_department"),
                ("Mailing_Address", "billing_address"),
                ("Other_Address", "shipping_address"),
            ),
            FieldPair("Owner", "owner", way="books"),
        ),
        new_in_books={"customer_type": "individual"},
    ),
    Lane(
        "products",
        "products",
        _("Products as items"),
        "Products",
        "books.items",
        (
            *pairs_named(
                ("Product_Name", "name"),
                ("Product_Code", "sku"),
                ("Product_Type", "item_type"),
                ("Unit_Price", "rate"),
                ("Usage_Unit", "unit"),
                ("Description", "description"),
                ("Product_Active", "is_active"),
            ),
            FieldPair("Qty_in_Stock", "stock_on_hand", way="crm"),
        ),
    ),
)
