"""Modules as an organization has them: with the fields that it added."""

from dataclasses import replace

from domain.custom_fields import MISSING, Definition, expression, fields_kept, sorted_by
from domain.modules.module import Choice, Field, Module, Section
from domain.words import _, _p

KINDS = {
    "text": ("text", _("Text")),
    "number": ("number", _p("kind", "Number")),
    "date": ("date", _("Date")),
    "choice": ("choice", _("Choice")),
    "checkbox": ("boolean", _("Checkbox")),
    "link": ("url", _("Link")),
}
"""The kinds of custom field: how each is typed and shown, and what it is called."""


def customized(module: Module) -> Module:
    """The module with the custom fields of the organization in scope; no statement, most of the time."""
    kept = fields_kept()
    if module.key not in kept.by_module:
        return module
    if module.key not in kept.modules:
        kept.modules[module.key] = _with(module, tuple(kept.by_module[module.key].values()))
    found: Module = kept.modules[module.key]
    return found


def _with(module: Module, definitions: tuple[Definition, ...]) -> Module:
    shown = [each for each in definitions if not each.is_retired]
    if not shown:
        return module
    names = tuple(each.name for each in shown)
    return replace(
        module,
        fields=(*module.fields, *(_field(module, each) for each in shown)),
        list_columns=(*module.list_columns, *(each.name for each in shown if each.is_listed)),
        summary=(*module.summary, *names),
        sections=(*module.sections, Section(_("Further details"), names)) if module.sections else (),
    )


def _field(module: Module, each: Definition) -> Field:
    return Field(
        each.name,
        each.label,
        KINDS[each.kind][0],
        required=each.is_required,
        choices=_choices(each) if each.kind == "choice" else (),
        sql=lambda: expression(module.model, each.key, each.kind),
        order=lambda: sorted_by(module.model, each.key, each.kind),
        when_missing=MISSING.get(each.kind),
        sortable=True,
        longest=500,
        prints=each.prints,
        is_custom=True,
    )


def _choices(each: Definition) -> tuple[Choice, ...]:
    nothing = () if each.is_required else (Choice("", _("Not said")),)
    return (*nothing, *(Choice(label, label, is_retired) for label, is_retired in each.choices))
