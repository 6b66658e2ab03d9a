"""Taxes, currencies and payment terms: the short lists that the books choose from."""

from domain.books.currencies import Currency
from domain.books.payment_terms import PaymentTerms
from domain.books.taxes import Tax
from domain.modules.module import Choice, Field, Module, Section
from domain.modules.parts import IS_ACTIVE
from domain.words import _

TAXES = Module(
    key="settings.taxes",
    label=_("Taxes"),
    label_one=_("Tax"),
    new=_("New tax"),
    icon="percent",
    model=Tax,
    fields=(
        Field("name", _("Name"), required=True, sortable=True),
        Field("percent", _("Percentage"), "percent", required=True, sortable=True),
        Field("is_reduced", _("Reduced rate"), "boolean", hint=_("Marked with ※ on Japanese invoices.")),
        IS_ACTIVE,
    ),
    list_columns=("name", "percent", "is_reduced", "is_active"),
    summary=("percent", "is_reduced", "is_active"),
    sections=(Section(_("Tax"), ("name", "percent", "is_reduced", "is_active")),),
    sort="name",
    small=True,
)

CURRENCIES = Module(
    key="settings.currencies",
    label=_("Currencies"),
    label_one=_("Currency"),
    new=_("New currency"),
    icon="coins",
    model=Currency,
    fields=(
        Field("code", _("Code"), "text", required=True, sortable=True, hint=_("Three letters, such as EUR.")),
        IS_ACTIVE,
    ),
    list_columns=("code", "is_active"),
    summary=("code", "is_active"),
    sections=(Section(_("Currency"), ("code", "is_active")),),
    sort="code",
    small=True,
)

TERMS = Module(
    key="settings.payment-terms",
    label=_("Payment terms"),
    label_one=_("Payment terms"),
    new=_("New payment terms"),
    icon="calendar",
    model=PaymentTerms,
    fields=(
        Field("name", _("Name"), required=True, sortable=True),
        Field(
            "kind",
            _("Due"),
            "choice",
            required=True,
            choices=(
                Choice("net", _("Days after the date")),
                Choice("end_of_month", _("End of the month")),
                Choice("end_of_next_month", _("End of the next month")),
            ),
            default=lambda: "net",
        ),
        Field("days", _("Days"), "integer", sortable=True, default=lambda: 30),
        IS_ACTIVE,
    ),
    list_columns=("name", "kind", "days", "is_active"),
    summary=("kind", "days", "is_active"),
    sections=(Section(_("Payment terms"), ("name", "kind", "days", "is_active")),),
    sort="days",
    small=True,
)
