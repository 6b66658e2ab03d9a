"""What a topic of the outbox needs: one function that does it, one that writes down what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from domain.outbox import Failure, OutboxRow
from domain.words import _

Result = dict[str, Any] | Failure | None


def nothing_to_write(row: OutboxRow, result: Result, again: bool) -> None:
    """The outbox alone keeps the outcome."""


def just_again(row: OutboxRow) -> Failure:
    """It may be done twice without harm, so a worker that died is no more than a delay."""
    return Failure("transient", _("The worker ended in the middle of it."))


@dataclass(frozen=True)
class Handler:
    """`do` runs outside of any transaction, may be called twice for the same row, and raises Failure.

    `settle` runs in the transaction that ends the attempt: it gets what `do` returned or raised, and whether
    the row will be tried again by itself. `abandoned` says how an attempt failed whose worker is gone.
    """

    do: Callable[[OutboxRow], dict[str, Any] | None]
    settle: Callable[[OutboxRow, Result, bool], None] = nothing_to_write
    abandoned: Callable[[OutboxRow], Failure] = just_again
