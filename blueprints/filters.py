"""One more condition on a list: the "Add filter" form, which fits its field, becomes an address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, redirect, request, url_for

from blueprints import forms
from blueprints.language import language
from blueprints.loading import require
from blueprints.references import resolve
from blueprints.respond import respond
from domain.errors import Refused
from domain.modules.filters import AMONG, BETWEEN, filter_of
from domain.modules.kinds import KINDS, OPERATORS
from domain.modules.listing import Listing
from domain.modules.module import Choice, Field, Module
from domain.modules.operators import Operator
from domain.modules.values import currency_codes
from domain.periods import PERIODS
from domain.words import Words, _, _p

bp = Blueprint("filters", __name__)

VALUE, OTHER = "value", "other"

_TYPED_AS = {"long_text": "text", "money": "number", "status": "choice", "boolean": "choice", "email": "text"}
"""The input for a value that has none of its own, or one that is too strict for a part of it."""

_YES_OR_NO = (Choice("1", _("Yes")), Choice("0", _("No")))


@dataclass(frozen=True)
class Asked:
    """The form as it stands: the field, the operator, the inputs that fit, and what was typed."""

    listing: str
    field: Field
    operator: Operator
    inputs: tuple[Field, ...]
    form: forms.Form
    several: tuple[str, ...] = ()
    error: Words | None = None

    @property
    def operators(self) -> list[Operator]:
        """The ways to ask for this field; whether it is empty is no question where it must be filled in."""
        keys = KINDS[self.field.kind].operators
        always_there = self.field.required and not self.field.is_custom
        return [
            OPERATORS[key]
            for key in keys
            if not (always_there and key in ("empty", "filled", "none", "some"))
        ]


@bp.get("/<module:module>/filter")
def add(module: Module) -> Response:
    """The list with the condition added; what can't be read is said at its input."""
    require(module.permission("view"))
    asked = _asked(module, request.args)
    args = dict(parse_qsl(asked.listing))
    try:
        value = _as_addresses_say(asked, request.args)
        name = asked.field.name if asked.operator.key == "is" else f"{asked.field.name}__{asked.operator.key}"
        filter_of(module, name, value).parsed()
        listing = Listing.from_args(module, args | {name: value})
    except Refused as refusal:
        again = replace(asked, error=refusal.message)
        return respond("records/filter.html", "filter", status=422, module=module, asked=again)
    return redirect(url_for("records.index", module=module, **listing.at().to_args()), 303)


@bp.get("/<module:module>/filter/form")
def form(module: Module) -> Response:
    """The form for the field and the operator that were chosen."""
    require(module.permission("view"))
    return respond("records/filter.html", "filter", module=module, asked=_asked(module, request.args))


def new_filter(module: Module, listing: Listing) -> Asked:
    """The form as it stands on a list before anybody chose."""
    return _form_for(
        module.fields[0], OPERATORS[KINDS[module.fields[0].kind].operators[0]], listing.at().to_args()
    )


def _asked(module: Module, args: Any) -> Asked:
    field = module.by_name.get(args["field"]) if "field" in args else module.fields[0]
    if field is None:
        raise Refused(_("This list can't be filtered by “%(name)s”.", name=args.get("field", "")))
    keys = KINDS[field.kind].operators
    chosen = args.get("operator", "")
    if chosen not in OPERATORS:
        chosen = keys[0]
    if chosen not in keys and VALUE in args:
        raise Refused(_("This list can't be filtered by “%(name)s”.", name=f"{field.name}__{chosen}"))
    operator = OPERATORS[chosen if chosen in keys else keys[0]]
    return _form_for(field, operator, dict(parse_qsl(args.get("listing", ""))), args)


def _form_for(field: Field, operator: Operator, listing: Mapping[str, str], typed: Any = None) -> Asked:
    several = tuple(typed.getlist(VALUE)) if typed is not None else ()
    form = forms.as_posted(dict(typed.items()) if typed is not None else {})
    return Asked(urlencode(listing), field, operator, _inputs(field, operator), form, several)


def _inputs(field: Field, operator: Operator) -> tuple[Field, ...]:
    """What one types for this operator: nothing, a value of the field's kind, two of them, a period, …"""
    plain = replace(field, name=VALUE, label=_("Value"), required=False, hint=None, sql=None)
    match operator.reads:
        case "nothing":
            return ()
        case "text":
            return (replace(plain, kind="text"),)
        case "days" | "days ahead":
            return (replace(plain, kind="integer", label=_("Days")),)
        case "period":
            periods = tuple(Choice(key, label) for key, label in PERIODS.items())
            return (replace(plain, kind="choice", choices=periods, label=_("Period")),)
        case "two":
            value = _fitting(plain)
            return replace(value, label=_p("range", "From")), replace(
                value, name=OTHER, label=_p("range", "To")
            )
    return (_fitting(plain),)


def _fitting(value: Field) -> Field:
    if value.kind == "boolean":
        return replace(value, kind="choice", choices=_YES_OR_NO)
    if value.kind == "currency":
        codes = tuple(Choice(code, code) for code in currency_codes())
        return replace(value, kind="choice", choices=codes)
    return replace(value, kind=_TYPED_AS.get(value.kind, value.kind))


def _as_addresses_say(asked: Asked, args: Any) -> str:
    """An address means the same to everybody: 1 000,50 typed in French is 1000.50 there."""
    match asked.operator.reads:
        case "nothing":
            return ""
        case "text" | "period" | "days" | "days ahead":
            return args.get(VALUE, "")
        case "two":
            return BETWEEN.join(_read(asked.field, args.get(name, "")) for name in (VALUE, OTHER))
        case "several":
            if not args.getlist(VALUE):
                raise Refused(_("A filter needs a value."))
            return AMONG.join(args.getlist(VALUE))
    if asked.field.kind in ("reference", "member"):
        return _chosen(asked.field, args)
    return _read(asked.field, args.get(VALUE, ""))


def _chosen(field: Field, args: Any) -> str:
    """The id of the record that was chosen, or typed by name."""
    if field.kind == "member" or f"{VALUE}_id" not in args:
        return args.get(f"{VALUE}_id") or args.get(VALUE, "")
    return str(resolve(field, args[f"{VALUE}_id"], args.get(VALUE)) or "")


def _read(field: Field, typed: str) -> str:
    value = KINDS[field.kind].parse(typed, language())
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else typed
