"""When the other system made a record. Some systems give the number of a deleted record to a new one.

Whoever was joined to the first is not to become the second. So a link remembers, beside what both sides agreed on,
when the record was made that it leads to: by the other system's own clock, and only if that says so.
"""

from datetime import datetime
from typing import Any

from domain.links import Link
from sync.connectors.base import Record

BORN = "$born"
"""In a snapshot, where all other keys are pairs of fields."""


def birth_of(record: Record) -> dict[str, list[Any]]:
    """What is remembered of it in a snapshot."""
    return {} if record.created_at is None else {BORN: [record.created_at.isoformat(), ""]}


def is_of(link: Link, record: Record) -> bool:
    """Whether a link leads to this record, and not to an earlier one of the same number."""
    born = _born(link)
    return born is None or record.created_at is None or born == record.created_at


def is_over(link: Link, said: Record) -> bool:
    """Whether the record that a link leads to is gone: it is told so, or another one has its number."""
    return said.is_gone or not is_of(link, said)


def _born(link: Link) -> datetime | None:
    said = link.snapshot.get(BORN)
    return datetime.fromisoformat(said[0]) if said else None
