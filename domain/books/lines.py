"""The lines of a document: what is charged for, how much of it, at which rate, bearing which tax."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.books.items import Item
from domain.books.taxes import Tax
from domain.books.totals import TaxRate
from domain.db import Id, OrganizationScoped, Scaled, db
from domain.errors import Refused
from domain.words import Words, _

if TYPE_CHECKING:
    from domain.books.document import Document

ZERO = Decimal(0)
ONE = Decimal(1)
MOST_MINOR = 10**15
"""More than this on one line or document is a slip of the finger."""


@dataclass(frozen=True)
class LineInput:
    """A line as it is typed."""

    description: str = ""
    quantity: Decimal = ONE
    rate: Decimal = ZERO
    unit: str = ""
    discount_percent: Decimal = ZERO
    discount_minor: int = 0
    tax_id: int | None = None
    item_id: int | None = None
    source_line_id: int | None = None
    """The line of another document that it was taken over from."""


_TYPED = tuple(field.name for field in fields(LineInput))
"""What a line keeps as it was typed."""

_KEPT = (*_TYPED, "position", "tax_name", "tax_percent", "is_reduced", "net_minor")


class DocumentLine(OrganizationScoped, db.Model):
    """A line. The tax's name and percentage are copies: a later change of the tax does not reach it."""

    __tablename__ = "document_lines"
    __table_args__ = (
        Index(None, "document_id", "position"),
        Index(None, "item_id"),
        Index(None, "tax_id"),
        Index(None, "source_line_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    document_id: Mapped[int] = mapped_column(Id, ForeignKey("documents.id"), nullable=False)
    position: Mapped[int] = mapped_column(Integer, nullable=False)
    item_id: Mapped[int | None] = mapped_column(Id, ForeignKey("items.id"), nullable=True)
    description: Mapped[str] = mapped_column(Text, nullable=False, default="")
    quantity: Mapped[Decimal] = mapped_column(Scaled, nullable=False, default=ONE)
    unit: Mapped[str] = mapped_column(String(30), nullable=False, default="")
    rate: Mapped[Decimal] = mapped_column(Scaled, nullable=False, default=ZERO)
    discount_percent: Mapped[Decimal] = mapped_column(Scaled, nullable=False, default=ZERO)
    discount_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    tax_id: Mapped[int | None] = mapped_column(Id, ForeignKey("taxes.id"), nullable=True)
    tax_name: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    tax_percent: Mapped[Decimal | None] = mapped_column(Scaled, nullable=True)
    is_reduced: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    net_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)

    source_line_id: Mapped[int | None] = mapped_column(
        Id, ForeignKey("document_lines.id", ondelete="SET NULL"), nullable=True
    )

    document: Mapped["Document"] = relationship(back_populates="lines")
    item: Mapped[Item | None] = relationship()

    @property
    def as_typed(self) -> LineInput:
        """The line as it was typed, for the form and for copies."""
        return LineInput(**{name: getattr(self, name) for name in _TYPED})

    def copy(self) -> "DocumentLine":
        """The same line for another document, its tax as it was then."""
        return DocumentLine(**{name: getattr(self, name) for name in _KEPT})

    def _become(self, other: "DocumentLine") -> bool:
        changes = {name: value for name in _KEPT if (value := getattr(other, name)) != getattr(self, name)}
        for name, value in changes.items():
            setattr(self, name, value)
        return bool(changes)

    @property
    def tax(self) -> TaxRate | None:
        """Its tax as the document names it."""
        if self.tax_percent is None:
            return None
        return TaxRate(self.is_reduced, self.tax_name, self.tax_percent)


def lines_from(typed: Sequence[LineInput]) -> list[DocumentLine]:
    """Lines with their taxes copied; an item or tax that is not there is refused at its field."""
    taxes = _taxes({line.tax_id for line in typed if line.tax_id})
    items = _items({line.item_id for line in typed if line.item_id})
    return [_line(place, line, taxes, items) for place, line in enumerate(typed)]


def become(lines: list[DocumentLine], others: Sequence[DocumentLine]) -> bool:
    """Let these lines say what the others say; whether anything had to change for it.

    A line that stays is no new row, so that saving a long document again writes what was changed only.
    """
    changed = [line._become(other) for line, other in zip(lines, others, strict=False)]
    more, less = others[len(lines) :], lines[len(others) :]
    del lines[len(others) :]
    lines.extend(more)
    return any(changed) or bool(more or less)


def check_lines(lines: Sequence[DocumentLine]) -> None:
    """Refuse a document without lines, and lines that say nothing or too much, each at its field."""
    if not lines:
        raise Refused(_("A document needs at least one line."))
    faults = {}
    for place, line in enumerate(lines):
        if fault := _fault(line):
            column, words = fault
            faults[at_line(place, column)] = words
    if faults:
        raise Refused(**faults)


def at_line(place: int, column: str) -> str:
    """The name of a line's field in a form: `lines-0-quantity`."""
    return f"lines-{place}-{column}"


def _fault(line: DocumentLine) -> tuple[str, Words] | None:
    if not line.description and line.item_id is None:
        return "description", _("Please choose an item or describe what this is.")
    if not 0 <= line.discount_percent <= 100:
        return "discount_percent", _("A percentage lies between 0 and 100.")
    if line.discount_minor < 0:
        return "discount_minor", _("A discount can't be negative.")
    if abs(line.net_minor) > MOST_MINOR:
        return "rate", _("This amount is too large.")
    return None


def _line(place: int, typed: LineInput, taxes: dict[int, Tax], items: frozenset[int]) -> DocumentLine:
    if typed.tax_id and typed.tax_id not in taxes:
        raise Refused(**{at_line(place, "tax"): _("This tax is not there any more.")})
    if typed.item_id and typed.item_id not in items:
        raise Refused(**{at_line(place, "item"): _("This item is not there any more.")})
    tax = taxes.get(typed.tax_id or 0)
    return DocumentLine(
        position=place,
        **vars(typed),
        tax_name=tax.name if tax else "",
        tax_percent=tax.percent if tax else None,
        is_reduced=tax.is_reduced if tax else False,
        net_minor=0,
    )


def _taxes(ids: set[int]) -> dict[int, Tax]:
    if not ids:
        return {}
    return {tax.id: tax for tax in db.session.scalars(select(Tax).where(Tax.id.in_(ids)))}


def _items(ids: set[int]) -> frozenset[int]:
    if not ids:
        return frozenset()
    return frozenset(db.session.scalars(select(Item.id).where(Item.id.in_(ids))))
