"""Long documents are printed by a worker: who asked for one looks again until it is there."""

from sqlalchemy import func, select

from domain.books.document import Document
from domain.books.lines import DocumentLine
from domain.db import db
from domain.organizations.users import Member
from domain.outbox import OutboxRow, publish

TOPIC = "document.pdf"

LONG = 500
"""A document with more lines takes too long for whoever waits in front of a page."""


def is_long(document: Document) -> bool:
    """Whether printing it is a worker's job."""
    count = select(func.count(DocumentLine.id)).where(DocumentLine.document_id == document.id)
    return (db.session.scalar(count) or 0) > LONG


def ask_for_pdf(document: Document, actor: Member | None) -> None:
    """Let a worker print it; asked twice, it is printed once. Without an actor its customer asks, in the portal."""
    actor_id = actor.id if actor else None
    publish(TOPIC, _key(document), {"document": document.id}, queue="bulk", actor_id=actor_id)


def asked_for(document: Document) -> OutboxRow | None:
    """What was last asked for, with how that went."""
    query = select(OutboxRow).where(OutboxRow.topic == TOPIC, OutboxRow.key == _key(document))
    return db.session.scalar(query.order_by(OutboxRow.id.desc()).limit(1))


def _key(document: Document) -> str:
    return f"document-{document.id}"
