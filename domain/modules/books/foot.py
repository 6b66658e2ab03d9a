"""What stands below the lines of every document and changes the whole: discount, shipping, adjustment, withholding."""

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
