"""A row of the file as values of a record: every cell read by the rules by which a form is read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.errors import Refused
from domain.importing.cells import Cell, Said, is_empty, plain_text, typed
from domain.importing.lookup import Lookup, ToMake
from domain.importing.plans import Plan, fields_of
from domain.modules.kinds import KINDS
from domain.modules.module import Field, Module
from domain.modules.values import checked, in_minor_units, is_allowed
from domain.words import Words, _

REFERRING = ("reference", "member")


@dataclass
class Row:
    """One row: where it stands, what it says, and what is wrong with that."""

    number: int
    position: int
    cells: Sequence[Cell]
    values: dict[str, Any] = field(default_factory=dict)
    """By the attribute that keeps them; only what the row says."""
    to_make: dict[str, tuple[Field, ToMake]] = field(default_factory=dict)
    errors: list[tuple[str, Words]] = field(default_factory=list)


@dataclass
class Reading:
    """How the rows of a slice are read."""

    module: Module
    plan: Plan
    said: Said
    lookup: Lookup
    _allowed: dict[tuple[str, Any], bool] = field(default_factory=dict)

    def read(self, rows: Sequence[Row]) -> None:
        """Fill in the values of these rows, and what is wrong with them."""
        fields = {each.name: each for each in fields_of(self.module)}
        columns = [(number, fields[name]) for number, name in enumerate(self.plan.columns) if name in fields]
        for number, each in columns:
            if each.kind in REFERRING:
                said = {
                    plain_text(cell) for row in rows if (cell := _cell(row, number)) and not is_empty(cell)
                }
                self.lookup.prepare(each, said)
        for row in rows:
            for number, each in columns:
                self._read(row, each, _cell(row, number))

    def complete(self, values: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, Words]]]:
        """The values of a new record: what the row doesn't say is what an empty form says."""
        full: dict[str, Any] = dict(values)
        errors = []
        for each in fields_of(self.module):
            if each.column in full:
                continue
            value = each.default() if each.default else KINDS[each.kind].parse("", "en")
            if each.required and value in (None, ""):
                errors.append((each.name, _("Please fill this in.")))
            full[each.column] = value
        return full, errors

    def in_minor_units(self, values: dict[str, Any], currencies: Any = None) -> dict[str, Any]:
        """The same with amounts of money as they are kept; the currency stands in the row, or in the record."""
        fields = fields_of(self.module)
        known = {each.currency: getattr(currencies, each.currency, None) for each in fields if each.currency}
        amounts = dict(values)
        for each, minor, refused in in_minor_units(fields, known | values):
            if refused:
                raise Refused(**{each.name: refused.message})
            amounts[each.column] = minor
        return amounts

    def _read(self, row: Row, each: Field, cell: Cell) -> None:
        if is_empty(cell):
            return
        try:
            value = self._value(each, cell)
        except Refused as refusal:
            row.errors.append((each.name, refusal.message))
            return
        if isinstance(value, ToMake):
            row.to_make[each.column] = (each, value)
        elif value is not None:
            row.values[each.column] = value

    def _value(self, each: Field, cell: Cell) -> Any:
        if each.kind in REFERRING:
            return self._referred(each, plain_text(cell).strip())
        text = typed(each, cell, self.plan, self.said)
        return checked(each, KINDS[each.kind].parse(text, "en"), self.module.model, self._is_allowed)

    def _referred(self, each: Field, text: str) -> Any:
        try:
            return self.lookup.resolve(each, text)
        except Refused:
            if self.plan.missing == "empty" and not each.required:
                return None
            raise

    def _is_allowed(self, each: Field, value: Any) -> bool:
        """Asked once a slice and value, since some of the answers are queries."""
        if (each.name, value) not in self._allowed:
            self._allowed[each.name, value] = is_allowed(each, value)
        return self._allowed[each.name, value]


def _cell(row: Row, number: int) -> Cell:
    return row.cells[number] if number < len(row.cells) else ""
