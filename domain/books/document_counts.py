"""How many documents a party has, and what is open on them: kept with every change, not counted on a page."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, ForeignKey, Integer, String, select
from sqlalchemy.orm import Mapped, mapped_column

from domain.db import Id, OrganizationScoped, db


class DocumentCount(OrganizationScoped, db.Model):
    """The documents of one kind that a party has. Drafts and void ones count, but nothing is open on them."""

    __tablename__ = "document_counts"

    party_id: Mapped[int] = mapped_column(Id, ForeignKey("parties.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    count: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    balance_minor: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)


def counts_of(party_id: int) -> Sequence[DocumentCount]:
    """How many documents of each kind a party has."""
    return db.session.scalars(select(DocumentCount).where(DocumentCount.party_id == party_id)).all()
