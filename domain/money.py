"""Money as whole minor units beside a currency, and the three things done to it: add, round, share out.

Integers, because they add up in every database as they do here: `docs/decisions/0001-integer-money.md`.
Nothing here ever becomes a binary floating-point number, and nothing of ours is imported.
"""

import decimal
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import total_ordering
from typing import Self

# The default context keeps 28 digits, and a quantity (18) times a rate (18) needs 36: the product would be
# rounded once by the context and once by us. With 80 digits every product of ours is exact.
EXACT = decimal.Context(prec=80, traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow])

# ISO 4217, by number of decimals. Babel has such a table too, but CLDR's tells how people write a currency,
# not what its minor unit is: it gives the Iraqi dinar none of its three decimals and the lek none of its two.
_BY_EXPONENT = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: (
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF "
        "CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
        "GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL "
        "MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR "
        "PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP "
        "TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG "
        # withdrawn in this decade; older documents still bear them
        "ANG BGN CUC HRK SLL ZWL"
    ),
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_EXPONENTS = {code: places for places, codes in _BY_EXPONENT.items() for code in codes.split()}
CURRENCIES = tuple(sorted(_EXPONENTS))


class UnknownCurrency(ValueError):
    """The code is not one of ISO 4217's currencies that have a minor unit."""


class CurrencyMismatch(TypeError):
    """Two amounts in different currencies met where only one currency makes sense."""


def is_currency(code: str) -> bool:
    """Whether `code` is a currency that a document can be written in."""
    return code in _EXPONENTS


def exponent(currency: str) -> int:
    """How many decimals the currency has: 0 for yen, 2 for euros, 3 for dinars."""
    try:
        return _EXPONENTS[currency]
    except KeyError:
        raise UnknownCurrency(f"{currency!r} is no currency of ISO 4217") from None


class Rounding(StrEnum):
    """Which way a fraction of a minor unit goes: toward zero, to the nearest, or away from zero.

    All three look at the size and not at the sign (a half goes away from zero), so that rounding -x gives
    minus the rounded x. A credit note is its invoice with the sign turned: were DOWN to mean "toward the
    smaller number", the two would differ by a yen.
    """

    DOWN = "down"
    HALF_UP = "half_up"
    UP = "up"


_MODES = {
    Rounding.DOWN: decimal.ROUND_DOWN,
    Rounding.HALF_UP: decimal.ROUND_HALF_UP,
    Rounding.UP: decimal.ROUND_UP,
}


def round_minor(value: Decimal, rounding: Rounding = Rounding.HALF_UP) -> int:
    """The whole number of minor units; an int, so there is no -0."""
    return int(value.to_integral_value(_MODES[rounding], EXACT))


def in_minor(value: Decimal, currency: str) -> Decimal:
    """An amount in minor units, not rounded yet: 1.005 euros are 100.5."""
    return value.scaleb(exponent(currency), EXACT)


def allocate(total_minor: int, weights: Sequence[int]) -> list[int]:
    """Share a total out in proportion, by largest remainder: the parts always add up to the whole.

    Equal remainders are served from the left. A negative total is shared as its positive twin. Weights that
    come to nothing give no proportion, so the parts are equal. A total with nobody to take it is an error.
    """
    if total_minor < 0:
        return [-part for part in allocate(-total_minor, weights)]
    if total_minor and not weights:
        raise ValueError(f"{total_minor} cannot be shared among nobody")
    if sum(weights) == 0:
        weights = [1] * len(weights)
    return _by_largest_remainder(total_minor, weights)


def _by_largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Each part rounded down, and the units then missing given one each to the largest remainders."""
    whole = sum(weights)
    shares = [divmod(total * weight, whole) for weight in weights]
    parts = [part for part, _ in shares]
    largest_first = sorted(range(len(shares)), key=lambda place: -abs(shares[place][1]))
    for place in largest_first[: total - sum(parts)]:
        parts[place] += 1
    return parts


@total_ordering
@dataclass(frozen=True)
class Money:
    """An exact amount in one currency: `Money(1250, "EUR")` is € 12.50, `Money(1250, "JPY")` is ¥ 1,250.

    Adding or ordering unlike currencies raises. Equality only answers: no amount in euros equals one in yen.
    """

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount_minor) is not int:
            raise TypeError(f"minor units are whole numbers, not {self.amount_minor!r}")
        exponent(self.currency)

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str, rounding: Rounding = Rounding.HALF_UP) -> Self:
        """The amount as people write it, rounded to what the currency has."""
        if not isinstance(amount, Decimal | int | str):
            raise TypeError(f"money is made from exact numbers, not from {amount!r}")
        return cls(round_minor(in_minor(Decimal(amount), currency), rounding), currency)

    @property
    def decimal(self) -> Decimal:
        """The amount as people write it, with all the decimals its currency has."""
        return Decimal(self.amount_minor).scaleb(-exponent(self.currency), EXACT)

    def __str__(self) -> str:
        return f"{self.currency} {self.decimal:,}"

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount_minor + self._beside(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount_minor - self._beside(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount_minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount_minor < self._beside(other)

    def __bool__(self) -> bool:
        return self.amount_minor != 0

    def _beside(self, other: "Money") -> int:
        """The other amount's minor units, if they can be put beside ours."""
        if not isinstance(other, Money):
            raise TypeError(f"only Money can be put beside {self!r}, not {other!r}")
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} cannot be put together")
        return other.amount_minor
