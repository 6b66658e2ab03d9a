"""Kinds of columns that keep what they are given: ids, exact numbers, moments in UTC."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Integer, String
from sqlalchemy.types import TypeDecorator

# What a foreign key and a primary key are made of. SQLite only counts up by itself in an INTEGER column.
Id = BigInteger().with_variant(Integer, "sqlite")

MICRO = 6
"""Decimal places of numbers that are not money (quantity, rate, percentage): stored as integers x 10^6."""

PICO = 12
"""Decimal places of a rate of exchange: a đồng is 0.000034 euros, of which six places keep two digits."""


class Scaled(TypeDecorator[Decimal]):
    """A Decimal with up to six places, kept as an integer: SQLite would keep NUMERIC as a float and lose digits."""

    impl = BigInteger
    cache_ok = True
    places = MICRO

    def process_bind_param(self, value: Decimal | int | None, dialect: Any) -> int | None:
        """The integer to store; more places than these is a programming error, not something to round away."""
        if value is None:
            return None
        scaled = Decimal(value).scaleb(self.places)
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than {self.places} decimal places")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Any) -> Decimal | None:
        """The number as it was typed, without trailing zeros."""
        return None if value is None else plain(Decimal(value).scaleb(-self.places))


class FineScaled(Scaled):
    """The same with twelve places: a rate of exchange."""

    cache_ok = True
    places = PICO


class IsoDate(TypeDecorator[date]):
    """A date kept as text: 2026-11-21, which compares as dates do."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Any) -> str | None:
        """The text to compare with."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Any) -> date | None:
        """The date."""
        return None if value is None else date.fromisoformat(value)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """A date that it is compared with is written the same way."""
        return self


def plain(number: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent."""
    whole = number.to_integral_value()
    return whole.quantize(Decimal(1)) if number == whole else number.normalize()


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC; naive ones are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """The moment in UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a naive datetime has no moment")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """SQLite forgets the zone: what is stored is UTC."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value
