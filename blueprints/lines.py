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
from blueprints.references import find, resolve
from domain.books.document import Document
from domain.books.items import Item
from domain.books.lines import LineInput
from domain.db import db
from domain.errors import Refused
from domain.modules.kinds import as_id, parse_id, parse_long_text, parse_number, parse_percent
from domain.modules.module import Field
from domain.words import Words, _

ITEM = Field("item", _("Item"), "reference", to="books.items")
TAX = Field("tax", _("Tax"), "reference", to="settings.taxes")
NUMBER = Field("number", _("Number"), "number")
FIELDS = ("item", "item_id", "description", "quantity", "rate", "discount_percent", "tax")
MOST = 1000


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
    return [_of(line) for line in document.lines] or [empty_line()]


def differ(lines: list[Line], document: Document) -> bool:
    """Whether the rows say something else than a stored document."""
    return _said(lines) != _said(of_document(document))


def changed_by(action: str, lines: list[Line], rate_of: Any) -> list[Line]:
    """The rows after a button: `add`, `remove:2`, `up:2`, `down:2`, `item:2`; `rate_of(item)` prices an item."""
    name, _colon, argument = action.partition(":")
    n = as_id(argument)
    if name == "add":
        return [*lines, empty_line()]
    if n is None or n >= len(lines):
        return lines
    if name == "item":
        _take_item(lines[n], rate_of)
    return {"remove": _without, "up": _up, "down": _down}.get(name, _same)(lines, n)


def parse(lines: list[Line]) -> list[LineInput]:
    """What the rows say; what is wrong is noted at each row (`has_errors`)."""
    return [value for line in lines if not line.is_empty and (value := _parse(line)) is not None]


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
            filled[int(found[1])].errors[found[2]] = message


def _parse(line: Line) -> LineInput | None:
    values: dict[str, Any] = {}
    for name, read in _READ.items():
        try:
            values[name] = read(line)
        except Refused as refusal:
            line.errors[name] = refusal.message
    if line.errors:
        return None
    item = find(ITEM, values["item"]) if values["item"] else None
    return LineInput(
        description=values["description"] or _words_of(item),
        quantity=values["quantity"],
        rate=values["rate"],
        unit=item.unit if item else "",
        discount_percent=values["discount_percent"],
        tax_id=values["tax"],
        item_id=values["item"],
    )


def _quantity(line: Line) -> Decimal:
    value = parse_number(line.text("quantity"), language())
    return Decimal(1) if value is None else value


def _rate(line: Line) -> Decimal:
    value = parse_number(line.text("rate"), language())
    if value is None:
        raise Refused(_("Please fill this in."))
    return value


def _discount(line: Line) -> Decimal:
    return parse_percent(line.text("discount_percent"), language()) or Decimal(0)


def _tax(line: Line) -> int | None:
    chosen = parse_id(line.text("tax"))
    if chosen is not None and find(TAX, chosen) is None:
        raise Refused(_("Please choose from the list."))
    return chosen


_READ = {
    "item": lambda line: resolve(ITEM, line.text("item_id"), line.typed.get("item")),
    "description": lambda line: parse_long_text(line.text("description")),
    "quantity": _quantity,
    "rate": _rate,
    "discount_percent": _discount,
    "tax": _tax,
}


def _take_item(line: Line, rate_of: Any) -> None:
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
        "description": _words_of(item),
        "rate": as_typed(NUMBER, rate_of(item)),
        "tax": str(item.tax_id or ""),
    }


def _words_of(item: Item | None) -> str:
    """What an item says on a document: its name, and its description below."""
    return "\n".join(part for part in (item.name, item.description) if part) if item else ""


def _said(lines: list[Line]) -> list[list[str]]:
    filled = [line for line in lines if not line.is_empty]
    return [[line.text(name).replace("\r\n", "\n").strip() for name in FIELDS] for line in filled]


def _of(line: Any) -> Line:
    return Line(
        {
            "item": t(line.item.title) if line.item else "",
            "item_id": str(line.item_id or ""),
            "description": line.description,
            "quantity": as_typed(NUMBER, line.quantity),
            "rate": as_typed(NUMBER, line.rate),
            "discount_percent": as_typed(NUMBER, line.discount_percent or None),
            "tax": str(line.tax_id or ""),
        },
        amount_minor=line.net_minor,
    )


def _without(lines: list[Line], n: int) -> list[Line]:
    return lines[:n] + lines[n + 1 :] or [empty_line()]


def _up(lines: list[Line], n: int) -> list[Line]:
    return [*lines[: n - 1], lines[n], lines[n - 1], *lines[n + 1 :]] if n else lines


def _down(lines: list[Line], n: int) -> list[Line]:
    return _up(lines, n + 1) if n + 1 < len(lines) else lines


def _same(lines: list[Line], _n: int) -> list[Line]:
    return lines
