"""A vendor is a company or person from whom the organization buys."""

from domain.books.items import PURCHASE
from domain.books.parties import Party
from domain.words import Words, _


class Vendor(Party):
    """Somebody who receives purchase orders and sends bills; everybody in the books sees all vendors."""

    MODULE = "books.vendors"
    TRADE = PURCHASE

    __mapper_args__ = {"polymorphic_identity": "vendor"}

    def _name_is_taken(self) -> Words:
        return _("There is already a vendor called %(name)s.", name=self.display_name)
