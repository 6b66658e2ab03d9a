"""What records of this program say, as plain values, and plain values as their attributes have them."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from sqlalchemy import select

from domain.books.payment_terms import PaymentTerms
from domain.db import db
from domain.modules import ALL
from domain.modules.custom_fields import customized
from domain.modules.kinds import KINDS
from domain.modules.module import Module
from domain.organizations.users import Member, User
from domain.words import _
from sync.connectors.base import SideField
from sync.connectors.plain import TERMS, as_address, module_of, number, parsed, price, said, side_field

_MORE: Mapping[str, tuple[SideField, ...]] = {
    "crm.contacts": (SideField("name", _("Whole name"), is_writable=False),),
    "books.customers": (SideField("primary_email", _("Email of the primary contact person"), "email", 254),),
}
"""What is no field of the form, but can be paired."""


class Values:
    """Translates values of records; what it has to look up, it looks up once."""

    def __init__(self) -> None:
        self._modules: dict[str, Module] = {}
        self._fields: dict[str, dict[str, SideField]] = {}

    def fields(self, module: str) -> dict[str, SideField]:
        """The fields that can be paired, by name."""
        if module not in self._fields:
            offered = [side_field(module, each) for each in customized(ALL[module]).editable]
            known: dict[str, SideField] = {}
            for each in (*offered, *_MORE.get(module, ())):
                if each is not None:
                    known.setdefault(each.name, each)
            self._fields[module] = known
        return self._fields[module]

    def plain(self, field: SideField, found: Any) -> Any:
        """What a record says in a field, as a plain value."""
        if field.kind == "address":
            return dict(vars(getattr(found, field.name)))  # `asdict` takes ten times as long
        if field.kind == "member":
            return self._addresses.get(getattr(found, f"{field.name}_id"), "")
        if field.kind == "reference":
            return str(getattr(found, f"{field.name}_id") or "")
        if field.to == TERMS:
            return self._terms.get(getattr(found, f"{field.name}_id"), "")
        value = getattr(found, field.name)
        if field.kind == "price":
            return {"amount": number(value), "currency": found.currency}
        return said(field.kind, value)

    def attributes(self, module: str, values: Mapping[str, Any], found: Any) -> dict[str, Any]:
        """Plain values as the record's attributes have them; whatever can't be one is refused."""
        by_name = self.fields(module)
        attributes: dict[str, Any] = {}
        for name, value in values.items():
            field = by_name.get(name)
            if field is not None and field.is_writable:
                attributes |= self._attribute(module, field, value, found)
        return attributes

    def _attribute(self, module: str, field: SideField, value: Any, found: Any) -> dict[str, Any]:
        if field.kind == "address":
            prefix = field.name.removesuffix("address")
            return {prefix + part: text for part, text in vars(as_address(value)).items()}
        if field.kind == "member":
            member_id = self._members.get(str(value or "").lower())
            return {f"{field.name}_id": member_id} if member_id or not value else {}
        if field.kind == "reference":
            return {f"{field.name}_id": int(value) if value else None}
        if field.to == TERMS:
            return {f"{field.name}_id": self._terms_called(value)}
        if field.kind == "price":
            return price(field, value, found)
        if field.name not in self._module(module).by_name:  # the mail address of a customer's primary contact
            return {field.name: KINDS[field.kind].parse(str(value or ""), "en")}
        return {field.name: parsed(self._module(module), field.name, value)}

    # --- what is looked up once ---------------------------------------------------------------------------------

    def _module(self, module: str) -> Module:
        if module not in self._modules:
            self._modules[module] = module_of(module)
        return self._modules[module]

    @cached_property
    def _addresses(self) -> dict[int | None, str]:
        """The mail address of each member."""
        query = select(Member.id, User.email).join(User, Member.user_id == User.id)
        return {row[0]: row[1] for row in db.session.execute(query)}

    @cached_property
    def _terms(self) -> dict[int | None, str]:
        """The name of each of the terms of payment."""
        rows = db.session.execute(select(PaymentTerms.id, PaymentTerms.name))
        return {row[0]: row[1] for row in rows}

    def _terms_called(self, name: str) -> int | None:
        return next((terms_id for terms_id, known in self._terms.items() if known == name), None)

    @cached_property
    def _members(self) -> dict[str, int | None]:
        return {email.lower(): member_id for member_id, email in self._addresses.items()}
