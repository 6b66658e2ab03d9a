"""What a field may hold, whoever says so: a form, a file that is imported, a machine."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from babel import Locale
from sqlalchemy import select

from domain.books.associated_templates import SLOTS, names_for
from domain.books.currencies import Currency
from domain.db import db
from domain.errors import Refused
from domain.modules.kinds import as_id
from domain.modules.module import Field
from domain.money import Money, is_currency
from domain.organizations.users import Member
from domain.words import _

Allowed = Callable[[Field, Any], bool]


def is_allowed(each: Field, value: Any) -> bool:
    """Whether the value is one of those to choose from, where a field has such.

    What is not active any more may stay where it is; the record refuses it where it is new.
    """
    match each.kind:
        case "choice":
            return value in {choice.key for choice in each.choices}
        case "template":
            return value == "" or value in names_for(SLOTS[each.name])
        case "currency":
            return value == "" or value in currency_codes(value)
        case "country":
            return value == "" or value in countries_in("en")
        case "member":
            return value is None or value in {member.id for member in owners(value)}
    return True


def checked(each: Field, value: Any, model: Any = None, allowed: Allowed = is_allowed) -> Any:
    """The value, if the field may hold it; raises Refused with one sentence. `model` says how long a text may be."""
    if each.required and value in (None, ""):
        raise Refused(_("Please fill this in."))
    if not allowed(each, value):
        raise Refused(_("Please choose from the list."))
    _check_length(value, longest_of(each, model))
    return value


def in_minor_units(
    fields: Iterable[Field], values: dict[str, Any]
) -> Iterator[tuple[Field, int | None, Refused | None]]:
    """Amounts are typed in major units; what keeps them is a whole number of minor ones, of their currency."""
    for each in fields:
        amount = values.get(each.column)
        if each.kind == "money" and amount is not None:
            try:
                yield each, in_minor(amount, values.get(each.currency)), None
            except Refused as refusal:
                yield each, None, refusal


def in_minor(amount: Decimal, currency: str | None) -> int:
    """An amount as it is typed, in minor units; parts smaller than the currency has are refused."""
    if not currency or not is_currency(currency):
        raise Refused(_("Please choose a currency, too."))
    money = Money.of(amount, currency)
    if money.decimal != amount:
        raise Refused(_("%(currency)s has no such small parts.", currency=currency))
    return money.amount_minor


@cache
def countries_in(language: str) -> dict[str, str]:
    """Countries by their two letters, in a language."""
    territories = Locale.parse(language).territories
    return {code: name for code, name in territories.items() if len(code) == 2 and code.isalpha()}


def currency_codes(chosen: str = "") -> list[str]:
    """The codes that the organization uses, and the one chosen before."""
    offered = Currency.is_active | (Currency.code == chosen)
    return list(db.session.scalars(select(Currency.code).where(offered).order_by(Currency.code)))


def owners(chosen: object = "") -> list[Member]:
    """The people who may own a record or sell, and the one who does already."""
    offered = Member.is_active | (Member.id == as_id(str(chosen)))
    return list(db.session.scalars(select(Member).where(offered).order_by(Member.id)))


def longest_of(each: Field, model: Any) -> int | None:
    """How many characters its text may have; None: as many as one likes."""
    kept_in = getattr(model, each.column, None)
    return each.longest or getattr(getattr(kept_in, "type", None), "length", None)


def _check_length(value: Any, longest: int | None) -> None:
    # PostgreSQL would answer with a database error, SQLite would keep it
    if longest and isinstance(value, str) and len(value) > longest:
        raise Refused(_("This is longer than %(n)d characters.", n=longest))
