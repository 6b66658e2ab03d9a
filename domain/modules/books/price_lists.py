"""Price lists: what some customers pay, instead of what everybody does."""

from domain.books.price_lists import PriceList, PriceListRate
from domain.modules.module import Choice, Field, Module, Related, Section, View
from domain.modules.parts import IS_ACTIVE
from domain.words import _, _p

KINDS = (
    Choice("markdown", _("Markdown on all items")),
    Choice("markup", _("Markup on all items")),
    Choice("rates", _("A rate for each item")),
)

PRICE_LISTS = Module(
    key="books.price-lists",
    label=_("Price lists"),
    label_one=_("Price list"),
    new=_("New price list"),
    icon="percent",
    model=PriceList,
    fields=(
        Field("name", _("Name"), required=True, sortable=True),
        Field("kind", _("Kind"), "choice", choices=KINDS, required=True, default=lambda: "markdown"),
        Field("percent", _p("price lists", "Percentage"), "percent", sortable=True),
        Field(
            "currency",
            _("Currency"),
            "currency",
            hint=_("Left empty, a percentage holds for customers of every currency."),
        ),
        Field(
            "round_to",
            _("Round to multiples of"),
            "number",
            hint=_("Such as 10 or 0.05. Left empty, rates are rounded as the currency is."),
        ),
        Field("description", _p("record", "Description"), "long_text"),
        IS_ACTIVE,
    ),
    list_columns=("name", "kind", "percent", "currency", "is_active"),
    summary=("kind", "percent", "currency", "round_to", "description", "is_active"),
    sections=(
        Section(_("Price list"), ("name", "kind", "percent", "currency", "round_to", "is_active")),
        Section(_p("section", "More"), ("description",)),
    ),
    sort="name",
    views=(
        View(_p("price lists", "Active"), {"is_active": "1"}),
        View(_p("price lists", "All"), {}),
        View(_p("price lists", "Inactive"), {"is_active": "0"}),
    ),
    related=(
        Related(
            "books.price-list-rates",
            through=lambda price_list: {"price_list": str(price_list.id)},
            columns=("item", "rate"),
            create=lambda price_list: {"price_list": str(price_list.id)},
            label=_("Rates"),
        ),
        Related(
            "books.customers",
            through=lambda price_list: {"price_list": str(price_list.id)},
            columns=("display_name", "email", "currency", "receivable_minor"),
        ),
    ),
    empty=_("Customers with a price list pay other rates: less, more, or a rate of their own for each item."),
)

PRICE_LIST_RATES = Module(
    key="books.price-list-rates",
    label=_("Price list rates"),
    label_one=_("Rate"),
    new=_("New rate"),
    icon="tag",
    model=PriceListRate,
    fields=(
        Field(
            "price_list", _("Price list"), "reference", to="books.price-lists", required=True, editable=False
        ),
        Field("item", _("Item"), "reference", to="books.items", required=True),
        Field("rate", _("Rate"), "number", required=True, sortable=True),
    ),
    list_columns=("item", "rate", "price_list"),
    summary=("price_list", "item", "rate"),
    sections=(Section(_("Rate"), ("item", "rate")),),
    sort="rate",
    parent="price_list",
)
