"""Fields that several modules share, so that an address is the same everywhere."""

from domain.modules.module import Choice, Field, Section
from domain.words import Words, _

LANGUAGE_CHOICES = (
    Choice("", _("As the organization")),
    Choice("en", _("English")),
    Choice("ja", _("Japanese")),
    Choice("fr", _("French")),
)

LEAD_SOURCES = (
    Choice("", _("Not said")),
    Choice("advertisement", _("Advertisement")),
    Choice("cold_call", _("Cold call")),
    Choice("customer_referral", _("Recommended by a customer")),
    Choice("employee_referral", _("Recommended by an employee")),
    Choice("partner", _("Partner")),
    Choice("trade_show", _("Trade show")),
    Choice("seminar", _("Seminar")),
    Choice("web", _("Web")),
    Choice("mail", _("Email")),
    Choice("other", _("Other")),
)
"""Where somebody first came from."""

OWNER = Field("owner", _("Owner"), "member")
IS_ACTIVE = Field("is_active", _("Active"), "boolean", default=lambda: True)


def address(prefix: str) -> tuple[Field, ...]:
    """The fields of one postal address."""
    return (
        Field(f"{prefix}_attention", _("Attention")),
        Field(f"{prefix}_street", _("Street"), "long_text"),
        Field(f"{prefix}_city", _("City")),
        Field(f"{prefix}_state", _("State or prefecture")),
        Field(f"{prefix}_postal_code", _("Postal code")),
        Field(f"{prefix}_country", _("Country"), "country"),
    )


def address_section(label: Words, prefix: str) -> Section:
    """The same fields as a section of a form."""
    return Section(label, tuple(field.name for field in address(prefix)))
