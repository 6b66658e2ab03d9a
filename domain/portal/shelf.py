"""What of a customer's papers the customer sees: the one place from which all that the portal shows is asked.

A draft, what was voided or cancelled, and whatever is another customer's is not there at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_, update

from domain.attachments import Attachment
from domain.books.credit_notes import CreditNote
from domain.books.document import Document
from domain.books.estimates import Estimate
from domain.books.invoices import Invoice
from domain.books.parties import Party
from domain.books.payments import RECEIVED, Payment
from domain.books.sales_orders import SalesOrder
from domain.comments import Comment
from domain.db import db, now, of_this_organization
from domain.errors import Missing
from domain.organizations.organizations import current_organization
from domain.status import Status
from domain.words import Words, _, _p

PER_PAGE = 25

Paper = Document | Payment


@dataclass(frozen=True)
class Shelf:
    """One kind of papers."""

    key: str
    label: Words
    label_one: Words
    empty: Words
    model: Any
    statuses: frozenset[str] = frozenset()
    """Of a kind of documents: in which the customer sees them."""

    @property
    def is_shown(self) -> ColumnElement[bool]:
        """The condition under which a customer sees one that is theirs."""
        if self.model is Payment:
            return Payment.direction == RECEIVED
        return and_(self.model.kind == self.kind, self.model.status.in_(self.statuses))

    @property
    def kind(self) -> str:
        """The kind of the documents, as the table calls it."""
        return str(self.model.__mapper__.polymorphic_identity)


SHELVES: dict[str, Shelf] = {
    shelf.key: shelf
    for shelf in (
        Shelf(
            "estimates",
            _("Estimates"),
            _("Estimate"),
            _("There are no estimates for you yet."),
            Estimate,
            frozenset({"sent", "accepted", "declined", "invoiced"}),
        ),
        Shelf(
            "sales-orders",
            _("Sales orders"),
            _("Sales order"),
            _("There are no orders of yours yet."),
            SalesOrder,
            frozenset({"open", "closed"}),
        ),
        Shelf(
            "invoices",
            _("Invoices"),
            _("Invoice"),
            _("There are no invoices for you yet."),
            Invoice,
            frozenset({"sent"}),
        ),
        Shelf(
            "credit-notes",
            _("Credit notes"),
            _("Credit note"),
            _("There are no credit notes for you yet."),
            CreditNote,
            frozenset({"open"}),
        ),
        Shelf(
            "payments",
            _("Payments"),
            _("Payment"),
            _("There are no payments of yours yet."),
            Payment,
        ),
    )
}
"""By their part of an address."""

PAPERS = tuple(shelf for shelf in SHELVES.values() if shelf.statuses)
"""Those of documents."""


def is_shown() -> ColumnElement[bool]:
    """The condition under which customers see a document, whichever kind it is."""
    return or_(*(and_(Document.kind == each.kind, Document.status.in_(each.statuses)) for each in PAPERS))


def shelf_of(document: Document) -> Shelf:
    """Where a document stands; Missing for a kind that customers never see."""
    found = next((each for each in PAPERS if each.kind == document.kind), None)
    if found is None:
        raise Missing()
    return found


def path_of(record: Any) -> str | None:
    """Where the customer finds a record in the portal; None where they do not see it."""
    if record.MODULE == "books.customers":
        return "/portal/"
    shelf = next((each for each in SHELVES.values() if isinstance(record, each.model)), None)
    if shelf is None:
        return None
    shown = record.status in shelf.statuses if shelf.statuses else record.is_received
    return f"/portal/{shelf.key}/{record.id}" if shown else None


def of_customer(party: Party, shelf: Shelf) -> Select[Any]:
    """The scope of the portal: the papers of this kind that this customer sees."""
    model = shelf.model
    return select(model).where(of_this_organization(model), model.party_id == party.id, shelf.is_shown)


def paper(party: Party, shelf: Shelf, record_id: int) -> Any:
    """One paper of the customer; Missing when there is no such one, or when it is not theirs to see."""
    found = db.session.scalar(of_customer(party, shelf).where(shelf.model.id == record_id))
    if found is None:
        raise Missing()
    return found


def page(party: Party, shelf: Shelf, after: tuple[date, int] | None = None) -> Sequence[Any]:
    """The latest papers, newest first and one more than a page holds; `after` is where the page before ended."""
    model = shelf.model
    query = of_customer(party, shelf)
    if after is not None:
        query = query.where(tuple_(model.date, model.id) < tuple_(*after))
    return db.session.scalars(query.order_by(model.date.desc(), model.id.desc()).limit(PER_PAGE + 1)).all()


def open_invoices(party: Party) -> Sequence[Invoice]:
    """What is to be paid, the most urgent first; as many as a page holds."""
    query = of_customer(party, SHELVES["invoices"]).where(Invoice.stage == "open")
    return db.session.scalars(query.order_by(Invoice.due_on, Invoice.id).limit(PER_PAGE)).all()


def overdue_minor(party: Party) -> int:
    """How much should have been paid by now."""
    mine = of_customer(party, SHELVES["invoices"]).where(
        Invoice.stage == "open", Invoice.due_on < current_organization().today
    )
    open_now = mine.with_only_columns(func.coalesce(func.sum(Invoice.balance_minor), 0))
    return int(db.session.scalar(open_now) or 0)


def waiting_estimates(party: Party) -> Sequence[Estimate]:
    """What waits for the customer's answer, the first to expire first."""
    today = current_organization().today
    query = of_customer(party, SHELVES["estimates"]).where(
        Estimate.status == "sent", or_(Estimate.expires_on.is_(None), Estimate.expires_on >= today)
    )
    return db.session.scalars(query.order_by(Estimate.expires_on, Estimate.id).limit(PER_PAGE)).all()


