"""A vendor is a company or person from whom the organization buys."""

from domain.books.parties import Party


class Vendor(Party):
    """Somebody who receives purchase orders and sends bills."""

    MODULE = "books.vendors"

    __mapper_args__ = {"polymorphic_identity": "vendor"}
