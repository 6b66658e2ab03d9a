"""Statements that go out by themselves: once a month, for a period, to all customers or those who owe something.

What a schedule did on its days is in `statement_runs.py`.
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from domain import records
from domain.books.reminder_rules import SWITCHED
from domain.db import Id, Keyed, OrganizationScoped, Timestamped, Versioned, db
from domain.defaults import Prefilled
from domain.errors import Refused
from domain.integrity import is_used
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.status import Status
from domain.words import Words, _

LAST_DAY = 31
"""Of a month: 31 means its last day, however long it is."""

OFFERED = ("last_month", "this_month", "last_quarter", "this_quarter", "last_year", "this_year")
"""Periods of which there can be statements, as they are on the day of sending."""

ALL, OWING, OVERDUE = "all", "owing", "overdue"
ONLY: dict[str, Words] = {
    OWING: _("Customers who owe something"),
    OVERDUE: _("Customers with overdue invoices"),
    ALL: _("All active customers"),
}
"""To whom they go."""


class StatementSchedule(Prefilled, OrganizationScoped, Versioned, Timestamped, Keyed, db.Model):
    """On which day of the month statements go out, for which period, to whom."""

    MODULE = "settings.statement-schedules"

    __tablename__ = "statement_schedules"
    __table_args__ = (Index(None, "organization_id", "id"), Index(None, "member_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), nullable=False)
    day: Mapped[int] = mapped_column(Integer, nullable=False)
    period: Mapped[str] = mapped_column(String(20), nullable=False)
    only: Mapped[str] = mapped_column(String(10), nullable=False, default=OWING)
    with_unpaid: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    is_active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    active_from: Mapped[date | None] = mapped_column(Date, nullable=True)
    """The day on which it was switched on: days before it are left alone."""
    member_id: Mapped[int | None] = mapped_column(Id, ForeignKey("members.id"), nullable=True)
    """Who saved it last, in whose name and with whose rights it sends."""

    member: Mapped[Member | None] = relationship()

    @property
    def title(self) -> str:
        """What people call it."""
        return self.name

    @property
    def switched(self) -> Status:
        """Whether it is on, in words."""
        return SWITCHED[self.is_active]

    def due_on(self, today: date) -> date:
        """The latest of its days that has come."""
        day = _day_of(today.year, today.month, self.day)
        before = today.replace(day=1) - timedelta(days=1)
        return day if day <= today else _day_of(before.year, before.month, self.day)

    def next_on(self, today: date) -> date:
        """The next of its days."""
        day = _day_of(today.year, today.month, self.day)
        after = today.replace(day=28) + timedelta(days=4)
        return day if day > today else _day_of(after.year, after.month, self.day)

    def made_by(self, actor: Member) -> None:
        """It sends in the name of whoever made it, from today on."""
        self.member_id, self.active_from = actor.id, current_organization().today

    def can_be_deleted(self) -> None:
        """Refuse to delete what has sent something: its history is wanted."""
        if is_used(self):
            raise Refused(_("%(name)s has sent statements. You can switch it off instead.", name=self.name))

    def check(self) -> None:
        """Refuse a day that no month has."""
        if not 1 <= self.day <= LAST_DAY:
            raise Refused(day=_("A day between 1 and 31, please; 31 is the last day of every month."))

    def switch(self, on: bool, actor: Member) -> None:
        """Send from today on, or no more."""
        if on != self.is_active:
            since = {"active_from": current_organization().today} if on else {}
            records.update(self, {"is_active": on, **since}, actor)


def all_schedules() -> Sequence[StatementSchedule]:
    """The organization's schedules by name."""
    query = select(StatementSchedule).order_by(StatementSchedule.name, StatementSchedule.id)
    return db.session.scalars(query.options(joinedload(StatementSchedule.member))).all()


def _day_of(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))
