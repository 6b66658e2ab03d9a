"""Taking rates of exchange over from a file: what is new, what it replaces, and doing so."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from domain.books.bank_files import Quote
from domain.books.currencies import ExchangeRate
from domain.db import db
from domain.errors import Refused
from domain.words import _

MOST = 5_000
"""So many rates are taken over at once."""


@dataclass(frozen=True)
class Change:
    """A rate from a file beside the one that the books have for that day."""

    quote: Quote
    before: Decimal | None

    @property
    def is_new(self) -> bool:
        """Whether there is no rate for that day."""
        return self.before is None

    @property
    def replaces(self) -> bool:
        """Whether another rate stands there."""
        return self.before is not None and self.before != self.quote.rate


def changes(quotes: Sequence[Quote]) -> list[Change]:
    """Each rate with what it would replace; one statement."""
    if len(quotes) > MOST:
        raise Refused(
            _(
                "These are %(count)d rates; at most %(most)d are taken over at once. Please begin later.",
                count=len(quotes),
                most=MOST,
            )
        )
    kept = _kept(quotes)
    return [Change(each, kept[key].rate if (key := _key(each)) in kept else None) for each in quotes]


def take_over(quotes: Sequence[Quote], source: str) -> tuple[int, int]:
    """Write the rates down: how many are new, and how many were replaced. The same file again changes nothing."""
    found = changes(quotes)
    kept = _kept(quotes)
    for change in found:
        quote = change.quote
        if change.is_new:
            db.session.add(
                ExchangeRate(
                    currency_code=quote.code, on_date=quote.on_date, rate=quote.rate, source=source[:100]
                )
            )
        elif change.replaces:
            kept[_key(quote)].rate = quote.rate
            kept[_key(quote)].source = source[:100]
    db.session.flush()
    return sum(each.is_new for each in found), sum(each.replaces for each in found)


def _kept(quotes: Sequence[Quote]) -> dict[tuple[object, str], ExchangeRate]:
    days = [each.on_date for each in quotes]
    query = select(ExchangeRate).where(ExchangeRate.on_date.between(min(days), max(days))) if days else None
    found = db.session.scalars(query) if query is not None else ()
    return {(each.on_date, each.currency_code): each for each in found}


def _key(quote: Quote) -> tuple[object, str]:
    return quote.on_date, quote.code
