"""Fields that several modules share, so that an address is the same everywhere."""

from domain.modules.module import Choice, Field, Section
from domain.words import Words, _

LANGUAGES = (
    Choice("", _("As the organization")),
    Choice("en", _("English")),
    Choice("ja", _("Japanese")),
    Choice("fr", _("French")),
)

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
