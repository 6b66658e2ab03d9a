"""Fields and values of our own modules as the contract of a side has them: plain text, numbers as text, addresses."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from domain.addresses import Address
from domain.books.currencies import Currency
from domain.books.payment_terms import PaymentTerms
from domain.books.terms_of_payment import TermsKind
from domain.db import db
from domain.errors import Refused
from domain.modules import ALL
from domain.modules.custom_fields import customized
from domain.modules.kinds import KINDS
from domain.modules.module import Field, Module
from domain.modules.values import checked, longest_of
from domain.words import Words, _
from sync.connectors.base import SideField

_KINDS = {
    **dict.fromkeys(
        ("text", "long_text", "email", "phone", "url", "choice", "boolean", "date", "member"), ""
    ),
    "number": "number",
    "integer": "number",
    "percent": "number",
}
"""Kinds of fields that are synced; which of the contract's they are, where that has another name."""

_PRICES = {"crm.products": "unit_price"}
"""Numbers that are amounts in the record's own currency."""

_REFERENCES = frozenset({"settings.taxes", "crm.vendors", "books.vendors"})
"""What both sides refer to in common, or what is joined on its own."""

TERMS = "settings.payment-terms"
"""A reference that is said by name, since another system has a list of its own to choose from."""

_CURRENCIES = frozenset({"crm.accounts", "books.customers", "books.vendors"})
"""Records whose currency is said once, when they are made."""

_ADDRESSES = {
    "billing": _("Billing address"),
    "shipping": _("Shipping address"),
    "mailing": _("Mailing address"),
    "other": _("Other address"),
}


def side_field(module: str, field: Field) -> SideField | None:
    """A field of a module as it can be paired; the parts of an address are one, some kinds are none."""
    prefix, _dash, part = field.name.partition("_")
    if prefix in _ADDRESSES and part in ("attention", "street", "city", "state", "postal_code", "country"):
        return SideField(f"{prefix}_address", _ADDRESSES[prefix], "address")
    if field.kind == "reference" and field.to in _REFERENCES:
        return SideField(field.name, field.label, "reference", to=field.to)
    if field.to == TERMS:
        return _terms(field)
    if field.kind == "currency" and module in _CURRENCIES:
        codes = tuple(db.session.scalars(select(Currency.code).order_by(Currency.code)))
        return SideField(field.name, field.label, "choice", choices=codes, is_once=True)
    if field.kind not in _KINDS:
        return None
    price = _PRICES.get(module) == field.name
    return SideField(
        field.name,
        field.label,
        "price" if price else _KINDS[field.kind] or field.kind,
        longest_of(field, ALL[module].model),
        choices=tuple(choice.key for choice in field.choices),
        is_required=field.required,
        is_custom=field.is_custom,
    )


def _terms(field: Field) -> SideField:
    """Terms of payment by their names; "30" also means the first ones of thirty days."""
    query = select(PaymentTerms).where(PaymentTerms.is_active).order_by(PaymentTerms.id.desc())
    found = db.session.scalars(query).all()
    days = {str(each.days): each.name for each in found if each.kind == TermsKind.NET.value}
    names = tuple(each.name for each in reversed(found))
    return SideField(field.name, field.label, "choice", choices=names, to=TERMS, also=days, gives_way=True)


def parsed(module: Module, name: str, value: Any) -> Any:
    """A plain value as somebody would have typed it into the form; refused as the form would."""
    field = module.by_name[name]
    if value is not None and not isinstance(value, str | int | float | Decimal):
        raise Refused(_("%(field)s: this can't be read.", field=field.label))
    if field.kind == "boolean":
        return bool(value)
    try:
        value = KINDS[field.kind].parse("" if value is None else str(value), "en")
        return checked(field, value, module.model)
    except Refused as refusal:
        raise Refused(_("%(field)s: %(why)s", field=field.label, why=refusal.message)) from refusal


def as_address(value: Any) -> Address:
    """An address from its parts, each as long as it may be."""
    parts = value if isinstance(value, dict) else {}
    known = {name: str(parts.get(name) or "") for name in Address.__dataclass_fields__}
    if any("\x00" in part for part in known.values()):
        raise Refused(_("This holds characters that can't be kept."))
    limits = {"attention": 200, "city": 100, "state": 100, "postal_code": 20, "country": 2}
    for name, limit in limits.items():
        if len(known[name]) > limit:
            raise Refused(_("The address has a line that is longer than %(n)d characters.", n=limit))
    return Address(**known)


def price(field: SideField, value: Any, found: Any) -> dict[str, Any]:
    """A price in another currency than the record's is not the record's."""
    if found is not None and value["currency"] != found.currency:
        return {}
    with suppress(ArithmeticError):
        price = {field.name: Decimal(value["amount"] or 0)}
        return price if found is not None else price | {"currency": value["currency"]}
    raise Refused(_("%(field)s: this can't be read.", field=field.label))


def number(value: Decimal | int | None) -> str:
    """A number as text, without exponent."""
    return "" if value is None else format(Decimal(value), "f")


def _as_it_is(value: Any) -> Any:
    return "" if value is None else value


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""


_SAID: dict[str, Callable[[Any], Any]] = {"number": number, "date": _day, "boolean": bool}


def whole(refusal: Refused) -> Words:
    """The sentence that says most."""
    return next(iter(refusal.fields.values()), refusal.message)


def module_of(key: str) -> Module:
    """The module, with the fields that the organization added."""
    return customized(ALL[key])


def said(kind: str, value: Any) -> Any:
    """A value of a record in its plain form."""
    return _SAID.get(kind, _as_it_is)(value)
