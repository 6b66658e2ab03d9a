"""An invoice asks a customer for money. It gets its number when it is issued and is then changed no more."""

from domain.books.document import Document


class Invoice(Document):
    """A bill to a customer."""

    MODULE = "books.invoices"

    __mapper_args__ = {"polymorphic_identity": "invoice"}
