"""An organization: a company that keeps its CRM and its books here, apart from all others."""

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Boolean, Date, Integer, String, Text, false, true
from sqlalchemy.orm import Mapped, mapped_column

from domain.addresses import Address
from domain.db import Id, Timestamped, Versioned, current_organization_id, db, now
from domain.money import Rounding
from domain.organizations.apps import USUAL
from domain.periods import ends_of, week_start_in


class Organization(Versioned, Timestamped, db.Model):
    """A company with its address, its money and its habits; every other row belongs to one of these."""

    MODULE = "settings.organization"

    __tablename__ = "organizations"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), nullable=False)
    street: Mapped[str] = mapped_column(Text, nullable=False, default="")
    city: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    state: Mapped[str] = mapped_column(String(100), nullable=False, default="")
    postal_code: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    country: Mapped[str] = mapped_column(String(2), nullable=False, default="")
    phone: Mapped[str] = mapped_column(String(50), nullable=False, default="")
    email: Mapped[str] = mapped_column(String(254), nullable=False, default="")
    website: Mapped[str] = mapped_column(String(500), nullable=False, default="")
    tax_registration: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    company_registration: Mapped[str] = mapped_column(
        String(40), nullable=False, default="", server_default=""
    )
    payment_details: Mapped[str] = mapped_column(Text, nullable=False, default="")
    logo_digest: Mapped[str | None] = mapped_column(String(64), nullable=True)
    currency: Mapped[str] = mapped_column(String(3), nullable=False)
    language: Mapped[str] = mapped_column(String(5), nullable=False, default="en")
    time_zone: Mapped[str] = mapped_column(String(64), nullable=False, default="UTC")
    fiscal_year_start: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    tax_rounding: Mapped[str] = mapped_column(String(10), nullable=False, default=Rounding.DOWN.value)
    tax_per_line: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    prices_include_tax: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    fields_version: Mapped[int] = mapped_column(Integer, nullable=False, default=0, server_default="0")
    """Changes whenever the custom fields do; 0 as long as there are none."""
    apps: Mapped[str] = mapped_column(String(100), nullable=False, default=USUAL, server_default=USUAL)
    """The parts of the finance side that are switched on (`apps.py`)."""
    synced_at_once: Mapped[str] = mapped_column(String(200), nullable=False, default="", server_default="")
    """The modules whose changes are brought to other systems at once, joined by commas (`sync/instant.py`)."""
    mail_sender_name: Mapped[str] = mapped_column(String(200), nullable=False, default="", server_default="")
    mail_sender_address: Mapped[str] = mapped_column(
        String(254), nullable=False, default="", server_default=""
    )
    mail_reply_to: Mapped[str] = mapped_column(String(254), nullable=False, default="", server_default="")
    mail_signature: Mapped[str] = mapped_column(Text, nullable=False, default="", server_default="")
    portal_is_open: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True, server_default=true())
    portal_banner: Mapped[str] = mapped_column(Text, nullable=False, default="", server_default="")
    portal_allows_edits: Mapped[bool] = mapped_column(
        Boolean, nullable=False, default=False, server_default=false()
    )
    """Whether customers may change their own details there."""
    portal_mails_us: Mapped[bool] = mapped_column(
        Boolean, nullable=False, default=False, server_default=false()
    )
    """Whether what customers do there is also mailed to whoever looks after them."""
    portal_mails_them: Mapped[bool] = mapped_column(
        Boolean, nullable=False, default=True, server_default=true()
    )
    """Whether a comment for the customer is mailed to their people."""
    links_are_open: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True, server_default=true())
    """Whether the links in mails show their document without a sign-in."""
    reminders_together: Mapped[bool] = mapped_column(
        Boolean, nullable=False, default=True, server_default=true()
    )
    """Whether a customer is reminded of several invoices on one day in one mail."""
    send_hour: Mapped[int] = mapped_column(Integer, nullable=False, default=8, server_default="8")
    """From which hour of the day reminders and scheduled statements go out."""
    reminders_done_on: Mapped[date | None] = mapped_column(Date, nullable=True)
    """The last day on which all reminders went out."""

    @property
    def title(self) -> str:
        """What it is called in the audit trail."""
        return self.name

    @property
    def sends_now(self) -> bool:
        """Whether the hour of the day has come at which mails go out by themselves."""
        return now().astimezone(ZoneInfo(self.time_zone)).hour >= self.send_hour

    @property
    def address(self) -> Address:
        """The postal address as one thing."""
        return Address("", self.street, self.city, self.state, self.postal_code, self.country)

    @property
    def today(self) -> date:
        """The date where the organization is: what "overdue" is measured against."""
        return now().astimezone(ZoneInfo(self.time_zone)).date()

    def ends_of(self, period: str, today: date | None = None) -> tuple[date, date]:
        """The first and the last day of "this week" or "last year", as weeks and fiscal years begin here."""
        return ends_of(period, today or self.today, week_start_in(self.country), self.fiscal_year_start)


def current_organization() -> Organization:
    """The organization in scope."""
    key = Organization.__mapper__.identity_key_from_primary_key((current_organization_id(),))
    held: Organization | None = db.session.identity_map.get(key)  # a list asks for each of its rows
    organization = held or db.session.get(Organization, current_organization_id())
    assert organization is not None, "the organization in scope has a row"
    db.session.info["organization"] = organization  # the session by itself forgets whom nobody holds
    return organization
