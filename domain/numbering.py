"""Document numbers: series, and the next number of a series under a row lock."""

from collections.abc import Callable
from datetime import date
from typing import Self

from sqlalchemy import (
    Boolean,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    false,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from domain.db import Id, Keyed, OrganizationScoped, Timestamped, Versioned, db
from domain.defaults import Prefilled
from domain.errors import Refused
from domain.integrity import has_twin, is_used
from domain.number_format import check_prefix, format_number, restart_period
from domain.organizations.organizations import Organization, current_organization
from domain.words import Words, _

DOCUMENT_KINDS: dict[str, Words] = {
    "estimate": _("Estimates"),
    "sales_order": _("Sales Orders"),
    "invoice": _("Invoices"),
    "credit_note": _("Credit Notes"),
    "purchase_order": _("Purchase Orders"),
    "payment": _("Payments received"),
    "vendor_payment": _("Payments made"),
}
MAX_WIDTH = 12


class NumberSeries(Prefilled, OrganizationScoped, Versioned, Timestamped, Keyed, db.Model):
    """How the documents of a kind are numbered: prefix, next number, width, whether each year starts at 1.

    `next_number` belongs to the latest year that has begun (`period`). A document dated in an earlier one
    counts on from where that year stopped: in January, December's last invoices are still to be written.
    """

    MODULE = "settings.series"

    __tablename__ = "number_series"
    __table_args__ = (
        UniqueConstraint("organization_id", "document_kind", "name"),
        Index(
            "uq_number_series_default",
            "organization_id",
            "document_kind",
            unique=True,
            sqlite_where=text("is_default"),
            postgresql_where=text("is_default"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    document_kind: Mapped[str] = mapped_column(String(20), nullable=False)
    name: Mapped[str] = mapped_column(String(100), nullable=False)
    prefix: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    next_number: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    width: Mapped[int] = mapped_column(Integer, nullable=False, default=6)
    restarts_yearly: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    period: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    is_default: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    is_manual: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False, server_default=false())
    """Its numbers are typed; there is no counter."""

    @property
    def title(self) -> str:
        """What the record is called."""
        return self.name

    def check(self) -> None:
        """Refuse a series that could not give out numbers, or the same number twice."""
        organization = current_organization()
        if has_twin(self, NumberSeries.document_kind, NumberSeries.name):
            raise Refused(name=_("There is already a series called %(name)s.", name=self.name))
        if wrong := check_prefix(
            self.prefix,
            restarts_yearly=self.restarts_yearly,
            fiscal_year_start_month=organization.fiscal_year_start,
        ):
            raise Refused(prefix=wrong)
        if self.next_number < 1:
            raise Refused(next_number=_("Numbers begin at 1."))
        if self.id is not None:
            self._check_against_what_was_used(organization)
        if not 1 <= self.width <= MAX_WIDTH:
            raise Refused(width=_("Numbers are 1 to %(most)s digits wide.", most=MAX_WIDTH))
        self._begin_or_end_yearly_count(organization)
        self._become_the_only_default()
        if self.is_manual and self.is_default:
            raise Refused(
                is_manual=_("New documents take their numbers by themselves from the usual series.")
            )

    def can_be_deleted(self) -> None:
        """Refuse to delete the series that new documents use, and one that documents were numbered by."""
        if is_used(self, apart_from=("past_periods",)):
            raise Refused(_("Documents are numbered by %(name)s: it has to stay.", name=self.name))
        if self.is_default:
            raise Refused(_("New documents use this series. Please make another one the default first."))

    def coming(self, count: int) -> list[str]:
        """The numbers that today's next documents get, without taking any."""
        organization = current_organization()
        today, start = organization.today, organization.fiscal_year_start
        first = self.next_number if self._period_of(today, organization) <= self.period else 1
        return [format_number(self.prefix, first + n, self.width, today, start) for n in range(count)]

    def take(self, on: date, organization: Organization) -> str:
        """The next number for a document of that date; the row must be locked."""
        period = self._period_of(on, organization)
        if period > self.period:
            self._begin(period)
        source: Self | PastPeriod = self if period == self.period else self._past(period)
        number, source.next_number = source.next_number, source.next_number + 1
        return self._written(number, on, organization)

    def just_taken(self, on: date, organization: Organization) -> str:
        """The number by which the series was counted on, or that of another year, which has a count of its own."""
        if self._period_of(on, organization) == self.period:
            return self._written(self.next_number - 1, on, organization)
        self.next_number -= 1
        return self.take(on, organization)

    def _written(self, number: int, on: date, organization: Organization) -> str:
        return format_number(self.prefix, number, self.width, on, organization.fiscal_year_start)

    def _check_against_what_was_used(self, organization: Organization) -> None:
        """A counter that is set back would meet its own numbers; a series stays with its kind of document."""
        stored = db.session.execute(
            select(NumberSeries.document_kind, NumberSeries.next_number).where(NumberSeries.id == self.id)
        ).one()
        if self.document_kind != stored.document_kind and is_used(self, apart_from=("past_periods",)):
            raise Refused(document_kind=_("Documents are numbered by it: it can't be for others now."))
        highest = self._highest_used(organization) if self.next_number < stored.next_number else 0
        if self.next_number <= highest:
            raise Refused(next_number=_("%(n)d was used already.", n=highest))

    def _highest_used(self, organization: Organization) -> int:
        """The highest number that was given out under what the prefix is today."""
        # here and not at the top: documents are numbered by this
        from domain.books.numbers_used import numbers_beginning_with

        prefix = format_number(self.prefix, 0, 1, organization.today, organization.fiscal_year_start)[:-1]
        return max(numbers_beginning_with(prefix, self.document_kind), default=0)

    def _period_of(self, on: date, organization: Organization) -> int:
        return restart_period(on, organization.fiscal_year_start) if self.restarts_yearly else 0

    def _begin(self, period: int) -> None:
        self._past(self.period).next_number = self.next_number
        past = self._past(period)
        self.period, self.next_number = period, past.next_number

    def _past(self, period: int) -> "PastPeriod":
        past = db.session.scalar(
            select(PastPeriod).where(PastPeriod.series_id == self.id, PastPeriod.period == period)
        )
        if past is None:
            past = PastPeriod(series_id=self.id, period=period, next_number=1)
            db.session.add(past)
            db.session.flush()
        return past

    def _begin_or_end_yearly_count(self, organization: Organization) -> None:
        if self.restarts_yearly != bool(self.period):
            self.period = self._period_of(organization.today, organization)

    def _become_the_only_default(self) -> None:
        others = (NumberSeries.document_kind == self.document_kind, NumberSeries.id != (self.id or 0))
        if self.is_default:
            # at once and not at the flush: an insert would come before it and meet the unique index
            db.session.execute(
                update(NumberSeries)
                .where(*others, NumberSeries.is_default)
                .values(is_default=False, version=NumberSeries.version + 1)
            )
        elif db.session.scalar(select(NumberSeries.id).where(*others, NumberSeries.is_default)) is None:
            self.is_default = True


class PastPeriod(OrganizationScoped, db.Model):
    """Where a yearly series stopped in a year that is over."""

    __tablename__ = "past_periods"
    __table_args__ = (UniqueConstraint("series_id", "period"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    series_id: Mapped[int] = mapped_column(
        Id, ForeignKey("number_series.id", ondelete="CASCADE"), nullable=False
    )
    period: Mapped[int] = mapped_column(Integer, nullable=False)
    next_number: Mapped[int] = mapped_column(Integer, nullable=False, default=1)


def take_number(
    kind: str,
    on: date,
    organization: Organization,
    series_id: int | None = None,
    is_taken: Callable[[str], bool] = lambda _number: False,
) -> str:
    """The next number of a kind of document, from the series given or the default one.

    The series stays locked until the transaction ends: whoever is next waits, and a rollback leaves no gap.
    Numbers that are taken already, because somebody set the counter back, are passed over.
    """
    series = _series_counted_on(kind, series_id)
    number = series.just_taken(on, organization)
    while is_taken(number):
        number = series.take(on, organization)
    return number


def _series_counted_on(kind: str, series_id: int | None) -> NumberSeries:
    """The series, locked and already one further: one statement instead of two."""
    if any(isinstance(record, NumberSeries) for record in db.session.dirty):
        db.session.flush()  # reading it anew would forget the number that was just taken
    which = NumberSeries.id == series_id if series_id else NumberSeries.is_default
    series = db.session.scalar(
        update(NumberSeries)
        .where(NumberSeries.document_kind == kind, which)
        .values(next_number=NumberSeries.next_number + 1, version=NumberSeries.version + 1)
        .returning(NumberSeries)
        .execution_options(populate_existing=True, synchronize_session=False)
    )
    if series is None:
        raise Refused(_("There is no number series for this. Please add one in the settings."))
    return series
