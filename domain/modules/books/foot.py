"""What the form of every document has beside its head: a series to number it by, and what changes the whole."""

from domain.modules.module import Field
from domain.words import _, _p

FOOT = (
    Field("discount_value", _("Discount"), "number", nothing=0),
    Field("discount_kind", _("Discount as")),
    Field("shipping_minor", _p("document", "Shipping"), "money", currency="currency", nothing=0),
    Field("shipping_tax", _("Tax on shipping"), "reference", to="settings.taxes"),
    Field("adjustment_minor", _("Adjustment"), "money", currency="currency", nothing=0),
    Field("adjustment_label", _("What the adjustment is for")),
    Field("withholds", _("Take off withholding tax"), "boolean"),
)
"""Below the lines."""

SERIES = Field("series", _("Number series"), "reference", to="settings.series")
TYPED_NUMBER = Field("typed_number", _("Number"))
