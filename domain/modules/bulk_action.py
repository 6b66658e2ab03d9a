"""What an action on many records of a list is: a row of facts, of which `bulk_actions.py` has the table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.sql.base import ExecutableOption

from domain import records
from domain.modules.module import Field, Module
from domain.organizations.users import Member
from domain.words import Words, _

Values = Mapping[str, Any]
"""What was chosen or typed, by the attribute that keeps it."""

PAPERS = 25
"""So many documents go out, or into one file, at once."""


def write(module: Module, record: Any, values: Values, member: Member) -> None:
    """Set what was chosen."""
    if module.is_document:
        record.change(values, None, member)
    else:
        records.update(record, dict(values), member)


@dataclass(frozen=True)
class BulkAction:
    """Something that can be done to many records at once."""

    key: str
    label: Words
    verb: str
    """The right that it needs."""
    also: tuple[str, ...] = ()
    """What else one must be allowed, in other modules."""
    asks: Callable[[Module], tuple[Field, ...]] = lambda module: ()
    """What one has to choose or type."""
    ticks: bool = False
    """Whether only those of the fields it asks for are set that are ticked."""
    sets: Values | None = None
    """What is set without asking."""
    needs: str = ""
    """The field without which a list does not have it."""
    has: Callable[[Module], bool] = lambda module: True
    """Whether a module's records have it."""
    why_not: Callable[[Any, Values], Words | None] = lambda record, values: None
    """Why a record can't be affected, as far as is known before."""
    do: Callable[[Module, Any, Values, Member], None] | None = write
    """What is done to one record; without it a worker does it, with what only it has (`jobs/bulk.py`)."""
    is_undoable: bool = True
    along: Callable[[Module], tuple[ExecutableOption, ...]] = lambda module: ()
    """What is read with the records, so that `why_not` asks for nothing more."""
    most: int | None = None
    """More than this are refused, and nothing is done."""
    too_many: Callable[[int], Words] = lambda count: _("At most %(most)d at once.", most=PAPERS)
    """The sentence that says so, given how many were chosen."""
    note: Callable[[Any], str] = lambda record: ""
    """What is said of each who is affected: where a mail goes."""
    begins: Callable[[str], dict[str, str]] = lambda offer: {}
    """What stands in its fields before anybody typed, or once somebody took one of the offers."""
    offers: Callable[[], Mapping[str, Words]] = dict
    """What fills several fields with one click."""
    check: Callable[[Values], None] = lambda values: None
    """Refuses at the field what does not fit together."""
    shows_again: bool = False
    """Whether what is typed says who is affected: then it is done only once just that was shown."""

    def is_open_to(self, module: Module, may: Callable[[str], bool]) -> bool:
        """Whether somebody with these rights may do it."""
        return all(map(may, (module.permission(self.verb), *self.also)))
