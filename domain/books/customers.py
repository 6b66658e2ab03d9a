"""A customer is a company or person to whom the organization sells."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Mapped, foreign, relationship

from domain.books.items import SALE
from domain.books.parties import Party
from domain.books.vendors import Vendor
from domain.db import db
from domain.errors import Refused
from domain.links import BIGIN, Link
from domain.organizations.users import Member
from domain.words import Words, _


class Customer(Party):
    """Somebody who receives estimates, orders and invoices."""

    MODULE = "books.customers"
    TRADE = SALE

    __mapper_args__ = {"polymorphic_identity": "customer"}

    vendor: Mapped[Vendor | None] = relationship(remote_side=Party.id, foreign_keys=Party.vendor_id)

    bigin_links: Mapped[list[Link]] = relationship(
        viewonly=True,
        primaryjoin=lambda: (
            (foreign(Link.record_id) == Customer.id)
            & (Link.module == Customer.MODULE)
            & Link.system.startswith(BIGIN)
        ),
    )

    @property
    def is_in_bigin(self) -> bool:
        """Whether they are joined to somebody in Bigin."""
        return bool(self.bigin_links)

    @classmethod
    def assigned_to(cls, member: Member) -> ColumnElement[bool]:
        """The customers that somebody looks after."""
        return cls.owner_id == member.id

    @property
    def owed_minor(self) -> int:
        """What the customer owes, less what they have to their credit: what a statement to this day ends with."""
        return self.receivable_minor - self.unused_credits_minor

    def made_by(self, actor: Member) -> None:
        """Whoever sees assigned customers only is assigned those they make: else they would lose them."""
        if actor.is_assigned_only:
            self.owner_id = actor.id

    def changed_by(self, actor: Member, changes: dict[str, Any]) -> None:
        """Refuse that whoever sees assigned customers only gives one of them to somebody else."""
        if actor.is_assigned_only and "owner_id" in changes:
            raise Refused(owner_id=_("Only somebody who sees all customers can change who looks after one."))

    def before_delete(self) -> None:
        """Nothing speaks of it any more: no merge that could be undone, no look-alike, no statement by schedule."""
        # here and not at the top: all three are made of customers
        from domain.books.different_customers import forget
        from domain.books.merging.merges import forget_merges
        from domain.statement_runs import forget_customer

        forget_merges(self)
        forget(self)
        forget_customer(self.id)
        super().before_delete()

    def _name_is_taken(self) -> Words:
        return _("There is already a customer called %(name)s.", name=self.display_name)


def customers_that_are(vendor: Vendor) -> Sequence[Customer]:
    """The customers that are the same company as a vendor."""
    query = select(Customer).where(Customer.vendor_id == vendor.id).order_by(Customer.display_name)
    return db.session.scalars(query).all()
