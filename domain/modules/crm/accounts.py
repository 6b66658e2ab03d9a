"""Accounts: the companies that salespeople deal with."""

from domain.crm.accounts import Account
from domain.modules.books.in_context import SALES, lists_of, of_party
from domain.modules.figures import customer_band, kept_of_party
from domain.modules.module import Choice, Field, Module, Related, Section
from domain.modules.parts import OWNER, address, address_section
from domain.words import _, _p

TYPES = (
    Choice("", _("Not said")),
    Choice("customer", _("Customer")),
    Choice("prospect", _("Prospect")),
    Choice("partner", _("Partner")),
    Choice("supplier", _("Supplier")),
    Choice("other", _("Other")),
)

DEALS_OF_ACCOUNT = Related(
    "crm.deals",
    through=lambda account: {"account": str(account.id)},
    columns=("name", "stage", "amount_minor", "probability", "closing_on"),
    create=lambda account: {"account": str(account.id)},
)

ACCOUNTS = Module(
    key="crm.accounts",
    label=_("Accounts"),
    label_one=_("Account"),
    new=_("New account"),
    icon="building-2",
    model=Account,
    fields=(
        Field("name", _("Account name"), required=True, sortable=True),
        Field("account_type", _("Type"), "choice", choices=TYPES),
        Field("phone", _("Phone"), "phone"),
        Field("fax", _("Fax"), "phone"),
        Field("website", _("Website"), "url"),
        Field("industry", _("Industry"), sortable=True),
        Field("employees", _("Employees"), "integer"),
        Field(
            "annual_revenue",
            _("Annual revenue"),
            "number",
            hint=_("In your organization's own currency."),
        ),
        Field(
            "currency",
            _("Currency"),
            "currency",
            hint=_("In which its customer in the books is made. Left empty: your organization's own."),
        ),
        Field("parent", _("Parent account"), "reference", to="crm.accounts"),
        OWNER,
        *address("billing"),
        *address("shipping"),
        Field("description", _p("record", "Description"), "long_text"),
    ),
    list_columns=("name", "account_type", "phone", "website", "industry", "owner"),
    summary=(
        "owner",
        "parent",
        "phone",
        "fax",
        "website",
        "industry",
        "employees",
        "annual_revenue",
        "currency",
        "description",
    ),
    sections=(
        Section(
            _("Account"),
            (
                "name",
                "account_type",
                "phone",
                "fax",
                "website",
                "industry",
                "employees",
                "annual_revenue",
                "currency",
                "parent",
                "owner",
            ),
        ),
        address_section(_("Billing address"), "billing"),
        address_section(_("Shipping address"), "shipping"),
        Section(_p("section", "More"), ("description",)),
    ),
    sort="name",
    band=lambda account: customer_band(account.customer_id),
    kept=lambda account, _member: kept_of_party(account.customer_id),
    related=(
        *lists_of(SALES, lambda account: of_party(account.customer_id)),
        DEALS_OF_ACCOUNT,
        Related(
            "crm.contacts",
            through=lambda account: {"account": str(account.id)},
            columns=("last_name", "first_name", "email", "phone", "job_title"),
            create=lambda account: {"account": str(account.id)},
        ),
        Related(
            "crm.accounts",
            through=lambda account: {"parent": str(account.id)},
            columns=("name", "account_type", "phone", "owner"),
            create=lambda account: {"parent": str(account.id)},
            label=_("Child accounts"),
        ),
    ),
    empty=_("Accounts are the companies you sell to. Their estimates and invoices will show on their page."),
)
