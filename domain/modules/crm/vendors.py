"""Vendors of the CRM: the companies from which goods come."""

from domain.books.vendors import Vendor
from domain.crm.vendors import CrmVendor
from domain.db import db
from domain.modules.books.in_context import PURCHASES, lists_of, of_party
from domain.modules.books.parties import VENDORS
from domain.modules.figures import kept_of_party, vendor_band
from domain.modules.module import Field, Module, Related, Section
from domain.modules.parts import OWNER, address, address_section
from domain.words import _, _p

CRM_VENDORS = Module(
    key="crm.vendors",
    label=_("Vendors"),
    label_one=_("Vendor"),
    new=_("New vendor"),
    icon="truck",
    model=CrmVendor,
    fields=(
        Field("name", _("Vendor name"), required=True, sortable=True),
        Field("phone", _("Phone"), "phone"),
        Field("fax", _("Fax"), "phone"),
        Field("email", _("Email"), "email"),
        Field("website", _("Website"), "url"),
        Field("category", _("Category"), sortable=True),
        Field("gl_account", _("Ledger account"), hint=_("Where purchases from this vendor are booked.")),
        OWNER,
        *address("mailing"),
        Field("description", _p("record", "Description"), "long_text"),
    ),
    list_columns=("name", "category", "phone", "email", "website", "owner"),
    summary=("owner", "category", "phone", "fax", "email", "website", "gl_account", "description"),
    sections=(
        Section(_("Vendor"), ("name", "category", "phone", "fax", "email", "website", "gl_account", "owner")),
        address_section(_("Address"), "mailing"),
        Section(_p("section", "More"), ("description",)),
    ),
    sort="name",
    parts=lambda vendor: {
        "counterpart": db.session.get(Vendor, vendor.books_id) if vendor.books_id else None,
        "counterpart_module": VENDORS,
        "counterpart_fields": (
            "display_name",
            "email",
            "phone",
            "currency",
            "payment_terms",
            "payable_minor",
        ),
    },
    band=lambda vendor: vendor_band(vendor.books_id),
    kept=lambda vendor, _member: kept_of_party(vendor.books_id),
    related=(
        *lists_of(PURCHASES, lambda vendor: of_party(vendor.books_id)),
        Related(
            "crm.products",
            through=lambda vendor: {"vendor": str(vendor.id)},
            columns=("name", "code", "unit_price", "currency", "is_active"),
            create=lambda vendor: {"vendor": str(vendor.id)},
        ),
        Related(
            "crm.contacts",
            through=lambda vendor: {"vendor": str(vendor.id)},
            columns=("last_name", "first_name", "email", "phone", "job_title"),
            create=lambda vendor: {"vendor": str(vendor.id)},
        ),
    ),
    empty=_("Vendors are the companies your goods come from, with their contacts and products."),
)
