"""A merge of customers: who was merged into whom, what was moved, and what it takes to undo it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, String, and_, delete, or_, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from domain.access import visible
from domain.books.customers import Customer
from domain.books.parties import Party
from domain.db import Id, Keyed, OrganizationScoped, Timestamped, UtcDateTime, Versioned, db
from domain.errors import Missing
from domain.organizations.users import Member
from domain.sentences import Sentence
from domain.words import Words

SHOWN = 5
"""So many merges are named on a customer's page, the latest first."""


class Merge(OrganizationScoped, Versioned, Timestamped, Keyed, db.Model):
    """Some customers that became one.

    It waits for a worker or is done at once, and can then be undone. It failed when the books had changed
    meanwhile: then nothing was moved at all.
    """

    __tablename__ = "merges"
    __table_args__ = (Index(None, "organization_id", "main_id", "id"), Index(None, "main_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    main_id: Mapped[int] = mapped_column(Id, ForeignKey("parties.id"), nullable=False)
    actor_id: Mapped[int | None] = mapped_column(Id, ForeignKey("members.id"), nullable=True)
    state: Mapped[str] = mapped_column(String(10), nullable=False, default="waiting")
    """waiting, done, undoing, undone or failed."""
    choices: Mapped[dict[str, int]] = mapped_column(JSON, nullable=False, default=dict)
    """Fields of the main customer that were taken from another one: the attribute, and from whom."""
    counts: Mapped[dict[str, int]] = mapped_column(JSON, nullable=False, default=dict)
    """How much was moved, by sort; of an undone one, how much went back."""
    taken: Mapped[list[list[Any]]] = mapped_column(JSON, nullable=False, default=list)
    """Those fields: attribute, value before and after, as they are kept."""
    stayed: Mapped[list[list[Any]]] = mapped_column(JSON, nullable=False, default=list)
    """After an undo, the moved papers that could not go back: table and id."""
    error: Mapped[Words | str] = mapped_column(Sentence, nullable=False, default="", server_default="")
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime, nullable=True)

    main: Mapped[Customer] = relationship(foreign_keys=[main_id])
    actor: Mapped[Member | None] = relationship()
    merged: Mapped[list["MergedCustomer"]] = relationship(
        back_populates="merge", cascade="all, delete-orphan", order_by="MergedCustomer.party_id"
    )

    @property
    def is_under_way(self) -> bool:
        """Whether a worker still has to do something about it."""
        return self.state in ("waiting", "undoing")

    @property
    def others(self) -> list[Customer]:
        """Those that were merged into the main one."""
        return [each.party for each in self.merged]


class MergedCustomer(OrganizationScoped, db.Model):
    """One of those that were merged into the main one, and what of it has to be remembered."""

    __tablename__ = "merged_customers"
    __table_args__ = (Index(None, "party_id"),)

    merge_id: Mapped[int] = mapped_column(Id, ForeignKey("merges.id"), primary_key=True)
    party_id: Mapped[int] = mapped_column(Id, ForeignKey("parties.id"), primary_key=True)
    was_active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    primary_id: Mapped[int | None] = mapped_column(Id, nullable=True)
    """Its primary contact person."""

    merge: Mapped[Merge] = relationship(back_populates="merged")
    party: Mapped[Customer] = relationship()


class MergedRow(OrganizationScoped, db.Model):
    """A row that was moved, and from whom: what an undo gives back."""

    __tablename__ = "merged_rows"

    merge_id: Mapped[int] = mapped_column(Id, ForeignKey("merges.id"), primary_key=True)
    sort: Mapped[str] = mapped_column(String(30), primary_key=True)
    row_id: Mapped[int] = mapped_column(Id, primary_key=True)
    party_id: Mapped[int] = mapped_column(Id, ForeignKey("parties.id"), nullable=False, index=True)


def merge_for(member: Member, merge_id: int) -> Merge:
    """A merge, for whoever sees all of its customers; Missing for everybody else."""
    merge = db.session.get(Merge, merge_id)
    if merge is None or not sees_all([merge.main_id, *(each.party_id for each in merge.merged)], member):
        raise Missing()
    return merge


def sees_all(ids: list[int], member: Member) -> bool:
    """Whether somebody sees each of these customers."""
    query = select(Customer.id).where(Customer.id.in_(ids), visible(member, Customer))
    return set(db.session.scalars(query)) == set(ids)


def merges_shown(customer: Customer) -> dict[str, list[Merge]]:
    """What a customer's page says: the merge that emptied it, and what was merged into it and can be undone."""
    into_it = and_(Merge.main_id == customer.id, Merge.state.in_(("waiting", "done", "undoing")))
    query = select(Merge).where(or_(into_it, Merge.id == customer.merge_id)).order_by(Merge.id.desc())
    query = query.options(joinedload(Merge.main), selectinload(Merge.merged).joinedload(MergedCustomer.party))
    found = db.session.scalars(query.limit(SHOWN)).all()
    return {
        "merged_into": [each for each in found if each.id == customer.merge_id],
        "merged_here": [each for each in found if each.main_id == customer.id],
    }


def became(customer: Customer, member: Member) -> Customer | None:
    """Who a merged customer is today, however often that one was merged; None for others and who is not seen."""
    main, seen = customer, {customer.id}
    while main.merge_id and (merge := db.session.get(Merge, main.merge_id)) and merge.main_id not in seen:
        main = merge.main
        seen.add(main.id)
    return main if main is not customer and sees_all([main.id], member) else None


def forget_merges(customer: Customer) -> None:
    """A customer is about to be deleted: what was merged with it stays as it is, for good."""
    own = select(Merge.id).where(Merge.main_id == customer.id)
    for model, where in (
        (MergedRow, MergedRow.party_id == customer.id),
        (MergedCustomer, MergedCustomer.party_id == customer.id),
        (MergedRow, MergedRow.merge_id.in_(own)),
        (MergedCustomer, MergedCustomer.merge_id.in_(own)),
    ):
        db.session.execute(delete(model).where(where).execution_options(synchronize_session=False))
    db.session.execute(update(Party).where(Party.merge_id.in_(own)).values(merge_id=None))
    db.session.execute(delete(Merge).where(Merge.main_id == customer.id))
