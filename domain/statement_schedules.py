"""Statements that go out by themselves: once a month, for a period, to all customers or those who owe something.

A schedule runs once for each of its days, however often it is asked and however long no worker was there. Its
customers are gone through in batches of 25; what became of each is kept as the run's history.
"""

from calendar import monthrange
from datetime import date, datetime, timedelta

from sqlalchemy import (
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain import records
from domain.books.customers import Customer
from domain.books.statements import Period
from domain.db import (
    Id,
    Keyed,
    OrganizationScoped,
    Timestamped,
    UtcDateTime,
    Versioned,
    db,
    now,
)
from domain.emails import Email
from domain.errors import Refused
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.sentences import Sentence
from domain.words import Words, _

TOPIC = "statements.send"

BATCH = 25
"""So many customers are mailed before others have their turn."""

LAST_DAY = 31
"""Of a month: 31 means its last day, however long it is."""

OFFERED = ("last_month", "this_month", "last_quarter", "this_quarter", "last_year", "this_year")

ALL, OWING, OVERDUE = "all", "owing", "overdue"
ONLY: dict[str, Words] = {
    OWING: _("Customers who owe something"),
    OVERDUE: _("Customers with overdue invoices"),
    ALL: _("All active customers"),
}
"""To whom they go."""


class StatementSchedule(OrganizationScoped, Versioned, Timestamped, Keyed, db.Model):
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

    def changed_by(self, actor: Member, _changes: dict[str, object]) -> None:
        """It sends in the name of whoever changed it."""
        self.member_id = actor.id

    def check(self) -> None:
        """Refuse a day that no month has."""
        if not 1 <= self.day <= LAST_DAY:
            raise Refused(day=_("A day between 1 and 31, please; 31 is the last day of every month."))

    def switch(self, on: bool, actor: Member) -> None:
        """Send from today on, or no more."""
        if on != self.is_active:
            since = {"active_from": current_organization().today} if on else {}
            records.update(self, {"is_active": on, **since}, actor)


class StatementRun(OrganizationScoped, db.Model):
    """What a schedule did on one of its days."""

    __tablename__ = "statement_runs"
    __table_args__ = (UniqueConstraint("schedule_id", "due_on"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    schedule_id: Mapped[int] = mapped_column(Id, ForeignKey("statement_schedules.id"), nullable=False)
    due_on: Mapped[date] = mapped_column(Date, nullable=False)
    first: Mapped[date] = mapped_column(Date, nullable=False)
    last: Mapped[date] = mapped_column(Date, nullable=False)
    only: Mapped[str] = mapped_column(String(10), nullable=False)
    with_unpaid: Mapped[bool] = mapped_column(Boolean, nullable=False)
    state: Mapped[str] = mapped_column(String(10), nullable=False, default="running")
    position: Mapped[int] = mapped_column(Id, nullable=False, default=0)
    """The id of the last customer who had their turn."""
    sent: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    skipped: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=lambda: now())
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime, nullable=True)

    schedule: Mapped[StatementSchedule] = relationship()

    @property
    def period(self) -> Period:
        """The period of its statements."""
        return Period(self.first, self.last)


class StatementRunRow(OrganizationScoped, db.Model):
    """What became of one customer in a run: the mail, or why there is none."""

    __tablename__ = "statement_run_rows"
    __table_args__ = (
        UniqueConstraint("run_id", "customer_id"),
        Index(None, "run_id", "id"),
        Index(None, "customer_id"),
        Index(None, "email_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(Id, ForeignKey("statement_runs.id"), nullable=False)
    customer_id: Mapped[int] = mapped_column(Id, ForeignKey("parties.id"), nullable=False)
    """Whose statement it was; not `party_id`, by which it would move when customers are merged."""
    email_id: Mapped[int | None] = mapped_column(Id, ForeignKey("emails.id"), nullable=True)
    reason: Mapped[Words | str] = mapped_column(Sentence, nullable=False, default="")

    customer: Mapped[Customer] = relationship()
    email: Mapped[Email | None] = relationship()


def _day_of(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))
