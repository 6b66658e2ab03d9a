"""Lines while a document is drawn up: plain, so that a long one is counted and written as fast as its rows allow."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal

from sqlalchemy import insert, select

from domain.books.items import Item
from domain.books.lines import Bearing, DocumentLine, LineInput, at_line
from domain.books.taxes import Tax
from domain.db import db
from domain.errors import Refused
from domain.scope import current_organization_id
from domain.words import _


@dataclass(slots=True)
class DrawnLine(Bearing):
    """A line as it was typed, with its tax copied, and what it comes to."""

    position: int
    description: str
    quantity: Decimal
    rate: Decimal
    unit: str
    discount_percent: Decimal
    discount_minor: int
    tax_id: int | None
    item_id: int | None
    source_line_id: int | None
    tax_name: str = ""
    tax_percent: Decimal | None = None
    is_reduced: bool = False
    net_minor: int = 0


_COLUMNS = tuple(field.name for field in fields(DrawnLine))


def lines_from(typed: Sequence[LineInput]) -> list[DrawnLine]:
    """Lines with their taxes copied; an item or tax that is not there is refused at its field."""
    taxes = _taxes({line.tax_id for line in typed if line.tax_id})
    items = _items({line.item_id for line in typed if line.item_id})
    return [_line(place, line, taxes, items) for place, line in enumerate(typed)]


def write_lines(document_id: int, lines: Sequence[DrawnLine]) -> None:
    """Put the lines of a new document into its table, all at once: no record is made of a line to save it."""
    head = {"document_id": document_id, "organization_id": current_organization_id()}
    if lines:
        db.session.execute(insert(DocumentLine.__table__), [head | _row(line) for line in lines])


def become(lines: list[DocumentLine], others: Sequence[DrawnLine]) -> bool:
    """Let the lines of a stored document say what the others say; whether anything had to change for it.

    A line that stays is no new row, so that saving a long document again writes what was changed only.
    """
    changed = [_become(line, other) for line, other in zip(lines, others, strict=False)]
    more, less = others[len(lines) :], lines[len(others) :]
    del lines[len(others) :]
    lines.extend(DocumentLine(**_row(line)) for line in more)
    return any(changed) or bool(more or less)


def _become(line: DocumentLine, other: DrawnLine) -> bool:
    changes = {name: value for name, value in _row(other).items() if value != getattr(line, name)}
    for name, value in changes.items():
        setattr(line, name, value)
    return bool(changes)


def _row(line: DrawnLine) -> dict[str, object]:
    return {name: getattr(line, name) for name in _COLUMNS}


def _line(place: int, typed: LineInput, taxes: dict[int, Tax], items: frozenset[int]) -> DrawnLine:
    if typed.tax_id and typed.tax_id not in taxes:
        raise Refused(**{at_line(place, "tax"): _("This tax is not there any more.")})
    if typed.item_id and typed.item_id not in items:
        raise Refused(**{at_line(place, "item"): _("This item is not there any more.")})
    tax = taxes.get(typed.tax_id or 0)
    if tax is None:
        return DrawnLine(place, **vars(typed))
    return DrawnLine(
        place, **vars(typed), tax_name=tax.name, tax_percent=tax.percent, is_reduced=tax.is_reduced
    )


def _taxes(ids: set[int]) -> dict[int, Tax]:
    if not ids:
        return {}
    return {tax.id: tax for tax in db.session.scalars(select(Tax).where(Tax.id.in_(ids)))}


def _items(ids: set[int]) -> frozenset[int]:
    if not ids:
        return frozenset()
    return frozenset(db.session.scalars(select(Item.id).where(Item.id.in_(ids))))
