"""Taxes, currencies, rates, payment terms and stages: the short lists that other records choose from."""

from domain.books.currencies import Currency, ExchangeRate
from domain.books.payment_terms import PaymentTerms
from domain.books.taxes import Tax
from domain.crm.deal_stages import DealStage, next_position
from domain.modules.module import Choice, Field, Module, Section
from domain.modules.parts import IS_ACTIVE
from domain.numbering import DOCUMENT_KINDS, NumberSeries
from domain.organizations.organizations import current_organization
from domain.words import _, _p

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
    empty=_("What is charged on a line, in percent."),
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
    empty=_("The currencies of your customers and vendors."),
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
    empty=_("When a document is due."),
)

EXCHANGE_RATES = Module(
    key="settings.exchange-rates",
    label=_("Rates of exchange"),
    label_one=_("Rate of exchange"),
    new=_("New rate of exchange"),
    icon="repeat",
    model=ExchangeRate,
    fields=(
        Field(
            "on_date",
            _("Date"),
            "date",
            required=True,
            sortable=True,
            default=lambda: current_organization().today,
        ),
        Field("currency_code", _("Currency"), "currency", required=True),
        Field(
            "rate",
            _p("exchange", "Rate"),
            "exchange_rate",
            required=True,
            sortable=True,
            hint=_("What one unit is worth in your organization's own currency, from this day on."),
        ),
        Field("source", _("Source"), editable=False),
    ),
    list_columns=("currency_code", "on_date", "rate", "source"),
    summary=("on_date", "rate", "source"),
    sections=(Section(_("Rate of exchange"), ("currency_code", "on_date", "rate")),),
    sort="-on_date",
    empty=_("Documents in another currency take the latest rate of exchange up to their date."),
)

DEAL_STAGES = Module(
    key="settings.deal-stages",
    label=_("Deal stages"),
    label_one=_("Deal stage"),
    new=_("New deal stage"),
    icon="columns",
    model=DealStage,
    fields=(
        Field("name", _("Name"), required=True, sortable=True),
        Field(
            "kind",
            _("Outcome"),
            "choice",
            required=True,
            choices=(
                Choice("open", _p("deal", "Open")),
                Choice("won", _p("deal", "Won")),
                Choice("lost", _p("deal", "Lost")),
            ),
            default=lambda: "open",
        ),
        Field(
            "probability",
            _("Probability"),
            "percent",
            sortable=True,
            hint=_("What is won counts 100 %, what is lost 0 %."),
        ),
        Field("position", _("Position"), "integer", sortable=True, default=next_position),
        IS_ACTIVE,
    ),
    list_columns=("name", "kind", "probability", "position", "is_active"),
    summary=("kind", "probability", "position", "is_active"),
    sections=(Section(_("Deal stage"), ("name", "kind", "probability", "position", "is_active")),),
    sort="position",
    small=True,
    empty=_("The columns of the board of deals, with their probabilities."),
)

SERIES = Module(
    key="settings.series",
    label=_("Number series"),
    label_one=_("Number series"),
    new=_("New number series"),
    icon="hash",
    model=NumberSeries,
    fields=(
        Field("name", _("Name"), required=True, sortable=True),
        Field(
            "document_kind",
            _("For"),
            "choice",
            required=True,
            choices=tuple(Choice(key, label) for key, label in DOCUMENT_KINDS.items()),
            default=lambda: next(iter(DOCUMENT_KINDS)),
        ),
        Field(
            "prefix",
            _("Prefix"),
            hint=_(
                "May hold the year and month of the document: {YYYY}, {YY}, {MM}, {DD}; "
                "the fiscal year by its beginning {FY} or its end {FYE}."
            ),
        ),
        Field(
            "next_number",
            _("Next number"),
            "integer",
            required=True,
            default=lambda: 1,
            hint=_("Never below a number that was used."),
        ),
        Field("width", _("Digits"), "integer", required=True, default=lambda: 6),
        Field("restarts_yearly", _("Begins again every fiscal year"), "boolean"),
        Field("is_default", _("Used for new documents"), "boolean"),
        Field(
            "is_manual",
            _("Numbers are typed"),
            "boolean",
            hint=_("It has no counter: whoever makes a document types its number."),
        ),
    ),
    list_columns=("name", "document_kind", "prefix", "is_default"),
    summary=("document_kind", "prefix", "next_number", "width", "restarts_yearly", "is_default", "is_manual"),
    sections=(
        Section(
            _("Number series"),
            (
                "name",
                "document_kind",
                "prefix",
                "next_number",
                "width",
                "restarts_yearly",
                "is_default",
                "is_manual",
            ),
        ),
    ),
    sort="name",
    small=True,
    empty=_("How documents are numbered."),
)
