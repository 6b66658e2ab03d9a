"""Contacts: the people at the accounts."""

from domain.crm.contacts import Contact
from domain.modules.figures import finance_band, invoices_figures
from domain.modules.module import Field, Module, Related, Section
from domain.modules.parts import OWNER, address, address_section
from domain.words import _, _p

CONTACTS = Module(
    key="crm.contacts",
    label=_("Contacts"),
    label_one=_("Contact"),
    new=_("New contact"),
    icon="contact",
    model=Contact,
    fields=(
        Field("salutation", _("Salutation")),
        Field("last_name", _("Last name"), required=True, sortable=True),
        Field("first_name", _("First name"), sortable=True),
        Field("account", _("Account"), "reference", to="crm.accounts"),
        Field("email", _("Email"), "email", sortable=True),
        Field("phone", _("Phone"), "phone"),
        Field("mobile", _("Mobile"), "phone"),
        Field("job_title", _("Title")),
        Field("department", _("Department")),
        OWNER,
        *address("mailing"),
        Field("description", _p("record", "Description"), "long_text"),
    ),
    list_columns=("last_name", "first_name", "account", "email", "phone", "owner"),
    summary=("account", "email", "phone", "mobile", "job_title", "department", "owner", "description"),
    sections=(
        Section(
            _("Contact"),
            (
                "salutation",
                "last_name",
                "first_name",
                "account",
                "email",
                "phone",
                "mobile",
                "job_title",
                "department",
                "owner",
            ),
        ),
        address_section(_("Mailing address"), "mailing"),
        Section(_p("section", "More"), ("description",)),
    ),
    sort="last_name",
    band=finance_band,
    related=(
        Related(
            "books.invoices",
            through=lambda contact: {"party": str(contact.customer_id)} if contact.customer_id else None,
            columns=("number", "date", "state", "due_on", "total_minor", "balance_minor"),
            create=lambda contact: {"party": str(contact.customer_id)},
            figures=invoices_figures,
        ),
    ),
    empty=_(
        "Contacts are the people you talk to. Give them an account, and its invoices show on their page."
    ),
)
