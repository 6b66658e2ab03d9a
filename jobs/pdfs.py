"""Printing a long document: what `document.pdf` in the outbox means. It is kept where short ones are kept, too."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from delivery import documents
from delivery.pdf import PdfFailed
from domain.access import can
from domain.books.document import Document
from domain.comments import may_see
from domain.db import db
from domain.organizations.users import Member
from domain.outbox import Failure, OutboxRow
from domain.portal.shelf import is_shown
from domain.words import _


def make_pdf(row: OutboxRow) -> None:
    """Print the document that a row speaks of, so that it is there when somebody looks; nothing when it is gone."""
    query = select(Document).where(Document.id == row.payload["document"])
    document = db.session.scalar(query.options(joinedload(Document.party)))
    if document is None:
        return
    if not _may_have(document, row.actor_id):
        raise Failure("permanent", _("The person who asked for this may not see it any more."))
    try:
        documents.pdf(document)
    except PdfFailed as failed:
        raise Failure("permanent", failed.message) from failed


def _may_have(document: Document, actor_id: int | None) -> bool:
    """Whether whoever asked may see it still: somebody of the organization, or else its customer."""
    if actor_id is None:
        mine = select(Document.id).where(Document.id == document.id, is_shown())
        return db.session.scalar(mine) is not None
    actor = db.session.get(Member, actor_id)
    return actor is not None and actor.is_here and _may_view(actor, document)


def _may_view(actor: Member, document: Document) -> bool:
    return can(actor, f"{document.MODULE}.view") and may_see(actor, document)
