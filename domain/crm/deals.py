"""A deal is something that may be sold: an amount, how likely it is, and the stage to which it has come."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    and_,
    inspect,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, contains_eager, mapped_column, relationship

from domain.access import visible
from domain.books.currencies import refuse_unknown_currency
from domain.books.customers import Customer
from domain.books.document_counts import forget_counts_of_deal
from domain.crm.accounts import Account
from domain.crm.contacts import Contact
from domain.crm.deal_stages import OPEN, DealStage
from domain.crm.sales_records import OfACustomer, SalesRecord, link_to, linked_as
from domain.customizable import Customizable
from domain.db import (
    Id,
    Keyed,
    OrganizationScoped,
    Scaled,
    Timestamped,
    Versioned,
    db,
    of_this_organization,
)
from domain.defaults import Prefilled
from domain.errors import Refused
from domain.links import Link
from domain.locking import lock
from domain.money import round_minor
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.search_text import Searchable
from domain.timeline import record_event
from domain.words import _


class Deal(
    Prefilled,
    OrganizationScoped,
    Versioned,
    Timestamped,
    SalesRecord,
    OfACustomer,
    Keyed,
    Searchable,
    Customizable,
    db.Model,
):
    """A chance to sell. Its expected revenue follows from amount and probability, and is kept for the sums."""

    MODULE = "crm.deals"
    SEARCHED = ("name", "next_step")

    __tablename__ = "deals"
    __table_args__ = (
        Index(None, "organization_id", "name", "id"),
        Index(None, "organization_id", "updated_at", "id"),
        Index(None, "organization_id", "closing_on", "id"),
        Index(None, "organization_id", "amount_minor", "id"),
        Index(None, "organization_id", "expected_minor", "id"),
        Index(None, "organization_id", "probability", "id"),
        Index(None, "organization_id", "stage_id", "closing_on", "id"),
        Index(None, "organization_id", "account_id", "closing_on", "id"),
        Index(None, "organization_id", "contact_id", "closing_on", "id"),
        Index(None, "organization_id", "owner_id", "closing_on", "id"),
        Index(None, "account_id"),
        Index(None, "contact_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), nullable=False)
    stage_id: Mapped[int] = mapped_column(Id, ForeignKey("deal_stages.id"), nullable=False)
    amount_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    currency: Mapped[str] = mapped_column(String(3), nullable=False)
    probability: Mapped[Decimal] = mapped_column(Scaled, nullable=False)
    expected_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    closing_on: Mapped[datetime.date] = mapped_column(Date, nullable=False)
    account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("accounts.id"), nullable=True)
    contact_id: Mapped[int | None] = mapped_column(Id, ForeignKey("contacts.id"), nullable=True)
    deal_type: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    lead_source: Mapped[str] = mapped_column(String(30), nullable=False, default="")
    next_step: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    description: Mapped[str] = mapped_column(Text, nullable=False, default="")

    stage: Mapped[DealStage] = relationship()
    account: Mapped[Account | None] = relationship()
    contact: Mapped[Contact | None] = relationship()
    books_link: Mapped[Link | None] = link_to(
        Customer,
        lambda: or_(
            linked_as(Deal.account_id, Account.MODULE),
            and_(linked_as(Deal.contact_id, Contact.MODULE), Deal.account_id.is_(None)),
        ),
    )

    # --- questions ------------------------------------------------------------------------------------------

    @property
    def outcome(self) -> str:
        """Whether it is open, won or lost: its stage says so."""
        return self.stage.kind

    @property
    def is_late(self) -> bool:
        """Whether it should have been closed by now and is still open."""
        return self.outcome == OPEN and self.closing_on < current_organization().today

    @classmethod
    def assigned_to(cls, member: Member) -> ColumnElement[bool]:
        """The deals that somebody owns, and those of the accounts and contacts that they see."""
        accounts = select(Account.id).where(of_this_organization(Account), Account.assigned_to(member))
        contacts = select(Contact.id).where(of_this_organization(Contact), Contact.assigned_to(member))
        of_contact = cls.account_id.is_(None) & cls.contact_id.in_(contacts)
        return or_(cls.owner_id == member.id, cls.account_id.in_(accounts), of_contact)

    # --- rules for the generic verbs ------------------------------------------------------------------------

    def check(self) -> None:
        """Refuse what is no amount; the account follows from the contact, the probability from the stage."""
        refuse_unknown_currency(self.currency)
        if self.amount_minor < 0:
            raise Refused(amount_minor=_("An amount can't be negative."))
        self._follow_contact()
        self._follow_stage()
        self._expect()

    def was_changed(self, before: Mapping[str, Any], actor: Member | None) -> None:
        """A move to another stage has a line of its own in the timeline, also when it was made in the form."""
        if before.get("stage_id", self.stage_id) != self.stage_id:
            self._note_move(db.session.get_one(DealStage, before["stage_id"]), actor)

    def before_delete(self) -> None:
        """Documents stay and are of no deal any more."""
        # here and not at the top: documents refer to deals
        from domain.books.document import Document

        db.session.execute(update(Document).where(Document.deal_id == self.id).values(deal_id=None))
        forget_counts_of_deal(self.id)

    # --- verbs ----------------------------------------------------------------------------------------------

    def move(self, stage: DealStage, actor: Member | None) -> None:
        """Bring it to a stage, which says anew how likely it is; where it is already nothing happens."""
        lock(self)
        if stage.id == self.stage_id:
            return
        source = self.stage
        self.stage = stage
        self.probability = stage.probability
        self._expect()
        db.session.flush()
        self._note_move(source, actor)

    def _note_move(self, source: DealStage, actor: Member | None) -> None:
        stage = db.session.get_one(DealStage, self.stage_id)
        record_event(self, "moved", actor, before=source.name, after=stage.name)

    def _follow_contact(self) -> None:
        if self.contact_id and not self.account_id:
            self.account_id = db.session.get_one(Contact, self.contact_id).account_id

    def _follow_stage(self) -> None:
        stage = db.session.get(DealStage, self.stage_id) if self.stage_id else None
        if stage is None:
            raise Refused(stage_id=_("Please choose from the list."))
        state: Any = inspect(self).attrs
        has_moved = self.id is not None and state.stage_id.history.deleted
        if self.probability is None or (has_moved and not state.probability.history.deleted):
            self.probability = stage.probability

    def _expect(self) -> None:
        self.expected_minor = round_minor(self.amount_minor * self.probability / 100)


def deals_of(customer_id: int, actor: Member, limit: int = 20) -> Sequence[Deal]:
    """The first deals of a customer that somebody sees: the open ones, and among them what is to be closed first."""
    theirs = Deal.books_link.has(of_this_organization(Link) & (Link.books_id == customer_id))
    query = select(Deal).join(Deal.stage).where(theirs, visible(actor, Deal))
    return db.session.scalars(
        query.order_by(DealStage.kind != OPEN, Deal.closing_on, Deal.id)
        .options(contains_eager(Deal.stage))
        .limit(limit)
    ).all()
