"""Which record a row speaks of: found by name, mail address, phone or tax number, written this way or that."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from sqlalchemy import ColumnElement, func, select

from domain.access import visible
from domain.db import db
from domain.modules.module import Field, Module
from domain.organizations.users import Member
from domain.search_text import fold
from domain.words import Words, _p

MARKS = " -()./+ー‐－"
"""What stands between the digits of a phone number, or of a tax number, or not."""

DIGITS = 7
"""A phone number with fewer digits says nothing."""


@dataclass(frozen=True)
class Key:
    """Something by which a record is recognised."""

    name: str
    label: Words | str
    fields: tuple[str, ...]
    """The fields that hold it: a person's name is in two."""
    form: Callable[[str], str]
    """Its one form, in Python and ..."""
    sql: Callable[[Any], ColumnElement[str]]
    """... what is compared with it in the database."""
    usual: bool = True
    """Whether it is asked for unless somebody says otherwise."""
    within: str = ""
    """The attribute that must be the same too: people of one name are the same at one company only."""

    def of(self, values: Mapping[str, Any]) -> str:
        """The form for a row's values; empty where it doesn't say."""
        return self.form(" ".join(str(values.get(name) or "") for name in self.fields).strip())


def keys_of(module: Module) -> tuple[Key, ...]:
    """By what records of this module can be recognised."""
    return tuple(key for key in (_name(module), *_of_fields(module)) if key)


def _name(module: Module) -> Key | None:
    if {"last_name", "first_name"} <= module.by_name.keys():
        within = module.parent or ("account" if "account" in module.by_name else "")
        column = module.by_name[within].column if within else ""
        names = ("last_name", "first_name")
        return Key("name", _p("person", "Name"), names, _plain, _person_name, within=column)
    named = next((each for each in module.editable if each.required and each.kind == "text"), None)
    if named is None:
        return None
    if hasattr(module.model, "name_key"):
        return Key("name", named.label, (named.name,), lambda text: fold(text)[:400], lambda m: m.name_key)
    return Key("name", named.label, (named.name,), _plain, lambda m: func.lower(getattr(m, named.name)))


def _of_fields(module: Module) -> Iterable[Key]:
    for each in module.editable:
        if each.kind == "email":
            yield _plain_key(each)
        elif each.name == "phone":
            yield Key("phone", each.label, (each.name,), _number, lambda m: _bare(m.phone), usual=False)
        elif each.name == "tax_registration":
            yield Key(each.name, each.label, (each.name,), _code, lambda m: _bare(m.tax_registration))
        elif each.name in ("sku", "product_code", "code") and not each.required:
            yield _plain_key(each)


def _plain_key(each: Field) -> Key:
    return Key(each.name, each.label, (each.name,), _plain, lambda m: func.lower(getattr(m, each.name)))


def _plain(text: str) -> str:
    return text.lower()


def _number(text: str) -> str:
    digits = _code(text)
    return digits if len(digits) >= DIGITS else ""


def _code(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).lower()
    return re.sub(f"[{re.escape(MARKS)}]", "", text)


def _bare(column: Any) -> ColumnElement[str]:
    """The column without the marks, as SQL can say it."""
    start: ColumnElement[str] = func.lower(column)
    return reduce(lambda expression, mark: func.replace(expression, mark, ""), MARKS, start)


def _person_name(model: Any) -> ColumnElement[str]:
    return func.trim(func.lower(model.last_name + " " + model.first_name))


def digest_of(key: str) -> str:
    """A key as short as a column can index it."""
    return hashlib.sha256(key.encode()).hexdigest()


@dataclass
class Known:
    """The records that the rows of a slice may speak of, found in one query a key."""

    keys: tuple[Key, ...]
    by_key: dict[tuple[str, str], list[Any]] = field(default_factory=dict)

    def matching(self, values: Mapping[str, Any]) -> list[Any]:
        """The records that one row speaks of."""
        found: dict[int, Any] = {}
        for key in self.keys:
            for record in self.by_key.get((key.name, key.of(values)), ()):
                if _is_within(key, record, values):
                    found[record.id] = record
        return list(found.values())

    def add(self, record: Any) -> None:
        """A record that was made or changed since: the next row may speak of it."""
        for key in self.keys:
            if form := key.of(_texts(key, record)):
                others = self.by_key.setdefault((key.name, form), [])
                if record not in others:
                    others.append(record)


def known(module: Module, names: Iterable[str], rows: list[Mapping[str, Any]], actor: Member) -> Known:
    """The records, among those that the actor sees, of which these rows may speak."""
    found = Known(tuple(key for key in keys_of(module) if key.name in names))
    for key in found.keys:
        forms = {form for values in rows if (form := key.of(values))}
        query = select(module.model).where(key.sql(module.model).in_(forms), visible(actor, module.model))
        for record in db.session.scalars(query.order_by(module.model.id)) if forms else ():
            found.add(record)
    return found


def _texts(key: Key, record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in key.fields}


def _is_within(key: Key, record: Any, values: Mapping[str, Any]) -> bool:
    return not key.within or key.within not in values or getattr(record, key.within) == values[key.within]
