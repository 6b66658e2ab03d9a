"""How an invoice is paid: by bank transfer with its number, or through a provider that is added here."""

from dataclasses import dataclass
from typing import Protocol

from domain.books.document import Document
from domain.books.invoices import Invoice
from domain.organizations.organizations import current_organization


@dataclass(frozen=True)
class Instructions:
    """What has to be transferred, where to, and with which words it is found again."""

    amount_minor: int
    reference: str
    details: str


class Provider(Protocol):
    """A payment service: it is told what is asked for, and says on which page of its own that is paid.

    What came in is recorded by `domain.books.payments.record_payment` when the provider reports it; a page that
    somebody comes back to proves nothing.
    """

    key: str

    def page_for(self, invoice: Invoice, amount_minor: int, come_back_to: str) -> str:
        """The address of the provider's page for this invoice."""


PROVIDERS: dict[str, Provider] = {}
"""None is built in; one is added by its key."""


def instructions_for(document: Document) -> Instructions | None:
    """How to pay what is open; None for what is not paid, or is paid already."""
    if not isinstance(document, Invoice) or document.balance_minor <= 0:
        return None
    return Instructions(document.balance_minor, document.number, current_organization().payment_details)
