"""A customer is a company or person to whom the organization sells."""

from domain.books.parties import Party


class Customer(Party):
    """Somebody who receives estimates, orders and invoices."""

    MODULE = "books.customers"

    __mapper_args__ = {"polymorphic_identity": "customer"}
