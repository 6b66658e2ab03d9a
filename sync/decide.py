"""Who wins: what both sides say now, against what they last agreed on. Pure: no database, no clock, no network.

Each pair of fields is decided by itself. Changed on one side: copied to the other. Changed on both, to different
values: the pair's winner, or a question. The snapshot keeps what *each* side said, because a system that rounds or
cuts what it is given would otherwise seem to have changed it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from domain.search_text import fold
from sync.lanes import FieldPair

Values = Mapping[str, Any]
Translate = Callable[[FieldPair, Any, str], Any]
"""Gives a value as the other side (`crm` or `books`) would say it, or raises `Unsaid`."""
Snapshot = Mapping[str, Sequence[Any]]
"""By the key of a pair: what the CRM said, what the books said."""


class Unsaid(Exception):
    """The other side has no word for a value: both stay as they are, and are looked at again when one changes."""


Verdict = Literal["agreed", "to_books", "to_crm", "kept", "ask"]


@dataclass(frozen=True)
class Policy:
    """What is to be done where the values alone don't say it."""

    newest: Literal["crm", "books", ""] = ""
    """Which side was changed later; nothing when that can't be told."""
    fetches_only: bool = False
    """Whether nothing is ever written on the CRM side."""
    first: Literal["join", "overwrite", ""] = "join"
    """Of two records that meet for the first time: fill in what is empty, or take all from the CRM."""


@dataclass
class Decision:
    """What is to be written where, and what is left to a person."""

    to_crm: dict[str, Any] = field(default_factory=dict)
    to_books: dict[str, Any] = field(default_factory=dict)
    asked: list[FieldPair] = field(default_factory=list)
    kept: list[FieldPair] = field(default_factory=list)
    """Pairs whose snapshot stays as it is: the sides differ, and are to."""

    @property
    def changes_nothing(self) -> bool:
        """Whether neither side is to be written."""
        return not (self.to_crm or self.to_books)


def decide(
    crm: Values,
    books: Values,
    base: Snapshot,
    pairs: Sequence[FieldPair],
    across: Translate,
    policy: Policy = Policy(),
) -> Decision:
    """What to write on each side."""
    decision = Decision()
    for pair in pairs:
        if pair.crm not in crm or pair.books not in books:
            continue
        try:
            _decide_on(pair, crm[pair.crm], books[pair.books], base.get(pair.key), across, policy, decision)
        except Unsaid:
            decision.kept.append(pair)
    return decision


def _decide_on(
    pair: FieldPair,
    crm: Any,
    books: Any,
    base: Sequence[Any] | None,
    across: Translate,
    policy: Policy,
    decision: Decision,
) -> None:
    verdict = _verdict(pair, crm, books, base, across, policy)
    if verdict == "to_books":
        decision.to_books[pair.books] = across(pair, crm, "books")
    elif verdict == "to_crm":
        decision.to_crm[pair.crm] = across(pair, books, "crm")
    elif verdict == "ask":
        decision.asked.append(pair)
    elif verdict == "kept":
        decision.kept.append(pair)


def _verdict(
    pair: FieldPair,
    crm: Any,
    books: Any,
    base: Sequence[Any] | None,
    across: Translate,
    policy: Policy,
) -> Verdict:
    crm_changed, books_changed = _changed(crm, books, base, policy)
    if pair.way == "books":
        books_changed = False
    elif pair.way == "crm":
        crm_changed = False
    if not (crm_changed or books_changed):
        return "agreed"
    if base is None and (
        is_alike(crm, books) or (pair.way == "books" and policy.first == "join" and not is_empty(books))
    ):
        return "agreed"
    if not books_changed:
        return "agreed" if _means(pair, crm, "books", books, across) else "to_books"
    may_write_crm = not policy.fetches_only and pair.way != "books"
    if not crm_changed:
        if _means(pair, books, "crm", crm, across):
            return "agreed"
        return "to_crm" if may_write_crm else "kept"
    if _means(pair, crm, "books", books, across) or _means(pair, books, "crm", crm, across):
        return "agreed"
    return _of_both(pair, policy, may_write_crm)


def _means(pair: FieldPair, value: Any, to: str, other: Any, across: Translate) -> bool:
    """Whether a value of one side is what the other side says already."""
    try:
        return bool(across(pair, value, to) == other)
    except Unsaid:
        return False


def _changed(crm: Any, books: Any, base: Sequence[Any] | None, policy: Policy) -> tuple[bool, bool]:
    if base is not None:
        return crm != base[0], books != base[1]
    if policy.first == "overwrite":
        return True, False
    return not is_empty(crm), not is_empty(books)


def _of_both(pair: FieldPair, policy: Policy, may_write_crm: bool) -> Verdict:
    winner = policy.newest if pair.wins == "newest" else pair.wins
    if winner == "crm":
        return "to_books"
    if winner == "books":
        return "to_crm" if may_write_crm else "kept"
    return "ask"


def agreed(
    crm: Values, books: Values, base: Snapshot, pairs: Sequence[FieldPair], decision: Decision
) -> dict[str, list[Any]]:
    """The snapshot afterwards, from what both sides say then; what is not settled keeps its old one."""
    open_pairs = {pair.key for pair in (*decision.asked, *decision.kept)}
    snapshot = {key: list(values) for key, values in base.items() if key in open_pairs}
    for pair in pairs:
        if pair.key not in open_pairs and pair.crm in crm and pair.books in books:
            snapshot[pair.key] = [crm[pair.crm], books[pair.books]]
    return snapshot


def is_empty(value: Any) -> bool:
    """Whether nothing is said: no text, no number, an address without lines. A box left unticked says something."""
    if isinstance(value, dict):
        return not any(value.values())
    return value is None or value == ""


def is_alike(one: Any, other: Any) -> bool:
    """Whether two values that meet for the first time say the same in another width, case or spacing."""
    if not (isinstance(one, str) and isinstance(other, str)):
        return bool(one == other)
    one, other = fold(one), fold(other)
    return one == other or _digits(one) == _digits(other) != ""


def _digits(folded: str) -> str:
    """The digits of a number, however it is parted; of anything else nothing."""
    digits = folded.translate(_PARTING)
    return digits if digits.isdigit() else ""


_PARTING = dict.fromkeys(map(ord, " ()-‐–./"))
