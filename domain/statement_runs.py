"""What a schedule of statements does on its days, and what became of each customer.

A schedule runs once for each of its days, however often it is asked and however long no worker was there. Its
customers are gone through in batches of 25; what became of each is kept as the run's history.
"""

from collections.abc import Sequence
from datetime import date, datetime

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

from domain.books.customers import Customer
from domain.books.invoices import Invoice
from domain.books.statements import Period
from domain.db import Id, OrganizationScoped, UtcDateTime, db, now, of_this_organization
from domain.emails import Email
from domain.organizations.organizations import current_organization
from domain.outbox import publish
from domain.sentences import Sentence
from domain.statement_schedules import OVERDUE, OWING, StatementSchedule, all_schedules
from domain.status import Status
from domain.words import Words, _

TOPIC = "statements.send"

BATCH = 25
"""So many customers are mailed before others have their turn."""

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
