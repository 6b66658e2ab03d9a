"""The line table of a document's form: rows as they are typed, and what its buttons do to them.

A line's field is called `lines-<n>-<field>`; rows are taken in order of n. The buttons (add, remove, move, take an
item's rate) are submits named `do`, so that they work without JavaScript.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from blueprints.forms import as_typed
from blueprints.language import language, t
from blueprints.references import find, find_all, resolve
from domain.books.document import Document
from domain.books.items import Item, Trade
from domain.books.lines import DocumentLine, LineInput
from domain.db import db
from domain.errors import Refused
from domain.modules.kinds import as_id, parse_id, parse_long_text, parse_number, parse_percent, parse_text
from domain.modules.module import Field
from domain.modules.values import checked, in_minor
from domain.money import Money
from domain.words import Words, _

ITEM = Field("item", _("Item"), "reference", to="books.items")
TAX = Field("tax", _("Tax"), "reference", to="settings.taxes")
NUMBER = Field("number", _("Number"), "number")
UNIT = Field("unit", _("Unit"))
FIELDS = (
    "item",
    "item_id",
    "description",
    "quantity",
    "unit",
    "rate",
    "discount",
    "discount_kind",
    "tax",
    "of",
)
MOST = 1000
ZERO = Decimal(0)

_SAID_AT = {"discount_percent": "discount", "discount_minor": "discount"}
"""Where a refusal of the business stands in the row."""


@dataclass
class Line:
    """One row of the table as it is typed, and what is wrong with it."""

    typed: dict[str, str]
    errors: dict[str, Words] = field(default_factory=dict)
    amount_minor: int | None = None

    def text(self, name: str) -> str:
        """What stands in a field."""
        return self.typed.get(name, "")

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed; an empty row is left out."""
        return not any(self.text(name).strip() for name in ("item", "item_id", "description", "rate"))


def empty_line() -> Line:
    """A fresh row."""
    return Line({"quantity": "1"})


def posted(form: Mapping[str, str]) -> list[Line]:
    """The rows of a posted form, in order."""
    rows: dict[int, dict[str, str]] = {}
    for name, value in form.items():
        found = re.fullmatch(r"lines-(\d{1,5})-([a-z_]+)", name)
        if found and found[2] in FIELDS:
            rows.setdefault(int(found[1]), {})[found[2]] = value
    if len(rows) > MOST:
        raise Refused(_("A document has at most %(n)d lines.", n=MOST))
    return [Line(rows[n]) for n in sorted(rows)]


def of_document(document: Document) -> list[Line]:
    """The rows of a stored document."""
    return [_of(line, document.currency) for line in document.lines] or [empty_line()]


def differ(lines: list[Line], document: Document) -> bool:
    """Whether the rows say something else than a stored document."""
    return _said(lines) != _said(of_document(document))


def changed_by(action: str, lines: list[Line], trade: Trade, rate_of: Any) -> list[Line]:
    """The rows after a button: `add`, `remove:2`, `up:2`, `down:2`, `item:2`; `rate_of(item)` prices an item."""
    name, _colon, argument = action.partition(":")
    n = as_id(argument)
    if name == "add":
        return [*lines, empty_line()]
    if n is None or n >= len(lines):
        return lines
    if name == "item":
        _take_item(lines[n], trade, rate_of)
    return {"remove": _without, "up": _up, "down": _down}.get(name, _same)(lines, n)


def parse(
    lines: list[Line], currency: str, trade: Trade, document: Document | None = None
) -> list[LineInput]:
    """What the rows say, in that currency; what is wrong is noted at each row (`has_errors`).

    A row that says of which line of the document it is stays taken over from where that line was.
    """
    filled = [line for line in lines if not line.is_empty]
    taken = (
        {each.id: each.source_line_id for each in document.lines} if document and document.source_id else {}
    )
    reading = Reading(currency, trade, _chosen(ITEM, filled, "item_id"), _chosen(TAX, filled, "tax"), taken)
    return [value for line in filled if (value := _parse(line, reading)) is not None]


def has_errors(lines: list[Line]) -> bool:
    """Whether any row has something wrong with it."""
    return any(line.errors for line in lines)


def forgive_unfinished(lines: list[Line], action: str) -> None:
    """While somebody still types, an empty field is no mistake, nor is the beginning of an item's name.

    Except in the row whose item was just asked for: there it is the answer.
    """
    asked = as_id(action.removeprefix("item:"))
    for n, line in enumerate(lines):
        if n != asked:
            line.errors = {
                name: words for name, words in line.errors.items() if name != "item" and line.text(name)
            }


def note_errors(lines: list[Line], errors: Mapping[str, Words]) -> None:
    """Put refusals of the business (`lines-0-quantity`, counted without empty rows) at their rows."""
    filled = [line for line in lines if not line.is_empty]
    for name, message in errors.items():
        found = re.fullmatch(r"lines-(\d+)-(\w+)", name)
        if found and int(found[1]) < len(filled):
            filled[int(found[1])].errors[_SAID_AT.get(found[2], found[2])] = message


@dataclass(frozen=True)
class Reading:
    """With what rows are read: the currency, and what was chosen in them, asked for once for all."""

    currency: str
    trade: Trade
    items: dict[int, Any]
    taxes: dict[int, Any]
    taken: Mapping[int, int | None]
    """From which line of another document the lines were taken over, by their ids."""


