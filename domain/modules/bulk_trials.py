"""What a bulk action would do, record by record: it is done, looked at and taken back, all in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from domain.db import db
from domain.errors import Refused
from domain.modules.bulk_action import BulkAction, Values
from domain.modules.module import Module
from domain.organizations.users import Member
from domain.words import Words, _


@dataclass(frozen=True)
class Trial:
    """What would become of one record: its fields in words before and after, or why it stays as it is."""

    record: Any
    before: Sequence[str] = ()
    after: Sequence[str] = ()
    refused: Words | str | None = None

    @property
    def changes(self) -> bool:
        """Whether it would be other than it is."""
        return not self.refused and self.before != self.after


def trials_of(
    module: Module,
    action: BulkAction,
    values: Values,
    rows: Sequence[Any],
    member: Member,
    shown: Callable[[Any], Sequence[str]],
) -> list[Trial]:
    """Try an action on these records; `shown` gives what it asks for in words."""
    assert action.do is not None, "what only a worker can do is not tried"
    return [_trial(module, action, values, row, member, shown) for row in rows]


def _trial(
    module: Module,
    action: BulkAction,
    values: Values,
    row: Any,
    member: Member,
    shown: Callable[[Any], Sequence[str]],
) -> Trial:
    before = shown(row)
    savepoint = db.session.begin_nested()
    try:
        if reason := action.why_not(row, values):
            raise Refused(reason)
        assert action.do is not None
        action.do(module, row, values, member)
        db.session.expire(row, _referred_to(row))  # the keys were set: whom they mean now is asked for again
        return Trial(row, before, shown(row))
    except Refused as refusal:
        return Trial(row, refused=next(iter(refusal.fields.values()), refusal.message))
    except IntegrityError:
        return Trial(row, refused=_("Another record has this already."))
    finally:
        savepoint.rollback()


def _referred_to(row: Any) -> list[str]:
    """The attributes that hold the one record a key refers to."""
    return [each.key for each in inspect(type(row)).relationships if not each.uselist]
