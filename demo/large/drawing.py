"""What all documents of the large demo have in common: lines, and what they come to."""

import json
from random import Random
from typing import Any

from demo.large.ground import MICRO, RATES, Ground, Offer
from demo.large.writing import Ids, Row
from domain.search_text import fold

LINES = (1, 1, 1, 2, 2, 2, 3, 3, 4, 5)
MOST_LINES = max(LINES)
QUANTITIES = (1, 1, 2, 2, 3, 5, 10, 20)

Drawn = list[tuple[Row, int]]
"""Lines, each with the place of its tax."""


class Drawing:
    """Draws documents up with dice of its own."""

    def __init__(self, ground: Ground, ids: dict[str, Ids], dice: Random) -> None:
        self._ground, self._ids, self._dice = ground, ids, dice
        self._always = {"organization_id": ground.organization.id}
        self._rates = {code: int(rate * MICRO) for code, rate in RATES.items()} | {"JPY": MICRO}

    def _pick(self, table: Any) -> Any:
        return table[int(self._dice.random() * len(table))]

    def _lines(self, document_id: int, currency: str, language: str) -> Drawn:
        return [self._line(document_id, at, currency, language) for at in range(self._pick(LINES))]

    def _line(self, document_id: int, at: int, currency: str, language: str) -> tuple[Row, int]:
        offer: Offer = self._pick(self._ground.offers)
        quantity, price = self._pick(QUANTITIES), offer.prices[currency]
        tax = self._ground.taxes[offer.tax]
        return self._always | {
            "id": self._ids["document_lines"].take(),
            "document_id": document_id,
            "position": at,
            "item_id": offer.item_id,
            "description": offer.names[language],
            "unit": offer.units[language],
            "quantity": quantity * MICRO,
            "rate": price * MICRO // (1 if currency == "JPY" else 100),
            "tax_id": tax.id,
            "tax_name": tax.name,
            "tax_percent": int(tax.percent * MICRO),
            "is_reduced": tax.is_reduced,
            "net_minor": quantity * price,
        }, offer.tax

    def _sums(self, lines: Drawn) -> Row:
        bases = [0, 0]
        for line, tax in lines:
            bases[tax] += line["net_minor"]
        levied = [
            (tax, base, int(base * tax.percent // 100))
            for tax, base in zip(self._ground.taxes, bases, strict=True)
            if base
        ]
        subtotal, taxed = sum(bases), sum(amount for _tax, _base, amount in levied)
        return {
            "subtotal_minor": subtotal,
            "tax_minor": taxed,
            "total_minor": subtotal + taxed,
            "tax_lines": json.dumps([_tax_line(*each) for each in levied], ensure_ascii=False),
        }


def _tax_line(tax: Any, base: int, amount: int) -> dict[str, Any]:
    return {
        "name": tax.name,
        "percent": str(tax.percent),
        "base_minor": base,
        "tax_minor": amount,
        "is_reduced": tax.is_reduced,
    }


_names: dict[str, str] = {}


def folded(name: str) -> str:
    """A company's name as it is searched; the last ones are remembered."""
    if len(_names) > 5_000:
        _names.clear()
    if name not in _names:
        _names[name] = fold(name)
    return _names[name]
