"""Settings ▸ Custom fields: what an organization wants to know beyond what the program asks for."""

from itertools import groupby
from typing import Any

from flask import Blueprint, Response, request, url_for

from blueprints import forms
from blueprints.loading import actor, require
from blueprints.records import once, version
from blueprints.respond import go, respond
from blueprints.toasts import toast
from domain.custom_fields import CustomField
from domain.db import db
from domain.errors import Missing, Refused, Stale
from domain.modules import ALL, making_fields
from domain.modules.custom_fields import KINDS
from domain.modules.module import Choice, Field
from domain.words import Words, _

bp = Blueprint("custom_fields", __name__)

LONGEST_CHOICE = 100
MOST_CHOICES = 200

WHERE = Field(
    "module",
    _("Module"),
    "choice",
    required=True,
    choices=tuple(Choice(module.key, module.label) for module in making_fields.customizable()),
)
KIND = Field(
    "kind",
    _("Kind"),
    "choice",
    required=True,
    choices=tuple(Choice(kind, label) for kind, (_field_kind, label) in KINDS.items()),
    hint=_("It can't be changed later."),
)
LABEL = Field("label", _("Name"), required=True, longest=100)
CHOICES = Field("choices", _("Choices"), "long_text", hint=_("Only for a choice: one a line."))
FLAGS = (
    Field("is_required", _("Required"), "boolean"),
    Field("is_listed", _("Show in the list"), "boolean"),
    Field("prints", _("Print on documents"), "boolean"),
)


@bp.get("/settings/fields")
def index() -> Response:
    """All fields, list by list."""
    require("settings.fields.view")
    fields = sorted(making_fields.all_fields(), key=lambda each: list(ALL).index(each.module))
    groups = [(ALL[key], list(of_it)) for key, of_it in groupby(fields, key=lambda each: each.module)]
    return respond("settings/fields.html", "fields", groups=groups, kinds=KINDS)


@bp.get("/settings/fields/new")
def new() -> Response:
    """An empty form."""
    require("settings.fields.create")
    return _show(None, forms.blank(_fields(None), request.args))


@bp.post("/settings/fields/new")
def create() -> Response:
    """Make a field."""
    require("settings.fields.create")
    try:
        values = _values(None)
        where = values.pop("module")
        field = once(CustomField, lambda key: making_fields.make_field(where, values, actor(), key))
    except Refused as refusal:
        return _show(None, forms.refused(refusal), 422)
    toast(_("%(name)s was saved.", name=field.label))
    return go(url_for("custom_fields.index"))


@bp.get("/settings/fields/<int:field_id>/edit")
def edit(field_id: int) -> Response:
    """The form of a field."""
    require("settings.fields.edit")
    field = _found(field_id)
    form = forms.of_record((LABEL, *FLAGS), field)
    form.typed["choices"] = "\n".join(field.offered)
    return _show(field, form)


@bp.post("/settings/fields/<int:field_id>/edit")
def update(field_id: int) -> Response:
    """Save a field."""
    require("settings.fields.edit")
    field = _found(field_id)
    if version() != field.version:
        raise Stale(field)
    try:
        making_fields.change_field(field, _values(field), actor())
    except Refused as refusal:
        form = forms.refused(refusal)
        return _show(_found(field_id), form, 422)
    toast(_("%(name)s was saved.", name=field.label))
    return go(url_for("custom_fields.index"))


@bp.post("/settings/fields/<int:field_id>/move")
def move(field_id: int) -> Response:
    """One place up or down."""
    require("settings.fields.edit")
    making_fields.move_field(_found(field_id), request.form.get("to") == "up")
    return go(url_for("custom_fields.index"))


@bp.post("/settings/fields/<int:field_id>/retire")
def retire(field_id: int) -> Response:
    """Out of forms and lists, or back into them."""
    require("settings.fields.edit")
    field = _found(field_id)
    making_fields.retire_field(field, request.form.get("back") != "1", actor())
    said = _("%(name)s is retired. Its values are kept.") if field.is_retired else _("%(name)s is back.")
    toast(Words(said.text, {"name": field.label}))
    return go(url_for("custom_fields.index"))


@bp.get("/settings/fields/<int:field_id>/delete")
def confirm_delete(field_id: int) -> Response:
    """Ask before deleting, and say how many values go with it."""
    require("settings.fields.delete")
    field = _found(field_id)
    return _ask(field)


@bp.post("/settings/fields/<int:field_id>/delete")
def destroy(field_id: int) -> Response:
    """Delete a field; with its values only if somebody said so."""
    require("settings.fields.delete")
    field = _found(field_id)
    if request.form.get("values") != "1" and making_fields.holding(field):
        return _ask(field, _("Please confirm that the values are deleted, too."), 422)
    label = field.label
    making_fields.delete_field(field, actor())
    toast(_("%(name)s was deleted.", name=label))
    return go(url_for("custom_fields.index"))


def _found(field_id: int) -> CustomField:
    field = db.session.get(CustomField, field_id)
    if field is None or field.module not in ALL:
        raise Missing()
    return field


def _fields(field: CustomField | None) -> tuple[Field, ...]:
    """What the form asks for: the list and the kind only of a new one."""
    if field is None:
        return (WHERE, LABEL, KIND, CHOICES, *FLAGS)
    flags = FLAGS if ALL[field.module].is_document else FLAGS[:-1]
    return (LABEL, *((CHOICES,) if field.kind == "choice" else ()), *flags)


def _values(field: CustomField | None) -> dict[str, Any]:
    values, errors = forms.parse(_fields(field), request.form)
    if "choices" in values:
        values["choices"] = [line.strip() for line in values["choices"].splitlines() if line.strip()]
        if len(values["choices"]) > MOST_CHOICES:
            errors["choices"] = _("At most %(n)d choices.", n=MOST_CHOICES)
        elif any(len(each) > LONGEST_CHOICE or "|" in each for each in values["choices"]):
            errors["choices"] = _("A choice has at most 100 characters, and no “|” among them.")
    if errors:
        raise Refused(**errors)
    return values


def _show(field: CustomField | None, form: forms.Form, status: int = 200) -> Response:
    context = {"field": field, "form": form, "fields": _fields(field), "kinds": KINDS}
    return respond("settings/field.html", "form", status=status, **context, modules=ALL)


def _ask(field: CustomField, message: Words | None = None, status: int = 200) -> Response:
    context = {"field": field, "count": making_fields.holding(field), "message": message}
    return respond("settings/field_delete.html", "form", status=status, **context)
