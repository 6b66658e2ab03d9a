"""The audit trail: all that happened in the organization, newest first, narrowed and paged by key."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select

from domain.db import db
from domain.errors import Refused
from domain.organizations.organizations import current_organization
from domain.timeline import TimelineEntry
from domain.words import _

PAGE = 50


@dataclass(frozen=True)
class Trail:
    """What to look at: by whom, of which module, between which days; from where on."""

    actor_id: int | None = None
    module: str = ""
    start: date | None = None
    end: date | None = None
    after: int | None = None
    before: int | None = None

    def page(self) -> "Page":
        """Some entries, and where the neighbours begin: one statement, and one for the place in the trail."""
        query = select(TimelineEntry).where(*self._conditions())
        order = [TimelineEntry.at, TimelineEntry.id]
        backward = self.before is not None
        rows = list(
            db.session.scalars(
                query.order_by(*(order if backward else [each.desc() for each in order])).limit(PAGE + 1)
            )
        )
        more, rows = len(rows) > PAGE, rows[:PAGE]
        if backward:
            rows.reverse()
        has_next, has_previous = (bool(rows), more) if backward else (more, self.after is not None)
        return Page(
            rows,
            replace(self, after=rows[-1].id, before=None) if has_next and rows else None,
            replace(self, before=rows[0].id, after=None) if has_previous and rows else None,
        )

    def _conditions(self) -> list[ColumnElement[bool]]:
        conditions: list[ColumnElement[bool]] = []
        if self.actor_id is not None:
            conditions.append(TimelineEntry.actor_id == self.actor_id)
        if self.module:
            conditions.append(TimelineEntry.module == self.module)
        if self.start:
            conditions.append(TimelineEntry.at >= _beginning_of(self.start))
        if self.end:
            conditions.append(TimelineEntry.at < _beginning_of(self.end + timedelta(days=1)))
        if (cursor := self.before or self.after) is not None:
            conditions.append(self._beyond(cursor))
        return conditions

    def _beyond(self, entry_id: int) -> ColumnElement[bool]:
        at = db.session.scalar(select(TimelineEntry.at).where(TimelineEntry.id == entry_id))
        if at is None:
            raise Refused(_("This page of the list can't be found. Please start from its first page."))
        here, row_id = TimelineEntry.at, TimelineEntry.id
        if self.before is not None:
            return or_(here > at, and_(here == at, row_id > entry_id))
        return or_(here < at, and_(here == at, row_id < entry_id))


@dataclass(frozen=True)
class Page:
    """Some entries of the trail, and the trails that show those before and after."""

    entries: Sequence[TimelineEntry]
    next: Trail | None
    previous: Trail | None


def _beginning_of(day: date) -> datetime:
    """The moment at which a day begins where the organization is."""
    return datetime.combine(day, time.min, ZoneInfo(current_organization().time_zone))
