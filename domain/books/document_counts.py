"""How many documents a party or a deal has, and what is open on them: kept with every change, not counted on a page."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, ForeignKey, Integer, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from domain.db import Id, OrganizationScoped, db


class DocumentCount(OrganizationScoped, db.Model):
    """The documents of one kind, or the payments, that a party has, and what is open on them or unused of them.

    Drafts and void ones count, but nothing is open on them.
    """

    __tablename__ = "document_counts"

    party_id: Mapped[int] = mapped_column(Id, ForeignKey("parties.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    count: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    balance_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)


class DealCount(OrganizationScoped, db.Model):
    """The documents of one kind that are of a deal, by currency: it may be invoiced to parties with several."""

    __tablename__ = "deal_counts"

    deal_id: Mapped[int] = mapped_column(Id, ForeignKey("deals.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    count: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    balance_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)


def counts_of(party_id: int) -> Sequence[DocumentCount]:
    """How many documents of each kind a party has."""
    return db.session.scalars(select(DocumentCount).where(DocumentCount.party_id == party_id)).all()


def counts_of_deal(deal_id: int) -> Sequence[DealCount]:
    """How many documents of each kind a deal has, in each currency."""
    query = select(DealCount).where(DealCount.deal_id == deal_id).order_by(DealCount.currency)
    return db.session.scalars(query).all()


def forget_counts_of_deal(deal_id: int) -> None:
    """The deal goes; its documents are of no deal any more."""
    db.session.execute(delete(DealCount).where(DealCount.deal_id == deal_id))
