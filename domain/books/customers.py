"""A customer is a company or person to whom the organization sells."""

from sqlalchemy import ColumnElement

from domain.books.parties import Party
from domain.organizations.users import Member
from domain.words import Words, _


class Customer(Party):
    """Somebody who receives estimates, orders and invoices."""

    MODULE = "books.customers"

    __mapper_args__ = {"polymorphic_identity": "customer"}

    @classmethod
    def assigned_to(cls, member: Member) -> ColumnElement[bool]:
        """The customers that somebody looks after."""
        return cls.owner_id == member.id

    def made_by(self, actor: Member) -> None:
        """Whoever sees assigned customers only is assigned those they make: else they would lose them."""
        if actor.is_assigned_only:
            self.owner_id = actor.id

    def _name_is_taken(self) -> Words:
        return _("There is already a customer called %(name)s.", name=self.display_name)
