"""A made-up document of every kind, for the preview of a template where there is no real one yet."""

import datetime
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from delivery.language import translator
from delivery.wording import Writer
from domain.books.lines import DocumentLine
from domain.books.pdf_templates import PdfTemplate
from domain.modules import ALL
from domain.money import round_minor
from domain.organizations.organizations import Organization, current_organization
from domain.words import _

ZERO = Decimal(0)
NET_MINOR, REDUCED_MINOR = 120_000, 24_000
RATES = (Decimal(10), Decimal(8))


def sample_sheet(kind: str, language: str, template: PdfTemplate | None = None) -> Any:
    """A kind of document as a template prints it, in that language."""
    return Writer(Sample(kind, language), current_organization(), language, template).sheet()


@dataclass
class Sample:
    """What a document has that is printed."""

    kind: str
    language: str
    number: str = "2026-0001"
    state: str = "sent"
    reference: str = "PO-88213"
    source_id: int | None = None
    prices_include_tax: bool = False
    adjustment_label: str = ""
    discount_minor: int = 0
    shipping_minor: int = 0
    adjustment_minor: int = 0
    withholding_minor: int = 0
    paid_minor: int = 0
    date: datetime.date = field(default_factory=lambda: _ours().today)

    def __getattr__(self, name: str) -> Any:
        """What else is asked for, an organization's own fields among it, is empty."""
        if name.startswith("_"):
            raise AttributeError(name)
        return ""

    @property
    def MODULE(self) -> str:
        """The module of its kind."""
        models = {module.model.__mapper__.polymorphic_identity: key for key, module in ALL.items()}
        return models[self.kind]

    @property
    def due_on(self) -> datetime.date:
        """A month later, like its other dates."""
        return self.date + timedelta(days=30)

    expires_on = shipment_on = delivery_on = due_on

    @property
    def currency(self) -> str:
        """The organization's own."""
        return _ours().currency

    @property
    def party(self) -> Any:
        """Somebody."""
        return SimpleNamespace(customer_type="business", tax_registration="", billing_country=_ours().country)

    @property
    def party_name(self) -> str:
        """What they are called."""
        return self._said(_("Example Customer"))

    @property
    def address_lines(self) -> list[str]:
        """Where they are."""
        return [self._said(_("1 Example Street")), self._said(_("Example Town"))]

    @property
    def notes(self) -> str:
        """A note."""
        return self._said(_("Thank you for your business."))

    @property
    def lines(self) -> list[DocumentLine]:
        """Two lines."""
        units = [Decimal(amount).scaleb(-2 if self._is_small else 0) for amount in (10_000, 2_000)]
        return [
            self._line(_("Consulting"), units[0], NET_MINOR, RATES[0], False),
            self._line(_("Refreshments"), units[1], REDUCED_MINOR, RATES[1], True),
        ]

    @property
    def tax_lines(self) -> list[dict[str, Any]]:
        """Their taxes."""
        return [
            {"percent": str(rate), "base_minor": net, "tax_minor": _tax(net, rate), "is_reduced": is_reduced}
            for net, rate, is_reduced in ((NET_MINOR, RATES[0], False), (REDUCED_MINOR, RATES[1], True))
        ]

    @property
    def subtotal_minor(self) -> int:
        """The lines."""
        return NET_MINOR + REDUCED_MINOR

    @property
    def tax_minor(self) -> int:
        """The taxes."""
        return sum(line["tax_minor"] for line in self.tax_lines)

    @property
    def total_minor(self) -> int:
        """Both."""
        return self.subtotal_minor + self.tax_minor

    due_minor = balance_minor = total_minor

    @property
    def _is_small(self) -> bool:
        return self.currency != "JPY"

    def _said(self, words: Any) -> str:
        return translator(self.language)(words)

    def _line(self, words: Any, rate: Decimal, net: int, percent: Decimal, is_reduced: bool) -> Any:
        return SimpleNamespace(
            description=self._said(words),
            quantity=Decimal(12),
            unit="",
            rate=rate,
            discount_percent=ZERO,
            discount_minor=0,
            tax_percent=percent,
            is_reduced=is_reduced,
            net_minor=net,
        )


def _tax(net: int, rate: Decimal) -> int:
    return round_minor(net * rate / 100)


def _ours() -> Organization:
    return current_organization()
