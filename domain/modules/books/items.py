"""Items: what is sold and bought, with its rate and tax."""

from domain.books.items import Item
from domain.modules.module import Choice, Field, Module, Section, View
from domain.modules.parts import IS_ACTIVE
from domain.words import _, _p

TYPES = (Choice("goods", _("Goods")), Choice("service", _("Service")))

ITEMS = Module(
    key="books.items",
    label=_("Items"),
    label_one=_("Item"),
    new=_("New item"),
    icon="package",
    model=Item,
    fields=(
        Field("name", _("Name"), required=True, sortable=True),
        Field("sku", _("SKU"), sortable=True),
        Field("item_type", _("Type"), "choice", choices=TYPES, required=True, default=lambda: "goods"),
        Field("unit", _("Unit")),
        Field("rate", _("Rate"), "number", required=True, sortable=True),
        Field("tax", _("Tax"), "reference", to="settings.taxes"),
        Field("description", _p("record", "Description"), "long_text"),
        Field("purchase_rate", _("Purchase rate"), "number"),
        Field("vendor", _("Preferred vendor"), "reference", to="books.vendors"),
        Field("is_sold", _("Sold"), "boolean", default=lambda: True),
        Field("is_bought", _("Bought"), "boolean", default=lambda: True),
        Field("purchase_description", _("Purchase description"), "long_text"),
        Field(
            "stock_on_hand",
            _("Stock on hand"),
            "number",
            hint=_("Of goods: how many you have. Left empty where you keep no count."),
        ),
        Field(
            "reorder_level",
            _("Reorder level"),
            "number",
            hint=_("With so many left it is time to buy more."),
        ),
        IS_ACTIVE,
    ),
    list_columns=("name", "sku", "item_type", "unit", "rate", "tax", "stock_on_hand"),
    summary=(
        "sku",
        "item_type",
        "unit",
        "rate",
        "tax",
        "description",
        "purchase_rate",
        "vendor",
        "stock_on_hand",
        "reorder_level",
        "is_active",
    ),
    sections=(
        Section(_("Item"), ("name", "sku", "item_type", "unit")),
        Section(_("Sales"), ("rate", "tax", "description", "is_sold")),
        Section(_("Purchases"), ("purchase_rate", "vendor", "purchase_description", "is_bought")),
        Section(_("Stock"), ("stock_on_hand", "reorder_level")),
        Section(_p("section", "More"), ("is_active",)),
    ),
    sort="name",
    views=(
        View(_p("list", "Active"), {"is_active": "1"}),
        View(_("All"), {}),
        View(_("Goods"), {"item_type": "goods"}),
        View(_("Services"), {"item_type": "service"}),
    ),
    empty=_("Items fill the lines of invoices: a name, a rate, a tax."),
)
