"""Customers who look alike and are not the same: somebody said so, and they are not offered for merging again."""

from sqlalchemy import ForeignKey, delete, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain.books.customers import Customer
from domain.db import Id, OrganizationScoped, db


class DifferentCustomers(OrganizationScoped, db.Model):
    """Two customers, the earlier one first, that are two."""

    __tablename__ = "different_customers"

    earlier_id: Mapped[int] = mapped_column(Id, ForeignKey("parties.id"), primary_key=True)
    later_id: Mapped[int] = mapped_column(Id, ForeignKey("parties.id"), primary_key=True, index=True)

    earlier: Mapped[Customer] = relationship(foreign_keys=[earlier_id])
    later: Mapped[Customer] = relationship(foreign_keys=[later_id])


def tell_apart(one: Customer, other: Customer) -> None:
    """They are two; saying it twice says nothing new."""
    ids = sorted((one.id, other.id))
    if db.session.get(DifferentCustomers, tuple(ids)) is None:
        db.session.add(DifferentCustomers(earlier_id=ids[0], later_id=ids[1]))
        db.session.flush()


def take_back(one: Customer, other: Customer) -> None:
    """They may be one after all."""
    said = db.session.get(DifferentCustomers, tuple(sorted((one.id, other.id))))
    if said is not None:
        db.session.delete(said)
        db.session.flush()


def forget(customer: Customer) -> None:
    """Somebody is about to be deleted: of two there is one left."""
    either = or_(DifferentCustomers.earlier_id == customer.id, DifferentCustomers.later_id == customer.id)
    db.session.execute(delete(DifferentCustomers).where(either))
