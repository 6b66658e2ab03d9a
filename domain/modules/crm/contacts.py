"""Contacts: the people at the accounts."""

from domain.crm.contacts import Contact
from domain.modules.books.in_context import SALES, lists_of, of_party
from domain.modules.figures import customer_band, kept_of_party
from domain.modules.module import Field, Module, Related, Section
from domain.modules.parts import LEAD_SOURCES, OWNER, address, address_section
from domain.words import _, _p


def _account_of(contact: Contact) -> dict[str, str]:
    return {"account": str(contact.account_id)} if contact.account_id else {}


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
        Field("secondary_email", _("Secondary email"), "email"),
        Field("fax", _("Fax"), "phone"),
        Field("lead_source", _("Lead source"), "choice", choices=LEAD_SOURCES),
        Field("vendor", _("Vendor"), "reference", to="crm.vendors"),
        Field("email_opt_out", _("No advertising by mail"), "boolean"),
        OWNER,
        *address("mailing"),
        *address("other"),
        Field("description", _p("record", "Description"), "long_text"),
    ),
    list_columns=("last_name", "first_name", "account", "email", "phone", "owner"),
    summary=(
        "account",
        "vendor",
        "email",
        "secondary_email",
        "phone",
        "mobile",
        "fax",
        "job_title",
        "department",
        "lead_source",
        "owner",
        "description",
    ),
    sections=(
        Section(
            _("Contact"),
            (
                "salutation",
                "last_name",
                "first_name",
                "account",
                "vendor",
                "email",
                "secondary_email",
                "phone",
                "mobile",
                "fax",
                "job_title",
                "department",
                "lead_source",
                "owner",
                "email_opt_out",
            ),
        ),
        address_section(_("Mailing address"), "mailing"),
        address_section(_("Other address"), "other"),
        Section(_p("section", "More"), ("description",)),
    ),
    sort="last_name",
    band=lambda contact: customer_band(contact.customer_id),
    kept=lambda contact, _member: kept_of_party(contact.customer_id),
    related=(
        *lists_of(SALES, lambda contact: of_party(contact.customer_id)),
        Related(
            "crm.deals",
            through=lambda contact: {"contact": str(contact.id)},
            columns=("name", "stage", "amount_minor", "probability", "closing_on"),
            create=lambda contact: {"contact": str(contact.id)} | _account_of(contact),
        ),
    ),
    empty=_(
        "Contacts are the people you talk to. Give them an account, and its invoices show on their page."
    ),
)
