"""Forms: from what was typed to values and errors, and from a record to what stands in the fields.

The same table of kinds that serves filters reads the fields. Whatever is wrong is said at its field, and what was
typed is kept.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from flask import request
from sqlalchemy import select

from blueprints.language import date, language, money, number, t
from blueprints.references import find, picked
from domain.books.taxes import Tax
from domain.db import db
from domain.errors import Refused
from domain.modules.kinds import KINDS, as_id
from domain.modules.module import Field
from domain.modules.values import checked, countries_in, in_minor_units
from domain.money import Money
from domain.words import Words, _

SAVED_MEANWHILE = _(
    "Somebody else saved this while you were editing. Compare the marked fields; saving again keeps what stands in"
    " yours."
)


@dataclass
class Form:
    """A form as it stands on the page: the typed text and, where something is wrong, why."""

    typed: dict[str, str]
    errors: dict[str, Words] = field(default_factory=dict)
    theirs: dict[str, str] = field(default_factory=dict)
    """After a conflict: what the other person saved, by field."""
    message: Words | None = None
    """What is wrong with the whole of it, where no field is to blame."""
    key: str = field(default_factory=lambda: new_key())

    def text(self, name: str) -> str:
        """What stands in a field."""
        return self.typed.get(name, "")


def new_key() -> str:
    """What a form carries so that sent twice it does one thing."""
    return secrets.token_urlsafe(16)


def parse(
    fields: Iterable[Field], form: Mapping[str, str], model: Any = None, currency: str = ""
) -> tuple[dict[str, Any], dict[str, Words]]:
    """What a posted form says: values by the attribute that keeps them, errors by field.

    The columns of `model` say how long a text may be. Amounts are in the currency that stands in the form,
    or in the one given.
    """
    values: dict[str, Any] = {}
    errors: dict[str, Words] = {}
    fields = tuple(fields)
    for each in fields:
        try:
            values[each.column] = checked(each, _value(each, form), model)
        except Refused as refusal:
            errors[each.name] = refusal.message
    for each, minor, refused in in_minor_units(fields, {"currency": currency} | values):
        values[each.column] = minor
        if refused:
            errors[each.name] = refused.message
    return values, errors


def read(fields: Iterable[Field], model: Any = None) -> dict[str, Any]:
    """What the posted form says, as `parse` has it; Refused, at the fields, for what can't be read."""
    values, errors = parse(fields, request.form, model)
    if errors:
        raise Refused(**errors)
    return values


def blank(fields: Iterable[Field], given: Mapping[str, str]) -> Form:
    """A new form: defaults, and what the page it was opened from says."""
    typed: dict[str, str] = {}
    for each in fields:
        value = each.default() if each.default else None
        if each.kind in ("reference", "member"):
            typed |= _typed_reference(
                each, given.get(each.column) or given.get(each.name) or str(value or "")
            )
        else:
            typed[each.name] = given.get(each.name, as_typed(each, value))
    return Form(typed)


def of_record(fields: Iterable[Field], record: Any) -> Form:
    """A form that shows a record as it is."""
    typed: dict[str, str] = {}
    for each in fields:
        if each.kind in ("reference", "member"):
            chosen = getattr(record, each.column)
            typed |= _typed_reference(each, "" if chosen is None else str(chosen))
        else:
            typed[each.name] = as_typed(each, _major(each, record))
    return Form(typed)


def as_posted(form: Mapping[str, str], errors: dict[str, Words] | None = None) -> Form:
    """The form as somebody sent it, with what is wrong with it; but no NUL, which PostgreSQL takes for an error."""
    posted = Form({name: value.replace("\x00", "") for name, value in form.items()}, errors or {})
    posted.key = posted.text("form_key") or posted.key
    return posted


def refused(refusal: Refused) -> Form:
    """The posted form once more, with what is wrong with it; what was tried is undone."""
    form = as_posted(request.form, at_fields(refusal))
    form.message = None if refusal.fields else refusal.message
    db.session.rollback()
    return form


def conflicting(fields: Iterable[Field], record: Any) -> Form:
    """The posted form once more, and beside it what somebody else saved; saving again keeps what then stands there."""
    form = as_posted(request.form)
    form.theirs = differences(fields, record, request.form)
    form.message = SAVED_MEANWHILE
    return form


def as_typed(each: Field, value: Any) -> str:
    """A value as one would type it into its field."""
    if value is None or value == "":
        return ""
    if each.kind == "boolean" or isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, Decimal):
        return format_decimal(value, "0.############", locale=language())  # without marks between thousands
    return value.isoformat() if each.kind == "date" else str(value)


def _major(each: Field, record: Any) -> Any:
    """A value as people say it: an amount of money in major units."""
    value = getattr(record, each.name)
    if value is None or value == each.nothing:
        return None
    if each.kind != "money":
        return value
    return Money(value, getattr(record, each.currency)).decimal


def differences(fields: Iterable[Field], record: Any, form: Mapping[str, str]) -> dict[str, str]:
    """Where the saved record says something else than the form: its words, by field name."""
    saved = of_record(fields, record)
    return {
        each.name: shown(each, record) or "—"
        for each in fields
        if _of_saved(each, saved, form) != form.get(each.name, "").replace("\r\n", "\n").strip()
    }


def _of_saved(each: Field, saved: Form, form: Mapping[str, str]) -> str:
    """What an unchanged form says of a field: a plain select sends the id, a picker the name, too."""
    is_select = each.kind == "reference" and each.column not in form
    return saved.text(each.column if is_select else each.name)


def shown(each: Field, record: Any) -> str:
    """A value in words."""
    value = getattr(record, each.name)
    if value is None or value == "":
        return ""
    if each.kind in ("reference", "member"):
        return t(value.name if each.kind == "member" else value.title)
    if each.kind in ("choice", "status"):
        return t(each.label_of(as_typed(each, value)))
    if each.kind == "money":
        return money(value, getattr(record, each.currency))
    if each.kind == "date":
        return date(value)
    if each.kind == "boolean":
        return t(_("Yes") if value else _("No"))
    return (
        number(value)
        if isinstance(value, Decimal | int)
        else countries().get(value, value)
        if each.kind == "country"
        else str(value)
    )


def at_fields(refusal: Refused) -> dict[str, Words]:
    """The refusals of the business by field of the form: a reference is kept in `<name>_id`."""
    return {name.removesuffix("_id"): message for name, message in refusal.fields.items()}


def countries() -> dict[str, str]:
    """Countries by their two letters, in the person's language."""
    return countries_in(language())


def _value(each: Field, form: Mapping[str, str]) -> Any:
    if each.kind == "reference":
        return picked(each, form)
    return KINDS[each.kind].parse(form.get(each.column, ""), language())


def _typed_reference(each: Field, chosen: str) -> dict[str, str]:
    record_id = as_id(chosen)
    if each.kind == "member" or record_id is None:
        return {each.column: str(record_id or ""), each.name: ""}
    record = find(each, record_id)
    return {each.column: chosen, each.name: t(record.title)} if record else {each.column: "", each.name: ""}


def taxes(chosen: Iterable[str] = ()) -> list[Any]:
    """The taxes that a line may have: the active ones, and those chosen before."""
    offered = Tax.is_active | Tax.id.in_({as_id(each) for each in chosen} - {None})
    return list(db.session.scalars(select(Tax).where(offered).order_by(Tax.percent.desc(), Tax.name)))