def state_for_customer(document: Document) -> Status:
    """The state of a document in the words of whoever gets it: what we have sent waits for them."""
    state = document.shown_state
    label = _IN_THEIR_WORDS.get((document.kind, state.key))
    return Status(state.key, label, state.tone, state.derived) if label else state


_IN_THEIR_WORDS: dict[tuple[str, str], Words] = {
    ("invoice", "sent"): _("To be paid"),
    ("invoice", "viewed"): _("To be paid"),
    ("invoice", "written_off"): _p("portal", "Settled"),
    ("estimate", "sent"): _("Waits for your answer"),
    ("estimate", "viewed"): _("Waits for your answer"),
    ("estimate", "invoiced"): _p("estimate", "Accepted"),
}


# --- what hangs on a paper, or on the customer itself ---------------------------------------------------------------


def said_on(record: Any) -> Sequence[Comment]:
    """What was said about a paper of theirs for the customer to read, or by them; the oldest first."""
    mine = (Comment.module == record.MODULE, Comment.record_id == record.id, Comment.in_portal)
    return db.session.scalars(select(Comment).where(*mine).order_by(Comment.id.desc()).limit(100)).all()[::-1]


def files_on(record: Any) -> Sequence[Attachment]:
    """The files that the customer may have."""
    return db.session.scalars(select(Attachment).where(*_hanging(record)).order_by(Attachment.id)).all()


def file_on(record: Any, attachment_id: int) -> Attachment:
    """One of these files; Missing when it hangs elsewhere or is not for the customer."""
    query = select(Attachment).where(*_hanging(record), Attachment.id == attachment_id)
    found = db.session.scalar(query)
    if found is None:
        raise Missing()
    return found


def _hanging(record: Any) -> tuple[Any, ...]:
    return (Attachment.module == record.MODULE, Attachment.record_id == record.id, Attachment.in_portal)


# --- looking leaves a trace -------------------------------------------------------------------------------------------


def is_unseen(document: Any) -> bool:
    """Whether the customer opens this for the first time, and it makes a difference."""
    return (
        isinstance(document, Estimate | Invoice) and document.viewed_at is None and document.status == "sent"
    )


def mark_viewed(document: Document) -> bool:
    """Note that the customer has seen an estimate or invoice; whether this was the first time.

    Neither its version nor its time of change moves: nobody edited it, and its PDF is the same.
    """
    query = (
        update(Document)
        .where(Document.id == document.id, Document.viewed_at.is_(None), Document.status == "sent")
        .values(viewed_at=now(), updated_at=Document.updated_at, version=Document.version)
        .returning(Document.id)
    )
    return db.session.scalar(query, execution_options={"synchronize_session": False}) is not None
