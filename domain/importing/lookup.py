"""Names in cells that stand for records: owners, payment terms, taxes, accounts. Found in one query a field."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from domain import records
from domain.access import can, visible
from domain.db import db
from domain.errors import Refused
from domain.importing.duplicates import Key, keys_of
from domain.modules.module import Field, Module
from domain.modules.values import owners
from domain.organizations.users import Member
from domain.search_text import fold
from domain.words import _


@dataclass(frozen=True)
class ToMake:
    """A record that a row speaks of and that is not there yet."""

    module: Module
    text: str


@dataclass
class Lookup:
    """What the rows of a slice may refer to, as far as the actor sees it."""

    modules: dict[str, Module]
    actor: Member
    makes: bool
    """Whether what is missing may be made."""
    found: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def prepare(self, each: Field, texts: Iterable[str]) -> None:
        """Look up all these names at once."""
        if each.kind == "member":
            for member in owners():
                for name in (member.user.email, member.name):
                    self._note(each.name, fold(name), member.id)
            return
        for module in self._targets(each):
            for key in _naming(module):
                forms = {form for text in texts for form in _forms(key, text)}
                for record in self._records(module, key, forms):
                    self._note(
                        each.name, key.of({name: getattr(record, name) for name in key.fields}), record.id
                    )

    def resolve(self, each: Field, text: str) -> int | ToMake:
        """The id of the one record of this name; raises Refused where there is none, or more than one."""
        names = [fold(text)] if each.kind == "member" else self._forms(each, text)
        ids = {record_id for name in names for record_id in self.found.get((each.name, name), ())}
        if len(ids) == 1:
            return ids.pop()
        if ids:
            raise Refused(_("Several are called “%(text)s”.", text=text))
        if self.makes and each.kind == "reference" and (module := self._to_make(each)):
            return ToMake(module, text)
        raise Refused(_("Nothing here is called “%(text)s”.", text=text))

    def make(self, each: Field, wanted: ToMake) -> Any:
        """Make what is missing."""
        return records.create(wanted.module.model, MADE_FROM[wanted.module.key](wanted.text), self.actor)

    def add(self, each: Field, wanted: ToMake, record: Any) -> None:
        """What was made is there for the next rows."""
        for name in self._forms(each, wanted.text):
            self._note(each.name, name, record.id)

    def _note(self, name: str, form: str, record_id: int) -> None:
        self.found.setdefault((name, form), []).append(record_id)

    def _targets(self, each: Field) -> list[Module]:
        return [self.modules[key] for key in each.to.split()]

    def _forms(self, each: Field, text: str) -> list[str]:
        return [
            form for module in self._targets(each) for key in _naming(module) for form in _forms(key, text)
        ]

    def _records(self, module: Module, key: Key, forms: set[str]) -> Iterable[Any]:
        model = module.model
        if not forms or (not can(self.actor, module.permission("view")) and not module.small):
            return ()
        query = select(model).where(key.sql(model).in_(forms), visible(self.actor, model))
        return db.session.scalars(query.where(model.is_active) if hasattr(model, "is_active") else query)

    def _to_make(self, each: Field) -> Module | None:
        return next(
            (
                module
                for module in self._targets(each)
                if module.key in MADE_FROM and can(self.actor, module.permission("create"))
            ),
            None,
        )


def can_make(each: Field, modules: dict[str, Module]) -> bool:
    """Whether what a field refers to can be made from a name alone."""
    return any(key in MADE_FROM for key in each.to.split() if key in modules)


def _naming(module: Module) -> list[Key]:
    return [key for key in keys_of(module) if key.name in ("name", "email", "sku")]


def _forms(key: Key, text: str) -> list[str]:
    """A person is called by either name first."""
    if len(key.fields) == 1:
        return [form for form in [key.form(text)] if form]
    first, _space, rest = key.form(text).partition(" ")
    return [" ".join((first, rest)).strip(), " ".join((rest, first)).strip()]


def _account(text: str) -> dict[str, Any]:
    return {"name": text}


def _terms(text: str) -> dict[str, Any]:
    """Net 45, 45 jours, 45日: the number says when."""
    return {"name": text, "kind": "net", "days": int(_number_in(text, r"\d{1,3}"))}


def _tax(text: str) -> dict[str, Any]:
    """VAT 20 %, 消費税8%, TVA 5,5 %: the number says how much."""
    return {"name": text, "percent": Decimal(_number_in(text, r"\d{1,2}(?:[.,]\d{1,3})?").replace(",", "."))}


def _number_in(text: str, pattern: str) -> str:
    found = re.findall(rf"(?<![\d.,]){pattern}(?![\d])", text, re.ASCII)
    if len(found) != 1:
        raise Refused(
            _(
                "“%(text)s” is not there, and its name doesn't say all that it needs. Please make it first.",
                text=text,
            )
        )
    return str(found[0])


MADE_FROM: dict[str, Callable[[str], dict[str, Any]]] = {
    "crm.accounts": _account,
    "settings.payment-terms": _terms,
    "settings.taxes": _tax,
}
"""What can be made from a name alone, by module."""
