"""Rules by which invoices are reminded of by themselves: so many days before or after a date, to whom, saying what.

Three of them are there from the beginning, and off. A rule that is switched on looks ahead only: nobody is
reminded on the first evening of everything that was ever late.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from domain import records
from domain.books.invoices import Invoice
from domain.db import Id, Keyed, OrganizationScoped, Timestamped, Versioned, db
from domain.defaults import Prefilled
from domain.errors import Refused
from domain.mail_addresses import parse_address
from domain.organizations.organizations import current_organization
from domain.organizations.users import Member
from domain.status import Status
from domain.words import Words, _, _n, _p

MOST = 30
"""So many rules an organization has at most."""

MOST_DAYS = 365
MOST_OTHERS = 10

DUE, EXPECTED = "due", "expected"
BEFORE, AFTER = "before", "after"
CUSTOMER, BOTH, ME = "customer", "both", "me"


SWITCHED = {True: Status("on", _p("rule", "On"), "good"), False: Status("off", _p("rule", "Off"))}


class ReminderRule(Prefilled, OrganizationScoped, Versioned, Timestamped, Keyed, db.Model):
    """When which invoices are reminded of, and whom."""

    MODULE = "settings.reminders"

    __tablename__ = "reminder_rules"
    __table_args__ = (Index(None, "organization_id", "id"), Index(None, "member_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    days: Mapped[int] = mapped_column(Integer, nullable=False)
    side: Mapped[str] = mapped_column(String(10), nullable=False)
    """Before or after the date."""
    counted_from: Mapped[str] = mapped_column(String(10), nullable=False, default=DUE)
    """From which date of an invoice: on which it is due, or on which its payment is expected."""
    goes_to: Mapped[str] = mapped_column(String(10), nullable=False, default=CUSTOMER)
    others: Mapped[str] = mapped_column(Text, nullable=False, default="")
    """Addresses that get it, too, unseen by the customer; separated by commas."""
    template: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    """The name of a mail template, in each customer's language as far as there is one. Empty for the usual text."""
    attach_pdf: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    is_active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    active_from: Mapped[date | None] = mapped_column(Date, nullable=True)
    """The day on which it was switched on: what fell before it is left alone."""
    member_id: Mapped[int | None] = mapped_column(Id, ForeignKey("members.id"), nullable=True)
    """Who saved it last: "me", in whose name it is sent."""

    member: Mapped[Member | None] = relationship()

    @property
    def title(self) -> Words | str:
        """What people call it, or else when it comes."""
        return self.name or self.when

    @property
    def when(self) -> Words:
        """When it comes, in words."""
        return _on_the_day(self.counted_from) if self.days == 0 else _days(self)

    @property
    def switched(self) -> Status:
        """Whether it is on, in words."""
        return SWITCHED[self.is_active]

    @property
    def shift(self) -> timedelta:
        """From the date it counts from to the day on which it falls."""
        return timedelta(days=-self.days if self.side == BEFORE else self.days)

    @property
    def to_customer(self) -> bool:
        """Whether the customer gets it."""
        return self.goes_to in (CUSTOMER, BOTH)

    @property
    def other_addresses(self) -> list[str]:
        """Who else gets it."""
        return [each.strip() for each in self.others.split(",") if each.strip()]

    @property
    def column(self) -> Any:
        """The date of an invoice that it counts from, as SQL."""
        return Invoice.due_on if self.counted_from == DUE else Invoice.expected_payment_on

    def date_of(self, invoice: Invoice) -> date | None:
        """The date of an invoice that it counts from."""
        return invoice.due_on if self.counted_from == DUE else invoice.expected_payment_on

    def falls_on(self, invoice: Invoice) -> date | None:
        """The day on which an invoice is to be reminded of; None where no payment is expected."""
        day = self.date_of(invoice)
        return day + self.shift if day else None

    # --- rules for the generic verbs ------------------------------------------------------------------------

    def made_by(self, actor: Member) -> None:
        """Refuse one rule too many; whoever makes it is "me"."""
        if (db.session.scalar(select(func.count(ReminderRule.id))) or 0) >= MOST:
            raise Refused(_("There are at most %(most)s rules.", most=MOST))
        self.member_id = actor.id

    def check(self) -> None:
        """Refuse days that make no date, and addresses that are none."""
        if not 0 <= self.days <= MOST_DAYS:
            raise Refused(days=_("Between 0 and %(most)s days, please.", most=MOST_DAYS))
        if len(self.other_addresses) > MOST_OTHERS:
            raise Refused(others=_("At most %(most)s addresses, please.", most=MOST_OTHERS))
        for text in self.other_addresses:
            if parse_address(text) is None:
                raise Refused(others=_("“%(address)s” is not a mail address.", address=text[:100]))

    def before_delete(self) -> None:
        """What it sent stays on the invoices."""
        # here and not at the top: reminders are made by rules
        from domain.books.reminders import forget_rule

        forget_rule(self)

    # --- verbs ----------------------------------------------------------------------------------------------

    def switch(self, on: bool, actor: Member) -> None:
        """Remind by it from today on, or no more."""
        if on != self.is_active:
            since = {"active_from": current_organization().today} if on else {}
            records.update(self, {"is_active": on, **since}, actor)


def all_rules() -> Sequence[ReminderRule]:
    """The organization's rules, from the earliest day to the latest."""
    rules = db.session.scalars(select(ReminderRule).order_by(ReminderRule.id)).all()
    return sorted(rules, key=lambda rule: (rule.counted_from, rule.shift))


def active_rules() -> list[ReminderRule]:
    """Those that are switched on."""
    return [rule for rule in all_rules() if rule.is_active]


def set_up_reminders() -> None:
    """The three rules with which an organization begins, all of them off."""
    db.session.add_all(
        ReminderRule(days=days, side=side) for days, side in ((3, BEFORE), (3, AFTER), (7, AFTER))
    )


def _on_the_day(counted_from: str) -> Words:
    return _("On the due date") if counted_from == DUE else _("On the expected payment date")


def _days(rule: ReminderRule) -> Words:
    if rule.counted_from == DUE:
        if rule.side == BEFORE:
            return _n("%(n)s day before the due date", "%(n)s days before the due date", n=rule.days)
        return _n("%(n)s day after the due date", "%(n)s days after the due date", n=rule.days)
    if rule.side == BEFORE:
        return _n(
            "%(n)s day before the expected payment date",
            "%(n)s days before the expected payment date",
            n=rule.days,
        )
    return _n(
        "%(n)s day after the expected payment date",
        "%(n)s days after the expected payment date",
        n=rule.days,
    )
