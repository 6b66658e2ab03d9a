"""Which numbers were given out: asked before a counter is set back."""

from collections.abc import Iterator

from sqlalchemy import func, select

from domain.books.document import Document
from domain.books.payments import DIRECTIONS, Payment
from domain.db import db


def numbers_beginning_with(prefix: str, kind: str) -> Iterator[int]:
    """The highest counters behind a prefix, among the numbers of a kind of document."""
    direction = next((each.key for each in DIRECTIONS.values() if each.series == kind), None)
    column, is_of_kind = (
        (Payment.number, Payment.direction == direction)
        if direction
        else (Document.number, Document.kind == kind)
    )
    query = select(column).where(is_of_kind, column.startswith(prefix, autoescape=True))
    # the longest numbers first, and of those the last: digits are filled up with zeros
    highest = query.order_by(func.length(column).desc(), column.desc()).limit(20)
    for number in db.session.scalars(highest):
        counter = number[len(prefix) :]
        if counter.isascii() and counter.isdigit():
            yield int(counter)
