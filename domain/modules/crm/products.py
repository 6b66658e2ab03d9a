"""Products of the CRM: the goods and services that sales people offer."""

from domain.books.items import Item
from domain.crm.products import Product
from domain.db import db
from domain.modules.books.items import ITEMS
from domain.modules.module import Choice, Field, Module, Section, View
from domain.modules.parts import IS_ACTIVE, OWNER
from domain.organizations.organizations import current_organization
from domain.words import _, _p

TYPES = (Choice("goods", _("Goods")), Choice("service", _("Service")))

PRODUCTS = Module(
    key="crm.products",
    label=_("Products"),
    label_one=_("Product"),
    new=_("New product"),
    icon="tag",
    model=Product,
    fields=(
        Field("name", _("Product name"), required=True, sortable=True),
        Field("code", _("Product code"), sortable=True),
        Field("product_type", _("Type"), "choice", choices=TYPES, required=True, default=lambda: "goods"),
        Field("category", _("Category"), sortable=True),
        Field("manufacturer", _("Manufacturer")),
        Field("vendor", _("Vendor"), "reference", to="crm.vendors"),
        Field("unit_price", _("Unit price"), "number", sortable=True),
        Field(
            "currency",
            _("Currency"),
            "currency",
            required=True,
            default=lambda: current_organization().currency,
        ),
        Field("unit", _("Unit"), hint=_("In what it is counted: box, hour, kg.")),
        Field("is_taxable", _("Taxable"), "boolean", default=lambda: True),
        Field("tax", _("Tax"), "reference", to="settings.taxes"),
        Field("in_stock", _("Quantity in stock"), "number"),
        Field("on_order", _("Quantity ordered"), "number"),
        Field("reorder_level", _("Reorder level"), "number"),
        OWNER,
        Field("description", _p("record", "Description"), "long_text"),
        IS_ACTIVE,
    ),
    list_columns=("name", "code", "category", "unit_price", "currency", "vendor"),
    summary=(
        "code",
        "product_type",
        "category",
        "manufacturer",
        "vendor",
        "unit_price",
        "currency",
        "unit",
        "tax",
        "in_stock",
        "on_order",
        "reorder_level",
        "owner",
        "description",
    ),
    sections=(
        Section(
            _("Product"),
            ("name", "code", "product_type", "category", "manufacturer", "vendor", "owner", "is_active"),
        ),
        Section(_("Price"), ("unit_price", "currency", "unit", "tax", "is_taxable")),
        Section(_("Stock"), ("in_stock", "on_order", "reorder_level")),
        Section(_p("section", "More"), ("description",)),
    ),
    sort="name",
    parts=lambda product: {
        "counterpart": db.session.get(Item, product.books_id) if product.books_id else None,
        "counterpart_module": ITEMS,
        "counterpart_heading": _("Finance information"),
        "counterpart_fields": (
            "name",
            "sku",
            "stock_on_hand",
            "reorder_level",
            "unit",
            "rate",
            "tax",
            "purchase_rate",
            "vendor",
            "is_active",
        ),
    },
    views=(
        View(_p("list", "Active"), {"is_active": "1"}),
        View(_("All"), {}),
        View(_("Goods"), {"product_type": "goods"}),
        View(_("Services"), {"product_type": "service"}),
    ),
    empty=_("Products are the goods and services your sales people offer."),
)
