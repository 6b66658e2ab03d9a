"""Which field is which: the pairs in force, what else could be paired, and a value as the other side says it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain.errors import Refused
from domain.search_text import fold
from domain.sync.connections import SyncModule
from domain.words import _
from sync.connectors.base import SideField
from sync.decide import Unsaid
from sync.lanes import FieldPair, Lane

_TEXT = frozenset({"text", "long_text", "email", "phone", "url"})
_READ_AS_TEXT = _TEXT | {"number", "date", "choice"}

WINNERS = ("newest", "crm", "books", "ask")
WAYS = ("both", "books", "crm")

Rate = Callable[[str, str], Decimal | None]
"""What one unit of a currency is worth in another today; None when nobody knows."""

Counterpart = Callable[[str, str], str]
"""(module, id): which record of the other side one is that others refer to; nothing where it is joined to none."""

REFERRED = (("crm.vendors", "books.vendors"),)
"""Modules of both sides whose records refer to the same: a product and its item to whom they are bought from."""


def pairs_of(settings: SyncModule, lane: Lane) -> tuple[FieldPair, ...]:
    """The pairs in force: those that somebody chose, else the usual ones."""
    chosen = settings.mapping.get(lane.key)
    return lane.pairs if chosen is None else tuple(FieldPair(**each) for each in chosen)


def as_kept(pairs: Sequence[FieldPair]) -> list[dict[str, str]]:
    """Pairs as they stand in the settings."""
    return [{"crm": p.crm, "books": p.books, "wins": p.wins, "way": p.way} for p in pairs]


def check(
    pairs: Sequence[FieldPair],
    crm: Sequence[SideField],
    books: Sequence[SideField],
    lane: Lane,
) -> None:
    """Refuse pairs that don't fit: unknown fields, different kinds, one field written from two."""
    ours, theirs = _by_name(crm), _by_name(books)
    written: set[tuple[str, str]] = set()
    for pair in pairs:
        if pair.crm not in ours or pair.books not in theirs:
            raise Refused(_("One of these fields is no more. Please choose another one."))
        if pair.wins not in WINNERS or pair.way not in WAYS:
            raise Refused(_("Please choose from the list."))
        one, other = ours[pair.crm], theirs[pair.books]
        _check_kinds(pair, one, other)
        targets = {("books", pair.books)} if pair.way != "crm" else set()
        targets |= {("crm", pair.crm)} if pair.way != "books" else set()
        if targets & written:
            label = other.label if ("books", pair.books) in written else one.label
            raise Refused(_("%(field)s would be written from two fields. Please take one away.", field=label))
        written |= targets
    _check_required(pairs, lane, theirs)


def _check_kinds(pair: FieldPair, one: SideField, other: SideField) -> None:
    into_books = pair.way == "crm" or (fits(one, other) and other.is_writable)
    into_crm = pair.way == "books" or (fits(other, one) and one.is_writable)
    if not (into_books and into_crm):
        raise Refused(
            _(
                "%(one)s and %(other)s hold different kinds of values. Please choose fields that fit.",
                one=one.label,
                other=other.label,
            )
        )


def _check_required(pairs: Sequence[FieldPair], lane: Lane, books: Mapping[str, SideField]) -> None:
    filled = {pair.books for pair in pairs if pair.way != "crm"} | set(lane.new_in_books)
    for field in books.values():
        usual = any(pair.books == field.name for pair in lane.pairs)
        if field.is_required and usual and field.name not in filled:
            raise Refused(_("%(field)s must be paired: no record is made without it.", field=field.label))


def fits(source: SideField, target: SideField) -> bool:
    """Whether values of one field can be said by the other."""
    if target.kind in _TEXT:
        return source.kind in (
            _READ_AS_TEXT if target.kind in ("text", "long_text") else {target.kind, "text"}
        )
    if target.kind == "choice":
        return source.kind in ("choice", "text", "number")
    if {source.kind, target.kind} == {"reference"}:
        return (
            source.to == target.to
            or {(source.to, target.to), (target.to, source.to)} & set(REFERRED) != set()
        )
    if {source.kind, target.kind} <= {"price", "number"}:
        return True
    return source.kind == target.kind


