"""The lines of a document: what is charged for, how much of it, at which rate, bearing which tax."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.books.items import Item
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


class Bearing:
    """What bears a tax, under the name and percentage that were copied from it."""

    __slots__ = ()
    is_reduced: Any
    tax_name: Any
    tax_percent: Any

    @property
    def tax(self) -> TaxRate | None:
        """Its tax as the document names it."""
        if self.tax_percent is None:
            return None
        return TaxRate(self.is_reduced, self.tax_name, self.tax_percent)


class Line(Protocol):
    """What is checked of a line."""

    description: Any
    item_id: Any
    discount_percent: Any
    discount_minor: Any
    net_minor: Any


class DocumentLine(Bearing, OrganizationScoped, db.Model):
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


def check_lines(lines: Sequence[Line]) -> None:
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


def _fault(line: Line) -> tuple[str, Words] | None:
    if not line.description and line.item_id is None:
        return "description", _("Please choose an item or describe what this is.")
    if not 0 <= line.discount_percent <= 100:
        return "discount_percent", _("A percentage lies between 0 and 100.")
    if line.discount_minor < 0:
        return "discount_minor", _("A discount can't be negative.")
    if abs(line.net_minor) > MOST_MINOR:
        return "rate", _("This amount is too large.")
    return None
