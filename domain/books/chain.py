"""What a document came from and what became of it: estimate, order, invoices."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select

from domain.access import visible
from domain.books.document import Document
from domain.db import db
from domain.organizations.users import Member

LONGEST = 6
"""How many documents can follow from one another: estimate, order, purchase order, bill, and one to spare."""

MOST = 50
"""How many of one step are shown."""


def chain_of(document: Document, member: Member) -> list[Sequence[Document]]:
    """All that belongs together, step by step from the first, as far as this person sees it.

    Empty when the document came from nothing and became nothing.
    """
    steps: list[Sequence[Document]] = [[_first_before(document, member)]]
    while len(steps) < LONGEST and (after := _made_from(steps[-1], member)):
        steps.append(after)
    return steps if len(steps) > 1 else []


def _first_before(document: Document, member: Member) -> Document:
    first = document
    for _step in range(LONGEST):
        before = _seen(member, Document.id == first.source_id) if first.source_id else []
        if not before:
            break
        first = before[0]
    return first


def _made_from(documents: Sequence[Document], member: Member) -> Sequence[Document]:
    return _seen(member, Document.source_id.in_([each.id for each in documents]))


def _seen(member: Member, which: ColumnElement[bool]) -> Sequence[Document]:
    query = select(Document).where(which, visible(member, Document)).order_by(Document.id).limit(MOST)
    return db.session.scalars(query).all()
