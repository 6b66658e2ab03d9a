"""A payment is money that came in or went out, and which documents it settles."""

import datetime
from collections.abc import Sequence

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
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from domain.books.document import Document
from domain.books.keeping import books_kept, keep_unused
from domain.books.parties import Party, parties_of
from domain.customizable import Customizable
from domain.db import Id, Keyed, OrganizationScoped, Timestamped, Versioned, db
from domain.defaults import Prefilled
from domain.errors import Refused, Stale
from domain.locking import lock
from domain.money import Money
from domain.numbering import take_number
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.search_text import Searchable
from domain.timeline import record_event
from domain.words import Words, _

RECEIVED = "received"

METHODS: dict[str, Words] = {
    "bank_transfer": _("Bank transfer"),
    "cash": _("Cash"),
    "card": _("Card"),
    "check": _("Check"),
    "other": _("Other"),
}


class Payment(
    Prefilled, OrganizationScoped, Versioned, Timestamped, Keyed, Searchable, Customizable, db.Model
):
    """An amount received from a customer or made to a vendor; what no document took is unused."""

    MODULE = "books.payments"
    SEARCHED = ("number", "party_name", "reference")

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
    allocations: Mapped[list["PaymentAllocation"]] = relationship(
        back_populates="payment", cascade="all, delete-orphan", order_by="PaymentAllocation.id"
    )

    @property
    def title(self) -> str:
        """What the record is called."""
        return self.number

    @property
    def method_label(self) -> Words:
        """How it was paid, in words."""
        return METHODS[self.method]

    @classmethod
    def assigned_to(cls, member: Member) -> ColumnElement[bool]:
        """The payments of the customers that somebody looks after, and to all vendors."""
        return cls.party_id.in_(parties_of(member))


class PaymentAllocation(OrganizationScoped, db.Model):
    """What a payment settles of one document."""

    __tablename__ = "payment_allocations"
    __table_args__ = (
        UniqueConstraint("payment_id", "document_id"),
        Index(None, "document_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    payment_id: Mapped[int] = mapped_column(Id, ForeignKey("payments.id"), nullable=False)
    document_id: Mapped[int] = mapped_column(Id, ForeignKey("documents.id"), nullable=False)
    amount_minor: Mapped[int] = mapped_column(BigInteger, nullable=False)

    payment: Mapped[Payment] = relationship(back_populates="allocations")
    document: Mapped[Document] = relationship()


def record_payment(
    invoice: Document,
    amount_minor: int,
    on: datetime.date,
    method: str,
    reference: str,
    actor: Member | None,
    form_key: str | None = None,
    notes: str = "",
) -> Payment:
    """Money came in for an invoice, the whole balance or a part; the same form sent twice records it once."""
    lock(invoice)
    if form_key and (earlier := _recorded_with(form_key)):
        return earlier
    _check_payment(invoice, amount_minor, method)
    payment = Payment(
        direction=RECEIVED,
        number=take_number("payment", on, current_organization(), is_taken=_is_taken),
        party_id=invoice.party_id,
        party_name=invoice.party_name,
        date=on,
        currency=invoice.currency,
        amount_minor=amount_minor,
        method=method,
        reference=reference,
        notes=notes,
        form_key=form_key,
        allocations=[PaymentAllocation(document_id=invoice.id, amount_minor=amount_minor)],
    )
    db.session.add(payment)
    with books_kept(invoice):
        invoice.balance_minor -= amount_minor
    record_event(payment, "created", actor)
    _note(invoice, "payment_recorded", payment, amount_minor, actor)
    return payment


def delete_payment(payment: Payment, actor: Member | None) -> None:
    """The money did not come after all: what it had settled is open again."""
    documents = _lock_settled(payment)
    for allocation in payment.allocations:
        document = documents[allocation.document_id]
        with books_kept(document):
            document.balance_minor += allocation.amount_minor
        _note(document, "payment_deleted", payment, allocation.amount_minor, actor)
    if payment.unused_minor:
        keep_unused(payment.party_id, -payment.unused_minor)
    record_event(payment, "deleted", actor, title=payment.number)
    db.session.delete(payment)
    db.session.flush()


def release_payments(document: Document, actor: Member | None) -> None:
    """What was paid on a document becomes an unused credit of its party."""
    for allocation in payments_of(document):
        payment = allocation.payment
        lock(payment)
        payment.unused_minor += allocation.amount_minor
        payment.allocations.remove(allocation)
        _note(document, "payment_released", payment, allocation.amount_minor, actor)
        keep_unused(payment.party_id, allocation.amount_minor)


def payments_of(document: Document) -> Sequence[PaymentAllocation]:
    """What was paid on a document, each with its payment, in the order in which it was recorded."""
    return db.session.scalars(
        select(PaymentAllocation)
        .where(PaymentAllocation.document_id == document.id)
        .options(joinedload(PaymentAllocation.payment, innerjoin=True))
        .order_by(PaymentAllocation.payment_id)
    ).all()


def _check_payment(invoice: Document, amount_minor: int, method: str) -> None:
    if not invoice.PAID or invoice.status not in invoice.OPEN:
        raise Refused(_("Payments can only be recorded once the invoice is issued, and not when it is void."))
    if method not in METHODS:
        raise Refused(method=_("Please choose from the list."))
    if amount_minor <= 0:
        raise Refused(amount=_("Please give an amount of more than 0."))
    if amount_minor > invoice.balance_minor:
        balance = Money(invoice.balance_minor, invoice.currency)
        raise Refused(amount=_("Only %(balance)s is open.", balance=balance))


def _recorded_with(form_key: str) -> Payment | None:
    return db.session.scalar(select(Payment).where(Payment.form_key == form_key))


def _is_taken(number: str) -> bool:
    query = select(Payment.id).where(Payment.direction == RECEIVED, Payment.number == number)
    return db.session.scalar(query) is not None


def _lock_settled(payment: Payment) -> dict[int, Document]:
    """Lock a payment's documents and then the payment, the order that everybody keeps."""
    ids = _settled_by(payment)
    documents = {id: db.session.get_one(Document, id) for id in ids}
    for document in documents.values():
        lock(document)
    lock(payment)
    if _settled_by(payment) != ids:
        raise Stale(payment)
    return documents


def _settled_by(payment: Payment) -> list[int]:
    query = select(PaymentAllocation.document_id).where(PaymentAllocation.payment_id == payment.id)
    return sorted(db.session.scalars(query))


def _note(document: Document, verb: str, payment: Payment, amount_minor: int, actor: Member | None) -> None:
    record_event(
        document, verb, actor, number=payment.number, currency=payment.currency, amount_minor=amount_minor
    )
