"""Statements that go out by themselves: once a month, for a period, to all customers or those who owe something.

A schedule runs once for each of its days, however often it is asked and however long no worker was there. Its
customers are gone through in batches of 25; what became of each is kept as the run's history.
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    delete,
    select,
    true,
)
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from domain import records
from domain.books.customers import Customer
from domain.books.invoices import Invoice
from domain.books.reminder_rules import SWITCHED
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
    of_this_organization,
)
from domain.defaults import Prefilled
from domain.emails import Email
from domain.errors import Refused
from domain.integrity import is_used
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.outbox import publish
from domain.sentences import Sentence
from domain.status import Status
from domain.words import Words, _

TOPIC = "statements.send"

BATCH = 25
"""So many customers are mailed before others have their turn."""

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


RUN_STATES = {
    "running": Status("running", _("Under way"), "live"),
    "done": Status("done", _("Done"), "good"),
    "failed": Status("failed", _("Failed"), "bad"),
}


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

    @property
    def status(self) -> Status:
        """The state with its label and tone."""
        return RUN_STATES[self.state]


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


def all_schedules() -> Sequence[StatementSchedule]:
    """The organization's schedules by name."""
    query = select(StatementSchedule).order_by(StatementSchedule.name, StatementSchedule.id)
    return db.session.scalars(query.options(joinedload(StatementSchedule.member))).all()


def runs_of(schedule: StatementSchedule, limit: int = 24) -> Sequence[StatementRun]:
    """What a schedule did, the latest first."""
    query = select(StatementRun).where(StatementRun.schedule_id == schedule.id)
    return db.session.scalars(query.order_by(StatementRun.due_on.desc()).limit(limit)).all()


def rows_of(run: StatementRun, after: int = 0, limit: int = 50) -> Sequence[StatementRunRow]:
    """What became of the customers of a run, page by page: those behind the row with this id."""
    query = select(StatementRunRow).where(StatementRunRow.run_id == run.id, StatementRunRow.id > after)
    query = query.options(joinedload(StatementRunRow.customer), joinedload(StatementRunRow.email))
    return db.session.scalars(query.order_by(StatementRunRow.id).limit(limit)).all()


# --- running --------------------------------------------------------------------------------------------------


def begin_what_is_due() -> None:
    """Make the runs of all schedules whose day has come, each once, and owe them to a worker."""
    today = current_organization().today
    for schedule in all_schedules():
        due_on = schedule.due_on(today)
        if schedule.is_active and schedule.active_from and due_on >= schedule.active_from:
            _begin(schedule, due_on)


def _begin(schedule: StatementSchedule, due_on: date) -> None:
    made = select(StatementRun.id).where(
        StatementRun.schedule_id == schedule.id, StatementRun.due_on == due_on
    )
    if db.session.scalar(made):
        return
    period = current_organization().ends_of(schedule.period, due_on)
    run = StatementRun(
        schedule=schedule,
        due_on=due_on,
        first=period[0],
        last=period[1],
        only=schedule.only,
        with_unpaid=schedule.with_unpaid,
    )
    db.session.add(run)
    db.session.flush()
    go_on(run)


def go_on(run: StatementRun) -> None:
    """Owe the next customers of a run to a worker."""
    publish(TOPIC, f"statements-{run.id}", {"run": run.id}, queue="bulk", actor_id=run.schedule.member_id)


def next_customers(run: StatementRun) -> Sequence[Customer]:
    """The next batch of those to whom a run goes; who falls out of it meanwhile gets nothing."""
    query = select(Customer).where(
        Customer.id > run.position, Customer.is_active, Customer.merge_id.is_(None), _wanted(run)
    )
    query = query.options(selectinload(Customer.contact_persons)).order_by(Customer.id).limit(BATCH)
    return db.session.scalars(query).all()


def _wanted(run: StatementRun) -> ColumnElement[bool]:
    if run.only == OWING:
        return Customer.receivable_minor > Customer.unused_credits_minor
    if run.only == OVERDUE:
        today = current_organization().today
        late = select(Invoice.id).where(
            of_this_organization(Invoice),
            Invoice.party_id == Customer.id,
            Invoice.stage == "open",
            Invoice.due_on < today,
        )
        return late.exists()
    return true()


def note(run: StatementRun, customer: Customer, email: Email | None, reason: Words | str = "") -> None:
    """A customer had their turn."""
    row = StatementRunRow(run_id=run.id, customer_id=customer.id, reason=reason)
    row.email_id = email.id if email else None
    db.session.add(row)
    run.position = customer.id
    run.sent, run.skipped = run.sent + bool(email), run.skipped + (not email)


def forget_customer(customer_id: int) -> None:
    """A customer is about to go; what became of them in the runs goes, too."""
    db.session.execute(
        delete(StatementRunRow).where(StatementRunRow.customer_id == customer_id),
        execution_options={"synchronize_session": False},
    )


def _day_of(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))
