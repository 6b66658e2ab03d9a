"""A payment is money that came in or went out: it settles documents, and what none of them took is unused."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain import records
from domain.books.allocations import Allocation, note_money, settle, used_of
from domain.books.document import Document
from domain.books.keeping import books_kept, keep_payment
from domain.books.parties import Party, parties_of
from domain.books.paying import METHODS, Entry
from domain.books.refunds import refunds_of
from domain.customizable import Customizable
from domain.db import Id, Keyed, OrganizationScoped, Timestamped, Versioned, db
from domain.defaults import Prefilled
from domain.errors import Missing, Refused, Stale
from domain.locking import lock
from domain.money import Money
from domain.numbering import take_number
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.search_text import Searchable
from domain.timeline import record_event
from domain.words import Words, _, _p

RECEIVED, MADE = "received", "made"


@dataclass(frozen=True)
class Direction:
    """Which way money goes: what it settles, and the series that numbers it."""

    key: str
    label: Words
    settles: str
    """The kind of documents."""
    series: str


DIRECTIONS: dict[str, Direction] = {
    "customer": Direction(RECEIVED, _p("payment", "Received"), settles="invoice", series="payment"),
    "vendor": Direction(MADE, _p("payment", "Made"), settles="bill", series="vendor_payment"),
}
"""By the kind of party that it comes from or goes to."""


class Payment(
    Prefilled, OrganizationScoped, Versioned, Timestamped, Keyed, Searchable, Customizable, db.Model
):
    """An amount received from a customer or made to a vendor; what no document took is unused."""

    MODULE = "books.payments"
    SEARCHED = ("number", "party_name", "reference")
    USED, RELEASED = "payment_used", "payment_released"
    """What a document's timeline says of one."""

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("organization_id", "direction", "number"),
        Index(None, "organization_id", "direction", "date", "id"),
        Index(None, "organization_id", "date", "id"),
        Index(None, "organization_id", "number", "id"),
        Index(None, "organization_id", "party_name", "id"),
        Index(None, "organization_id", "amount_minor", "id"),
        Index(None, "organization_id", "unused_minor", "id"),
        Index(None, "organization_id", "party_id", "date", "id"),
        Index(None, "party_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    direction: Mapped[str] = mapped_column(String(10), nullable=False)
    number: Mapped[str] = mapped_column(String(60), nullable=False)
    party_id: Mapped[int] = mapped_column(Id, ForeignKey("parties.id"), nullable=False)
    party_name: Mapped[str] = mapped_column(String(200), nullable=False)
    date: Mapped[datetime.date] = mapped_column(Date, nullable=False)
    currency: Mapped[str] = mapped_column(String(3), nullable=False)
    amount_minor: Mapped[int] = mapped_column(BigInteger, nullable=False)
    unused_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    method: Mapped[str] = mapped_column(String(20), nullable=False, default="bank_transfer")
    reference: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    notes: Mapped[str] = mapped_column(Text, nullable=False, default="")

    party: Mapped[Party] = relationship()

    @property
    def title(self) -> str:
        """What the record is called."""
        return self.number

    @property
    def method_label(self) -> Words:
        """How it was paid, in words."""
        return METHODS[self.method]

    @property
    def is_received(self) -> bool:
        """Whether the money came in."""
        return self.direction == RECEIVED

    @property
    def as_source(self) -> dict[str, int]:
        """Its column in what refers to where money comes from."""
        return {"payment_id": self.id}

    @classmethod
    def assigned_to(cls, member: Member) -> ColumnElement[bool]:
        """The payments of the customers that somebody looks after, and to all vendors."""
        return cls.party_id.in_(parties_of(member))

    @classmethod
    def lock_before(cls, ids: Sequence[int]) -> None:
        """Lock what these payments settle, as everybody does before they lock a payment."""
        query = select(Allocation.document_id).where(Allocation.payment_id.in_(ids)).distinct()
        _locked(db.session.scalars(query))

    def change_unused(self, by_minor: int) -> None:
        """More or less of it is unused, and of its party's credits."""
        self.unused_minor += by_minor
        keep_payment(self.party_id, 0, by_minor)

    def can_be_deleted(self) -> None:
        """Refuse to delete a payment of which something was given back."""
        if refunds_of(self):
            raise Refused(_("Part of %(number)s was refunded. Delete the refund first.", number=self.number))

    def delete(self, actor: Member | None) -> None:
        """The money did not come after all: what it had settled is open again."""
        documents = self._lock_with_settled()
        self.can_be_deleted()
        for allocation in used_of(self):
            document = documents[allocation.document_id]
            with books_kept(document):
                document.balance_minor += allocation.amount_minor
            note_money(document, "payment_deleted", actor, self, allocation.amount_minor)
            db.session.delete(allocation)
        keep_payment(self.party_id, -1, -self.unused_minor)
        records.destroy(self, actor)

    def _lock_with_settled(self) -> dict[int, Document]:
        """Lock its documents and then itself, the order that everybody keeps."""
        documents = _locked(allocation.document_id for allocation in used_of(self))
        lock(self)
        if {allocation.document_id for allocation in used_of(self)} != documents.keys():
            raise Stale(self)
        return documents


def record(
    party: Party,
    entry: Entry,
    shares: Mapping[int, int],
    actor: Member | None,
    form_key: str | None = None,
) -> Payment:
    """Money came in or went out, to settle so much of these documents; the rest stays unused.

    The same form sent twice records it once.
    """
    documents = _locked(shares)
    if form_key and (earlier := _recorded_with(form_key)):
        return earlier
    direction = DIRECTIONS[party.kind]
    entry.check()
    if sum(shares.values()) > entry.amount_minor:
        raise Refused(amount=_("This is less than what it is to settle."))
    for document_id, document in documents.items():
        _check_share(document, party, direction, shares[document_id])
    payment = _new(party, entry, direction, entry.amount_minor - sum(shares.values()), form_key)
    record_event(payment, "created", actor)
    for document_id, document in documents.items():
        settle(document, payment, shares[document_id])
        note_money(document, "payment_recorded", actor, payment, shares[document_id])
    keep_payment(payment.party_id, 1, payment.unused_minor)
    return payment


def pay(document: Document, entry: Entry, actor: Member | None, form_key: str | None = None) -> Payment:
    """The whole balance of one document was paid, or a part of it; the same form sent twice records it once."""
    lock(document)
    if form_key and (earlier := _recorded_with(form_key)):
        return earlier
    check_open(document)
    if entry.amount_minor > document.balance_minor:
        raise Refused(
            amount=_(
                "Only %(balance)s is open. An amount beyond that is recorded under Payments, where the rest is kept.",
                balance=Money(document.balance_minor, document.currency),
            )
        )
    return record(document.party, entry, {document.id: entry.amount_minor}, actor, form_key)


def record_payment(
    document: Document,
    amount_minor: int,
    on: datetime.date,
    method: str,
    reference: str,
    actor: Member | None,
    form_key: str | None = None,
    notes: str = "",
) -> Payment:
    """The same, said part by part."""
    return pay(document, Entry(amount_minor, on, method, reference, notes), actor, form_key)


def check_open(document: Document) -> None:
    """Refuse to settle anything of a document on which no money is open."""
    if not document.PAID or document.status not in document.OPEN:
        raise Refused(_("Payments can only be recorded once the invoice is issued, and not when it is void."))


def _new(
    party: Party, entry: Entry, direction: Direction, unused_minor: int, form_key: str | None
) -> Payment:
    def is_taken(number: str) -> bool:
        query = select(Payment.id).where(Payment.direction == direction.key, Payment.number == number)
        return db.session.scalar(query) is not None

    payment = Payment(
        direction=direction.key,
        number=take_number(direction.series, entry.on, current_organization(), is_taken=is_taken),
        party_id=party.id,
        party_name=party.display_name,
        date=entry.on,
        currency=party.currency,
        amount_minor=entry.amount_minor,
        unused_minor=unused_minor,
        method=entry.method,
        reference=entry.reference,
        notes=entry.notes,
        form_key=form_key,
        **entry.custom,
    )
    db.session.add(payment)
    db.session.flush()
    return payment


def _check_share(document: Document, party: Party, direction: Direction, amount_minor: int) -> None:
    check_open(document)
    if document.party_id != party.id or document.kind != direction.settles:
        raise Refused(_("%(number)s is not of %(name)s.", number=document.title, name=party.display_name))
    check_share(document, amount_minor, at_share(document.id))


def check_share(document: Document, amount_minor: int, field: str) -> None:
    """Refuse to settle nothing of a document, or more than is open on it; the field is where that is said."""
    if amount_minor <= 0:
        raise Refused(**{field: _("Please give an amount of more than 0.")})
    if amount_minor > document.balance_minor:
        balance = Money(document.balance_minor, document.currency)
        raise Refused(**{field: _("Only %(balance)s is open.", balance=balance)})


def at_share(document_id: int) -> str:
    """The name of the field that says how much of a document is settled."""
    return f"share-{document_id}"


def _recorded_with(form_key: str) -> Payment | None:
    return db.session.scalar(select(Payment).where(Payment.form_key == form_key))


def _locked(ids: Any) -> dict[int, Document]:
    """Documents by id, locked in that order."""
    documents = {}
    for document_id in sorted(ids):
        document = db.session.get(Document, document_id)
        if document is None:
            raise Missing()
        lock(document)
        documents[document_id] = document
    return documents
