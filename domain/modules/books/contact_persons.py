"""Contact persons: the people at a customer or vendor; mail goes to their addresses only."""

from domain.books.contact_persons import ContactPerson
from domain.modules.module import Field, Module, Section
from domain.words import _

CONTACT_PERSONS = Module(
    key="books.contact-persons",
    label=_("Contact persons"),
    label_one=_("Contact person"),
    new=_("New contact person"),
    icon="user",
    model=ContactPerson,
    fields=(
        Field(
            "party", _("Customer or vendor"), "reference", to="books.customers", required=True, editable=False
        ),
        Field("salutation", _("Salutation")),
        Field("last_name", _("Last name"), sortable=True),
        Field("first_name", _("First name"), sortable=True),
        Field("email", _("Email"), "email", sortable=True),
        Field("phone", _("Phone"), "phone"),
        Field("mobile", _("Mobile"), "phone"),
        Field("designation", _("Designation")),
        Field("department", _("Department")),
        Field("is_primary", _("Primary"), "boolean"),
    ),
    list_columns=("last_name", "first_name", "email", "phone", "is_primary"),
    summary=("party", "email", "phone", "mobile", "designation", "department", "is_primary"),
    sections=(
        Section(
            _("Contact person"),
            (
                "salutation",
                "last_name",
                "first_name",
                "email",
                "phone",
                "mobile",
                "designation",
                "department",
                "is_primary",
            ),
        ),
    ),
    sort="last_name",
    parent="party",
    empty=_("Mail goes to contact persons. Add the people who receive the invoices."),
)
