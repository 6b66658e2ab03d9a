"""How far a document has become others: the quantities of its lines that stand on what was made from it.

A line that was taken over knows the line it came from. What was made counts until it is voided, cancelled or
deleted: then its quantities are free again. Nothing takes more of a line than it has.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select, update

from domain.books.keeping import books_kept
from domain.books.lines import ZERO, DocumentLine, at_line
from domain.db import db, plain
from domain.errors import Refused
from domain.locking import lock
from domain.words import Words, _

if TYPE_CHECKING:
    from domain.books.document import Document

NOTHING, PARTIAL, FULL = "", "partial", "full"
"""How far a document has come, as it is kept on it."""

TAKEN_BACK = frozenset({"void", "cancelled"})
"""The statuses in which a document uses up nothing of what it was made from."""


@dataclass(frozen=True)
class Made:
    """What was made from a document and stands: documents of which kinds, and how much of each of its lines."""

    kinds: frozenset[str]
    quantities: Mapping[int, Decimal]

    def of(self, line: DocumentLine) -> Decimal:
        """How much of a line stands elsewhere."""
        return self.quantities.get(line.id, ZERO)

    def left_of(self, line: DocumentLine) -> Decimal:
        """How much of a line is left; nothing, where more than all of it was taken."""
        left = plain(line.quantity - self.of(line))
        return left if is_within(left, line.quantity) else ZERO

    def progress(self, lines: Iterable[DocumentLine]) -> str:
        """How far a document with these lines has come."""
        if not self.kinds:
            return NOTHING
        return PARTIAL if any(self.left_of(line) for line in lines) else FULL


def nothing_left(document: Any) -> Words | None:
    """Why a document can become nothing more."""
    return _("Nothing of %(number)s is left.", number=document.title) if document.progress == FULL else None


def made_from(source: "Document", kinds: Iterable[str], apart_from: int | None = None) -> Made:
    """What of these kinds was made from a document and stands; one statement."""
    # here and not at the top: documents let their sources follow by this
    from domain.books.document import Document

    which = (
        Document.source_id == source.id,
        Document.kind.in_(kinds),
        Document.id != (apart_from or 0),
    )
    return _made([row[1:] for row in db.session.execute(_taken().where(*which))])


def all_made() -> Iterator[tuple["Document", Made]]:
    """Every document of the organization that has become others or says so, and what was made from it."""
    from domain.books.document import Document

    rows: dict[int, list[Any]] = {}
    for source_id, *row in db.session.execute(_taken().where(Document.source_id.is_not(None))):
        rows.setdefault(source_id, []).append(row)
    said = set(db.session.scalars(select(Document.id).where(Document.progress != NOTHING)))
    for source_id in sorted(said | rows.keys()):
        source = db.session.get_one(Document, source_id)
        if source.BECOMES:
            yield source, _made([row for row in rows.get(source_id, ()) if row[0] in source.BECOMES])


def _taken() -> Any:
    """What documents that stand were made from, their kind, and what each of their lines took of which line."""
    from domain.books.document import Document

    taken = and_(DocumentLine.document_id == Document.id, DocumentLine.source_line_id.is_not(None))
    query = select(Document.source_id, Document.kind, DocumentLine.source_line_id, DocumentLine.quantity)
    return query.outerjoin(DocumentLine, taken).where(Document.status.not_in(TAKEN_BACK))


def _made(rows: Sequence[Any]) -> Made:
    quantities: dict[int, Decimal] = {}
    for _kind, line_id, quantity in rows:
        if line_id is not None:
            quantities[line_id] = quantities.get(line_id, ZERO) + quantity
    return Made(frozenset(kind for kind, _line_id, _quantity in rows), quantities)


@contextmanager
def source_kept(document: "Document") -> Iterator[None]:
    """Whatever the document takes of the one it was made from inside: that one follows.

    Refused, at its line, when it would take more than is left. The source is locked first, since documents come
    before payments and parties.
    """
    source = _locked_source(document)
    yield
    if source is not None:
        _keep(document, source)


def lock_sources(documents: Iterable["Document"]) -> None:
    """Lock what many documents were made from, before any of them goes on to what comes later in the order."""
    from domain.books.document import Document

    ids = {each.source_id for each in documents if each.source_id}
    if ids:
        query = select(Document.id).where(Document.id.in_(ids)).order_by(Document.id)
        db.session.scalars(query.with_for_update(of=Document, key_share=True)).all()


def keep_without(document: "Document") -> None:
    """A document is about to be deleted: the one it was made from has its quantities back."""
    source = _locked_source(document)
    if source is not None:
        with books_kept(source):
            source.has_become(made_from(source, source.BECOMES, document.id))


def _locked_source(document: "Document") -> "Document | None":
    from domain.books.document import Document

    source = db.session.get(Document, document.source_id) if document.source_id else None
    if source is None or document.kind not in source.BECOMES:
        return None
    lock(source)
    return source


def _keep(document: "Document", source: "Document") -> None:
    db.session.flush()
    made = made_from(source, source.BECOMES)
    if document.status not in TAKEN_BACK:
        _refuse_more(document, source, made)
    with books_kept(source):
        source.has_become(made)


def _refuse_more(document: "Document", source: "Document", made: Made) -> None:
    too_much = {line.id: line for line in source.lines if not is_within(made.of(line), line.quantity)}
    faults = {}
    for place, line in enumerate(document.lines):
        if line.source_line_id in too_much:
            others = made.of(too_much[line.source_line_id]) - line.quantity
            left = plain(too_much[line.source_line_id].quantity - others)
            words = _("At most %(left)s of %(number)s can be taken here.", left=left, number=source.title)
            faults[at_line(place, "quantity")] = words
    if faults:
        raise Refused(next(iter(faults.values())), **faults)


def is_within(quantity: Decimal, whole: Decimal) -> bool:
    """Whether it is a part of the whole, which may be negative."""
    return min(whole, ZERO) <= quantity <= max(whole, ZERO)


def let_go(document: "Document") -> None:
    """It is about to be deleted: what was made from it stands alone, and its mails stay with the party."""
    from domain.books.document import Document
    from domain.emails import Email

    for column in (Document.source_id, Email.document_id):
        db.session.execute(
            update(column.class_)
            .where(column == document.id)
            .values({column: None})
            .execution_options(synchronize_session=False)
        )
