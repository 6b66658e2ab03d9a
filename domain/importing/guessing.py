"""What a spreadsheet seems to say: its columns, its dates, its numbers. People correct the rest."""

import re
from collections.abc import Iterable, Sequence

from domain.importing import columns
from domain.importing.cells import SPACES, Cell, Said, is_empty
from domain.importing.duplicates import keys_of
from domain.importing.plans import Plan, fields_of
from domain.modules.module import Field, Module
from domain.modules.values import owners
from domain.search_text import fold

NUMBERS = ("number", "integer", "money", "percent", "exchange_rate")


def plan_for(module: Module, sample: Sequence[Sequence[Cell]], said: Said, language: str) -> Plan:
    """A plan to begin with, from the first rows of a file and the language of whoever brings it."""
    heading = columns.looks_like_headings(sample[0], said, module)
    return replan(module, sample, said, language, heading)


def replan(
    module: Module, sample: Sequence[Sequence[Cell]], said: Said, language: str, heading: bool
) -> Plan:
    """The same, when somebody has said whether the first row holds the headings."""
    width = max(len(row) for row in sample)
    first = [*sample[0], *[""] * (width - len(sample[0]))]
    names = columns.guess(module, first, said) if heading else ("",) * width
    rows = sample[1:] if heading else sample
    fields = {field.name: field for field in fields_of(module)}
    names = tuple(_unless_nobody(fields, name, _column(rows, n)) for n, name in enumerate(names))
    by_kind = [(fields[name], _column(rows, n)) for n, name in enumerate(names) if name]
    return Plan(
        columns=names,
        heading=heading,
        dates=guess_dates(_of_kinds(by_kind, ("date",)), {"ja": "ymd", "fr": "dmy"}.get(language, "ymd")),
        decimal=guess_decimal(_of_kinds(by_kind, NUMBERS), "," if language == "fr" else "."),
        match=tuple(key.name for key in keys_of(module) if key.usual and set(key.fields) & set(names)),
    )


def _column(rows: Sequence[Sequence[Cell]], number: int) -> list[Cell]:
    return [row[number] for row in rows if number < len(row) and not is_empty(row[number])]


def _of_kinds(columns: list[tuple[Field, list[Cell]]], kinds: tuple[str, ...]) -> list[Cell]:
    return [cell for field, cells in columns if field.kind in kinds for cell in cells]


def _unless_nobody(fields: dict[str, Field], name: str, cells: list[Cell]) -> str:
    """A column of people is not one of owners when none of them works here: 担当者 may be at the customer's."""
    if name not in fields or fields[name].kind != "member" or not cells:
        return name
    ours = {fold(each) for member in owners() for each in (member.name, member.user.email)}
    return name if any(fold(str(cell)) in ours for cell in cells) else ""


def guess_dates(cells: Iterable[Cell], otherwise: str) -> str:
    """The order of day, month and year in these cells; `otherwise` where they could be read either way."""
    order = otherwise
    for cell in cells:
        found = re.match(r"(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}$", str(cell).strip())
        if found is None:
            continue
        first, second = int(found[1]), int(found[2])
        if first > 12 or second > 12:
            return "dmy" if 12 < first <= 31 else "mdy" if second > 12 else order
        order = order if order != "ymd" else "dmy"
    return order


def guess_decimal(cells: Iterable[Cell], otherwise: str) -> str:
    """What stands before the fraction in these cells."""
    for cell in cells:
        if isinstance(cell, str):
            text = cell.translate(SPACES)
            if re.search(r"\.\d{3},|,\d{1,2}$|^\d+,\d{4,}$|\.\d{3}\.", text):
                return ","
            if re.search(r",\d{3}\.|\.\d{1,2}$|,\d{3},", text):
                return "."
    return otherwise
