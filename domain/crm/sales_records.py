"""What records of the CRM side share: who looks after them, and what they are in the books."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Mapped, declared_attr, foreign, relationship

from domain.books.customers import Customer
from domain.db import Owned, of_this_organization
from domain.links import BOOKS, Link
from domain.organizations.users import Member


class SalesRecord(Owned):
    """A record with a name that somebody looks after."""

    name: Any

    @declared_attr
    def owner(cls) -> Mapped[Member | None]:
        return relationship()

    @property
    def title(self) -> str:
        """What the record is called."""
        return str(self.name)

    def made_by(self, actor: Member) -> None:
        """Whoever makes a record looks after it, unless they named somebody else."""
        self.owner_id = self.owner_id or actor.id


class InBooks:
    """A record that may have its counterpart in the books."""

    books_link: Any

    @property
    def books_id(self) -> int | None:
        """The record of the books that this one is, if it is there yet."""
        return self.books_link.books_id if self.books_link else None


class OfACustomer:
    """A record behind which there may be a customer, whose documents stand on its page."""

    books_link: Any

    @property
    def customer_id(self) -> int | None:
        """The customer, if there is one yet."""
        return self.books_link.books_id if self.books_link else None


def link_to(counterpart: Any, own: Callable[[], ColumnElement[bool]]) -> Any:
    """The relationship to the link with a record of the books; `own` says which links are the record's."""
    return relationship(
        Link,
        viewonly=True,
        uselist=False,
        primaryjoin=lambda: and_(own(), Link.system == BOOKS, Link.remote_module == counterpart.MODULE),
    )


def linked_as(record_id: Any, module: str) -> ColumnElement[bool]:
    """The links of the record of that module whose id this is."""
    return and_(foreign(Link.record_id) == record_id, Link.module == module)


def whose_customer_is_assigned(module: str, member: Member) -> Select[int]:
    """The ids of the module's records that are, in the books, a customer assigned to somebody."""
    return (
        select(Link.record_id)
        .join(Customer, Customer.id == Link.books_id)
        .where(
            of_this_organization(Link),
            of_this_organization(Customer),
            Link.system == BOOKS,
            Link.module == module,
            Link.remote_module == Customer.MODULE,
            Customer.owner_id == member.id,
        )
    )
