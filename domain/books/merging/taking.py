"""What the main customer takes from the others: fields in which somebody wanted their value, and giving that back."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.exc import IntegrityError

from domain import records
from domain.books.customers import Customer
from domain.books.merging.merges import Merge
from domain.custom_fields import PREFIX, as_kept, as_read, definition
from domain.db import db
from domain.errors import Refused
from domain.organizations.users import Member


def take(merge: Merge, actor: Member) -> None:
    """Let the main customer have what was chosen, and remember what it had."""
    by_id = {each.id: each for each in merge.others}
    values = {name: getattr(by_id[whose], name) for name, whose in merge.choices.items() if whose in by_id}
    before = {name: getattr(merge.main, name) for name in values}
    records.update(merge.main, values, actor)
    merge.taken = [
        [name, _kept(merge.main, name, before[name]), _kept(merge.main, name, value)]
        for name, value in values.items()
        if value != before[name]
    ]


def changed_since(merge: Merge) -> list[str]:
    """The fields that were taken and that somebody has changed since: they stay as they are."""
    return [name for name, _before, after in merge.taken if not _is_still(merge.main, name, after)]


def give_back(merge: Merge, actor: Member) -> None:
    """What nobody has changed since is as it was before, unless that can't be any more."""
    changed = changed_since(merge)
    values = {
        name: _read(merge.main, name, before) for name, before, _after in merge.taken if name not in changed
    }
    values = {name: value for name, value in values.items() if value is not _GONE}
    for name, value in values.items():
        try:
            with db.session.begin_nested():
                records.update(merge.main, {name: value}, actor)
        except (Refused, IntegrityError):
            db.session.refresh(merge.main)  # a price list that is no more: it keeps what it has


_GONE = object()


def _is_still(main: Customer, name: str, after: Any) -> bool:
    return bool(_kept(main, name, getattr(main, name, None)) == after)


def _kept(main: Customer, name: str, value: Any) -> Any:
    """A value as JSON keeps it."""
    if name.startswith(PREFIX):
        found = definition(main.MODULE, name)
        return as_kept(found.kind, value) if found else None
    return str(value) if isinstance(value, date | Decimal) else value


def _read(main: Customer, name: str, kept: Any) -> Any:
    """The value again; the fields of a customer that are not the organization's own are texts and numbers."""
    if not name.startswith(PREFIX):
        return kept
    found = definition(main.MODULE, name)
    return as_read(found.kind, kept) if found else _GONE