def _chosen(field: Field, lines: list[Line], name: str) -> dict[int, Any]:
    return find_all(field, {found for line in lines if (found := as_id(line.text(name).strip()))})


def _parse(line: Line, reading: Reading) -> LineInput | None:
    values: dict[str, Any] = {}
    for name, read in _READ.items():
        try:
            values[name] = read(line, reading)
        except Refused as refusal:
            line.errors[name] = refusal.message
    if line.errors:
        return None
    item = values["item"]
    return LineInput(
        description=values["description"] or (reading.trade.words(item) if item else ""),
        quantity=values["quantity"],
        rate=values["rate"],
        unit=values["unit"] or (item.unit if item else ""),
        tax_id=values["tax"],
        item_id=item.id if item else None,
        source_line_id=reading.taken.get(as_id(line.text("of")) or 0),
        **values["discount"],
    )


def _item(line: Line, reading: Reading) -> Any:
    chosen = reading.items.get(as_id(line.text("item_id").strip()) or 0)
    if chosen is not None and line.typed.get("item") in (None, t(chosen.title)):
        return chosen
    found = resolve(ITEM, line.text("item_id"), line.typed.get("item"))
    return find(ITEM, found) if found else None


def _quantity(line: Line, _reading: Reading) -> Decimal:
    value = parse_number(line.text("quantity"), language())
    return Decimal(1) if value is None else value


def _rate(line: Line, _reading: Reading) -> Decimal:
    value = parse_number(line.text("rate"), language())
    if value is None:
        raise Refused(_("Please fill this in."))
    return value


def _discount(line: Line, reading: Reading) -> dict[str, Any]:
    """A percentage or an amount, under the name of what keeps it."""
    if line.text("discount_kind") == "amount":
        amount = parse_number(line.text("discount"), language()) or ZERO
        return {"discount_minor": in_minor(amount, reading.currency)}
    return {"discount_percent": parse_percent(line.text("discount"), language()) or ZERO}


def _tax(line: Line, reading: Reading) -> int | None:
    chosen = parse_id(line.text("tax"))
    if chosen is not None and chosen not in reading.taxes:
        raise Refused(_("Please choose from the list."))
    return chosen


_READ = {
    "item": _item,
    "description": lambda line, _reading: parse_long_text(line.text("description")),
    "quantity": _quantity,
    "unit": lambda line, _reading: checked(UNIT, parse_text(line.text("unit")), DocumentLine),
    "rate": _rate,
    "discount": _discount,
    "tax": _tax,
}


def _take_item(line: Line, trade: Trade, rate_of: Any) -> None:
    """Fill a row from the item chosen in it."""
    try:
        item_id = resolve(ITEM, line.text("item_id"), line.typed.get("item"))
    except Refused as refusal:
        line.errors["item"] = refusal.message
        return
    item = db.session.get(Item, item_id) if item_id else None
    if item is None:
        return
    line.typed |= {
        "item": t(item.title),
        "item_id": str(item.id),
        "description": trade.words(item),
        "unit": item.unit,
        "rate": as_typed(NUMBER, rate_of(item)),
        "tax": str(item.tax_id or ""),
    }


def _said(lines: list[Line]) -> list[list[str]]:
    return [[_says(line, name) for name in FIELDS] for line in lines if not line.is_empty]


def _says(line: Line, name: str) -> str:
    if name == "discount_kind" and not line.text("discount"):
        return ""
    return line.text(name).replace("\r\n", "\n").strip()


def _of(line: Any, currency: str) -> Line:
    return Line(
        {
            "item": t(line.item.title) if line.item else "",
            "item_id": str(line.item_id or ""),
            "description": line.description,
            "quantity": as_typed(NUMBER, line.quantity),
            "unit": line.unit,
            "rate": as_typed(NUMBER, line.rate),
            "tax": str(line.tax_id or ""),
            **_discount_of(line, currency),
            **({"of": str(line.id)} if line.source_line_id else {}),
        },
        amount_minor=line.net_minor,
    )


def _discount_of(line: Any, currency: str) -> dict[str, str]:
    """The line's discount in one field: what bears a percentage and an amount, made elsewhere, as an amount."""
    if not line.discount_minor:
        typed = as_typed(NUMBER, line.discount_percent or None)
        return {"discount": typed, "discount_kind": "percent"}
    amount = line.discount_minor
    if line.discount_percent:
        amount = Money.of(line.quantity * line.rate, currency).amount_minor - line.net_minor
    return {"discount": as_typed(NUMBER, Money(amount, currency).decimal), "discount_kind": "amount"}


def _without(lines: list[Line], n: int) -> list[Line]:
    return lines[:n] + lines[n + 1 :] or [empty_line()]


def _up(lines: list[Line], n: int) -> list[Line]:
    return [*lines[: n - 1], lines[n], lines[n - 1], *lines[n + 1 :]] if n else lines


def _down(lines: list[Line], n: int) -> list[Line]:
    return _up(lines, n + 1) if n + 1 < len(lines) else lines


def _same(lines: list[Line], _n: int) -> list[Line]:
    return lines
