"""Finding anything: the page of all that was found, and what the box in the bar offers while one types."""

from typing import Any

from flask import Blueprint, Response, request

from blueprints import language
from blueprints.language import t
from blueprints.loading import actor
from blueprints.respond import respond
from domain import search
from domain.modules.module import Field, Module
from domain.search_text import LONGEST, fold

bp = Blueprint("search", __name__)

ON_ITS_PAGE = 20
"""So many of each module on the page; its list has all."""

PARTS = 3
"""So many values make a hit's line."""

TELLING = ("reference", "status", "money", "email", "phone")
"""Kinds of value that tell most about a record; others follow as its list has them."""


@bp.get("/search")
def index() -> Response:
    """All that holds what was typed, by module; whoever may see nothing finds nothing."""
    typed = _typed()
    groups = search.everything(actor(), typed, shown=ON_ITS_PAGE)
    return respond("search/index.html", "found", typed=typed, groups=groups, line_of=line_of)


@bp.get("/search/offered")
def offered() -> Response:
    """What the box offers while one types: the best of each module."""
    typed = _typed()
    return respond(
        "search/_options.html", typed=typed, groups=search.everything(actor(), typed), line_of=line_of
    )


def _typed() -> str:
    return request.args.get("q", "").strip()[:LONGEST]


def line_of(module: Module, record: Any, typed: str) -> str:
    """What tells a hit from others of its name: the text in which it was found, then what its list shows."""
    title = t(record.title)
    parts = [*_found_in(record, typed), *(_text(field, record) for field in _line_fields(module))]
    return " · ".join([part for part in dict.fromkeys(parts) if part and part != title][:PARTS])


def _found_in(record: Any, typed: str) -> list[str]:
    wanted, title = fold(typed), fold(t(record.title))
    texts = [getattr(record, name) or "" for name in getattr(record, "SEARCHED", ())[1:]]
    return [] if wanted in title else [text[:80] for text in texts if wanted in fold(text)][:1]


def _line_fields(module: Module) -> list[Field]:
    fields = [module.by_name[name] for name in module.list_columns[1:]]
    return sorted(fields, key=lambda field: (*TELLING, field.kind).index(field.kind))


def _text(field: Field, record: Any) -> str:
    """A value in a few words; what says nothing by itself is left out."""
    value = getattr(record, field.name)
    if value in (None, "") or field.kind in ("boolean", "long_text") or (field.kind == "money" and not value):
        return ""
    write = _WAYS.get(field.kind, lambda field, record, value: str(value))
    return write(field, record, value)


_WAYS: dict[str, Any] = {
    "status": lambda field, record, value: t(record.shown_state.label),
    "choice": lambda field, record, value: t(field.label_of(value)),
    "reference": lambda field, record, value: t(value.title),
    "member": lambda field, record, value: value.name,
    "date": lambda field, record, value: language.date(value),
    "money": lambda field, record, value: language.money(value, getattr(record, field.currency)),
    "percent": lambda field, record, value: language.percent(value),
    "number": lambda field, record, value: language.number(value),
    "integer": lambda field, record, value: language.number(value),
}
