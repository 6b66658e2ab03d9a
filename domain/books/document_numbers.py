"""The number of a document: the next of its series, or the one that somebody typed for a series without a counter."""

from typing import TYPE_CHECKING

from sqlalchemy import select

from domain.db import db
from domain.errors import Refused
from domain.numbering import NumberSeries, take_number
from domain.organizations.organizations import current_organization
from domain.words import _

if TYPE_CHECKING:
    from domain.books.document import Document


def series_of(kind: str) -> list[NumberSeries]:
    """The series of a kind of document, the usual one first."""
    query = select(NumberSeries).where(NumberSeries.document_kind == kind)
    return list(db.session.scalars(query.order_by(NumberSeries.is_default.desc(), NumberSeries.name)))


def number_of(document: "Document") -> str:
    """The number that it gets now."""
    if not has_typed_number(document):
        return take_number(
            document.kind,
            document.date,
            current_organization(),
            document.series_id,
            lambda number: is_taken(document.kind, number),
        )
    if is_taken(document.kind, document.typed_number, document.id):
        raise Refused(_("There is a %(number)s already.", number=document.typed_number))
    return document.typed_number


def numbered_again(document: "Document", draft: "Document") -> dict[str, str]:
    """Its new number, where it has one that was typed when it was made and is now another."""
    if document.NUMBERED == "creation" and document.number and draft.typed_number:
        return {"number": draft.typed_number}
    return {}


def check_number(document: "Document", known_as: int | None) -> None:
    """Refuse a series of other documents, and where numbers are typed, none and one that is taken."""
    series = _series(document)
    if series is not None and series.document_kind != document.kind:
        raise Refused(series_id=_("Please choose from the list."))
    if not has_typed_number(document):
        document.typed_number = ""
    elif not document.typed_number:
        raise Refused(typed_number=_("The numbers of this series are typed. Please type one."))
    elif is_taken(document.kind, document.typed_number, known_as):
        raise Refused(typed_number=_("There is a %(number)s already.", number=document.typed_number))


def has_typed_number(document: "Document") -> bool:
    """Whether its series has no counter."""
    series = _series(document)
    return series is not None and series.is_manual


def is_taken(kind: str, number: str, but_by: int | None = None) -> bool:
    """Whether another document of the kind bears this number."""
    # here and not at the top: documents take their numbers here
    from domain.books.document import Document

    query = select(Document.id).where(
        Document.kind == kind, Document.number == number, Document.id != (but_by or 0)
    )
    return db.session.scalar(query) is not None


def _series(document: "Document") -> NumberSeries | None:
    return db.session.get(NumberSeries, document.series_id) if document.series_id else None