def _by_name(fields: Sequence[SideField]) -> dict[str, SideField]:
    return {field.name: field for field in fields}


@dataclass(frozen=True)
class Across:
    """Gives values as the other side would say them."""

    crm: Mapping[str, SideField]
    books: Mapping[str, SideField]
    rate: Rate
    currency: str
    """In which plain numbers are, where the other side has prices in many currencies."""
    counterpart: Counterpart = lambda _module, _id: ""

    @classmethod
    def between(
        cls,
        crm: Sequence[SideField],
        books: Sequence[SideField],
        rate: Rate,
        currency: str,
        counterpart: Counterpart = lambda _module, _id: "",
    ) -> "Across":
        """For the fields of these two modules."""
        return cls(_by_name(crm), _by_name(books), rate, currency, counterpart)

    def is_once(self, pair: FieldPair) -> bool:
        """Whether the pair counts only while a record is made."""
        return self.crm[pair.crm].is_once or self.books[pair.books].is_once

    def refers(self, pair: FieldPair) -> bool:
        """Whether the pair leads to records that are not the same on both sides."""
        return self.crm[pair.crm].kind == "reference" and self.crm[pair.crm].to != self.books[pair.books].to

    def __call__(self, pair: FieldPair, value: Any, to: str) -> Any:
        """A value of one side of the pair as the field on side `to` holds it; Refused when it can't."""
        crm, books = self.crm[pair.crm], self.books[pair.books]
        source, target = (crm, books) if to == "books" else (books, crm)
        if target.kind == "price" or source.kind == "price":
            return self._price(value, source, target)
        if source.kind == "reference" and source.to != target.to:
            return self._referred(value, source)
        said = _said(value, source, target)
        if isinstance(said, str) and target.longest and len(said) > target.longest:
            raise Refused(_("%(field)s: longer than %(n)d characters.", field=target.label, n=target.longest))
        if target.is_once and not said:
            raise Unsaid  # the record is made with what it would have without us
        if target.kind == "choice" and said and target.choices and said not in target.choices:
            return _choice(str(said), source, target)
        return said

    def _referred(self, value: Any, source: SideField) -> str:
        if not value:
            return ""
        if found := self.counterpart(source.to, str(value)):
            return found
        raise Unsaid

    def _price(self, value: Any, source: SideField, target: SideField) -> Any:
        amount, currency = (
            (value["amount"], value["currency"]) if isinstance(value, dict) else (value, self.currency)
        )
        if currency != self.currency:
            amount = self._exchanged(amount, currency)
        return {"amount": amount, "currency": self.currency} if target.kind == "price" else amount

    def _exchanged(self, amount: str, currency: str) -> str:
        rate = self.rate(currency, self.currency)
        if rate is None:
            raise Refused(
                _(
                    "There is no rate of exchange for %(code)s. Please give one in the settings.",
                    code=currency,
                )
            )
        return format(round(Decimal(amount) * rate, 2).normalize(), "f")


def _choice(said: str, source: SideField, target: SideField) -> str:
    """The choice of the target that says it, also in another width or case, or in other words."""
    words = [said, *(word for word, choice in source.also.items() if choice == said)]
    known = {fold(word): choice for word, choice in target.also.items()}
    known |= {fold(choice): choice for choice in target.choices}
    found = next((known[fold(word)] for word in words if fold(word) in known), None)
    if found is not None:
        return found
    if source.gives_way:
        raise Unsaid
    raise Refused(_("%(field)s: “%(text)s” is not one of the choices.", field=target.label, text=said))


def _said(value: Any, source: SideField, target: SideField) -> Any:
    if target.kind in _TEXT:
        text = "" if value is None else str(value)
        return text if target.kind == "long_text" else " ".join(text.split())
    return value
