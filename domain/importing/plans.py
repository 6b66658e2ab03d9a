"""The plan of an import: what each column means, and what was chosen beside."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from domain.errors import Refused
from domain.importing.duplicates import keys_of
from domain.modules.module import Choice, Field, Module
from domain.words import Words, _

DATES = (
    Choice("ymd", _("Year, month, day: 2026/11/21")),
    Choice("dmy", _("Day, month, year: 21/11/2026")),
    Choice("mdy", _("Month, day, year: 11/21/2026")),
)

DECIMALS = (
    Choice(".", _("Point: 1,234.56")),
    Choice(",", _("Comma: 1.234,56 or 1 234,56")),
)

DUPLICATES = (
    Choice("skip", _("Leave it as it is")),
    Choice("overwrite", _("Overwrite its fields with what the file says")),
    Choice("new", _("Make another one")),
)

MISSING = (
    Choice("fail", _("The row fails")),
    Choice("empty", _("The field stays empty")),
    Choice("create", _("Make it")),
)


@dataclass(frozen=True)
class Plan:
    """How a file is brought in."""

    columns: tuple[str, ...] = ()
    """The field that each column fills; empty where it fills none."""
    heading: bool = True
    """Whether the first row holds the headings."""
    dates: str = "ymd"
    decimal: str = "."
    match: tuple[str, ...] = ()
    """By what a record is taken for the same (`duplicates.Key`)."""
    duplicates: str = "skip"
    missing: str = "fail"
    """What is done with a name, of an account or a tax, that is not found."""

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Plan":
        """The plan as it was kept."""
        return cls(**kept | {"columns": tuple(kept["columns"]), "match": tuple(kept["match"])})

    def kept(self) -> dict[str, Any]:
        """The plan as it is kept."""
        return asdict(self)

    def with_columns(self, columns: tuple[str, ...]) -> "Plan":
        """The same with another meaning of the columns."""
        return replace(self, columns=columns)

    @property
    def overwrites(self) -> bool:
        """Whether records that are there already are changed."""
        return self.duplicates == "overwrite"


def fields_of(module: Module) -> tuple[Field, ...]:
    """What a column can fill: the fields of the form and beside it and, of what belongs to a record, to which."""
    fields = (*module.editable, *module.aside)
    return (module.by_name[module.parent], *fields) if module.parent else fields


def checked(plan: Plan, module: Module) -> Plan:
    """The plan, if it can be carried out; raises Refused where it can't."""
    _check_columns(plan, module)
    for value, choices in (
        (plan.dates, DATES),
        (plan.decimal, DECIMALS),
        (plan.duplicates, DUPLICATES),
        (plan.missing, MISSING),
    ):
        if value not in {choice.key for choice in choices}:
            raise Refused(_("Please choose from the list."))
    known = {key.name for key in keys_of(module)}
    return replace(plan, match=tuple(name for name in plan.match if name in known))


def _check_columns(plan: Plan, module: Module) -> None:
    fields = {field.name: field for field in fields_of(module)}
    wrong: dict[str, Words] = {}
    seen: set[str] = set()
    for number, name in enumerate(plan.columns):
        if not name:
            continue
        if name not in fields:
            wrong[f"column_{number}"] = _("Please choose from the list.")
        elif name in seen:
            wrong[f"column_{number}"] = _("Another column fills this field already.")
        seen.add(name)
    if wrong:
        raise Refused(**wrong)
    missing = [field for field in fields.values() if _is_needed(field) and field.name not in seen]
    if missing:
        raise Refused(
            _("“%(field)s” is needed: please choose the column that holds it.", field=missing[0].label)
        )


def _is_needed(field: Field) -> bool:
    return field.required and field.default is None
