"""What is open on documents, in SQL: of each kind the balance in its own open statuses, and else nothing."""

from typing import Any

from sqlalchemy import and_, case, inspect, or_

from domain.books.document import Document


def open_part() -> Any:
    """What is open on a document, each kind in its own statuses."""
    in_its_own = (
        and_(Document.kind == each.polymorphic_identity, Document.status.in_(each.class_.OPEN))
        for each in kinds()
    )
    return case((or_(*in_its_own), Document.balance_minor), else_=0)


def kinds() -> list[Any]:
    """The mappers of all kinds of documents."""
    return [each for each in inspect(Document).self_and_descendants if each.polymorphic_identity]
